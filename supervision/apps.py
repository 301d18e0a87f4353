"""The app's registration."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
