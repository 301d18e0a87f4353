"""``python -m prove``, inside the environment and with servers at hand: bin/prove starts both."""

import argparse
import sys
import traceback
from dataclasses import replace

import django

from bench.figures import Figure, say, write_json, write_table


def main(arguments: list[str]) -> int:
    """Run the campaigns; 0 when all hold, 1 when one does not, 2 when one could not be run."""
    django.setup()
    from prove import faults  # noqa: PLC0415  needs Django

    parser = argparse.ArgumentParser(
        prog="bin/prove", description=f"Try to break the program. Campaigns: {', '.join(faults.NAMES)}."
    )
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help="default: all")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="a few people, short faults: what the suite runs")
    length.add_argument("--full", action="store_true", help="many people, and faults that last ten minutes")
    parser.add_argument("--size", type=int, metavar="N", help="so many pairs of people")
    parser.add_argument("--json", metavar="FILE", help="also as JSON; - for standard output alone")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.campaigns if name not in faults.NAMES]:
        say(f"There is no campaign {', '.join(unknown)}. There are: {', '.join(faults.NAMES)}.")
        return 2

    size = faults.QUICK if options.quick else faults.FULL if options.full else faults.USUAL
    if options.size:
        size = replace(size, pairs=options.size)
    figures: list[Figure] = []
    complete = True
    for name in options.campaigns or faults.NAMES:
        say(f"Campaign {name}, {size.pairs} pairs of people.")
        try:
            figures += faults.run(name, size)
        except Exception:  # a campaign that breaks is named, and the others are run all the same
            say(f"{name} could not be run:\n{traceback.format_exc()}")
            complete = False
    if options.json != "-":
        write_table(figures)
    if options.json:
        write_json(figures, options.json)
    if not complete:
        return 2
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
