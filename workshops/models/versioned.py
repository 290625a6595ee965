from __future__ import annotations

from typing import Any

from django.db import models


class Versioned(models.Model):
    """What several people may have open in a form at once: a form names the version that it shows."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def change(self, **values: Any) -> None:
        """Write `values` and raise the version; the caller holds the lock."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*values, "version"])
