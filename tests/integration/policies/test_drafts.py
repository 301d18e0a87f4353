"""One person drafts a version of the policy, another publishes it; a bad text changes nothing."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from core.actor import Actor, Role
from core.errors import NotAllowed, RuleBroken, Stale
from outbox.models import Job
from policies import selectors
from policies.faults import Faulty
from policies.models import Adoption, PolicyDraft, PolicyVersion
from policies.services import discard_draft, draft_policy, publish_draft
from tests.integration.policies.kit import changed, with_case_interval
from tests.org import Org
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shropshire")]

TODAY = date(2026, 11, 9)
JANUARY = date(2027, 1, 1)
PSW = Role.PRINCIPAL_SOCIAL_WORKER


@pytest.fixture
def psw(org: Org) -> Actor:
    return org.actor(org.psw, hat=PSW)


@pytest.fixture
def other_psw() -> Actor:
    return Actor(staff_id=uuid4(), name="Ravi Sen", on=TODAY, roles=frozenset({PSW}), hat=PSW)


def drafted(psw: Actor, noon: datetime, text: str = "", **more: object) -> PolicyDraft:
    return draft_policy(text=text or changed(), starts_on=JANUARY, actor=psw, at=noon, **more)  # type: ignore[arg-type]


def test_one_drafts_and_another_publishes_from_a_day_to_come(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    before = Adoption.objects.get()
    draft = drafted(psw, noon)

    adoption = publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=other_psw, at=noon + timedelta(hours=1))

    before.refresh_from_db()
    draft.refresh_from_db()
    assert (before.ends_on, adoption.starts_on, adoption.ends_on) == (JANUARY, JANUARY, None)
    assert (adoption.adopted_by_name, draft.drafted_by_name, draft.closed_by_name) == (
        "Ravi Sen",
        "Petra Wolf",
        "Ravi Sen",
    )
    assert draft.published_as == adoption.policy
    in_force = [selectors.policy_in_force(day) for day in (date(2026, 12, 31), JANUARY)]
    assert [policy.version for policy in in_force if policy] == [before.policy.version, "4"]
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert verbs >= {"policy.drafted", "policy.published", "policy.adopted"}


def test_whoever_drafted_it_does_not_publish_it(psw: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon)

    with pytest.raises(NotAllowed, match="You drafted this version, so somebody else has to publish it."):
        publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=psw, at=noon)

    assert not PolicyVersion.objects.filter(version="4").exists()


def test_whoever_changes_a_draft_is_the_one_who_drafted_it(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    first = drafted(psw, noon)
    second = drafted(other_psw, noon, changed(title="Another title"), replaces=first.pk)

    first.refresh_from_db()
    assert (first.status, first.closed_by_name) == ("discarded", "Ravi Sen")
    with pytest.raises(NotAllowed):
        publish_draft(draft_id=second.pk, starts_on=JANUARY, actor=other_psw, at=noon)
    assert publish_draft(draft_id=second.pk, starts_on=JANUARY, actor=psw, at=noon).policy.version == "4"


@pytest.mark.parametrize(("role", "may"), [(Role.DIRECTOR, True), (Role.ASSISTANT_DIRECTOR, True), (Role.HR, False)])
def test_a_head_is_the_second_where_there_is_one_principal_social_worker(
    psw: Actor, noon: datetime, role: Role, may: bool
) -> None:
    draft = drafted(psw, noon)
    head = Actor(staff_id=uuid4(), name="Dana Cole", on=TODAY, roles=frozenset({role}))

    if may:
        assert publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=head, at=noon)
    else:
        with pytest.raises(RuleBroken, match="There is no such draft."):
            publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=head, at=noon)


def test_without_the_hat_nobody_drafts(org: Org, noon: datetime) -> None:
    with pytest.raises(NotAllowed, match="Put that hat on first"):
        drafted(org.actor(org.psw), noon)
    with pytest.raises(NotAllowed):
        drafted(org.actor(org.sysadmin, hat=Role.SYSTEM_ADMINISTRATOR), noon)


def test_a_bad_text_leaves_everything_as_it_was_and_says_every_fault(psw: Actor, noon: datetime) -> None:
    bad = changed(colour="red", inherits="nowhere").replace("every: P2M", "every: 2 months")

    with pytest.raises(Faulty) as refused:
        drafted(psw, noon, bad)

    said = {(fault.path, fault.sentence) for fault in refused.value.faults}
    assert ("colour", '"colour" is not a key that is known here') in said
    assert ("inherits", '"nowhere" is not the id of a policy that is loaded here') in said
    assert any("2 months" in sentence and path.startswith("case_rules[0]") for path, sentence in said)
    assert not PolicyDraft.objects.exists()
    assert Adoption.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (": : :", "this is not YAML that can be read"),
        ("just words", "is not a mapping of keys to values"),
        (changed(version="3, June 2017; audit tool v2, December 2015; reading 2"), "reading"),
        (changed(labels={1: "x"}), "is not text: write keys in quotes"),
        (changed(labels={"a": float("nan")}), "cannot be kept"),
        (changed(labels={"a": "\x00"}), "cannot be kept"),
        (changed(inherits="shropshire-2017"), "leads back to this policy itself"),
        (changed(version="x" * 300), "is longer than 200 characters"),
        ("a" * 400_001, "no policy is"),
    ],
)
def test_what_cannot_be_a_version_is_refused_with_a_sentence(
    text: str, sentence: str, psw: Actor, noon: datetime
) -> None:
    if "reading" in sentence:
        text, sentence = changed(version=Adoption.objects.get().policy.version), "is loaded already"

    with pytest.raises(Faulty, match=sentence):
        drafted(psw, noon, text)


def test_a_draft_whose_version_was_published_meanwhile_cannot_be_published(
    psw: Actor, other_psw: Actor, noon: datetime
) -> None:
    one, other = drafted(psw, noon), drafted(psw, noon, changed(title="Another title"))
    publish_draft(draft_id=one.pk, starts_on=JANUARY, actor=other_psw, at=noon)

    with pytest.raises(RuleBroken, match="is loaded already"):
        publish_draft(draft_id=other.pk, starts_on=date(2027, 2, 1), actor=other_psw, at=noon)


def test_what_inherits_from_another_version_than_was_read_is_drafted_again(
    psw: Actor, other_psw: Actor, noon: datetime
) -> None:
    draft = drafted(psw, noon)
    parent = PolicyVersion.objects.get(slug="baseline-lga-2020")
    PolicyVersion.objects.create(
        slug=parent.slug,
        version="a later one",
        document={**parent.document, "version": "a later one"},
        digest="sha256:later",
        loaded_at=parent.loaded_at + timedelta(minutes=1),
    )

    with pytest.raises(Stale, match="has a new version, so this is not what you read"):
        publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=other_psw, at=noon + timedelta(hours=1))
    assert not PolicyVersion.objects.filter(version="4").exists()
    again = drafted(psw, noon, replaces=draft.pk)
    assert publish_draft(draft_id=again.pk, starts_on=JANUARY, actor=other_psw, at=noon).policy.parent == again.parent


def test_nothing_is_published_or_discarded_twice(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    draft = drafted(psw, noon)
    discard_draft(draft_id=draft.pk, actor=psw, at=noon)

    with pytest.raises(RuleBroken, match="was discarded already by Petra Wolf"):
        publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=other_psw, at=noon)
    with pytest.raises(RuleBroken, match="was discarded already by Petra Wolf"):
        discard_draft(draft_id=draft.pk, actor=psw, at=noon)


def test_a_version_never_begins_on_a_day_that_has_passed(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    with pytest.raises(RuleBroken, match="what was judged stays judged"):
        draft_policy(text=changed(), starts_on=date(2026, 11, 8), actor=psw, at=noon)
    draft = drafted(psw, noon)
    with pytest.raises(RuleBroken, match="what was judged stays judged"):
        publish_draft(draft_id=draft.pk, starts_on=date(2026, 11, 8), actor=other_psw, at=noon)
    assert publish_draft(draft_id=draft.pk, starts_on=TODAY, actor=other_psw, at=noon).starts_on == TODAY


def test_a_version_may_begin_before_one_that_is_to_come(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    later = drafted(psw, noon)
    sooner = drafted(psw, noon, changed(version="3.5"))
    publish_draft(draft_id=later.pk, starts_on=JANUARY, actor=other_psw, at=noon)

    adoption = publish_draft(draft_id=sooner.pk, starts_on=date(2026, 12, 1), actor=other_psw, at=noon)

    assert adoption.ends_on == JANUARY
    held = Adoption.objects.order_by("starts_on").values_list("starts_on", "ends_on", "policy__version")
    assert [row[1:] for row in held][1:] == [(JANUARY, "3.5"), (None, "4")]
    assert held[0][1] == date(2026, 12, 1)


def test_a_draft_does_not_take_back_what_was_published_after_it(psw: Actor, other_psw: Actor, noon: datetime) -> None:
    rules, other = drafted(psw, noon), drafted(psw, noon, changed(version="5"))
    publish_draft(draft_id=rules.pk, starts_on=JANUARY, actor=other_psw, at=noon)
    february = date(2027, 2, 1)

    with pytest.raises(RuleBroken, match=r"Version 4 begins on 1 January 2027 and would be taken back"):
        publish_draft(draft_id=other.pk, starts_on=february, actor=other_psw, at=noon)

    built = draft_policy(text=changed(version="5"), starts_on=february, actor=psw, at=noon)
    assert built.built_on is not None
    assert built.built_on.version == "4"
    assert publish_draft(draft_id=built.pk, starts_on=february, actor=other_psw, at=noon).policy.version == "5"


def test_others_hear_of_it_in_the_background(psw: Actor, noon: datetime) -> None:
    drafted(psw, noon)

    asked = set(Job.objects.values_list("task", flat=True))
    assert asked == {"compliance.tasks.tell_of_draft", "compliance.tasks.foresee_policy"}


def test_the_present_version_as_text_is_the_present_version(psw: Actor, noon: datetime) -> None:
    present = Adoption.objects.get().policy
    text = selectors.text_of(present)

    draft = drafted(psw, noon, text.replace(f"version: {present.version}", "version: '9'"))

    assert draft.document == {**present.document, "version": "9"}
    assert text.index("schema:") < text.index("id:") < text.index("worker_categories:") < text.index("case_rules:")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (with_case_interval("P9999Y"), '"P9999Y" is longer than'),
        (changed(absence={"first_after_return": {"working_days": 10**9}}), '"1000000000" is more than'),
        (with_case_interval("P1M").replace("due_soon_days: 7", "due_soon_days: 99999999"), "is more than 3660"),
    ],
)
def test_figures_beyond_any_calendar_are_refused(text: str, sentence: str, psw: Actor, noon: datetime) -> None:
    with pytest.raises(Faulty, match=sentence):
        drafted(psw, noon, text)
