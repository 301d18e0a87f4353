"""Fixtures that the whole suite shares."""

from tests.browser import browser_context_args, browser_type_launch_args
from tests.databases import _django_db_helper, committed_db, django_db_setup
from tests.meeting import meeting
from tests.org import noon, org, shropshire, sign_in, today
from tests.sites import demo_template, live_site, live_site_with_worker, start_site
from tests.surroundings import fresh_cache, only_this_machine
from tests.tampering import tamper

__all__ = [
    "_django_db_helper",
    "browser_context_args",
    "browser_type_launch_args",
    "committed_db",
    "demo_template",
    "django_db_setup",
    "fresh_cache",
    "live_site",
    "live_site_with_worker",
    "meeting",
    "noon",
    "only_this_machine",
    "org",
    "shropshire",
    "sign_in",
    "start_site",
    "tamper",
    "today",
]
