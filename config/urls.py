"""Every address of the service."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("account/", include("staff.account_urls")),
    path("people/", include("staff.urls")),
    path("policy/", include("policies.urls")),
    path("files/", include("documents.urls")),
    path("records/", include("records.urls")),
    path("supervision/children/", include("cases.urls")),
    path("audits/", include("audits.urls")),
    path("supervision/", include("supervision.urls")),
    path("", include("archive.urls")),
    path("", include("notifications.urls")),
    path("", include("compliance.urls")),
]

if settings.DEMO:
    urlpatterns += [path("demo/", include("staff.demo_urls"))]
