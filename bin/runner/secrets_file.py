"""The secrets of a local run: made once, kept in a file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from runner.terminal import CannotGoOn, in_words

NAMES = ("SECRET_KEY", "postgres", "countersign_owner", "countersign")


def keep(path: Path) -> dict[str, str]:
    """Read the secrets, making those that are missing."""
    try:
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    except PermissionError as error:
        raise CannotGoOn(f"{in_words(path)} belongs to another user. Run this as the user who ran it first.") from error
    except ValueError as error:
        raise CannotGoOn(f"{in_words(path)} cannot be read as JSON. Move it and var/postgresql away.") from error
    missing = {name: secrets.token_urlsafe(48) for name in NAMES if name not in kept}
    if missing:
        kept |= missing
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
        fresh.replace(path)
    return kept
