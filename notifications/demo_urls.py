"""Addresses of the demo."""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [path("mail/", views.mail_catcher, name="mail-catcher")]
