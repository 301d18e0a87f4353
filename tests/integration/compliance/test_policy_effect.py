"""What a draft of the policy would change: over real facts, in the background, kept with names and dates alone."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from compliance.models import PolicyEffect
from compliance.rules.effects import effect_on
from compliance.selectors.effects import effect_page
from compliance.services import effects
from core.actor import Actor, Role
from core.errors import NotAllowed
from notifications.models import Notice
from outbox.models import Job
from policies.models import PolicyDraft
from policies.services import adopt, draft_policy, publish_draft
from staff.models import RoleHeld
from supervision.selectors import statuses
from tests.cases_kit import child_with
from tests.diary_kit import booked, held
from tests.integration.policies.kit import with_case_interval, with_worker_interval
from tests.org import RECORDED, Org

pytestmark = pytest.mark.django_db

JANUARY = date(2027, 1, 1)
PSW = Role.PRINCIPAL_SOCIAL_WORKER


@pytest.fixture
def monthly(org: Org) -> Org:
    """The worker is seen every month, and was seen on 14 December."""
    adopt(slug="recruitment-000", starts_on=date(2020, 1, 1), at=RECORDED)
    org.worker.categories.update(category="social_worker")
    held(org.worker, org.supervisor, on=date(2026, 12, 14))
    return org


@pytest.fixture
def psw(monthly: Org) -> Actor:
    return monthly.actor(monthly.psw, hat=PSW)


def worked_out(text: str, psw: Actor, noon: datetime, on: date = JANUARY) -> PolicyEffect:
    draft = draft_policy(text=text, starts_on=on, actor=psw, at=noon)
    effect = effects.foresee_policy(draft_id=draft.pk, on=on, at=noon)
    effects.work_out_effect(effect_id=effect.pk, at=noon)
    effect.refresh_from_db()
    return effect


def rows_of(effect: PolicyEffect) -> dict[UUID, list[str]]:
    return {UUID(key): rest for key, *rest in effect.workers}


def test_who_is_due_sooner_with_the_date_before_and_after(monthly: Org, psw: Actor, noon: datetime) -> None:
    effect = worked_out(with_worker_interval("P7D"), psw, noon)

    # never earlier than an interval after the version begins: min(old due, change + new interval)
    assert rows_of(effect)[monthly.worker.pk] == ["sooner", "2027-01-14", "2027-01-08"]


def test_who_is_due_later(monthly: Org, psw: Actor, noon: datetime) -> None:
    effect = worked_out(with_worker_interval("P3M"), psw, noon)

    assert rows_of(effect)[monthly.worker.pk] == ["later", "2027-01-14", "2027-03-14"]
    assert (effect.done, effect.total, effect.finished_at) == (effect.total, effect.total, noon)


def test_what_it_foresees_is_what_comes(monthly: Org, psw: Actor, noon: datetime) -> None:
    effect = worked_out(with_worker_interval("P3M"), psw, noon)
    head = Actor(staff_id=monthly.head.pk, name="Helen Hart", on=psw.on, roles=frozenset({Role.DIRECTOR}))
    publish_draft(draft_id=effect.draft_id, starts_on=JANUARY, actor=head, at=noon)

    due_on = statuses(people=[monthly.worker.pk], on=JANUARY)[monthly.worker.pk].due_on

    assert due_on
    assert rows_of(effect)[monthly.worker.pk][2] == due_on.isoformat()


def test_children_are_figures_alone(shropshire: Org, noon: datetime) -> None:
    child = child_with(shropshire.worker, discussed=(date(2026, 8, 9), date(2026, 12, 9)))
    psw = shropshire.actor(shropshire.psw, hat=PSW)

    effect = worked_out(with_case_interval("P4M"), psw, noon)

    assert effect.children["later"] == 1
    assert str(child.pk) not in str(effect.workers)
    page = effect_page(draft=effect.draft, actor=psw, today=False, group="", number="1")
    assert [(figure.group, figure.workers, figure.children) for figure in page.figures][3] == ("later", 0, 1)


def test_names_are_for_those_who_may_see_them(monthly: Org, psw: Actor, noon: datetime) -> None:
    effect = worked_out(with_worker_interval("P3M"), psw, noon)
    far = Actor(staff_id=monthly.hr.pk, name="Hanna Roy", on=psw.on, roles=frozenset({Role.DIRECTOR}))
    above = monthly.actor(monthly.head)
    above = Actor(**{**{f: getattr(above, f) for f in above.__slots__}, "roles": frozenset({Role.DIRECTOR})})

    def names(actor: Actor) -> list[str]:
        page = effect_page(draft=effect.draft, actor=actor, today=False, group="later", number="1").page
        assert page is not None
        return [row.name for row in page.object_list]

    assert names(psw) == ["Amara Obi"]
    assert names(above) == ["Amara Obi"]
    assert names(far) == []


def test_asked_for_again_it_is_reckoned_anew_and_only_once_at_a_time(monthly: Org, psw: Actor, noon: datetime) -> None:
    effect = worked_out(with_worker_interval("P3M"), psw, noon)
    held(monthly.worker, monthly.supervisor, on=date(2026, 12, 21))

    again = effects.ask_for_effect(draft_id=effect.draft_id, today=False, actor=psw, at=noon)
    assert effects.ask_for_effect(draft_id=effect.draft_id, today=False, actor=psw, at=noon) == again
    effects.work_out_effect(effect_id=again.pk, at=noon + timedelta(minutes=1))
    effects.work_out_effect(effect_id=again.pk, at=noon + timedelta(hours=1))

    again.refresh_from_db()
    assert rows_of(again)[monthly.worker.pk] == ["later", "2027-01-21", "2027-03-21"]
    assert again.finished_at == noon + timedelta(minutes=1)
    assert Job.objects.filter(task="compliance.tasks.work_out_effect").count() == 2


def test_one_that_was_given_up_is_asked_for_again(monthly: Org, psw: Actor, noon: datetime) -> None:
    draft = draft_policy(text=with_worker_interval("P6W"), starts_on=date(2027, 1, 1), actor=psw, at=noon)
    asked = effects.foresee_policy(draft_id=draft.pk, on=draft.starts_on, at=noon)

    soon = effects.foresee_policy(draft_id=draft.pk, on=draft.starts_on, at=noon + timedelta(minutes=59))
    later = effects.foresee_policy(draft_id=draft.pk, on=draft.starts_on, at=noon + timedelta(minutes=61))

    assert soon == asked
    assert later != asked


def test_only_those_who_may_read_drafts_ask(monthly: Org, psw: Actor, noon: datetime) -> None:
    draft = draft_policy(text=with_worker_interval("P3M"), starts_on=JANUARY, actor=psw, at=noon)

    with pytest.raises(NotAllowed):
        effects.ask_for_effect(draft_id=draft.pk, today=False, actor=monthly.actor(monthly.worker), at=noon)


def test_those_who_may_publish_are_told_and_then_the_two(monthly: Org, psw: Actor, noon: datetime) -> None:
    RoleHeld.objects.create(person=monthly.head, role=Role.DIRECTOR, starts_on=date(2026, 1, 1), recorded_at=RECORDED)
    draft = draft_policy(text=with_worker_interval("P3M"), starts_on=JANUARY, actor=psw, at=noon)
    effects.tell_of_draft(draft_id=draft.pk, at=noon)
    assert [(n.person_id, n.kind) for n in Notice.objects.all()] == [(monthly.head.pk, "answer_wanted")]

    publish_draft(draft_id=draft.pk, starts_on=JANUARY, actor=monthly.actor(monthly.head), at=noon)
    effects.tell_of_publication(draft_id=draft.pk, at=noon)
    effects.tell_of_draft(draft_id=PolicyDraft.objects.get().pk, at=noon)

    told = Notice.objects.filter(kind="policy_published").values_list("person_id", flat=True)
    assert set(told) == {monthly.head.pk, monthly.psw.pk}
    assert Notice.objects.filter(kind="answer_wanted").count() == 1


def test_before_any_policy_everything_that_is_asked_is_new(org: Org, noon: datetime) -> None:
    org.worker.categories.update(category="social_worker")
    psw = org.actor(org.psw, hat=PSW)

    effect = worked_out(with_worker_interval("P1M"), psw, noon)

    assert rows_of(effect)[org.worker.pk][0] in ("newly", "overdue")


def test_nothing_changes_where_both_answers_are_the_same(shropshire: Org, today: date) -> None:
    answer = statuses(people=[shropshire.worker.pk], on=today)[shropshire.worker.pk]

    assert effect_on(answer, answer) == ""


def test_what_is_in_the_diary_is_taken_as_held_and_today_is_asked_apart(
    monthly: Org, psw: Actor, noon: datetime
) -> None:
    booked(monthly.worker, monthly.supervisor, on=date(2026, 12, 21))
    effect = worked_out(with_worker_interval("P3M"), psw, noon)
    assert rows_of(effect)[monthly.worker.pk] == ["later", "2027-01-21", "2027-03-21"]
    draft = effect.draft
    assert effect_page(draft=draft, actor=psw, today=True, group="", number="1").effect is None

    now = effects.ask_for_effect(draft_id=draft.pk, today=True, actor=psw, at=noon)
    effects.work_out_effect(effect_id=now.pk, at=noon)

    assert now.on == psw.on
    assert effect_page(draft=draft, actor=psw, today=True, group="", number="1").effect == now
    assert effect_page(draft=draft, actor=psw, today=False, group="", number="1").effect == effect
