"""Addresses of audits and observations."""

from django.urls import path

from audits import views
from audits.drawing import views as drawing
from audits.following import views as following
from audits.learning import views as learning
from audits.moderating import views as moderating
from audits.observing import views as observing
from audits.observing.feedback import views as feedback
from audits.planning import views as planning
from audits.sharing import views as sharing
from audits.timetable import views as timetable
from audits.writing import views as writing

app_name = "audits"

urlpatterns = [
    path("", timetable.plan, name="plan"),
    path("draw/", drawing.audit_draw, name="audit-draw"),
    path("<uuid:audit_id>/", planning.audit_detail, name="audit-detail"),
    path("<uuid:audit_id>/book/", planning.audit_book, name="audit-book"),
    path("<uuid:audit_id>/give-up/", planning.audit_give_up, name="audit-give-up"),
    path("<uuid:audit_id>/appoint/", planning.audit_appoint, name="audit-appoint"),
    path("<uuid:audit_id>/draw-again/", drawing.audit_draw_again, name="audit-draw-again"),
    path("<uuid:audit_id>/draw-children/", drawing.audit_draw_children, name="audit-draw-children"),
    path("<uuid:audit_id>/draws/", drawing.audit_draws, name="audit-draws"),
    path("<uuid:audit_id>/draws/<uuid:draw_id>/", drawing.audit_draw_program, name="audit-draw-program"),
    path("help/", views.audits_help, name="help"),
    path("<uuid:audit_id>/open/", writing.audit_open, name="audit-open"),
    path("<uuid:audit_id>/write/", writing.audit_write, name="audit-write"),
    path("<uuid:audit_id>/evidence/", writing.audit_evidence, name="audit-evidence"),
    path("<uuid:audit_id>/sign/", writing.audit_sign, name="audit-sign"),
    path("actions/", following.audit_actions, name="audit-actions"),
    path("learning/", learning.learning, name="learning"),
    path("of-my-file/", sharing.own_file_audits, name="own-file-audits"),
    path("<uuid:audit_id>/share/", sharing.audit_share, name="audit-share"),
    path("<uuid:audit_id>/moderate/", moderating.audit_moderate, name="audit-moderate"),
    path("moderations/", moderating.moderations, name="moderations"),
    path("moderations/<uuid:moderation_id>/", moderating.moderation_detail, name="moderation-detail"),
    path("moderations/<uuid:moderation_id>/withdraw/", moderating.moderation_withdraw, name="moderation-withdraw"),
    path("observations/", observing.observations, name="observations"),
    path("observations/of/<uuid:person_id>/", observing.person_observations, name="person-observations"),
    path(
        "observations/of/<uuid:person_id>/plan-supervision/",
        observing.observation_plan_supervision,
        name="observation-plan-supervision",
    ),
    path(
        "observations/of/<uuid:person_id>/plan-practice/",
        observing.observation_plan_practice,
        name="observation-plan-practice",
    ),
    path("observations/<uuid:observation_id>/", observing.observation_detail, name="observation-detail"),
    path("observations/<uuid:observation_id>/answer/", observing.observation_answer, name="observation-answer"),
    path("observations/<uuid:observation_id>/family/", observing.observation_family, name="observation-family"),
    path("observations/<uuid:observation_id>/move/", observing.observation_move, name="observation-move"),
    path("observations/<uuid:observation_id>/give-up/", observing.observation_give_up, name="observation-give-up"),
    path("observations/<uuid:observation_id>/session/", observing.observation_speak, name="observation-speak"),
    path("observations/<uuid:observation_id>/hold/", feedback.observation_hold, name="observation-hold"),
    path("observations/<uuid:observation_id>/write/", feedback.observation_write, name="observation-write"),
    path("observations/<uuid:observation_id>/sign/", feedback.observation_sign, name="observation-sign"),
    path("observations/record/<uuid:record_id>/", feedback.observation_of_record, name="observation-of-record"),
]
