"""The app's registration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
