"""Addresses of records."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from records import rules, views

app_name = "records"


class OwnSection(StringConverter):
    """A section that each writer has of their own: of an addendum, a correction, a closure or a response."""

    regex = "|".join((rules.ADDENDUM, rules.CORRECTION, rules.CLOSURE, rules.RESPONSE))


register_converter(OwnSection, "own")

urlpatterns = [
    path("<uuid:record_id>/", views.record_detail, name="record-detail"),
    path("<uuid:record_id>/draft/", views.record_draft, name="record-draft"),
    # Before the sections of a draft, under the same addresses: what each writer has of their own
    path("<uuid:record_id>/sections/<own:section_id>/", views.record_addition_save, name="record-addition-save"),
    path("<uuid:record_id>/sections/<slug:section_id>/", views.record_section_save, name="record-section-save"),
    path("<uuid:record_id>/presence/", views.record_presence, name="record-presence"),
    path("<uuid:record_id>/files/<slug:sha256>/", views.record_file, name="record-file"),
    path("<uuid:record_id>/countersign/", views.record_countersign, name="record-countersign"),
    path("<uuid:record_id>/return/", views.record_return, name="record-return"),
    path("<uuid:record_id>/respond/", views.record_respond, name="record-respond"),
    path("<uuid:record_id>/addendum/", views.record_addendum, name="record-addendum"),
    path("<uuid:record_id>/close/", views.record_close, name="record-close"),
    path("<uuid:record_id>/pdf/", views.record_pdf, name="record-pdf"),
    path("<uuid:record_id>/genuine/", views.record_verify, name="record-verify"),
    path("genuine/", views.genuine, name="genuine"),
    path("genuine/verify_countersign.py", views.verifier, name="verifier"),
    path("forms/", views.template_list, name="template-list"),
    path("forms/import/", views.template_import, name="template-import"),
    path("forms/drafts/<uuid:draft_id>/", views.template_draft, name="template-draft"),
    path("forms/drafts/<uuid:draft_id>/look/", views.template_look, name="template-look"),
    path("forms/drafts/<uuid:draft_id>/file/", views.template_draft_file, name="template-draft-file"),
    path("forms/drafts/<uuid:draft_id>/publish/", views.template_publish, name="template-publish"),
    path("forms/drafts/<uuid:draft_id>/sections/<slug:section_id>/", views.template_section, name="template-section"),
    path("forms/<slug:slug>/", views.template_detail, name="template-detail"),
    path("forms/<slug:slug>/<int:version>/", views.template_file, name="template-file"),
    path("own/", views.own_export, name="own-export"),
    path("own/<uuid:export_id>/", views.own_export_file, name="own-export-file"),
    path("actions/", views.actions, name="actions"),
    path("actions/people/", views.people_options, name="people-options"),
    path("actions/<uuid:action_id>/", views.action_detail, name="action-detail"),
    path("actions/<uuid:action_id>/close/", views.action_close, name="action-close"),
    path("actions/<uuid:action_id>/open-again/", views.action_reopen, name="action-reopen"),
    path("actions/<uuid:action_id>/move/", views.action_move, name="action-move"),
    path("actions/<uuid:action_id>/take-on/", views.action_take_on, name="action-take-on"),
    path("actions/<uuid:action_id>/give-on/", views.action_reassign, name="action-reassign"),
    path("<uuid:record_id>/actions/", views.actions_review, name="actions-review"),
]
