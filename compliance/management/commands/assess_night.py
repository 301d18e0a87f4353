"""Do a night's work now: for a night that was missed, or to have today's flags before tonight."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance import services
from core.clock import date_of, now


def iso_date(text: str) -> date:
    """A date from the command line. Raises with a sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it as 2027-01-12.") from None


class Command(BaseCommand):
    help = "Flag what was overdue on a day, as it was known that night. Doing it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=iso_date, help="the day, as 2027-01-12; today when left out")

    def handle(self, *args: Any, on: date | None, **options: Any) -> None:
        at = now()
        on = on or date_of(at)
        if on > date_of(at):
            raise CommandError("That night has not come yet.")
        done = services.do_night(on=on, at=at)
        self.stdout.write(
            f"{on.isoformat()}: {done.people} people and {done.children} children assessed, {done.flags} new flags."
        )
