"""``python -m bench``, inside the environment and with servers at hand: bin/bench starts both."""

import argparse
import importlib
import sys
import traceback
from pathlib import Path

import django
from django.core.management import call_command

from bench.figures import Figure, say, write_json, write_table

NOT_GROUPS = {
    "__init__",
    "__main__",
    "around",
    "assess_facts",
    "board_facts",
    "data",
    "figures",
    "ground",
    "signing_without_lock",
    "tracker_facts",
}
GROUPS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_GROUPS)
SEED = 20270112


def main(arguments: list[str]) -> int:
    """Measure the groups; 0 when all figures hold, 1 when one does not, 2 when something could not be measured."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=f"Measure, in figures that can be compared. Groups: {', '.join(GROUPS)}."
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="default: all")
    parser.add_argument("--json", metavar="FILE", help="also as JSON; - for standard output alone")
    parser.add_argument("--scale", type=float, default=1.0, metavar="N", help="multiplies the data; default: 1")
    options = parser.parse_args(arguments)
    if unknown := [group for group in options.groups if group not in GROUPS]:
        say(f"There is no group {', '.join(unknown)}. There are: {', '.join(GROUPS)}.")
        return 2

    django.setup()
    say("Making the tables.")
    call_command("migrate", database="owner", verbosity=0)
    call_command("protect_tables", stdout=sys.stderr)
    say(f"Seed {SEED}, scale {options.scale:g}.")
    figures, complete = _measure(options.groups or GROUPS, options.scale)

    if options.json != "-":
        write_table(figures)
    if options.json:
        write_json(figures, options.json)
    if not complete:
        return 2
    return 0 if all(figure.holds for figure in figures) else 1


def _measure(groups: list[str], scale: float) -> tuple[list[Figure], bool]:
    figures: list[Figure] = []
    complete = True
    for group in groups:
        say(f"Measuring {group}.")
        try:
            figures += importlib.import_module(f"bench.{group}").measure(seed=SEED, scale=scale)
        except Exception:  # a group that breaks is named, and the others are measured all the same
            say(f"{group} could not be measured:\n{traceback.format_exc()}")
            complete = False
    return figures, complete


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
