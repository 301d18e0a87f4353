"""The mail: says nothing, goes once, and waits while mail is down."""

import smtplib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications import services, tasks
from notifications.models import Notice
from outbox.models import Job
from staff.models import Account, StaffMember

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class NobodyThere(EmailBackend):
    """A mail server that cannot be reached."""

    def open(self):
        raise ConnectionRefusedError("mail.example")


class SaysNo(EmailBackend):
    """A mail server that answers and refuses the message."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (450, b"later") for message in messages})


class HangsUp(EmailBackend):
    """A mail server that took the message, or did not: the line went dead before it said."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def account():
    person = StaffMember.objects.create(name="Amara Obi", employed_from=date(2020, 1, 1))
    return Account.objects.create_user("amara@example.org", person=person, invited_at=NOON)


@pytest.fixture
def notice(account):
    return services.notify(
        person_id=account.person_id, kind="record_to_countersign", key="record 1", path="/records/1/", at=NOON
    )


def use(settings, backend):
    settings.EMAIL_BACKEND = f"{backend.__module__}.{backend.__qualname__}"


def test_the_mail_holds_no_name_no_date_no_title_and_no_address_but_home(notice, settings):
    settings.SITE_URL = "https://countersign.example"

    assert services.send_mail(notice_id=notice.pk, at=NOON)

    (sent,) = mail.outbox
    everything = f"{sent.subject} {sent.body} {sent.extra_headers}"
    assert sent.to == ["amara@example.org"]
    assert "https://countersign.example/\n" in sent.body
    for secret in ("Amara", "Obi", "2027", "12", "record", "sign it", str(notice.pk), "/records/"):
        assert secret not in everything, secret
    assert not sent.attachments


def test_goes_once_however_often_the_job_runs(notice):
    tasks.send_mail(notice_id=str(notice.pk))

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    notice.refresh_from_db()
    assert len(mail.outbox) == 1
    assert notice.mailed_at


def test_of_two_senders_that_both_read_it_unsent_one_sends(notice, monkeypatch):
    real = services.get_connection

    def other_sender_first():
        monkeypatch.setattr(services, "get_connection", real)
        assert services.send_mail(notice_id=notice.pk, at=NOON)
        return real()

    monkeypatch.setattr(services, "get_connection", other_sender_first)

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("broken", [NobodyThere, SaysNo], ids=["nobody there", "says no"])
def test_stays_unsent_while_mail_is_down_and_goes_when_it_is_back(notice, settings, broken, caplog):
    working = settings.EMAIL_BACKEND
    job = Job.objects.get(task="notifications.tasks.send_mail")
    use(settings, broken)

    with pytest.raises(services.MailOutOfReach) as refusal:
        tasks.send_mail(notice_id=str(notice.pk), job=str(job.pk))

    notice.refresh_from_db()
    job.refresh_from_db()
    assert (notice.claimed_at, notice.mailed_at, job.done_at) == (None, None, None)
    assert "amara" not in f"{refusal.value!r} {caplog.text}"

    settings.EMAIL_BACKEND = working
    tasks.send_mail(notice_id=str(notice.pk), job=str(job.pk))
    job.refresh_from_db()
    assert len(mail.outbox) == 1
    assert job.done_at


def test_a_mail_of_which_nobody_knows_whether_it_went_is_not_sent_again(notice, settings):
    working = settings.EMAIL_BACKEND
    use(settings, HangsUp)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        services.send_mail(notice_id=notice.pk, at=NOON)

    settings.EMAIL_BACKEND = working
    assert not services.send_mail(notice_id=notice.pk, at=NOON)
    assert len(mail.outbox) == 1
    assert Notice.objects.get().mailed_at is None


def test_a_dead_address_is_given_up_after_a_week(notice):
    assert not services.send_mail(notice_id=notice.pk, at=NOON + timedelta(days=7))

    assert not mail.outbox


def test_nothing_is_sent_to_a_person_who_has_left_by_the_day_of_sending(notice, account):
    StaffMember.objects.filter(pk=account.person_id).update(left_on=NOON.date() + timedelta(days=1))
    assert services.send_mail(notice_id=notice.pk, at=NOON)
    mail.outbox.clear()
    Notice.objects.filter(pk=notice.pk).update(claimed_at=None)

    assert not services.send_mail(notice_id=notice.pk, at=NOON + timedelta(days=1))
    assert not services.send_invitation(account_id=account.pk, at=NOON + timedelta(days=1))

    assert not mail.outbox


def test_nothing_is_sent_to_a_person_whose_account_is_closed(notice, account):
    account.is_active = False
    account.save()

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    assert not mail.outbox
