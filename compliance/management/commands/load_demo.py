"""Load the demo authority into an empty database."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.demo.fitting import DEFAULT
from compliance.demo.load import load
from core.clock import LONDON, now
from core.errors import RuleBroken


class Command(BaseCommand):
    help = "Loads the demo authority, with two years of supervision up to today, into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="as on the noon of another day, for tests"
        )

        parser.add_argument("--policy", default=DEFAULT, help=f"one of the policies that ship; default: {DEFAULT}")

    def handle(self, *args: Any, policy: str = DEFAULT, today: date | None = None, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo authority is loaded in the demo only: its signatures are invented.")
        at = datetime.combine(today, time(12), LONDON) if today else now()
        self.stdout.write("Loading the demo authority.")
        try:
            load(at=at, say=self.stdout.write, policy=policy)
        except RuleBroken as error:
            self.stdout.write(str(error))
        else:
            self.stdout.write("The demo authority is loaded.")
