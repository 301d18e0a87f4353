"""The app's registration."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "trail"
