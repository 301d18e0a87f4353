"""Closing what nobody can finish: by the supervisor's manager, without a word of the draft, signed for by nobody."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db.models import F

from core.errors import RuleBroken, Stale
from outbox.models import Job
from records import canonical, rules, selectors, services
from records.models import DraftSection, ExpiredDraft, Part, Record
from records.rules import Meaning, Relation, State
from records.unfinished import UNFINISHED
from staff.models import Absence, Account, ManagementLine, StaffMember, SupervisionRelationship
from supervision.selectors import contracts_of
from tests.adding_kit import LATER, close, type_own
from tests.org import RECORDED, Org, add_person, put_under
from tests.records_kit import NOON, WELLBEING, WORKLOAD, Kit, fresh
from trail.models import Entry

TODAY = LATER.date()
Gone = Callable[[Org], None]


def leaves(name: str) -> Gone:
    def go(org: Org) -> None:
        StaffMember.objects.filter(pk=getattr(org, name).pk).update(left_on=date(2026, 11, 10))

    return go


def cannot_sign_in(name: str) -> Gone:
    def end(org: Org) -> None:
        Account.objects.filter(person=getattr(org, name)).update(is_active=False)

    return end


def is_away(name: str, *, days: int) -> Gone:
    def go(org: Org) -> None:
        first = date(2026, 11, 9)
        Absence.objects.create(
            person=getattr(org, name),
            kind=Absence.Kind.SICKNESS,
            starts_on=first,
            expected_to=first + timedelta(days=days),
            recorded_at=RECORDED,
        )

    return go


def supervises_no_longer(org: Org) -> None:
    """Priya Nair still works here; from the tenth the outsider supervises, under the same manager."""
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.create(
        supervisee=org.worker, supervisor=org.outsider, starts_on=date(2026, 11, 10), recorded_at=RECORDED
    )
    put_under(org.outsider, org.team_manager, supervises=False)


def unfinished(org: Org, who: str = "team_manager") -> list[selectors.Unfinished]:
    return selectors.unfinished_records(actor=org.actor(getattr(org, who), on=TODAY))


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        (leaves("supervisor"), "Priya Nair has left."),
        (leaves("worker"), "Amara Obi has left."),
        (cannot_sign_in("supervisor"), "Priya Nair can no longer sign in."),
        (is_away("supervisor", days=60), "Priya Nair is away for a long time."),
        (is_away("worker", days=60), "Amara Obi is away for a long time."),
        (supervises_no_longer, "Priya Nair no longer supervises this person."),
    ],
    ids=["left", "worker left", "no account", "away", "worker away", "supervises no longer"],
)
def test_a_draft_is_known_to_the_supervisors_manager_once_one_of_the_two_has_gone(
    kit: Kit, org: Org, gone: Gone, why: str
) -> None:
    draft = kit.draft()
    assert unfinished(org) == []

    gone(org)

    (row,) = unfinished(org)
    assert (row.record_id, row.why, row.is_signed, row.since) == (draft.pk, why, False, draft.created_at)
    for who in ("worker", "supervisor", "outsider", "head", "hr", "sysadmin"):
        assert unfinished(org, who) == [], who


def test_nobody_is_gone_who_is_away_for_a_week(kit: Kit, org: Org) -> None:
    kit.draft()
    is_away("supervisor", days=7)(org)

    assert unfinished(org) == []


def test_a_signed_text_waits_for_its_supervisee_and_not_for_its_author(kit: Kit, org: Org) -> None:
    record = kit.awaiting()
    leaves("supervisor")(org)
    assert unfinished(org) == []

    leaves("worker")(org)

    (row,) = unfinished(org)
    assert (row.record_id, row.is_signed, row.since, row.why) == (record.pk, True, NOON, "Amara Obi has left.")


def test_where_nobody_supervises_any_more_the_authors_last_manager_closes(kit: Kit, org: Org) -> None:
    kit.draft()
    ManagementLine.objects.filter(person=org.supervisor).update(ends_on=date(2026, 11, 10))
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(ends_on=date(2026, 11, 10))
    leaves("supervisor")(org)

    assert len(unfinished(org)) == 1


def test_a_draft_of_an_author_who_manages_now_is_not_theirs_to_close(kit: Kit, org: Org) -> None:
    kit.draft()
    successor = add_person("Nia Bell", team=org.team, job_title="Senior social worker")
    put_under(successor, org.supervisor, supervises=False)
    SupervisionRelationship.objects.filter(supervisee=org.worker).update(supervisor=successor)

    assert unfinished(org, "supervisor") == []
    assert len(unfinished(org)) == 1


def test_a_draft_is_closed_as_not_countersigned_and_says_why(kit: Kit, org: Org) -> None:
    draft = kit.draft()
    leaves("supervisor")(org)
    manager = org.actor(org.team_manager, on=TODAY)

    part = close(kit, draft, actor=manager, text="Priya Nair left on 10 November.")

    body = canonical.parse(bytes(part.body))
    assert (body["kind"], body["seq"], body["prev"], body["facts"]) == ("closure", 1, None, {})
    assert (body["signature"]["relation"], body["signature"]["meaning"]) == (Relation.NEXT_UP, Meaning.CLOSURE)
    assert body["signature"]["statement"].startswith("I close this record without the missing signature")
    assert [(row["id"], row["heading"]) for row in body["sections"]] == [("_closure", "Not countersigned, because")]
    assert WORKLOAD not in str([row.content for row in part.contents.all()])
    heads = fresh(draft).get_heads()
    assert (rules.state_of(heads), rules.standing_of(heads)) == (State.SEALED, "closed_unsigned")
    assert not rules.is_agreed(heads)
    assert not rules.is_signed_by_both(heads)
    assert services.verify(fresh(draft)).intact
    assert Entry.objects.get(verb="record.closed").actor_id == org.team_manager.pk
    told = Job.objects.filter(task="notifications.tasks.notify", arguments__kind="record_closed")
    assert str(org.worker.pk) in {job.arguments["person_id"] for job in told}
    assert unfinished(org) == []


def test_what_was_typed_and_not_signed_is_kept_for_its_writer_alone(kit: Kit, org: Org) -> None:
    draft = kit.draft()
    kit.save(draft, "supervisee_comments", {"comments": "My own words."}, version=0, actor=kit.worker)
    supervises_no_longer(org)

    close(kit, draft, actor=org.actor(org.team_manager, on=TODAY))

    kept = DraftSection.objects.filter(record=draft)
    assert "workload" in {row.section for row in kept}
    assert "_closure" not in {row.section for row in kept}
    (own,) = selectors.kept_unsigned(record=fresh(draft), actor=kit.worker)
    assert own.fields[0]["value"] == "My own words."
    for reader in (org.team_manager, org.outsider):
        assert selectors.kept_unsigned(record=fresh(draft), actor=org.actor(reader, on=TODAY)) == []
        reading = selectors.record_reading(record=fresh(draft), actor=org.actor(reader, on=TODAY))
        assert WORKLOAD not in str(reading.parts)


def test_of_a_signed_text_only_what_nobody_signed_is_kept(kit: Kit, org: Org) -> None:
    record = kit.awaiting()
    kit.save(record, "supervisee_comments", {"comments": "Half a"}, version=0, actor=kit.worker)
    leaves("worker")(org)

    close(kit, record, actor=org.actor(org.team_manager, on=TODAY))

    assert [row.section for row in DraftSection.objects.filter(record=record)] == ["supervisee_comments"]
    assert [part.kind for part in Part.objects.filter(record=record)] == ["text", "closure"]


def test_a_returned_record_is_closed_and_keeps_its_corrections_unsigned(kit: Kit, org: Org) -> None:
    record = kit.awaiting()
    kit.send_back(record)
    version = DraftSection.objects.get(record=record, section="workload").version
    kit.save(record, "workload", {"discussed": "Corrected.", "actions": []}, version=version)
    leaves("supervisor")(org)

    part = close(kit, record, actor=org.actor(org.team_manager, on=TODAY))

    assert part.seq == 3
    assert DraftSection.objects.get(record=record, section="workload").values["discussed"] == "Corrected."
    assert services.verify(fresh(record)).intact


def test_refuses_without_a_reason_or_when_nobody_has_gone_or_somebody_signed_meanwhile(kit: Kit, org: Org) -> None:
    record = kit.draft()
    manager = org.actor(org.team_manager, on=TODAY)
    with pytest.raises(Record.DoesNotExist):
        close(kit, record, actor=manager)
    is_away("supervisor", days=60)(org)
    page = selectors.shown_for_closing(record)

    with pytest.raises(RuleBroken, match="Say why it is closed"):
        close(kit, record, actor=manager, shown=selectors.shown_with(page, []))
    typed = type_own(record, rules.CLOSURE, "She is away.", actor=manager)
    is_away("worker", days=60)(org)
    kit.sign(fresh(record))
    with pytest.raises(Stale):
        close(kit, record, actor=manager, shown=selectors.shown_with(page, typed))

    assert [part.kind for part in Part.objects.filter(record=record)] == ["text"]


def test_what_is_closed_or_sealed_is_not_closed_again(kit: Kit, org: Org) -> None:
    draft, sealed = kit.draft(), kit.sealed()
    leaves("supervisor")(org)
    manager = org.actor(org.team_manager, on=TODAY)
    close(kit, draft, actor=manager)

    for record in (draft, sealed):
        with pytest.raises(Record.DoesNotExist):
            close(kit, record, actor=manager)


def test_a_closed_draft_of_a_contract_is_no_contract(kit: Kit, shropshire: Org) -> None:
    record = kit.draft(kind=rules.Kind.CONTRACT, template="contract_1a")
    is_away("supervisor", days=60)(shropshire)

    close(kit, record, actor=shropshire.actor(shropshire.team_manager, on=TODAY))

    assert contracts_of(people=[kit.org.worker.pk], on=TODAY)[kit.org.worker.pk].standing == "missing"


def test_the_next_up_reads_a_closed_text_masked_and_nothing_of_the_draft(kit: Kit, org: Org) -> None:
    record = kit.awaiting()
    leaves("worker")(org)
    manager = org.actor(org.team_manager, on=TODAY)

    close(kit, record, actor=manager)

    parts = selectors.record_reading(record=fresh(record), actor=manager).parts
    assert WELLBEING not in str(parts)
    assert parts[0].contents["wellbeing", None] is None


def test_the_list_takes_one_query_whatever_its_length(kit: Kit, org: Org, django_assert_num_queries) -> None:
    for _ in range(3):
        kit.draft()
    leaves("supervisor")(org)
    manager = org.actor(org.team_manager, on=TODAY)

    with django_assert_num_queries(1):
        assert len(selectors.unfinished_records(actor=manager)) == 3


def test_control_without_the_manager_rule_others_would_see_them(kit: Kit, org: Org) -> None:
    """Shows that the rows are there to be seen, and that the rule on managers is what keeps them from others."""
    kit.draft()
    leaves("supervisor")(org)

    assert UNFINISHED.stuck(on=TODAY).filter(author=F("author")).count() == 1


def test_a_draft_that_was_given_up_is_no_unfinished_record(kit: Kit, org: Org) -> None:
    draft = kit.draft()
    leaves("supervisor")(org)
    assert len(unfinished(org)) == 1

    ExpiredDraft.objects.create(record=draft, expired_at=NOON)

    assert unfinished(org) == []
