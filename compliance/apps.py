"""The app's registration."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"
