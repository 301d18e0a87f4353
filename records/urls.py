"""Addresses of records."""

from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("<uuid:record_id>/", views.record_detail, name="record-detail"),
    path("<uuid:record_id>/draft/", views.record_draft, name="record-draft"),
    path("<uuid:record_id>/sections/<slug:section_id>/", views.record_section_save, name="record-section-save"),
    path("<uuid:record_id>/countersign/", views.record_countersign, name="record-countersign"),
    path("<uuid:record_id>/return/", views.record_return, name="record-return"),
    path("<uuid:record_id>/pdf/", views.record_pdf, name="record-pdf"),
    path("<uuid:record_id>/genuine/", views.record_verify, name="record-verify"),
    path("actions/<uuid:action_id>/close/", views.action_close, name="action-close"),
]
