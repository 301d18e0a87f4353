"""Print whom one can sign in as in the demo, and why one would."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.clock import date_of, now
from staff import selectors


class Command(BaseCommand):
    help = "Lists the people of the demo: name, job, and a reason to sign in as each."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo has people whom everybody may sign in as.")
        people = selectors.demo_people(on=date_of(now()))
        for group, members in groupby(people, key=lambda person: person.group):
            self.stdout.write(f"\n{group}")
            for person in members:
                self.stdout.write(f"  {person.name}, {person.job_title}. {person.why}")
