from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User


class Command(BaseCommand):
    help = "Forget a person's passkeys, apps and recovery codes: for who lost them all, and was recognised by voice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> str:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        forgotten, _rows = Authenticator.objects.filter(user=user).delete()
        return f"{user.email}: forgotten {forgotten}. The next sign-in is by the code alone."
