"""The policies that a question names, by path or by the id of one that ships; each file is read once."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from policies.faults import Fault, Faulty, quoted
from policies.files import pack_ids, read_pack, read_policy
from policies.rules.policy import Policy
from policies.rules.timeline import PolicyTimeline

Periods = tuple[tuple[str, date | None], ...]


class Shelf:
    """Policies read so far, under the names that questions have for them. ``folder``: where the facts lie."""

    def __init__(self, folder: Path) -> None:
        self._folders = list(dict.fromkeys([Path(), folder]))
        self._shipped = pack_ids()
        self._policies: dict[str, Policy] = {}
        self._faults: dict[str, list[Fault]] = {}
        self._timelines: dict[Periods, PolicyTimeline] = {}

    def has(self, name: str) -> bool:
        """Whether there is anything under a name, good or bad."""
        return name in self._policies or name in self._faults or name in self._shipped or bool(self._path(name))

    def not_there(self, name: str) -> str:
        """Why a name leads nowhere."""
        return f"{quoted(name)} is neither a file nor the id of a policy that ships ({', '.join(self._shipped)})"

    def faults_of(self, name: str) -> list[Fault]:
        """What is wrong with the policy under a name, file by file; empty where it can be used."""
        if name not in self._policies and name not in self._faults:
            try:
                self._policies[name] = self._read(name)
            except Faulty as refusal:
                self._faults[name] = list(refusal.faults)
        return self._faults.get(name, [])

    def timeline(self, periods: Sequence[tuple[str, date | None]]) -> PolicyTimeline:
        """Policies over time, put in order; each of them can be used."""
        key = tuple(periods)
        if key not in self._timelines:
            self._timelines[key] = PolicyTimeline.from_periods([(self._policies[name], day) for name, day in key])
        return self._timelines[key]

    def _read(self, name: str) -> Policy:
        if name in self._shipped:
            return read_pack(name).policy
        path = self._path(name)
        if path is None:
            raise Faulty([Fault(Path(name).name, "", self.not_there(name))])
        return read_policy(path).policy

    def _path(self, name: str) -> Path | None:
        try:
            return next((path for folder in self._folders if (path := folder / name).is_file()), None)
        except (OSError, ValueError):
            return None
