"""The app's registration."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"
