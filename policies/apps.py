"""The room of policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"
