"""Addresses."""

from django.urls import path

from policies import views

app_name = "policies"

urlpatterns = [
    path("", views.policy_detail, name="policy-detail"),
    path("versions/", views.versions, name="versions"),
    path("versions/<uuid:version_id>/", views.version_detail, name="version-detail"),
    path("versions/<uuid:version_id>/withdraw/", views.version_withdraw, name="version-withdraw"),
    path("versions/<uuid:version_id>/readings/<str:ambiguity>/", views.reading_decide, name="reading-decide"),
    path("drafts/", views.drafts, name="drafts"),
    path("drafts/add/", views.draft_add, name="draft-add"),
    path("drafts/<uuid:draft_id>/", views.draft_detail, name="draft-detail"),
    path("drafts/<uuid:draft_id>/publish/", views.draft_publish, name="draft-publish"),
    path("drafts/<uuid:draft_id>/discard/", views.draft_discard, name="draft-discard"),
    path("days-off/", views.days_off, name="days-off"),
    path("days-off/<uuid:day_id>/remove/", views.day_off_remove, name="day-off-remove"),
    path("words/", views.terms_edit, name="terms-edit"),
]
