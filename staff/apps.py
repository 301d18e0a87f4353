"""The app's registration."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
