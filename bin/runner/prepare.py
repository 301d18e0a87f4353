"""Runs inside the environment, with Django: makes a database ready for bin/run in one process."""

import sys
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command


def main(people: str | None = None) -> None:
    """Migrate and protect; with ``people``, load the demo authority into an empty database and write down its people."""
    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    call_command("protect_tables", stdout=StringIO())
    if people:
        if not apps.get_model("staff", "StaffMember").objects.exists():
            call_command("load_demo")
        with Path(people).open("w") as file:
            call_command("demo_people", stdout=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
