"""How the name of a school or a place is said together with where it is."""

from __future__ import annotations


def with_city(name: str, city: str) -> str:
    """“Oberschule Am Markt, Zittau”; the city once where the name ends with it, nothing where it is not known."""
    return name if not city or name.casefold().endswith(city.casefold()) else f"{name}, {city}"
