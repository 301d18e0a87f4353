"""Load the policies and record templates that ship with the product."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from policies.services import load_packs


class Command(BaseCommand):
    help = "Load the policies and record templates that ship with the product; what is there already stays."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_packs(at=now())
        for added in loaded.added:
            self.stdout.write(f"Loaded {added}.")
        for own in loaded.passed_over:
            self.stdout.write(f"{own} is the authority’s own: the one that ships was not loaded.")
        if not loaded.added:
            self.stdout.write("Nothing new to load.")
        if loaded.faults:
            raise CommandError("\n".join(str(fault) for fault in loaded.faults), returncode=2)
