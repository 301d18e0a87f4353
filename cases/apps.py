"""The app's registration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
