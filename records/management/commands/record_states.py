"""Write the page about the states of a record."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from records.diagram import page

PAGE = settings.BASE_DIR / "docs" / "record-states.md"


class Command(BaseCommand):
    help = "Writes docs/record-states.md from the rules."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(page())
        self.stdout.write(f"{PAGE.name} written.")
