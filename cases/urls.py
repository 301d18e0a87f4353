"""Addresses on which children's facts are changed."""

from django.urls import path

from cases import views
from cases.importing import views as importing

app_name = "cases"

urlpatterns = [
    path("add/", views.child_add, name="child-add"),
    path("<uuid:child_id>/allocate/", views.child_allocate, name="child-allocate"),
    path("<uuid:child_id>/plan-types/", views.child_plan_types, name="child-plan-types"),
    path("<uuid:child_id>/interval/", views.child_interval, name="child-interval"),
    path("<uuid:child_id>/interval/end/", views.child_interval_end, name="child-interval-end"),
    path("<uuid:child_id>/close/", views.child_close, name="child-close"),
    path("import/", importing.import_list, name="import-list"),
    path("import/<uuid:run_id>/", importing.import_detail, name="import-detail"),
    path("import/<uuid:run_id>/columns/", importing.import_columns, name="import-columns"),
    path("import/<uuid:run_id>/apply/", importing.import_apply, name="import-apply"),
    path("import/<uuid:run_id>/put-aside/", importing.import_put_aside, name="import-put-aside"),
    path("import/<uuid:run_id>/faulty/", importing.import_faulty, name="import-faulty"),
]
