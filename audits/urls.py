"""Addresses of audits and observations."""

from django.urls import path

from audits import views
from audits.observing import views as observing
from audits.observing.feedback import views as feedback

app_name = "audits"

urlpatterns = [
    path("help/", views.audits_help, name="help"),
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
