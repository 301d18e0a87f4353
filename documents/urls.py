"""Addresses of what is chosen about files."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("scanning/", views.scanning, name="scanning"),
]
