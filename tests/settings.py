"""The settings of an installation, on servers that live as long as the run (tests/conftest.py starts them)."""

import os
import tempfile
from pathlib import Path

# xdist's workers inherit the first process's environment, and with it the servers.
HOME = Path(os.environ.setdefault("TEST_HOME", f"{tempfile.gettempdir()}/booking-tests-{os.getpid()}"))

for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEMO"):
    os.environ.pop(name, None)
os.environ |= {
    "TESTING": "1",
    "DATA_DIR": str(HOME),
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
}

from config.settings import *  # noqa: E402, F403 (the environment comes first)

DATABASES["default"] |= {"NAME": "ready", "TEST": {"TEMPLATE": "ready", "MIGRATE": False}}  # noqa: F405 (of config.settings)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405 (same)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ADMIN_NEEDS_SECOND_FACTOR = False  # tests/config/test_second_factor.py asks for it
