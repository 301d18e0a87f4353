"""Addresses of leaving, the archive, need to know and requests for one's own data."""

from django.urls import path

from archive.files import views as files
from archive.leaving import views as leaving
from archive.needs import views as needs
from archive.requests import views as requests
from archive.retention import views as retention

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
    path("data-requests/", requests.data_request_list, name="data-request-list"),
    path("data-requests/own/", requests.data_request_own, name="data-request-own"),
    path("data-requests/new/", requests.data_request_new, name="data-request-new"),
    path("data-requests/<uuid:request_id>/", requests.data_request, name="data-request"),
    path("data-requests/<uuid:request_id>/approve/", requests.data_request_approve, name="data-request-approve"),
    path("data-requests/<uuid:request_id>/enter/<slug:act>/", requests.data_request_event, name="data-request-event"),
    path("data-requests/<uuid:request_id>/gather/", requests.data_request_gather, name="data-request-gather"),
    path("data-requests/<uuid:request_id>/found/", requests.passages, name="data-request-passages"),
    path("data-requests/<uuid:request_id>/found/give/", requests.passages_give, name="data-request-give"),
    path(
        "data-requests/<uuid:request_id>/found/<uuid:passage_id>/",
        requests.passage_decide,
        name="data-request-decide",
    ),
    path(
        "data-requests/<uuid:request_id>/found/<uuid:passage_id>/file/",
        requests.passage_file,
        name="data-request-passage-file",
    ),
    path(
        "data-requests/<uuid:request_id>/found/<uuid:passage_id>/copy/",
        requests.passage_copy,
        name="data-request-passage-copy",
    ),
    path("data-requests/<uuid:request_id>/bundle/", requests.bundle_ask, name="data-request-bundle"),
    path(
        "data-requests/<uuid:request_id>/bundle/<uuid:bundle_id>/",
        requests.bundle_file,
        name="data-request-bundle-file",
    ),
    path("data-requests/<uuid:request_id>/withheld/", requests.withheld, name="data-request-withheld"),
    path("retention/", retention.retention_rules, name="retention-rules"),
    path("retention/rules/<slug:data_class>/", retention.retention_rule, name="retention-rule"),
    path("retention/rules/<uuid:rule_id>/answer/", retention.retention_rule_answer, name="retention-rule-answer"),
    path("retention/holds/", retention.retention_holds, name="retention-holds"),
    path("retention/holds/<uuid:hold_id>/lift/", retention.retention_hold_lift, name="retention-hold-lift"),
    path("retention/review/", retention.retention_review, name="retention-review"),
    path("retention/files/<uuid:person_id>/", retention.retention_file, name="retention-file"),
    path("retention/files/<uuid:person_id>/hold/", retention.retention_file_hold, name="retention-file-hold"),
    path("retention/files/<uuid:person_id>/<slug:data_class>/", retention.retention_decide, name="retention-decide"),
    path("retention/disposals/<uuid:disposal_id>/", retention.retention_disposal, name="retention-disposal"),
    path("retention/certificates/", retention.retention_certificates, name="retention-certificates"),
    path(
        "retention/certificates/<uuid:certificate_id>/",
        retention.retention_certificate,
        name="retention-certificate",
    ),
    path(
        "retention/certificates/<uuid:certificate_id>/file/",
        retention.retention_certificate_file,
        name="retention-certificate-file",
    ),
]
