"""What an e-mail address says about a school: nothing, where anybody can have one there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).with_name("free_mail.txt")


@lru_cache(maxsize=1)
def free_domains() -> frozenset[str]:
    return frozenset(LIST.read_text(encoding="utf-8").split())


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def is_free_mail(address: str) -> bool:
    """Whether the address is of a provider where anybody gets one. Small schools have such boxes, too."""
    return domain_of(address) in free_domains()


def is_of_school(address: str, office_mail: str) -> bool:
    """Whether both are addresses of one domain that is the school's own."""
    domain = domain_of(office_mail)
    return bool(domain) and domain_of(address) == domain and not is_free_mail(office_mail)
