"""Import children from a file of the case system, unattended: for the night."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.importing import services
from core.clock import date_of, now
from core.errors import RuleBroken


class Command(BaseCommand):
    help = (
        "Applies the rows that are as they should be; what is wrong with the others, system administrators see in the"
        " browser. Stops, and tells them, where the file would close more than a tenth of the open cases."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX whose columns were mapped once by hand")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        at = now()
        try:
            run = services.import_unattended(file, on=date_of(at), at=at)
        except (RuleBroken, OSError) as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{number} {outcome}" for outcome, number in run.counts.items())
        self.stdout.write(f"{run.file_name}: {counts or 'nothing'}.")
