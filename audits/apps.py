"""The app's registration."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
