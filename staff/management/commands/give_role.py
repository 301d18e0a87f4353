"""Give a role to somebody: on the machine itself, since no administrator gives one by a page."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actor import Role
from core.clock import date_of, now
from core.errors import RuleBroken
from staff import services


class Command(BaseCommand):
    help = "Gives a role to the person with this account; the person is told, and the security log hears of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument(
            "--from", dest="starts_on", type=date.fromisoformat, help="the first day, as 2027-01-31; today if left out"
        )

    def handle(self, *args: Any, email: str, role: str, starts_on: date | None, **options: Any) -> None:
        first_day = starts_on or date_of(now())
        try:
            held = services.give_role(email=email, role=Role(role), starts_on=first_day, at=now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{held.person.name} is {held.get_role_display()} from {held.starts_on:%-d %B %Y}.")
