from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Token, User


class Command(BaseCommand):
    help = "Take back all API tokens of a person: one of them leaked, or is no longer needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> str:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        revoked = Token.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        return f"{revoked} tokens taken back."
