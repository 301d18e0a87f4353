"""Check every record from the first byte to the last."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.models import Record
from records.services import verify


class Command(BaseCommand):
    help = "Checks digests, chains, contents, attestations and columns of all records; fails and says where."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("record", nargs="*", help="ids of records; all when none is given")

    def handle(self, *args: Any, record: list[str], **options: Any) -> None:
        records = Record.objects.order_by("pk")
        checked = faults = 0
        for one in (records.filter(pk__in=record) if record else records).iterator(chunk_size=200):
            result = verify(one)
            checked += 1
            if not result.intact:
                faults += 1
                self.stderr.write(f"Record {result.record_id}. {result.fault}")
        if record and checked != len(set(record)):
            raise CommandError(f"{len(set(record)) - checked} of the records named are not there.")
        if faults:
            raise CommandError(f"{faults} of {checked} records are not as they were signed.")
        self.stdout.write(f"{checked} records checked: all intact.")
