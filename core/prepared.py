"""Queries that the ORM puts into words once in a process, and that run with the values of each request.

To put a query of some annotations into SQL takes several times as long as to run it. A function marked ``prepared``
says its query as any other does, and is called with stand-ins for what differs between requests: people, days, moments,
and everything in an actor. The SQL is kept, and the values take the places of their stand-ins.

So the function may put its arguments into filters and annotations alone. It must not compute with them, compare them or
look whether somebody is in a set: do that before, and give the outcome. Whether a set is empty, whether something is
None, the hat, and all other kinds of values may be looked at; for each of these there is SQL of its own.
"""

from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from psycopg2.extensions import ISQLQuote

from core.actor import Actor

Row = TypeVar("Row")

# No person and no day of the service is among them
FIRST_DAY, LAST_YEARS = date(9000, 1, 1), 9000
# Of an actor, what a query may ask about
PARTS = [each.name for each in fields(Actor) if each.name not in ("name", "job_title", "sees_from")]
PEOPLE = "5741e1d0-0000-4000-8000-"


class Several:
    """The keys of people in the place of one, within the brackets of IN."""

    def __init__(self, keys: Collection[UUID]) -> None:
        self.keys = keys

    def __conform__(self, protocol: object) -> "Several | None":
        return self if protocol is ISQLQuote else None

    def getquoted(self) -> bytes:
        """The keys as SQL; a key says nothing but hexadecimal digits."""
        return ", ".join(f"'{key}'::uuid" for key in self.keys).encode()


class People(frozenset[UUID]):
    """The stand-in of a set of people: it may go into a query, or together with others; nobody may look who is in it."""

    def _look(self, _: object) -> Any:
        raise ValueError("A prepared query must not look into its arguments.")

    def __or__(self, others: Any) -> "People":
        return People([*self, *others])

    __ror__ = __or__
    __contains__ = __and__ = __rand__ = __sub__ = __rsub__ = __xor__ = __lt__ = __le__ = __gt__ = __ge__ = _look


@dataclass(frozen=True, slots=True)
class Ready:
    """A query in words. ``places``: for each parameter the name of the value that takes it, or None with the value."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    places: tuple[tuple[str | None, Any], ...]

    def with_values(self, values: Mapping[str, Any]) -> QuerySet[Any]:
        """The same query on its way to the database, with these values."""
        queryset: Any = self.queryset.all()
        compiler = copy(self.compiler)
        compiler.connection = connections[queryset.db]
        parameters = tuple(values[name] if name else value for name, value in self.places)
        compiler.as_sql = lambda *_, **__: (self.sql, parameters)
        queryset.query.get_compiler = lambda *_, **__: compiler
        return queryset


def prepared(query: Callable[..., QuerySet[Any, Row]]) -> Callable[..., list[Row]]:
    """Make a function that says a query into one that runs it, and gives the rows. ``plain``: the function as it was."""
    kept: dict[object, Ready | None] = {}

    @wraps(query)
    def run(**arguments: Any) -> list[Row]:
        stand_ins = StandIns()
        given = {name: stand_ins.of(name, value) for name, value in arguments.items()}
        shape = tuple(stand_ins.shape)
        if shape not in kept:
            kept[shape] = _in_words(query(**given), stand_ins)
        ready = kept[shape]
        return list(ready.with_values(stand_ins.values)) if ready else []

    run.plain = query  # type: ignore[attr-defined]
    return run


class StandIns:
    """What stands for the arguments of one call. ``shape``: what of them the query may look at."""

    def __init__(self) -> None:
        self.shape: list[object] = []
        self.values: dict[str, Any] = {}
        self.names: dict[object, str] = {}
        self.numbers = count(1)

    def of(self, name: str, value: Any) -> Any:
        """The stand-in of one argument; the value itself, where it is of a kind that belongs to the shape."""
        if isinstance(value, Actor):
            return Actor(**{part: self.of(f"{name}.{part}", getattr(value, part)) for part in PARTS}, name="")
        if isinstance(value, set | frozenset | list | tuple) and all(isinstance(each, UUID) for each in value):
            self.shape.append((name, len(value) > 0))
            return People([self._key(name, Several(value))]) if value else value
        stands: Any = value
        match value:
            case UUID():
                stands = self._key(name, value)
            case datetime():
                stands = datetime(LAST_YEARS, 1, 1, tzinfo=UTC) + timedelta(days=next(self.numbers))
            case date():
                stands = FIRST_DAY + timedelta(days=next(self.numbers))
        if stands is value:
            self.shape.append((name, value))
            return value
        self.shape.append((name, type(value)))
        self.names[stands], self.values[name] = name, value
        return stands

    def _key(self, name: str, value: object) -> UUID:
        key = UUID(f"{PEOPLE}{next(self.numbers):012x}")
        self.names[key], self.values[name] = name, value
        return key


def _in_words(queryset: QuerySet[Any], stand_ins: StandIns) -> Ready | None:
    """The query's SQL, and where each value goes; None where it can find nothing."""
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    places: list[tuple[str | None, Any]] = []
    for parameter in parameters:
        name = stand_ins.names.get(parameter) if isinstance(parameter, UUID | date) else None
        if name is None and _is_made_of_a_stand_in(parameter):
            raise ValueError("A prepared query must not compute with its arguments.")
        places.append((name, None if name else parameter))
    return Ready(queryset, compiler, sql, tuple(places))


def _is_made_of_a_stand_in(parameter: object) -> bool:
    if isinstance(parameter, Model):
        return True
    return PEOPLE in str(parameter) or (isinstance(parameter, date) and parameter.year >= LAST_YEARS - 100)
