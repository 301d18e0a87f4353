"""A second judgement: by somebody free to differ, blind, with the file open until a day and no longer."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from audits.models import Audit, Moderation
from audits.moderating import selectors, services
from audits.moderating.rules import Candidate, agreement, check_may_judge, steps_apart
from core.actor import Role
from core.errors import NotAllowed, RuleBroken
from outbox.models import Job
from records.models import Record
from staff.models import SightGrant, StaffMember, SupervisionRelationship
from tests.audits_kit import Tiers, acting, tiers
from tests.moderating_kit import signed_audit
from tests.org import Org, SignIn, add_person, put_under
from tests.records_kit import NOON, Kit
from trail.models import Entry
from trail.selectors import reads_about

DUE = date(2026, 11, 20)
LATER = date(2026, 11, 21)
DAY = date(2026, 11, 3)
SCALE = ("Outstanding", "Good", "Requires improvement", "Inadequate")


@pytest.fixture
def line(shropshire: Org) -> Tiers:
    return tiers(shropshire)


@pytest.fixture
def audit(line: Tiers) -> Audit:
    """By the team manager of the file of the worker, whose supervisor is below the team manager."""
    org = line.org
    return signed_audit(auditor=org.team_manager, file_of=org.worker, supervisor=org.supervisor, on=date(2026, 11, 2))


@pytest.fixture
def moderator(line: Tiers) -> StaffMember:
    return line.managers[1]


def ask(audit: Audit, to: StaffMember, **options: Any) -> Moderation:
    return services.ask_for_moderation(audit_id=audit.pk, to_id=to.pk, at=NOON, **{"due_on": DUE, **options})


def judge(moderation: Moderation, person: StaffMember, **options: Any) -> Moderation:
    options = {"judgement": "Requires improvement", "words": "Gaps without a reason.", **options}
    return services.judge(moderation_id=moderation.pk, actor=acting(person), at=NOON, **options)


def test_the_auditors_manager_asks_and_the_file_is_open_until_the_day(
    line: Tiers, audit: Audit, moderator: StaffMember
) -> None:
    sealed = Kit(line.org).sealed()
    assert not Record.objects.visible_to(acting(moderator)).filter(pk=sealed.pk).exists()

    ask(audit, moderator, actor=acting(line.head))

    reads = Record.objects.visible_to(acting(moderator, on=DUE))
    assert reads.filter(pk=sealed.pk).exists()
    assert not reads.filter(pk=audit.record_id).exists()
    assert not Record.objects.visible_to(acting(moderator, on=LATER)).filter(pk=sealed.pk).exists()
    assert all(SightGrant.objects.values_list("masked", flat=True))
    told = Job.objects.filter(arguments__kind="answer_wanted").values_list("arguments__person_id", flat=True)
    assert str(moderator.pk) in told


def test_the_principal_social_worker_asks_too_with_that_hat_on(
    line: Tiers, audit: Audit, moderator: StaffMember
) -> None:
    psw = line.org.psw
    with pytest.raises(Audit.DoesNotExist):
        ask(audit, moderator, actor=acting(psw))

    made = ask(audit, moderator, actor=acting(psw, hat=Role.PRINCIPAL_SOCIAL_WORKER))

    assert made.asked_by == psw


@pytest.mark.parametrize("who", ["worker", "supervisor", "team_manager", "outsider"])
def test_nobody_else_asks(line: Tiers, audit: Audit, moderator: StaffMember, who: str) -> None:
    with pytest.raises((Audit.DoesNotExist, NotAllowed)):
        ask(audit, moderator, actor=acting(getattr(line.org, who)))


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ({"is_asker": True}, "asks themselves"),
        ({"is_auditor": True}, "first judgement"),
        ({"is_of_the_file": True}, "own supervision"),
        ({"is_under_auditor": True}, "not free"),
        ({"has_read": True}, "already"),
    ],
)
def test_somebody_concerned_does_not_judge(standing: dict[str, bool], words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        check_may_judge(Candidate("Rosa Lind", **standing))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("worker", "own supervision"),
        ("supervisor", "own supervision"),
        ("team_manager", "first judgement"),
        ("head", "themselves"),
    ],
)
def test_who_judges_is_found_out_from_the_line(line: Tiers, audit: Audit, who: str, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refused:
        ask(audit, getattr(line.org, who), actor=acting(line.head))
    assert refused.value.field == "to_id"


def test_whoever_is_below_the_auditor_is_not_free_to_differ(line: Tiers, audit: Audit) -> None:
    below = line.workers[0]

    with pytest.raises(RuleBroken, match="not free"):
        ask(audit, below, actor=acting(line.head))


def test_whoever_the_audited_supervisor_supervises_or_who_supervises_the_worker_now_is_not_free(
    line: Tiers, audit: Audit, moderator: StaffMember
) -> None:
    """R114 holds for the second judgement as for the first."""
    peer = add_person("Pia Moss", team=line.org.other_team, job_title="Social worker", category="sw_case_management")
    put_under(peer, line.org.supervisor)
    SupervisionRelationship.objects.create(
        supervisee=line.org.worker, supervisor=moderator, kind="professional", starts_on=DAY, recorded_at=NOON
    )

    with pytest.raises(RuleBroken, match="not free to judge"):
        ask(audit, peer, actor=acting(line.head))
    with pytest.raises(RuleBroken, match="own supervision"):
        ask(audit, moderator, actor=acting(line.head))
    assert not SightGrant.objects.exists()


def test_whoever_reads_the_first_judgement_by_the_line_is_not_blind(line: Tiers, audit: Audit) -> None:
    with pytest.raises(RuleBroken, match="already"):
        ask(audit, line.assistant, actor=acting(line.head))


def test_one_is_asked_at_a_time_and_by_a_day_ahead(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    head = acting(line.head)
    with pytest.raises(RuleBroken, match="after today") as refused:
        ask(audit, moderator, actor=head, due_on=head.on)
    assert refused.value.field == "due_on"

    ask(audit, moderator, actor=head)

    other = add_person("Una Vale", team=line.org.other_team, job_title="Team manager")
    with pytest.raises(RuleBroken, match="already"):
        ask(audit, other, actor=head)


def test_the_first_judgement_is_shown_only_once_the_second_is_given(
    line: Tiers, audit: Audit, moderator: StaffMember
) -> None:
    made = ask(audit, moderator, actor=acting(line.head))

    before = selectors.moderation_page(moderation=_full(made), actor=acting(moderator))
    assert before.first is None
    assert before.file is not None
    judge(made, moderator)
    after = selectors.moderation_page(moderation=_full(made), actor=acting(moderator))

    assert after.first is not None
    assert (after.first.judgement, after.first.comment) == ("Good", "Careful work.")
    assert after.file is None


def _full(made: Moderation) -> Moderation:
    return Moderation.objects.select_related("audit__auditor", "audit__file_of", "audit__supervisor").get(pk=made.pk)


def test_the_file_closes_once_it_is_judged_or_withdrawn(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    services.withdraw(moderation_id=made.pk, actor=acting(line.head), at=NOON)
    assert acting(moderator).granted_people == frozenset()

    again = ask(audit, moderator, actor=acting(line.head))
    assert acting(moderator).granted_people == {line.org.worker.pk}
    judge(again, moderator)

    assert acting(moderator).granted_people == frozenset()


def test_a_judgement_is_given_once_by_whoever_was_asked(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    with pytest.raises(NotAllowed):
        judge(made, line.head)
    with pytest.raises(RuleBroken, match="Choose a judgement"):
        judge(made, moderator, judgement="Splendid")
    with pytest.raises(RuleBroken, match="Say what led"):
        judge(made, moderator, words=" ")

    judge(made, moderator)

    with pytest.raises(RuleBroken, match="given already"):
        judge(made, moderator, judgement="Good")
    with pytest.raises(RuleBroken, match="given already"):
        services.withdraw(moderation_id=made.pk, actor=acting(line.head), at=NOON)


def test_what_was_withdrawn_is_not_judged(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    with pytest.raises(NotAllowed):
        services.withdraw(moderation_id=made.pk, actor=acting(moderator), at=NOON)
    services.withdraw(moderation_id=made.pk, actor=acting(line.head), at=NOON)

    with pytest.raises(RuleBroken, match="withdrawn"):
        judge(made, moderator)


def test_the_two_who_were_audited_know_nothing_of_it(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    judge(made, moderator)

    for who in (line.org.worker, line.org.supervisor):
        assert not Moderation.objects.visible_to(acting(who)).filter(pk=made.pk).exists()


def test_who_has_looked_tells_the_worker_of_the_looks_into_the_file_and_not_of_the_second_judgement(
    line: Tiers, audit: Audit, moderator: StaffMember
) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    for person in (line.head, moderator):
        services.read_moderation(moderation=_full(made), actor=acting(person), at=NOON)
    judge(made, moderator)
    for person in (moderator, line.head, line.org.team_manager):
        services.read_moderation(moderation=_full(made), actor=acting(person), at=NOON)

    looks = reads_about(line.org.worker.pk)
    assert [(entry.verb, entry.actor_name) for entry in looks] == [("audit.file_read", "Rosa Lind")]
    assert Entry.objects.filter(verb="moderation.read").count() == 4
    assert not any("second" in purpose for purpose in SightGrant.objects.values_list("purpose", flat=True))


def test_the_auditor_knows_of_it_once_it_is_given(line: Tiers, audit: Audit, moderator: StaffMember) -> None:
    made = ask(audit, moderator, actor=acting(line.head))
    known = Moderation.objects.filter(pk=made.pk)

    assert not known.visible_to(acting(line.org.team_manager)).exists()
    assert not known.visible_to(acting(line.assistant)).exists()
    assert known.visible_to(acting(line.head)).exists()
    assert known.visible_to(acting(moderator)).exists()
    assert not selectors.moderating_of(audit, actor=acting(line.assistant)).can_ask
    judge(made, moderator)
    assert known.visible_to(acting(line.org.team_manager)).exists()
    assert known.visible_to(acting(line.assistant)).exists()


def test_the_file_says_that_it_is_shown_as_known_today(
    line: Tiers, audit: Audit, moderator: StaffMember, sign_in: SignIn
) -> None:
    with time_machine.travel(NOON, tick=False):
        made = ask(audit, moderator, actor=acting(line.head))
        client = sign_in(moderator)
        page = client.get(reverse("audits:moderation-detail", args=[made.pk])).content.decode()

    assert "up to Monday 2 November 2026, when the audit was signed, as it is known today" in page


def test_judgements_are_compared_by_steps_of_the_scale() -> None:
    pairs = [("Good", "Good"), ("Good", "Outstanding"), ("Good", "Inadequate"), ("Good", "Splendid")]

    found = agreement(steps_apart(first, second, judgements=SCALE) for first, second in pairs)

    assert (found.number, found.same, found.one_step, found.further) == (3, 1, 1, 1)


def test_the_list_asks_as_often_whatever_its_length(
    line: Tiers, audit: Audit, moderator: StaffMember, django_assert_num_queries: Any
) -> None:
    actor = acting(line.head)
    for worker in line.workers[:3]:
        signed_audit(auditor=line.managers[0], file_of=worker, supervisor=line.org.supervisor, on=date(2026, 11, 2))
    ask(audit, moderator, actor=actor)

    with django_assert_num_queries(4):
        page = selectors.moderations_page(actor=actor)
    assert (len(page.others), len(page.to_ask)) == (1, 3)
