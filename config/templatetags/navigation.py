"""The house and its menus, for templates that have no context either: error pages ask nobody."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.utils.translation import get_language

from config.navigation import Place, header, rail, tabs

register = template.Library()


class House(NamedTuple):
    """What every page says about the house; the brand shows the name in two parts."""

    name: str
    first: str
    rest: str
    phone: str
    demo: bool
    language: str
    languages: list[tuple[str, str]]


@register.simple_tag
def house() -> House:
    """`{% house as house %}`; needs no database."""
    name: str = settings.NETWORK_NAME
    first, _, rest = name.partition(" ")
    return House(
        name=name,
        first=first,
        rest=rest,
        phone=settings.HELP_PHONE,
        demo=settings.DEMO,
        language=dict(settings.LANGUAGES).get(get_language() or settings.LANGUAGE_CODE, ""),
        languages=settings.LANGUAGES,
    )


@register.simple_tag(takes_context=True)
def places(context: template.Context, menu: str) -> list[Place]:
    """`{% places "header" as links %}`: the places of "header", "tabs" or "rail" for the reader, who may be nobody."""
    roles = set(context.get("roles") or ())
    user: Any = context.get("user")
    if menu == "header":
        return header(roles, bool(user and user.is_authenticated))
    return list(tabs(roles) if menu == "tabs" else rail(roles))
