"""Check every record from the first byte to the last."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from records.models import Record, RecordGone
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
        gone = 0 if record else self.check_what_is_gone()
        if gone:
            raise CommandError(f"{gone} faults in what is said to be gone.")
        self.stdout.write(f"{checked} records checked: all intact.{self.gone_words()}")

    def check_what_is_gone(self) -> int:
        """Hold what is purged and destroyed against the certificates; gives how many faults there are."""
        found = [fault for name in settings.EVIDENCE_CHECKS for fault in import_string(name)()]
        for fault in found:
            self.stderr.write(fault)
        return len(found)

    def gone_words(self) -> str:
        """How many are gone under a certificate, where any are."""
        kinds = list(RecordGone.objects.values_list("kind", flat=True))
        if not kinds:
            return ""
        destroyed = kinds.count(RecordGone.Kind.DESTROYED)
        return f" Under certificates: {destroyed} destroyed, {len(kinds) - destroyed} purged of their text."
