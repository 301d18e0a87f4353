"""How a worker, children and records stand under a policy: the engine, with facts from a file. No database."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandParser

from core.errors import RuleBroken
from policies.assessing import Asked, answers_to
from policies.assessing.moments import read_day, read_moment
from policies.faults import Fault, Faulty

STDIN = "-"
Read = TypeVar("Read", date, datetime)


class Command(BaseCommand):
    help = "Says how a worker, children and records stand on a day, from a policy and facts in JSON; needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--policy", help="a policy file, or the id of a policy that ships with the product")
        parser.add_argument(
            "--facts", help='a file with one object of facts or a list of them; "-" reads from the input'
        )
        parser.add_argument("--on", help="the day, as 2027-01-20; without it the day that stands in the facts")
        parser.add_argument("--known-at", help="leave out what was recorded later, as 2027-01-20T09:30")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answers = self._answers(options)
        except Faulty as refusal:
            for fault in refusal.faults:
                self.stderr.write(on_one_line(str(fault)))
            sys.exit(2)
        if isinstance(answers, list):
            lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
            self.stdout.write(f"[\n{lines}\n]" if answers else "[]")
        else:
            self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=2))

    def _answers(self, options: dict[str, Any]) -> dict[str, Any] | list[dict[str, Any]]:
        faults: list[Fault] = []
        on = _option("--on", options["on"], read_day, faults)
        known_at = _option("--known-at", options["known_at"], read_moment, faults)
        if not options["facts"]:
            faults.append(Fault("--facts", "", 'name a file with facts, or "-" for the input'))
        if faults:
            raise Faulty(faults)
        file, text = _text(options["facts"])
        asked = Asked(options["policy"], on, known_at)
        return answers_to(text, asked, file=file, folder=Path(options["facts"]).parent)


def on_one_line(text: str) -> str:
    """The text with whatever does not print, line breaks above all, written as an escape."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _option(name: str, text: str | None, read: Callable[[str], Read], faults: list[Fault]) -> Read | None:
    try:
        return read(text) if text is not None else None
    except RuleBroken as error:
        faults.append(Fault(name, "", str(error)))
        return None


def _text(name: str) -> tuple[str, str]:
    """What faults call the facts, and their text. Raises Faulty where there is none to read."""
    file = "facts" if name == STDIN else Path(name).name
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return file, raw.decode("utf-8-sig")
    except FileNotFoundError:
        why = "there is no such file"
    except UnicodeDecodeError as error:
        why = f"this cannot be read as text: {error.reason}"
    except (OSError, ValueError) as error:
        why = f"this cannot be read: {getattr(error, 'strerror', None) or error}"
    raise Faulty([Fault(file, "", why)])
