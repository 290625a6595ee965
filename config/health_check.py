"""Is the process of this container alive? Exit 0 only then.

`python -m config.health_check` asks the web server, under a name that it serves; `python -m config.health_check
heartbeat` looks at the file that worker, beat and mailer touch: a round of mails takes up to 200 s.
"""

import os
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

OLDEST = 300  # seconds


def ask() -> None:
    name = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
    urlopen(Request("http://127.0.0.1:8000/health/live", headers={"Host": name}), timeout=3).close()


def look() -> None:
    if time.time() - Path(os.environ["HEARTBEAT_FILE"]).stat().st_mtime > OLDEST:
        sys.exit("The last sign of life is too old.")


if __name__ == "__main__":
    look() if sys.argv[1:] == ["heartbeat"] else ask()
