"""The mail: says nothing, goes once, and waits while mail is down."""

import smtplib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from notifications import services, tasks
from notifications.models import Mail, Notice, NoticeSettings
from notifications.services import mails
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
    NoticeSettings.objects.create(
        person=person, at_once=True, quiet_from=time(), quiet_until=time(), quiet_weekends=False
    )
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
    assert notice.mail.sent_at


def test_of_two_senders_that_both_read_it_unsent_one_sends(notice, monkeypatch):
    real = mails.get_connection

    def other_sender_first():
        monkeypatch.setattr(mails, "get_connection", real)
        assert services.send_mail(notice_id=notice.pk, at=NOON)
        return real()

    monkeypatch.setattr(mails, "get_connection", other_sender_first)

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
    assert (notice.mail, Mail.objects.gone().count(), job.done_at) == (None, 0, None)
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
    assert Mail.objects.get().sent_at is None


def test_a_dead_address_is_given_up_after_a_week(notice):
    assert not services.send_mail(notice_id=notice.pk, at=NOON + timedelta(days=7))

    assert not mail.outbox


def test_nothing_is_sent_to_a_person_who_has_left_by_the_day_of_sending(notice, account):
    StaffMember.objects.filter(pk=account.person_id).update(left_on=NOON.date() + timedelta(days=1))
    assert services.send_mail(notice_id=notice.pk, at=NOON)
    mail.outbox.clear()
    Notice.objects.filter(pk=notice.pk).update(mail=None)
    Mail.objects.update(claimed_at=None, sent_at=None)

    assert not services.send_mail(notice_id=notice.pk, at=NOON + timedelta(days=1))
    assert not services.send_invitation(account_id=account.pk, at=NOON + timedelta(days=1))

    assert not mail.outbox


def test_nothing_is_sent_to_a_person_whose_account_is_closed(notice, account):
    account.is_active = False
    account.save()

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    assert not mail.outbox


# At once only for those who chose it, outside quiet hours, and so many a day


def own(account):
    return NoticeSettings.objects.filter(person=account.person_id)


def test_a_signature_is_asked_for_in_the_morning_unless_the_person_chose_at_once(notice, account):
    own(account).update(at_once=False)

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    assert not mail.outbox
    assert Notice.objects.untold().get() == notice, "the digest tells of it"


def test_what_must_not_wait_goes_at_once_to_everybody(account):
    own(account).update(at_once=False)
    line = services.notify(person_id=account.person_id, kind="line_to_confirm", key="line 1", path="/", at=NOON)

    assert services.send_mail(notice_id=line.pk, at=NOON)


@pytest.mark.parametrize(
    ("kind", "goes"), [("record_to_countersign", False), ("line_to_confirm", False), ("credential_reset", True)]
)
def test_in_quiet_hours_nothing_goes_but_what_is_about_signing_in(account, kind, goes):
    own(account).update(quiet_from=time(11), quiet_until=time(13))
    notice = services.notify(person_id=account.person_id, kind=kind, key="1", path="/", at=NOON)

    assert services.send_mail(notice_id=notice.pk, at=NOON) is goes

    assert len(mail.outbox) == goes


def test_a_day_has_so_many_mails_and_no_more_but_for_signing_in(account):
    told = [
        services.notify(person_id=account.person_id, kind="record_to_countersign", key=str(number), path="/", at=NOON)
        for number in range(5)
    ]
    reset = services.notify(person_id=account.person_id, kind="credential_reset", key="1", path="/", at=NOON)

    sent = [services.send_mail(notice_id=notice.pk, at=NOON) for notice in told]

    assert sent == [True, True, True, False, False]
    assert services.send_mail(notice_id=reset.pk, at=NOON)
    assert services.send_mail(notice_id=told[3].pk, at=NOON + timedelta(days=1)), "the next day has its own number"


def test_what_was_read_meanwhile_is_not_mailed(notice):
    Notice.objects.filter(pk=notice.pk).update(read_at=NOON)

    assert not services.send_mail(notice_id=notice.pk, at=NOON)

    assert not mail.outbox


def test_a_mail_about_signing_in_says_so_and_names_nobody(account):
    reset = services.notify(person_id=account.person_id, kind="credential_reset", key="1", path="/", at=NOON)

    services.send_mail(notice_id=reset.pk, at=NOON)

    (sent,) = mail.outbox
    assert sent.subject == "How you sign in to Countersign was changed"
    assert "Amara" not in f"{sent.subject} {sent.body}"


def test_the_link_to_choose_a_new_password_goes_once_for_each_reset(account):
    account.credential_reset_at = NOON
    account.set_unusable_password()
    account.save()

    tasks.send_password_link(account_id=account.pk)
    tasks.send_password_link(account_id=account.pk)

    (sent,) = mail.outbox
    assert "/account/password/reset/key/" in sent.body
    assert Mail.objects.get().kind == Mail.Kind.SECURITY
