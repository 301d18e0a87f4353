"""The way through the real broker and a real worker: a booked session's entries arrive in both people's mail, once."""

import time
from pathlib import Path

import pytest

from tests.sites import Site, StartSite

pytestmark = [pytest.mark.slow, pytest.mark.req("R030")]

BOOK = """
from datetime import time, timedelta
from core.clock import date_of, now
from notifications.models import NoticeSettings
from supervision import services
from supervision.rules import Times
from tests.org import make_org
org, at = make_org(), now()
NoticeSettings.objects.bulk_create(
    NoticeSettings(person=person, quiet_from=time(), quiet_until=time(), quiet_weekends=False)
    for person in (org.worker, org.supervisor)
)
times = Times(on=date_of(at) + timedelta(days=30), starts=time(10), ends=time(11))
actor = org.actor(org.supervisor, on=date_of(at))
services.book_session(supervisee_id=org.worker.pk, times=times, mode='video', place='', actor=actor, at=at)
"""


def mails(site: Site, subject: str) -> list[str]:
    """The mails in the demo's folder with a subject."""
    folder = Path(site.state) / "mail"
    texts = [file.read_text(errors="replace") for file in sorted(folder.glob("*.log"))] if folder.exists() else []
    return [text for text in texts if f"Subject: {subject}" in text]


def wait_for(site: Site, subject: str, *, number: int) -> list[str]:
    until = time.monotonic() + 60
    while time.monotonic() < until and len(mails(site, subject)) < number:
        time.sleep(0.2)
    return mails(site, subject)


def test_a_booking_arrives_once_with_both(start_site: StartSite) -> None:
    site = start_site(demo=False, worker=True)

    site.manage("shell", "--no-imports", "-c", BOOK)

    found = wait_for(site, "Calendar: supervision", number=2)
    assert sorted(text.split("\nTo: ")[1].split("\n")[0] for text in found) == [
        "amara.obi@example.org",
        "priya.nair@example.org",
    ]
    assert all('text/calendar; charset="utf-8"; method="REQUEST"' in text for text in found)
    site.manage("shell", "--no-imports", "-c", "from supervision import tasks; tasks.send_waiting_invitations()")
    assert len(mails(site, "Calendar: supervision")) == 2


def test_the_demo_shows_digests_that_name_nobody(start_site: StartSite) -> None:
    site = start_site()

    found = mails(site, "Your week in Countersign") + mails(site, "What waits for you in Countersign")

    assert found
    for text in found:
        body = text.split("\n\n", 1)[1]
        assert not {"Priya", "Amara", "Helen", "Nair", "Obi"} & set(body.replace("@", " ").split())
