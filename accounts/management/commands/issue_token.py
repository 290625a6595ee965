from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Token, User


class Command(BaseCommand):
    help = "Print an API token for a person, once: only its hash is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", choices=Token.Scope.values, default=Token.Scope.READ)

    def handle(self, *args: Any, email: str, scope: str, **options: Any) -> str:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        return Token.objects.issue(user, scope=scope, name="command line")
