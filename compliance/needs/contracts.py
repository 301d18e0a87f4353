"""What contracts and exceptions ask of a supervisor and of the manager above."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from compliance.needs.phrases import review_ahead, review_is_near, review_was_due, sentences, since_when
from compliance.needs.shapes import Need, Person, Urgency
from core.templatetags.countersign import long_date
from supervision.rules import Standing
from supervision.selectors import ContractView, ExceptionAsked, Overview


def contract_needs(person: Person, overview: Overview, contract: ContractView, on: date) -> Iterator[Need]:
    begin = (reverse("supervision:contract-open", args=[person.person_id]), "Draft a contract")
    if contract.next_id:
        yield from _next_version(person, contract)
        return
    if contract.review_asked_on or (contract.standing is Standing.IN_FORCE and review_is_near(contract, on)):
        asked_for = f"An earlier review was asked for on {long_date(contract.review_asked_on)}."
        yield Need(
            urgency=Urgency.WAITING if contract.review_asked_on else Urgency.SOON,
            title=f"Review the supervision contract with {person.name}",
            path=begin[0],
            action_label="Draft a new version",
            hint=asked_for if contract.review_asked_on else review_ahead(contract, on),
            due_on=contract.review_asked_on or contract.review_on,
            does_it=True,
        )
        return
    if contract.standing is Standing.IN_FORCE:
        return
    asked = {
        Standing.MISSING: (
            f"{person.name} has no supervision contract with you",
            sentences(since_when(overview), "Agree on one together."),
        ),
        Standing.DRAFT: (f"The supervision contract with {person.name} is a draft", "Nobody has signed it."),
        Standing.UNSIGNED: (
            f"The supervision contract with {person.name} is not signed by both",
            f"It waits for {person.name}.",
        ),
        Standing.DECLINED: (f"{person.name} declined the supervision contract", "It is not in force."),
        Standing.OUT_OF_DATE: (
            f"The supervision contract with {person.name} is out of date",
            f"{review_was_due(contract)}It holds until there is a new one.",
        ),
    }
    ways = {}
    if contract.record_id:
        ways = {
            Standing.DRAFT: (reverse("supervision:record-write", args=[contract.record_id]), "Finish and sign"),
            Standing.UNSIGNED: (reverse("records:record-detail", args=[contract.record_id]), "Open the contract"),
        }
    if contract.standing in asked:
        title, hint = asked[contract.standing]
        path, label = ways.get(contract.standing, begin)
        late = contract.standing is Standing.OUT_OF_DATE
        yield Need(
            urgency=Urgency.OVERDUE if late else Urgency.ARRANGE,
            title=title,
            path=path,
            action_label=label,
            hint=hint,
            due_on=contract.review_on if late else overview.contract_due_on,
            does_it=contract.standing not in ways,
        )


def _next_version(person: Person, contract: ContractView) -> Iterator[Need]:
    """A new version that is not signed by both; one that was sent back is asked for as every record is."""
    if contract.next_standing is Standing.RETURNED:
        return
    waits = contract.next_standing is Standing.UNSIGNED
    yield Need(
        urgency=Urgency.ARRANGE,
        title=f"The new version of the supervision contract with {person.name} is not signed by both",
        path=reverse("records:record-detail" if waits else "supervision:record-write", args=[contract.next_id]),
        action_label="Open the contract" if waits else "Finish and sign",
        hint=f"{'It waits for ' + person.name + '. ' if waits else ''}The contract in force holds until then.",
    )


def exception_need(person: Person, asked: ExceptionAsked) -> Need:
    """An exception that the reader, the supervisor's manager, is to approve or refuse."""
    return Need(
        urgency=Urgency.WAITING,
        title=f"Decide on supervision of {person.name} less often than the policy asks",
        path=reverse("supervision:exception-detail", args=[asked.exception_id]),
        action_label="Read and decide",
        hint=f"{asked.asked_by} asked for it on {long_date(asked.asked_on)}. Until you decide, nothing changes.",
        due_on=asked.starts_on,
    )
