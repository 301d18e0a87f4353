"""Inputs of a question that the program answers first: what was found, confirmed or overruled for a reason."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from policies.templates import Field
from records import findings, values
from records.findings import CONFIRM, OVERRULE, Finding
from records.findings import OF_ANSWER as ANSWER
from records.findings import OF_REASON as REASON
from records.forms.fields import Typed, textarea

# By what the input ends that tells what was found when the page was made
FOUND = "-found"
CHANGED = "When you confirmed this, the answer was “{was}”. Look at it again."


def evidence_fields(item: Field) -> dict[str, forms.Field]:
    """The inputs of one question; which of them stand on the page depends on whether anything was found."""
    found = [*findings.ANSWERS, findings.UNKNOWN]
    return {
        item.id: radios("Is that right?", findings.SAID),
        f"{item.id}{ANSWER}": radios("Your own answer", findings.ANSWERS),
        f"{item.id}{REASON}": Typed(values.cleaned_text, label="Why", widget=textarea(3)),
        f"{item.id}{FOUND}": forms.ChoiceField(
            required=False, choices=[(one, one) for one in found], widget=forms.HiddenInput
        ),
    }


def radios(label: str, choices: Mapping[str, str]) -> forms.Field:
    return forms.ChoiceField(required=False, label=label, choices=list(choices.items()), widget=forms.RadioSelect)


def evidence_initial(item: Field, saved: Mapping[str, str] | None, finding: Finding) -> dict[str, str]:
    """What stands in the inputs to begin with: what was saved; a finding that has changed is not confirmed any more."""
    said = saved or findings.nothing_said()
    # With a confirmation stands what was confirmed; it is an answer of one's own once nothing is known any more
    is_own = said["confirmed"] != CONFIRM or not finding.is_known
    own = said["answer"] if is_own else ""
    return {
        item.id: "" if is_outdated(said, finding) else said["confirmed"],
        f"{item.id}{ANSWER}": own if own in findings.ANSWERS else "",
        f"{item.id}{REASON}": said["reason"],
        f"{item.id}{FOUND}": finding.answer,
    }


def is_outdated(said: Mapping[str, str], finding: Finding) -> bool:
    """Whether something else was confirmed than what is found now."""
    return finding.is_known and said["confirmed"] == CONFIRM and said["answer"] not in ("", finding.answer)


def evidence_typed(item: Field, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, as it is saved: with a confirmation, what it confirms."""
    confirmed = cleaned.get(item.id) or ""
    answer = cleaned.get(f"{item.id}{FOUND if confirmed == CONFIRM else ANSWER}") or ""
    return {"confirmed": confirmed, "answer": answer, "reason": cleaned.get(f"{item.id}{REASON}") or ""}


def evidence_names(item: Field) -> Iterator[str]:
    """The names of its inputs, in which something may be wrong."""
    yield from (item.id, f"{item.id}{ANSWER}", f"{item.id}{REASON}")


def evidence_question(
    form: forms.Form, item: Field, *, finding: Finding, saved: Mapping[str, str] | None
) -> dict[str, Any]:
    """The question as its page shows it."""
    said = saved or findings.nothing_said()
    was = findings.ANSWERS.get(said["answer"], "") if is_outdated(said, finding) else ""
    return {
        "type": "evidence",
        "label": item.label,
        "hint": item.hint,
        "finding": finding,
        "inputs": [form[item.id]],
        "own": [form[f"{item.id}{ANSWER}"], form[f"{item.id}{REASON}"]],
        "found_name": form[f"{item.id}{FOUND}"].html_name,
        "overrule": OVERRULE,
        "changed": CHANGED.format(was=was) if was else "",
    }
