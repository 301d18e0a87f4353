"""Addresses of supervision."""

from django.urls import path

from supervision.views import calendar, diary, people, writing

app_name = "supervision"

urlpatterns = [
    path("team/", people.team, name="team"),
    path("people/<uuid:person_id>/", people.person_detail, name="person-detail"),
    path("people/<uuid:person_id>/book/", diary.session_book, name="session-book"),
    path("people/<uuid:person_id>/log/", diary.session_log, name="session-log"),
    path("people/<uuid:person_id>/contract/", writing.contract_open, name="contract-open"),
    path("diary/", diary.diary, name="diary"),
    path("calendar/make/", calendar.calendar_make, name="calendar-make"),
    path("calendar/stop/", calendar.calendar_stop, name="calendar-stop"),
    path("calendar/<str:secret>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("sessions/<uuid:session_id>/", diary.session_detail, name="session-detail"),
    path("sessions/<uuid:session_id>/move/", diary.session_move, name="session-move"),
    path("sessions/<uuid:session_id>/cancel/", diary.session_cancel, name="session-cancel"),
    path("sessions/<uuid:session_id>/hold/", diary.session_hold, name="session-hold"),
    path("records/<uuid:record_id>/write/", writing.record_write, name="record-write"),
    path("records/<uuid:record_id>/sign/", writing.record_sign, name="record-sign"),
]
