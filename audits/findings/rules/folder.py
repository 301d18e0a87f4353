"""Questions 1.3 to 1.7: what a supervision folder holds beside its records (R238-R242). Pure."""

from datetime import date

from policies.rules import words
from policies.rules.durations import add_months
from records.findings import Finding
from staff.folder.evidence import AppraisalRow, CoverRow, Entered, LearningSummary, RegistrationRow, SheetRow

# How long a look at something holds: an appraisal, the personal sheet, a registration without a last day
MONTHS = 12
# With conditions is on the register, too; suspended is not in force
ON_THE_REGISTER = "Registered"


def is_recent(day: date, on: date) -> bool:
    """Whether something was at most twelve months ago; to the day still is."""
    return add_months(on, -MONTHS) <= day


def registration(row: RegistrationRow | None, *, needed: bool | None, on: date) -> Finding:
    """Yes: a number, seen by somebody but the worker, and valid. Asked of those alone whose category is registered.

    ``needed`` None: the policy does not say of this person whether they have to be. Unknown as well what
    the worker alone has entered: the auditor looks and says.
    """
    if needed is False:
        return Finding("not_applicable", "This post needs no registration.", ())
    if row is None:
        return Finding("unknown" if needed is None else "no", _without_registration(needed), ())
    lines = (
        f"{row.regulator}, number {row.number or 'not given'}: {row.status.lower()}.",
        f"{'Checked' if row.entered.seen_on else 'Said to be checked'} on {words.day(row.checked_on)}.",
        f"Valid to {words.day(row.valid_to)}." if row.valid_to else "No last day of it is known.",
        _entered_words(row.entered),
    )
    if wrong := _wrong_with_registration(row, on):
        return Finding("no", wrong, lines)
    if row.entered.seen_on is None:
        return Finding("unknown", "The worker entered a registration, and nobody else has seen it.", lines)
    return Finding("yes", f"Registered with {row.regulator}, number {row.number}.", lines)


def _entered_words(entered: Entered) -> str:
    if entered.seen_on is None:
        return f"Entered by the worker on {words.day(entered.on)}, not seen by the supervisor yet."
    return f"Seen by {entered.seen_by} on {words.day(entered.seen_on)}."


def _without_registration(needed: bool | None) -> str:  # noqa: FBT001  three answers, not a switch
    if needed is None:
        return "There is no registration on the file, and the policy does not say whether this post needs one."
    return "There is no registration on the file."


def _wrong_with_registration(row: RegistrationRow, on: date) -> str:
    if not row.number:
        return "A registration is on the file without its number."
    if not row.status.startswith(ON_THE_REGISTER):
        return "The registration was not in force when it was last checked."
    if row.valid_to and row.valid_to < on:
        return f"The registration ended on {words.day(row.valid_to)}."
    if row.valid_to is None and not is_recent(row.checked_on, on):
        return "The registration was last checked more than twelve months ago."
    return ""


def business_insurance(row: CoverRow | None, *, on: date) -> Finding:
    """Yes: current, and somebody but the worker has seen it or what shows it. Not asked of who does not drive for work.

    Unknown what the worker alone has entered, that no car is used included: the auditor looks and says.
    """
    if row is None:
        return Finding("no", "There is nothing about car insurance on the file, nor that no car is used for work.", ())
    entered = _entered_words(row.entered)
    if row.drives_for_work is False:
        if row.entered.seen_on is None:
            return Finding("unknown", "The worker says that no car is used for work.", (entered,))
        return Finding("not_applicable", "No car is used for work.", (entered,))
    how = "the certificate was seen" if row.seen_as == "certificate" else "somebody verified it"
    lines = (
        f"What was entered: {how} on {words.day(row.seen_on)}.",
        f"Valid to {words.day(row.valid_to)}." if row.valid_to else "No last day of it is known.",
        entered,
    )
    if row.valid_to and row.valid_to < on:
        return Finding("no", f"The insurance ended on {words.day(row.valid_to)}.", lines)
    if row.valid_to is None and not is_recent(row.seen_on, on):
        return Finding("no", "The insurance was last seen more than twelve months ago.", lines)
    if row.entered.seen_on is None:
        return Finding("unknown", "The worker entered an insurance, and nobody else has seen it.", lines)
    return Finding("yes", "The insurance for business use is current.", lines)


def personal_information_sheet(row: SheetRow | None, *, on: date) -> Finding:
    """Yes: it is there, and was filled in or gone through within twelve months."""
    if row is None:
        return Finding("no", "There is no personal information sheet on the file.", ())
    last = max(row.completed_on, row.checked_on or row.completed_on)
    line = f"Last filled in or gone through on {words.day(last)}."
    if is_recent(last, on):
        return Finding("yes", "The personal information sheet is there, and was gone through within a year.", (line,))
    return Finding("no", "The personal information sheet was last gone through more than twelve months ago.", (line,))


def learning_log(found: LearningSummary) -> Finding:
    """Yes: something was entered in the year."""
    since = words.day(found.since)
    if not found.entries:
        return Finding("no", f"Nothing was entered in the learning log since {since}.", ())
    last = (f"The last entry is of {words.day(found.last_on)}.",) if found.last_on else ()
    hours = f", {found.hours.normalize():f} hours" if found.hours else ""
    entries = f"{found.entries} {'entry' if found.entries == 1 else 'entries'}"
    return Finding("yes", f"{entries} in the learning log since {since}{hours}.", last)


def appraisal(row: AppraisalRow | None, *, on: date) -> Finding:
    """Yes: held within twelve months, and the next one is not overdue."""
    if row is None:
        return Finding("no", "No appraisal is on the file.", ())
    lines = (
        f"Held on {words.day(row.held_on)}.",
        *((f"The next is due by {words.day(row.next_due_on)}.",) if row.next_due_on else ()),
    )
    if not is_recent(row.held_on, on):
        return Finding("no", "The last appraisal was more than twelve months ago.", lines)
    if row.next_due_on and row.next_due_on < on:
        return Finding("no", f"The next appraisal was due by {words.day(row.next_due_on)}.", lines)
    return Finding("yes", "There is an appraisal of the last twelve months.", lines)
