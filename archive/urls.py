"""Addresses of leaving, the archive, need to know and requests for one's own data."""

from django.urls import path

from archive.files import views as files

app_name = "archive"

urlpatterns = [
    path("archive/", files.file_list, name="file-list"),
    path("archive/<uuid:person_id>/", files.file_detail, name="file"),
    path("archive/<uuid:person_id>/bags/", files.bag_ask, name="bag-ask"),
    path("archive/bags/<uuid:bag_id>/", files.bag_file, name="bag-file"),
]
