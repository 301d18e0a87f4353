"""Reading the folder: what stands in it on a day, its page, and the learning log."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Sum

from core.actor import Actor
from core.clock import date_of
from policies.rules.folders import FolderTerms
from policies.rules.tags import Capabilities, framework_of
from policies.rules.terms import terms_of
from policies.selectors import policy_in_force
from staff.folder.evidence import (
    AppraisalRow,
    CoverRow,
    Entered,
    FolderEvidence,
    LearningSummary,
    RegistrationRow,
    SheetRow,
)
from staff.folder.rules import Paper, Standing, Year, standing_of, year_before, years_of
from staff.folder.sections import Held, Kept, contents_of, shared_in_sections
from staff.models import (
    CategoryHeld,
    ContactOpening,
    FolderDocument,
    FolderItem,
    FolderNote,
    LearningEntry,
    LearningEntryQuerySet,
    PersonalSheet,
    Section,
    StaffMember,
)

EXAMINED = (FolderItem.Kind.REGISTRATION, FolderItem.Kind.INSURANCE, FolderItem.Kind.APPRAISAL)


def folder_evidence(*, person_ids: Collection[UUID], on: date) -> dict[UUID, FolderEvidence]:
    """What stood in each of these folders on a day, by person; in three queries. Learning counts for twelve months.

    What is dated later, or was withdrawn, is left out. Whoever shows it has asked before whether the reader may.
    """
    since = year_before(on)
    items = FolderItem.objects.filter(person_id__in=person_ids, kind__in=EXAMINED, dated_on__lte=on)
    found = {(row.person_id, row.kind): row for row in items.latest_of_each().select_related("seen_by")}
    sheets = PersonalSheet.objects.filter(person_id__in=person_ids, completed_on__lte=on).values_list(
        "person_id", "completed_on", "checked_on"
    )
    completed = {key: SheetRow(done, checked if checked <= on else None) for key, done, checked in sheets}
    learned = _learned(person_ids, since=since, on=on)
    return {
        key: FolderEvidence(
            registration=_registration(found.get((key, FolderItem.Kind.REGISTRATION))),
            insurance=_insurance(found.get((key, FolderItem.Kind.INSURANCE))),
            personal_sheet=completed.get(key),
            learning=learned.get(key) or LearningSummary(0, None, Decimal(0), since),
            appraisal=_appraisal(found.get((key, FolderItem.Kind.APPRAISAL))),
        )
        for key in person_ids
    }


def _learned(person_ids: Collection[UUID], *, since: date, on: date) -> dict[UUID, LearningSummary]:
    entries = LearningEntry.objects.filter(person_id__in=person_ids)
    counted = entries.standing().filter(done_on__range=(since, on))
    sums = counted.values("person_id").annotate(number=Count("pk"), last_on=Max("done_on"), hours_in_all=Sum("hours"))
    return {
        row["person_id"]: LearningSummary(row["number"], row["last_on"], row["hours_in_all"], since) for row in sums
    }


def _registration(item: FolderItem | None) -> RegistrationRow | None:
    if item is None:
        return None
    words = FolderItem.Outcome(item.outcome).label
    return RegistrationRow(item.issuer, item.reference, words, item.dated_on, item.valid_to, _entered(item))


def _insurance(item: FolderItem | None) -> CoverRow | None:
    if item is None:
        return None
    drives = item.outcome != FolderItem.Outcome.NO_DRIVING
    seen_as = item.outcome if drives else ""
    return CoverRow(item.dated_on, item.valid_to, drives_for_work=drives, seen_as=seen_as, entered=_entered(item))


def _entered(item: FolderItem) -> Entered:
    if item.seen_at is None or item.seen_by is None:
        return Entered(date_of(item.recorded_at))
    return Entered(date_of(item.recorded_at), date_of(item.seen_at), item.seen_by.name)


def _appraisal(item: FolderItem | None) -> AppraisalRow | None:
    return AppraisalRow(item.dated_on, item.valid_to) if item else None


# All that the sections keep


def documents_of(*, person_ids: Collection[UUID]) -> list[FolderDocument]:
    """Every document of these folders, history too, by person and section, with its file and people; in one query.

    Whole: whoever shows it has asked before whether the reader may.
    """
    documents = FolderDocument.objects.filter(person_id__in=person_ids).with_standing()
    people = documents.select_related("stored", "recorded_by", "withdrawn_by")
    return list(people.order_by("person_id", "section", "dated_on", "recorded_at", "pk"))


def notes_of(*, person_ids: Collection[UUID]) -> list[FolderNote]:
    """Every note of these folders, withdrawn ones too, by person and section, with its people; in one query.

    Whole: whoever shows it has asked before whether the reader may.
    """
    notes = FolderNote.objects.filter(person_id__in=person_ids).select_related("recorded_by", "withdrawn_by")
    return list(notes.order_by("person_id", "section", "dated_on", "recorded_at", "pk"))


def folder_terms(*, on: date) -> FolderTerms:
    """What the policy of a day says of the folder; without one, nothing is switched on."""
    policy = policy_in_force(on)
    return policy.folder if policy else FolderTerms()


def framework(*, on: date) -> Capabilities:
    """The framework by whose domains learning and papers of appraisal are sorted on a day."""
    return framework_of(policy_in_force(on))


# The page of a folder


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of paper: how it stands, the latest of it, and what came before. Without ``item``: the dates alone."""

    kind: str
    label: str
    standing: Standing
    valid_to: date | None = None
    item: FolderItem | None = None
    history: list[FolderItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FolderPage:
    """What somebody sees of a folder. ``is_whole``: all of it, not the dates alone."""

    is_whole: bool
    cards: list[Card]
    sheet: PersonalSheet | None = None
    learning: LearningSummary | None = None
    held: Mapping[int, Held] = field(default_factory=dict)
    medium: Kept | None = None
    openings: list[ContactOpening] = field(default_factory=list)

    @property
    def sections(self) -> list[tuple[str, Held]]:
        """The sections that keep something, by their headings."""
        return [(Section(number).label, self.held[number]) for number in sorted(self.held)]


def folder_dates(person: StaffMember, *, on: date) -> FolderPage:
    """How the things of a folder stand and until when, and nothing of what they say; in four queries."""
    items = FolderItem.objects.filter(person=person).latest_of_each()
    cards = _cards(items, on=on, is_registered=is_registered(person.pk, on=on))
    dates = [Card(card.kind, card.label, card.standing, card.valid_to) for card in cards]
    return FolderPage(is_whole=False, cards=dates, held=shared_in_sections(person))


def folder_page(person: StaffMember, *, actor: Actor, on: date) -> FolderPage:
    """All of a folder that the actor may read, but for the home contact; in five queries, of one's own in six."""
    items = FolderItem.objects.visible_to(actor).filter(person=person)
    newest = items.select_related("recorded_by", "seen_by", "withdrawn_by").order_by("-dated_on", "-recorded_at", "-pk")
    contents = contents_of(person, actor=actor, on=on)
    return FolderPage(
        is_whole=True,
        cards=_cards(newest, on=on, is_registered=is_registered(person.pk, on=on)),
        sheet=PersonalSheet.objects.visible_to(actor).filter(person=person).first(),
        learning=contents.learning,
        held=contents.held,
        medium=contents.medium,
        openings=openings_of_own(actor) if actor.staff_id == person.pk else [],
    )


def openings_of_own(actor: Actor) -> list[ContactOpening]:
    """Who opened the actor's own next of kin and address lately, and why; newest first."""
    openings = ContactOpening.objects.visible_to(actor).filter(person_id=actor.staff_id).select_related("opened_by")
    return list(openings.order_by("-opened_at")[:20])


def is_registered(person_id: UUID, *, on: date) -> bool | None:
    """Whether the policy's categories of somebody are of registered people; None where it does not say, or knows none."""
    policy = policy_in_force(on)
    held = CategoryHeld.objects.live(on).filter(person_id=person_id).values_list("category", flat=True)
    found = [category for each in held if policy and (category := policy.category(each))]
    answers = {category.registered for category in found} - {None}
    return any(answers) if answers else None


def regulator(*, on: date) -> str:
    """What the policy in force calls the regulator."""
    return terms_of(policy_in_force(on))["regulator"]


def _cards(items: Iterable[FolderItem], *, on: date, is_registered: bool | None) -> list[Card]:
    found: dict[str, list[FolderItem]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return [_card(kind, found.get(kind, []), on=on, is_registered=is_registered) for kind in FolderItem.Kind]


def _card(kind: FolderItem.Kind, rows: list[FolderItem], *, on: date, is_registered: bool | None) -> Card:
    item = next((row for row in rows if row.withdrawn_at is None), None)
    paper = Paper(kind, item.issuer, item.outcome, item.dated_on, item.valid_to) if item else None
    standing = standing_of(kind, paper, on=on, is_registered=is_registered)
    history = [row for row in rows if row is not item]
    return Card(kind, kind.label, standing, item.valid_to if item else None, item, history)


# The learning log


def learning_of(person: StaffMember, *, actor: Actor) -> LearningEntryQuerySet:
    """The entries that stand, newest first, each with its people: to be paged by the caller."""
    entries = LearningEntry.objects.visible_to(actor).standing().filter(person=person)
    return entries.select_related("seen_by", "recorded_by").order_by("-done_on", "-recorded_at")


def withdrawn_learning(person: StaffMember, *, actor: Actor) -> list[LearningEntry]:
    """What was withdrawn or changed lately, newest first."""
    entries = LearningEntry.objects.visible_to(actor).filter(person=person, withdrawn_at__isnull=False)
    return list(entries.order_by("-withdrawn_at")[:20])


def learning_years(person: StaffMember, *, actor: Actor) -> list[Year]:
    """Entries, hours and entries with a peer in each year of registration, the latest first (R197)."""
    entries = LearningEntry.objects.visible_to(actor).standing().filter(person=person)
    rows = entries.values_list("done_on", "hours", "peer_reflection")
    return years_of((on, hours, bool(peer)) for on, hours, peer in rows)
