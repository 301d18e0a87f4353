"""Where something stands about a child: that child's own text, and nothing of a worker or of a sibling."""

from collections.abc import Iterator

from django.db.models import Q

from archive.requests.finding import chains
from archive.requests.finding.shapes import Found, Rows, Source, day_of, strings_in
from cases.models import Allocation, Child, ChildWeight, Episode, Override, PlanTypeHeld, Sibling
from records.models import Action, ActionEvent, Record
from supervision import models as supervision


def sources(child: Child) -> list[Source]:
    """Every place, in the order of the bundle. Each entry is a record of its own, with this child's text alone; a worker's
    personal sections stand in records about the worker, and are not looked at.
    """
    records = _records(child)
    return [
        Source("Entries and decisions", lambda: chains.signed_parts(records, own_id=None)),
        Source("Drafts", lambda: chains.typed_drafts(records)),
        Source("Decisions not signed yet", lambda: _decision_drafts(child)),
        *(Source(each.title, each.look) for each in _tables(child)),
    ]


def _records(child: Child) -> list[Record]:
    found = Record.objects.not_expired().filter(child=child)
    return list(found.select_related("author").order_by("created_at", "pk"))


def _tables(child: Child) -> list[Rows]:
    case, discussed = "The case", "Discussions and dates"
    own, of_records = Q(child=child), Q(record__child=child)
    actions = Action.objects.filter(of_records)
    # What a worker notes before a session is the worker's until it was held
    held = Q(session__status=supervision.SupervisionSession.Status.HELD)
    return [
        Rows(case, "Reference", Child.objects.filter(pk=child.pk)),
        Rows(case, "Case open", Episode.objects.filter(own), on="starts_on"),
        Rows(case, "Plan or status", PlanTypeHeld.objects.filter(own), on="starts_on"),
        Rows(case, "Worker", Allocation.objects.filter(own), on="starts_on"),
        Rows(case, "Discussed more often", Override.objects.filter(own), on="starts_on"),
        Rows(case, "Counts in a caseload", ChildWeight.objects.filter(own), on="starts_on"),
        Rows(case, "In a group of siblings", Sibling.objects.filter(own), on="starts_on"),
        Rows(discussed, "Discussion", supervision.Discussion.ever.filter(own), on="on"),
        Rows(discussed, "How worried the worker was", supervision.Worry.objects.filter(own & held), on="updated_at"),
        Rows(discussed, "Event", supervision.ChildEvent.objects.filter(own), on="on"),
        Rows(discussed, "Put forward in a group", supervision.GroupItem.objects.filter(own), on="put_at"),
        Rows(discussed, "Date from before", supervision.OpeningDate.objects.filter(own), on="recorded_at"),
        Rows(
            discussed,
            "Entered on the child’s record",
            supervision.EnteredOnChildRecord.objects.filter(of_records),
            on="entered_on",
        ),
        Rows(discussed, "Action", actions, on="created_at"),
        Rows(discussed, "Step of an action", ActionEvent.objects.filter(action__in=actions.values("pk")), on="at"),
    ]


def _decision_drafts(child: Child) -> Iterator[Found]:
    for draft in supervision.DecisionDraft.objects.select_related("author").order_by("updated_at", "pk"):
        typed = draft.values
        if str(typed.get("reference", "")).strip().casefold() != child.reference.casefold():
            continue
        texts = [("", text) for text in strings_in(typed.get("sections"))]
        yield Found(
            group="Decisions and management oversight",
            title="Draft of a decision",
            source="supervision.decisiondraft",
            key=f"{draft.pk}/{draft.version}",
            passages=[("", f"Typed by {draft.author.name}, not signed."), *texts],
            dated_on=day_of(draft.updated_at),
            is_draft=True,
        )
