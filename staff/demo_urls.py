"""Addresses of the demo: mounted with settings.DEMO alone."""

from django.urls import path

from staff import views

urlpatterns = [
    path("sign-in/", views.demo_sign_in, name="demo-sign-in"),
    path("confirm/", views.demo_confirm, name="demo-confirm"),
]
