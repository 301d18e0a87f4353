"""Go by a loaded policy from a day on."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from core.errors import RuleBroken
from policies import services


class Command(BaseCommand):
    help = "Goes by the newest loaded version of a policy from a day on; the one before ends with the day before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the policy's id, such as shropshire-2017")
        parser.add_argument(
            "--from", dest="starts_on", required=True, type=date.fromisoformat, help="the first day, as 2027-01-31"
        )

    def handle(self, *args: Any, slug: str, starts_on: date, **options: Any) -> None:
        try:
            adoption = services.adopt(slug=slug, starts_on=starts_on, at=now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{adoption.policy} is in force from {adoption.starts_on:%-d %B %Y}.")
