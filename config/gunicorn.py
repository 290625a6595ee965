"""How gunicorn serves us: `gunicorn --config python:config.gunicorn config.wsgi`."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi
from gunicorn.glogging import Logger

from config.environment import Environment
from config.logs import clean

gunicorn.http.wsgi.SERVER = "web"  # the name and version of a server help nobody but its attackers

env = Environment()
workers = env.whole("WEB_WORKERS", 2, 1, 64)
preload_app = True  # the workers share what does not change
max_requests = 5_000
max_requests_jitter = 500
timeout = 30  # longer than any statement may take
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (a heartbeat, never read back)
env.complain_about([], "")


class AccessLog(Logger):
    """A line a request: what was asked and how it went. Not who asked, and nothing that opens something."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        if not self.cfg.accesslog:
            return
        facts = {
            "method": environ["REQUEST_METHOD"],
            "path": clean(environ.get("PATH_INFO", "")),
            "status": int(str(resp.status).split()[0]),
            "bytes": getattr(resp, "sent", None),
            "seconds": round(request_time.total_seconds(), 4),
        }
        self.access_log.info("request", extra={"facts": facts})


logger_class = AccessLog
accesslog = "-" if env.flag("ACCESS_LOG") else None
lines = {"class": "logging.StreamHandler", "formatter": "line"}
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.JsonLines"}},
    "handlers": {"console": lines},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "INFO", "handlers": ["console"], "propagate": False},
    },
}
