"""Records that nobody can finish since one of their two people has gone, and who may close them."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from cases.models import Child
from core.actor import Actor
from records.models import Part, Record, RecordQuerySet
from records.rules import EXAMINING, Kind, State
from staff.models import Absence, Account, ManagementLine, StaffMember, SupervisionRelationship

# An absence that lasts, or is to last, for this long is not waited for
LONG_ABSENCE = timedelta(days=28)
# More unsealed records than stand between a manager and those below at any time
MOST = 5_000


class UnfinishedQuerySet(RecordQuerySet):
    """Unsealed records whose author or subject has gone. Nobody reads their text by this door."""

    def visible_to(self, actor: Actor) -> "UnfinishedQuerySet":
        """For the supervisor's manager (sight: an unfinished record whose supervisor or supervisee has gone).

        That is the next up of whom it is about; where there is no other, whoever managed its author last.
        """
        supervision = SupervisionRelationship.objects.live(actor.on).filter(supervisee=OuterRef("whom"))
        lines = ManagementLine.objects.live(actor.on).filter(person=OuterRef("supervisor"))
        next_up = supervision.filter(Exists(lines.exclude(manager=OuterRef(OuterRef("author")))))
        confirmed = ManagementLine.objects.confirmed()
        managed = confirmed.filter(person=OuterRef("author"), starts_on__lte=actor.on)
        managed_by_actor = confirmed.filter(manager=actor.staff_id).values("person")
        entries = Record.objects.filter(kind=Kind.CASE_ENTRY)
        about, of_entry, by = (
            Record.objects.filter(subject__in=actor.next_up_for),
            entries.filter(discussed_with__in=actor.next_up_for),
            Record.objects.filter(author__in=managed_by_actor),
        )
        # Apart, so that each is found by its index; and the seal asked of each of them, where for EXISTS the database
        # would read every seal of the authority
        near = Record.objects.not_expired().filter(
            pk__in=about.values("pk").union(of_entry.values("pk"), by.values("pk"))
        )
        seal = Part.objects.filter(record=OuterRef("pk"), state_after=State.SEALED).values("pk")[:1]
        by_itself = ~Q(kind=Kind.CASE_ENTRY) | Q(Exists(_signed_with_a_group()))
        # Nobody but whoever writes it knows of the draft of an audit or observation
        by_itself &= ~Q(kind__in=EXAMINING) | Q(Exists(Part.objects.filter(record=OuterRef("pk"))))
        unsealed = near.filter(by_itself).alias(seal=Subquery(seal)).filter(seal=None).values("pk")
        return (
            # With a limit, the database finds these first, and asks the rest of a few records and not of all
            self.filter(pk__in=unsealed[:MOST])
            .annotate(whom=Coalesce("subject", "discussed_with"))
            .exclude(Q(author=actor.staff_id) | Q(subject=actor.staff_id) | Q(discussed_with=actor.staff_id))
            .annotate(author_manager=Subquery(managed.order_by("-starts_on").values("manager")[:1]))
            .filter(Q(whom__in=actor.next_up_for) | Q(author_manager=actor.staff_id) & ~Exists(next_up))
            .stuck(on=actor.on)
        )

    def stuck(self, *, on: date) -> "UnfinishedQuerySet":
        """Those that wait for somebody who has gone by a day: a signed text for its subject, anything else for both.

        The record of a group is about nobody who could be gone, and waits for its author alone. An entry of a child of
        whom a group spoke waits for whoever brought the child. Who writes it need not supervise them, nor need who looks
        at somebody's practice.
        Annotates ``state``, ``since`` when it stands so, and ``author_gone`` and ``subject_gone``: how, or nothing.
        """
        last = Part.objects.filter(record=OuterRef("pk")).order_by("-seq").values("signed_at")[:1]
        supervises = SupervisionRelationship.objects.live(on).filter(
            supervisor=OuterRef("author"), supervisee=OuterRef("whom")
        )
        no_longer = Q(~Exists(supervises), ~Q(kind__in=[Kind.CASE_ENTRY, *sorted(EXAMINING)]), group="")
        found: Any = self.with_state().annotate(whom=Coalesce("subject", "discussed_with"))
        found = found.annotate(
            since=Coalesce(Subquery(last), F("created_at")),
            subject_gone=Case(When(group="", then=_gone("whom", on=on)), default=Value("")),
            author_gone=_gone("author", When(no_longer, then=Value("supervises_no_longer")), on=on),
        )
        unsigned = (State.DRAFT.value, State.RETURNED.value)
        stuck: UnfinishedQuerySet = found.filter(
            Q(state=State.AWAITING.value) & ~Q(subject_gone="")
            | Q(state__in=unsigned) & (~Q(subject_gone="") | ~Q(author_gone=""))
        )
        return stuck


def _signed_with_a_group() -> QuerySet[Part]:
    """Parts by which an entry was signed with the record of a group: that is sealed at once, and the entry by itself."""
    group = Part.objects.filter(act=OuterRef("act"), record__kind=Kind.GROUP_RECORD)
    return Part.objects.filter(Exists(group), record=OuterRef("pk"), seq=1)


class OrClosedQuerySet(RecordQuerySet):
    """Records that one sees, and those that one closed: whoever signs reads what they signed.

    A door of its own, since whoever managed the author last may be nobody else to the record. They read it masked.
    """

    def visible_to(self, actor: Actor) -> "OrClosedQuerySet":
        seen, closed = super().visible_to(actor), Record.objects.closed_by(actor)
        return self.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=closed.values("pk")))

    def for_its_page(self, actor: Actor) -> "OrClosedQuerySet":
        """With all that the page of a record asks of its row: the chain with its attestations, and of a child whether the
        actor sees it (``sees_child``) and since when this stands on its record.
        """
        child = Child.objects.visible_to(actor).filter(pk=OuterRef("child"))
        chain = Prefetch("parts", Part.objects.as_stored())
        found: Any = self.with_people().select_related("entered").annotate(sees_child=Exists(child))
        return found.prefetch_related(chain)


def _gone(person: str, *more: When, on: date) -> Case:
    """How a person of a record has gone by a day, as a key of ``wording.GONE``; nothing for somebody who is there."""
    left = StaffMember.objects.filter(pk=OuterRef(person), left_on__lte=on)
    account = Account.objects.filter(person=OuterRef(person), is_active=True)
    absences = Absence.objects.live(on).filter(person=OuterRef(person))
    away = absences.filter(
        Q(LessThanOrEqual(F("starts_on") + LONG_ABSENCE, Value(on, output_field=DateField())))
        | Q(expected_to__gte=F("starts_on") + LONG_ABSENCE)
        | Q(ends_on__gte=F("starts_on") + LONG_ABSENCE)
    )
    return Case(
        When(Exists(left), then=Value("left")),
        When(~Exists(account), then=Value("no_account")),
        *more,
        When(Exists(away), then=Value("away")),
        default=Value(""),
        output_field=CharField(),
    )


# The doors to them: get_visible_or_404(UNFINISHED, …), and once they are closed get_visible_or_404(OR_CLOSED, …)
UNFINISHED = UnfinishedQuerySet(Record)
OR_CLOSED = OrClosedQuerySet(Record)
