"""bin/setup [--tests]"""

import argparse

from runner import setup
from runner.terminal import say


def main(arguments: list[str]) -> int:
    """Make this machine ready."""
    parser = argparse.ArgumentParser(prog="bin/setup", description="Make ready what the program needs on this machine.")
    parser.add_argument("--tests", action="store_true", help="what its tests need, too: a browser, PDF tools, pytest")
    options = parser.parse_args(arguments)
    setup.make_ready(for_tests=options.tests)
    say("Everything is there. Type bin/run to start the program" + (", bin/test to test it." if options.tests else "."))
    return 0
