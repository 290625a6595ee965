"""What must be done before the demo can serve, and whether it was done already."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent.parent
CATALOGUES = "config/*/*/LC_MESSAGES/django.po"
MATTERS = ("requirements/base.txt", "*/migrations/*.py", "config/static/**/*", CATALOGUES)


def main() -> None:
    import django  # not needed to tell whether there is anything to do

    from config import translations

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    translations.compile_all()
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    load_demo_data()
    stamp(settings.DATA_DIR).write_text(fingerprint(settings.DATA_DIR))


def load_demo_data() -> None:
    """Once for each database, so that what visitors of the demo did stays."""
    from django.core.management import call_command

    from workshops.models import Partner

    if not Partner.objects.filter(slug="zuklos-demo").exists():
        call_command("demo_data")


def is_done(home: Path) -> bool:
    """True when nothing that matters changed since `home` was prepared, and everything made is still there."""
    made = [
        stamp(home),
        home / "static" / "staticfiles.json",
        *(po.with_suffix(".mo") for po in HOUSE.glob(CATALOGUES)),
    ]
    return all(path.exists() for path in made) and stamp(home).read_text() == fingerprint(home)


def stamp(home: Path) -> Path:
    return home / "prepared"


def fingerprint(home: Path) -> str:
    """Of the files that the preparation reads, and of the database cluster itself."""
    files = {path for pattern in MATTERS for path in HOUSE.glob(pattern) if path.is_file()}
    facts = [f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sorted(files)]
    cluster = home / "postgres" / "PG_VERSION"
    facts += [sys.version, str(cluster.stat().st_ino if cluster.exists() else None)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


if __name__ == "__main__":
    main()
