"""Addresses of supervision."""

from django.urls import path

from supervision.views import agenda, agreements, calendar, correcting, diary, drafts, outcomes, people, writing, year

app_name = "supervision"

urlpatterns = [
    path("team/", people.team, name="team"),
    path("people/<uuid:person_id>/", people.person_detail, name="person-detail"),
    path("people/<uuid:person_id>/book/", diary.session_book, name="session-book"),
    path("people/<uuid:person_id>/book-year/", year.year_book, name="year-book"),
    path("people/<uuid:person_id>/log/", diary.session_log, name="session-log"),
    path("people/<uuid:person_id>/contract/", writing.contract_open, name="contract-open"),
    path("people/<uuid:person_id>/contract/review/", agreements.review_ask, name="review-ask"),
    path("people/<uuid:person_id>/exception/", agreements.exception_ask, name="exception-ask"),
    path("exceptions/<uuid:exception_id>/", agreements.exception_detail, name="exception-detail"),
    path("people/<uuid:person_id>/agenda/add/", agenda.agenda_add, name="agenda-add"),
    path("agenda/<uuid:item_id>/share/", agenda.agenda_share, name="agenda-share"),
    path("agenda/<uuid:item_id>/remove/", agenda.agenda_remove, name="agenda-remove"),
    path("agenda/<uuid:item_id>/move/", agenda.agenda_move, name="agenda-move"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("sessions/<uuid:session_id>/record/", drafts.session_record_open, name="session-record-open"),
    path("diary/", diary.diary, name="diary"),
    path("calendar/make/", calendar.calendar_make, name="calendar-make"),
    path("calendar/stop/", calendar.calendar_stop, name="calendar-stop"),
    path("calendar/<str:secret>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("sessions/<uuid:session_id>/", diary.session_detail, name="session-detail"),
    path("sessions/<uuid:session_id>/prepare/", agenda.session_prepare, name="session-prepare"),
    path("sessions/<uuid:session_id>/prepare/save/", agenda.session_prepare_save, name="session-prepare-save"),
    path("sessions/<uuid:session_id>/move/", diary.session_move, name="session-move"),
    path("sessions/<uuid:session_id>/cancel/", outcomes.session_cancel, name="session-cancel"),
    path("sessions/<uuid:session_id>/not-attended/", outcomes.session_not_attended, name="session-not-attended"),
    path("sessions/<uuid:session_id>/undo/", outcomes.session_undo, name="session-undo"),
    path("sessions/<uuid:session_id>/move-rest/", year.series_move, name="series-move"),
    path("sessions/<uuid:session_id>/hold/", diary.session_hold, name="session-hold"),
    path("records/<uuid:record_id>/write/", writing.record_write, name="record-write"),
    path("records/<uuid:record_id>/correct/", correcting.record_correct, name="record-correct"),
    path("records/<uuid:record_id>/sign/", writing.record_sign, name="record-sign"),
]
