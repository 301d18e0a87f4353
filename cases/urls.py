"""Addresses on which children's facts are changed."""

from django.urls import path

from cases import views
from cases.caseload import views as caseload
from cases.importing import views as importing
from cases.siblings import views as siblings

app_name = "cases"

urlpatterns = [
    path("add/", views.child_add, name="child-add"),
    path("<uuid:child_id>/allocate/", views.child_allocate, name="child-allocate"),
    path("<uuid:child_id>/plan-types/", views.child_plan_types, name="child-plan-types"),
    path("<uuid:child_id>/interval/", views.child_interval, name="child-interval"),
    path("<uuid:child_id>/interval/end/", views.child_interval_end, name="child-interval-end"),
    path("<uuid:child_id>/weight/", caseload.child_weight, name="child-weight"),
    path("<uuid:child_id>/weight/end/", caseload.child_weight_end, name="child-weight-end"),
    path("<uuid:child_id>/siblings/add/", siblings.sibling_add, name="sibling-add"),
    path("<uuid:child_id>/siblings/leave/", siblings.siblings_leave, name="siblings-leave"),
    path("caseload/", caseload.caseload_board, name="caseload-board"),
    path("caseload/<uuid:person_id>/", caseload.caseload_of, name="caseload-of"),
    path("<uuid:child_id>/close/", views.child_close, name="child-close"),
    path("import/", importing.import_list, name="import-list"),
    path("import/<uuid:run_id>/", importing.import_detail, name="import-detail"),
    path("import/<uuid:run_id>/columns/", importing.import_columns, name="import-columns"),
    path("import/<uuid:run_id>/apply/", importing.import_apply, name="import-apply"),
    path("import/<uuid:run_id>/put-aside/", importing.import_put_aside, name="import-put-aside"),
    path("import/<uuid:run_id>/faulty/", importing.import_faulty, name="import-faulty"),
]
