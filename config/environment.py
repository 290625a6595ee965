"""Reads what an installation says of itself, and collects every complaint, so that all are named at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

NAME_OF_A_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE)
MAIL_SCHEMES = ("smtp://", "smtps://", "smtp+tls://", "smtp+ssl://")
DATABASE_SCHEMES = ("postgres://", "postgresql://")
BROKER_SCHEMES = ("redis://", "rediss://", "redis+socket://", "valkey://")


class Environment(environ.Env):
    """As django-environ, but nonsense is noted instead of raised; `complain_about` raises, once."""

    def __init__(self) -> None:
        super().__init__()
        self.nonsense: list[str] = []

    def number(self, name: str, default: float, least: float, most: float, kind: Callable[[str], Any] = float) -> Any:
        """Between `least` and `most`, both included; the default where nothing is said."""
        said = str(self(name, default="")).strip()
        try:
            value = kind(said) if said else default
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            self.nonsense.append(f"{name} (a number from {least:g} to {most:g}, not {said!r})")
            return default
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        return int(self.number(name, default, least, most, int))

    def flag(self, name: str) -> bool:
        said = str(self(name, default="")).strip().lower()
        if said not in {"", "0", "1", "true", "false", "yes", "no", "on", "off"}:
            self.nonsense.append(f"{name} (1 or 0, not {said!r})")
        return said in {"1", "true", "yes", "on"}

    def one_of(self, name: str, default: str, *allowed: str) -> str:
        said = str(self(name, default="")) or default
        if said not in allowed:
            self.nonsense.append(f"{name} ({', '.join(allowed)}; not {said!r})")
            return default
        return said

    def address(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """Of a server; must begin with one of `schemes`."""
        said = str(self(name, default="")) or default
        if not said.startswith(schemes):
            self.nonsense.append(f"{name} ({schemes[0]}…)")  # not what was said: it may hold a password
            return default
        return said

    def complain_about(self, weak: list[str], hint: str) -> None:
        """Raises ImproperlyConfigured when something is weak or nonsense."""
        if wrong := [*weak, *self.nonsense]:
            raise ImproperlyConfigured(f"Please set {', '.join(wrong)} in the environment. {hint}".strip())


def is_host(name: str) -> bool:
    """A name in the DNS that can belong to somebody."""
    return bool(NAME_OF_A_HOST.fullmatch(name)) and not name.endswith((".invalid", ".localhost"))


def is_mailbox(address: str) -> bool:
    local, at, host = address.rpartition("@")
    return bool(at) and bool(re.fullmatch(r"[^\s@<>\"]{1,64}", local)) and is_host(host)


def is_secret(text: str, least: int) -> bool:
    """Long enough, and not one key held down."""
    return len(text) >= least and len(set(text)) >= min(10, least // 3)
