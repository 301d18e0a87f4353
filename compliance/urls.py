"""Addresses of home, of what is overdue, and of help."""

from django.urls import path

from compliance import views
from compliance.boards import views as boards

app_name = "compliance"

urlpatterns = [
    path("", views.home, name="home"),
    path("people/<uuid:person_id>/reads/", views.person_reads, name="person-reads"),
    path("overdue/", views.overdue, name="overdue"),
    path("overdue/gaps/", views.gaps, name="gaps"),
    path("overdue/cover/", views.cover_gaps, name="cover-gaps"),
    path("policy/drafts/<uuid:draft_id>/effect/", views.policy_effect, name="policy-effect"),
    path("forecast/", views.forecast, name="forecast"),
    path("forecast/told/<uuid:shortfall_id>/", views.shortfall_detail, name="shortfall-detail"),
    path("boards/", boards.boards, name="boards"),
    path("boards/authority/", boards.board_authority, name="board-authority"),
    path("boards/service/<uuid:service_id>/", boards.board_service, name="board-service"),
    path("boards/list/", boards.board_list, name="board-list"),
    path("healthy/", views.healthy, name="healthy"),
    path("help/", views.help_index, name="help-index"),
    path("help/accessibility/", views.help_accessibility, name="help-accessibility"),
    path("help/speaking-up/", views.help_speaking_up, name="help-speaking-up"),
    path("help/supervisory-styles/", views.help_styles, name="help-styles"),
    path("help/partnership/", views.help_partnership, name="help-partnership"),
    path("help/privacy/", views.help_privacy, name="help-privacy"),
]
