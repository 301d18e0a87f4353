"""Addresses of home, of what is overdue, and of help."""

from django.urls import path

from compliance import views
from compliance.boards import views as boards
from compliance.healthcheck import views as healthcheck
from compliance.reports import views as reports

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
    path("health-check/", healthcheck.health_checks, name="health-checks"),
    path("health-check/open/", healthcheck.health_check_open, name="health-check-open"),
    path("health-check/<uuid:survey_id>/", healthcheck.health_check, name="health-check"),
    path("health-check/<uuid:survey_id>/answer/", healthcheck.health_check_answer, name="health-check-answer"),
    path("health-check/<uuid:survey_id>/publish/", healthcheck.health_check_publish, name="health-check-publish"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/groups/", reports.report_groups, name="report-groups"),
    path("reports/<slug:month>/", reports.report_detail, name="report-detail"),
    path("reports/<slug:month>/list/", reports.report_behind, name="report-behind"),
    path("healthy/", views.healthy, name="healthy"),
    path("help/", views.help_index, name="help-index"),
    path("help/accessibility/", views.help_accessibility, name="help-accessibility"),
    path("help/speaking-up/", views.help_speaking_up, name="help-speaking-up"),
    path("help/supervisory-styles/", views.help_styles, name="help-styles"),
    path("help/partnership/", views.help_partnership, name="help-partnership"),
    path("help/need-to-know/", views.help_need_to_know, name="help-need-to-know"),
    path("help/privacy/", views.help_privacy, name="help-privacy"),
]
