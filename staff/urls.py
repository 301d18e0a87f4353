"""Addresses of people: the directory, a person, line and supervision, hats."""

from django.urls import path

from staff import views
from staff.cover import views as cover
from staff.days import views as days
from staff.desk import views as desk
from staff.employment import views as employment
from staff.folder import kept_views as kept
from staff.folder import views as folder
from staff.relationships import views as relationships
from staff.standing import views as standing

app_name = "staff"

urlpatterns = [
    path("", views.directory, name="directory"),
    path("search/", views.people_search, name="people-search"),
    path("invite/", views.person_invite, name="person-invite"),
    path("teams/", views.teams, name="teams"),
    path("teams/add/", views.team_add, name="team-add"),
    path("teams/add-service/", views.service_add, name="service-add"),
    path("hat/", views.hat, name="hat"),
    path("registration/", desk.registration_desk, name="registration-desk"),
    path("registration/numbers/<int:batch>/", desk.registration_numbers, name="registration-numbers"),
    path("registration/<uuid:check_id>/", desk.registration_check, name="registration-check"),
    path("registration/<uuid:check_id>/enter/", desk.registration_enter, name="registration-enter"),
    path("lines/<uuid:line_id>/", views.line_confirm, name="line-confirm"),
    path("<uuid:person_id>/", views.person_detail, name="person-detail"),
    path("<uuid:person_id>/invite-again/", views.person_invite_again, name="person-invite-again"),
    path("<uuid:person_id>/reset-password/", views.password_reset, name="password-reset"),
    path("<uuid:person_id>/reset-factors/", views.factors_reset, name="factors-reset"),
    path("<uuid:person_id>/propose-line/", views.line_propose, name="line-propose"),
    path("<uuid:person_id>/line/", views.line_change, name="line-change"),
    path("<uuid:person_id>/supervisor/", views.supervisor_change, name="supervisor-change"),
    path("<uuid:person_id>/supervisor/add/", relationships.supervisor_add, name="supervisor-add"),
    path("relationships/<uuid:relationship_id>/", relationships.relationship_change, name="relationship-change"),
    path("<uuid:person_id>/cover/", cover.cover, name="cover"),
    path("<uuid:person_id>/cover/end/", cover.cover_end, name="cover-end"),
    path("<uuid:person_id>/absence/", days.absence_add, name="absence-add"),
    path("absences/<uuid:absence_id>/", days.absence_change, name="absence-change"),
    path("<uuid:person_id>/working-days/", days.working_days, name="working-days"),
    path("<uuid:person_id>/standing/", standing.standing, name="standing"),
    path("<uuid:person_id>/key-dates/", standing.key_dates, name="key-dates"),
    path("categories/<uuid:held_id>/", standing.category_end, name="category-end"),
    path("<uuid:person_id>/employment/", employment.employment, name="employment"),
    path("<uuid:person_id>/folder/", folder.folder, name="folder"),
    path("<uuid:person_id>/folder/add/<slug:kind>/", folder.folder_add, name="folder-add"),
    path("<uuid:person_id>/folder/sheet/", folder.folder_sheet, name="folder-sheet"),
    path("<uuid:person_id>/folder/contact/", folder.folder_contact, name="folder-contact"),
    path("<uuid:person_id>/folder/learning/", folder.learning_log, name="learning-log"),
    path("<uuid:person_id>/folder/learning/add/", folder.learning_add, name="learning-add"),
    path("<uuid:person_id>/folder/learning/file/", folder.learning_file, name="learning-file"),
    path("<uuid:person_id>/folder/kept/", kept.folder_medium, name="folder-medium"),
    path("<uuid:person_id>/folder/<int:section>/", kept.folder_section, name="folder-section"),
    path("<uuid:person_id>/folder/<int:section>/document/", kept.folder_document_add, name="folder-document-add"),
    path("<uuid:person_id>/folder/<int:section>/note/", kept.folder_note_add, name="folder-note-add"),
    path("folder/documents/<uuid:document_id>/", kept.folder_document, name="folder-document"),
    path("folder/documents/<uuid:document_id>/renew/", kept.folder_document_renew, name="folder-document-renew"),
    path(
        "folder/documents/<uuid:document_id>/withdraw/", kept.folder_document_withdraw, name="folder-document-withdraw"
    ),
    path("folder/notes/<uuid:note_id>/withdraw/", kept.folder_note_withdraw, name="folder-note-withdraw"),
    path("folder/<uuid:item_id>/seen/", folder.folder_item_seen, name="folder-item-seen"),
    path("folder/<uuid:item_id>/withdraw/", folder.folder_item_withdraw, name="folder-item-withdraw"),
    path("learning/<uuid:entry_id>/", folder.learning_change, name="learning-change"),
    path("learning/<uuid:entry_id>/withdraw/", folder.learning_withdraw, name="learning-withdraw"),
    path("learning/<uuid:entry_id>/seen/", folder.learning_seen, name="learning-seen"),
]
