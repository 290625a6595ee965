from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from booking.privacy.exporting import export_of


class Command(BaseCommand):
    help = "Print what is stored of whoever has this address, with an account or without, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> str:
        found = export_of(email.strip(), timezone.now())
        return json.dumps(found, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
