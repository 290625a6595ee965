"""Celery is a trigger, never the truth: every tick looks into the database for what is due."""

from __future__ import annotations

import os

from celery import Celery

from config.listening import Listening

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("booking")
app.steps["consumer"].add(Listening)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
