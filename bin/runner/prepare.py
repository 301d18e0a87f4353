"""Runs inside the environment, with Django: makes a database ready for bin/run in one process."""

import sys
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command

from runner.terminal import OTHER_POLICY

DEFAULT = "shropshire-2017"


def main(people: str | None = None, policy: str = "") -> int:
    """Migrate and protect; with ``people``, load the demo authority into an empty database and write down its people.

    ``policy``: the one that the demo is to go by; ``OTHER_POLICY`` comes back where it was loaded for another.
    """
    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    call_command("protect_tables", stdout=StringIO())
    if people:
        if not apps.get_model("staff", "StaffMember").objects.exists():
            call_command("load_demo", policy=policy or DEFAULT)
        elif policy and (present := _loaded_for()) != policy:
            print(_sentence(present, wanted=policy), file=sys.stderr, flush=True)
            return OTHER_POLICY
        with Path(people).open("w") as file:
            call_command("demo_people", stdout=file)
    return 0


def _loaded_for() -> str:
    """The policy that the demo authority in the database was loaded for; empty where the people are no demo's."""
    loaded = apps.get_model("trail", "Entry").objects.filter(verb="demo.loaded").order_by("-at").first()
    return str(loaded.detail.get("policy", DEFAULT)) if loaded else ""


def _sentence(present: str, *, wanted: str) -> str:
    if not present:
        return f"There are people in this database who are no demo's, so --policy {wanted} cannot be followed."
    return (
        f"The demo authority in this folder was loaded for {present}, and stays so. To begin anew with {wanted}, remove the "
        f"folder var/ and type bin/run --policy {wanted} again; to go on with what is there, type bin/run."
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
