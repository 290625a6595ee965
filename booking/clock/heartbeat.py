"""A sign of life for processes without a door to knock at: the age of a file, where the installation names one."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def show() -> None:
    if settings.HEARTBEAT_FILE:
        Path(settings.HEARTBEAT_FILE).touch()
