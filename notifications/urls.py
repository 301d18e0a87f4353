"""Addresses of notices, of what was mailed, and of how one wants to be told; in the demo, of its mail catcher."""

from django.conf import settings
from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices-read"),
    path("notices/mails/", views.mails, name="mails"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/<uuid:notice_id>/", views.notice_open, name="notice-open"),
]

if settings.DEMO:
    urlpatterns.append(path("demo/mail/", views.mail_catcher, name="mail-catcher"))
