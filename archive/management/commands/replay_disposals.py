"""Tell a restored database what was destroyed since its backup was made."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.retention import destroying
from core.clock import now


class Command(BaseCommand):
    help = (
        "After a restore, as the owner: destroys again what the ledger of disposals names and the database still has."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ledger", help="the folder with the certificates; STATE_DIR/disposals when left out")

    def handle(self, *args: Any, ledger: str | None, **options: Any) -> None:
        folder = Path(ledger) if ledger else destroying.ledger_folder()
        try:
            done = destroying.replay(folder, at=now())
        except destroying.NotReplayed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done} disposals done again.")
