"""Questions to the engine: how do a worker, children and records stand on a day under these policies?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policies.assessing import strict_json
from policies.assessing.answers import Answer, answer_to
from policies.assessing.facts import known_by
from policies.assessing.policies import Shelf
from policies.assessing.shapes import FactsShape, PeriodShape
from policies.checks import find_interval_faults
from policies.faults import Fault, Faulty, faults_of, path_of, quoted

Sentence = tuple[tuple[str | int, ...], str]  # what is wrong, and the path to it


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of all facts alike; each of them may be left out.

    ``policy``: a path, or the id of one that ships; ``on``: the day, in place of the facts' own; ``known_at``: leave
    out what was recorded later.
    """

    policy: str | None = None
    on: date | None = None
    known_at: datetime | None = None


def answers_to(text: str, asked: Asked, *, file: str, folder: Path = Path()) -> Answer | list[Answer]:
    """The answer to one object of facts, or the answers to a list of them in the same order.

    ``folder``: where a policy that the facts name is looked for as well. Raises Faulty with every fault of the facts
    and of the policies that they name; nothing is answered then.
    """
    shelf = Shelf(folder)
    faults = [] if asked.policy is None else shelf.faults_of(asked.policy)
    try:
        data, repeats = strict_json.read(text, file=file)
    except Faulty as refusal:
        raise Faulty([*faults, *refusal.faults]) from refusal
    answers: list[Answer] = []
    for index, item in enumerate(data if isinstance(data, list) else [data]):
        question = _Question(item, asked, shelf, f"{file}[{index}]" if isinstance(data, list) else file)
        faults += question.faults(repeats=repeats)
        try:
            answers += [] if faults else [question.answer()]
        except Faulty as refusal:
            faults += refusal.faults
    if faults:
        raise Faulty(faults)
    return answers if isinstance(data, list) else answers[0]


class _Question:
    """One object of facts, and what is asked of it. ``name``: what its faults call it."""

    def __init__(self, item: Any, asked: Asked, shelf: Shelf, name: str) -> None:
        self.item, self.asked, self.shelf, self.name = item, asked, shelf, name
        self.is_known = known_by(asked.known_at)
        self.facts = FactsShape()

    def faults(self, *, repeats: bool) -> list[Fault]:
        """Everything that is wrong with it; it can be answered where nothing is."""
        if not isinstance(self.item, dict):
            return [Fault(self.name, "", f"{quoted(self.item)} is not an object of facts")]
        found: list[Fault] = []
        try:
            self.facts = FactsShape.model_validate(self.item)
        except ValidationError as error:
            found += faults_of(error, self.name)
        sentences = [*self._beyond_the_shape(), *(strict_json.find_keys_used_twice(self.item) if repeats else ())]
        found += [Fault(self.name, path_of(path), sentence) for path, sentence in sentences]
        files = [fault for _, name in self._named() if self.shelf.has(name) for fault in self.shelf.faults_of(name)]
        return [*sorted(found), *files]

    def answer(self) -> Answer:
        """The answer in the contract's form. Raises Faulty where a date lies beyond the calendar."""
        on = self.asked.on or self.facts.on
        if on is None:
            raise RuntimeError("A question without a day was not refused.")
        periods = [(each.policy, each.from_) for each in self._periods()]
        policies = self.shelf.timeline(periods if self.asked.policy is None else [(self.asked.policy, None)])
        try:
            return answer_to(policies, self.facts, on, is_known=self.is_known)
        except (OverflowError, ValueError) as error:
            raise Faulty([Fault(self.name, "", "a date that follows from this lies beyond the calendar")]) from error

    def _beyond_the_shape(self) -> Iterator[Sentence]:
        for path, interval in _intervals(self.item):
            yield from find_interval_faults(interval, path)
        if self.item.get("on") is None and self.asked.on is None:
            yield ("on",), '"on" is missing, and no day is given beside the facts'
        yield from self._which_policy()
        for path, name in self._named():
            if not self.shelf.has(name):
                yield path, self.shelf.not_there(name)

    def _which_policy(self) -> Iterator[Sentence]:
        given = self.item.get("policies")
        if self.asked.policy is not None:
            if given:
                named = quoted(self.asked.policy)
                yield ("policies",), f"{named} is given beside the facts already: leave one of the two out"
        elif not given:
            yield ("policies",), '"policies" is missing, and no policy is given beside the facts'
        elif self.facts.policies and not self._periods():
            yield ("policies",), "none of the policies was known at the time asked about"
        seen: set[date | None] = set()
        for index, each in enumerate(self.facts.policies):
            if self.is_known(each) and each.from_ in seen:
                day = f"on {quoted(str(each.from_))}" if each.from_ else 'without a "from"'
                yield ("policies", index, "from"), f"another policy begins {day}, too"
            seen |= {each.from_} if self.is_known(each) else set()

    def _periods(self) -> list[PeriodShape]:
        return [each for each in self.facts.policies if self.is_known(each)]

    def _named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The policies that the facts name, with the paths to their names."""
        given = self.item.get("policies")
        for index, each in enumerate(given if isinstance(given, list) else ()):
            name = each.get("policy") if isinstance(each, dict) else None
            if isinstance(name, str) and name:
                yield ("policies", index, "policy"), name


def _intervals(item: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The intervals that were agreed with a worker or set for a child, as they stand."""
    worker, children = item.get("worker"), item.get("children")
    if isinstance(worker, dict) and isinstance(agreed := worker.get("agreed"), dict):
        yield ("worker", "agreed", "interval"), agreed.get("interval")
    for index, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict) and isinstance(override := child.get("override"), dict):
            yield ("children", index, "override", "interval"), override.get("interval")
