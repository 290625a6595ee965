from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.forms import remember
from accounts.models import User


class Command(BaseCommand):
    help = "Make a person network admin; the account is made when the address is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> str:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is no e-mail address.") from error
        user = remember(email)
        if not user.is_active:
            raise CommandError(f"{user.email} was shut out; that must be undone first, in the admin.")
        User.objects.filter(pk=user.pk).update(is_network_admin=True)
        return f"{user.email} is network admin. Sign in by the code that comes by e-mail."
