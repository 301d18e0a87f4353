"""The app's registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
