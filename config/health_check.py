"""`python -m config.health_check`: does the web server in this container live? Asks under a name that it serves."""

import os
from urllib.request import Request, urlopen

if __name__ == "__main__":
    name = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
    urlopen(Request("http://127.0.0.1:8000/health/live", headers={"Host": name}), timeout=3).close()
