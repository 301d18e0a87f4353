"""Addresses of leaving, the archive, need to know and requests for one's own data."""

from django.urls import URLPattern

app_name = "archive"

urlpatterns: list[URLPattern] = []
