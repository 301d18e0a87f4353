"""What a person at the terminal reads: what is being done, and the one sentence when it cannot be done."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
# How the preparation of the database ends where the demo in it was loaded for another policy
OTHER_POLICY = 3

_aside = False


class CannotGoOn(Exception):
    """Stops the command. Its text is one plain sentence, and what to type where that helps."""


def say(sentence: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(sentence, flush=True, file=sys.stderr if _aside else sys.stdout)


def say_aside() -> None:
    """From now on what is being done goes to standard error: standard output is for results."""
    global _aside
    _aside = True


def finish(main: Callable[[list[str]], int]) -> None:
    """Run a command's ``main`` and leave with its exit code; what stops it is a sentence, never a traceback.

    Being ended from outside is like Ctrl-C: what was started is stopped first.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = main(sys.argv[1:])
    except CannotGoOn as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        code = 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr, flush=True)
        code = 130
    sys.exit(code)


def in_words(path: Path) -> str:
    """A path as a person would type it from the project's folder."""
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log file, indented, or nothing when it is empty."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines[-count:] if line.strip())
