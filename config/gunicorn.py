"""How gunicorn serves us: `gunicorn --config python:config.gunicorn config.wsgi`."""

import os
from pathlib import Path

import gunicorn.http.wsgi

gunicorn.http.wsgi.SERVER = "web"  # the name and version of a server help nobody but its attackers

workers = int(os.environ.get("WEB_WORKERS", "2"))
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
