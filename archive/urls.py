"""Addresses of leaving, the archive, need to know and requests for one's own data."""

from django.urls import path

from archive.files import views as files
from archive.leaving import views as leaving
from archive.needs import views as needs

app_name = "archive"

urlpatterns = [
    path("archive/", files.file_list, name="file-list"),
    path("archive/<uuid:person_id>/", files.file_detail, name="file"),
    path("archive/<uuid:person_id>/bags/", files.bag_ask, name="bag-ask"),
    path("archive/bags/<uuid:bag_id>/", files.bag_file, name="bag-file"),
    path("leaving/", leaving.leaving_list, name="leaving-list"),
    path("leaving/set/", leaving.leaving_set, name="leaving-set"),
    path("leaving/<uuid:leaving_id>/", leaving.leaving_detail, name="leaving-detail"),
    path("leaving/<uuid:leaving_id>/change/", leaving.leaving_change, name="leaving-change"),
    path("leaving/<uuid:leaving_id>/cancel/", leaving.leaving_cancel, name="leaving-cancel"),
    path("leaving/<uuid:leaving_id>/confirm/<str:key>/", leaving.leaving_confirm, name="leaving-confirm"),
    path("leaving/<uuid:leaving_id>/call-off/", leaving.leaving_call_off, name="leaving-call-off"),
    path("leaving/<uuid:leaving_id>/complete/", leaving.leaving_complete, name="leaving-complete"),
    path("leaving/<uuid:leaving_id>/link/", leaving.leaving_link, name="leaving-link"),
    path("need-to-know/", needs.needs, name="needs"),
    path("need-to-know/new/", needs.need_new, name="need-new"),
    path("need-to-know/accounts/", needs.need_accounts, name="need-accounts"),
    path("need-to-know/accounts/<uuid:need_id>/", needs.need_account, name="need-account"),
    path("need-to-know/<uuid:need_id>/", needs.need_detail, name="need-detail"),
    path("need-to-know/<uuid:need_id>/end/", needs.need_end, name="need-end"),
    path("need-to-know/<uuid:need_id>/tell/", needs.need_tell, name="need-tell"),
]
