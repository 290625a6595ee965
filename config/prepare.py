"""What must be done before the demo can serve: nothing, when nothing changed since the last time."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection

from config import translations


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    translations.compile_all()
    django.setup()
    call_command("migrate", verbosity=0)
    collect_static()
    load_demo_data()


def collect_static() -> None:
    stamp = settings.STATIC_ROOT / ".stamp"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def fingerprint() -> str:
    """Of our own files, and of the libraries that bring some."""
    own = Path(__file__).parent / "static"
    files = sorted(path for path in own.rglob("*") if path.is_file())
    facts = [f"{path} {path.stat().st_mtime_ns}" for path in files]
    pins = settings.BASE_DIR / "requirements" / "base.txt"
    return hashlib.sha256("\n".join([*facts, pins.read_text()]).encode()).hexdigest()


def load_demo_data() -> None:
    """Once for each database, so that what visitors of the demo did stays."""
    if "demo_data" not in get_commands():
        return
    from workshops.models import Partner  # needs loaded apps

    if not Partner.objects.filter(slug="zuklos-demo").exists():
        call_command("demo_data")
    connection.close()


if __name__ == "__main__":
    main()
