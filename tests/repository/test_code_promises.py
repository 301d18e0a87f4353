"""Promises about the code itself, each with a control that shows the check can fail."""

import ast
import inspect
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.celery import app as celery

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".git", ".hypothesis", ".venv", "__pycache__", "build", "node_modules", "var"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
MACHINE_PATH = re.compile(
    r"(?<![\w.$}\])~/-])/(?:root|work|workspaces?|shared|mnt|home/\w+|Users/\w+|private/\w+)\b(?!-)"
)


def read_layers() -> list[set[str]]:
    """The rooms from top to bottom, as the import contract orders them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return [{room.strip(" ()") for room in layer.split("|")} for layer in layers]


LAYERS = read_layers()
ROOMS = sorted(set().union(*LAYERS) - {"config"})
LEVEL = {room: level for level, layer in enumerate(LAYERS) for room in layer}


def walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or entry.name in LEFT_OUT or re.match(r"\..*cache|\.coverage", entry.name):
            continue
        if entry.is_dir():
            yield from walk(entry)
        else:
            yield entry


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in walk(ROOT / folder) if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), filename=str(path))


def called(node: ast.Call) -> str:
    """The last word of what is called: ``enqueue`` for ``services.enqueue(...)``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in names)


def text_of(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# Deleting


def cascades(tree: ast.AST) -> list[int]:
    """Lines with Django's CASCADE, or with the database's in a piece of SQL."""
    found = []
    for node in ast.walk(tree):
        word = getattr(node, "attr", None) or getattr(node, "id", None)
        if word == "CASCADE" or re.search(r"on\s+delete\s+cascade", text_of(node) or "", re.IGNORECASE):
            found.append(getattr(node, "lineno", 0))
    return found


def test_nothing_is_deleted_because_something_else_was() -> None:
    found = [f"{name_of(path)}:{line}" for path in python_files(*ROOMS) for line in cascades(parse(path))]

    assert found == []


@pytest.mark.parametrize(
    "source", ["x(models.CASCADE)", "from m import CASCADE\nx(CASCADE)", 'x("ON DELETE\\n cascade")']
)
def test_control_finds_a_cascade(source: str) -> None:
    assert cascades(ast.parse(source))


# Background work


def enqueued(tree: ast.AST) -> list[tuple[int, str | None]]:
    """Line and task name of each call of ``enqueue``; None where the name is not written out."""
    return [(call.lineno, text_of(call.args[0]) if call.args else None) for call in calls(tree, {"enqueue"})]


def all_enqueued() -> dict[str, str | None]:
    return {f"{name_of(path)}:{line}": task for path in python_files(*ROOMS) for line, task in enqueued(parse(path))}


def registered_tasks() -> dict[str, Any]:
    celery.loader.import_default_modules()
    return dict(celery.tasks)


def test_every_job_asked_for_is_a_background_task() -> None:
    tasks = registered_tasks()

    asked = all_enqueued()

    assert asked, "the search finds no call at all, so it proves nothing"
    assert {place: task for place, task in asked.items() if task not in tasks} == {}
    plain = {task for task in asked.values() if "job" not in inspect.signature(tasks[str(task)].run).parameters}
    assert plain == set(), "declare these with @background, so that the outbox hears that they are done"


def test_everything_on_the_schedule_is_a_task() -> None:
    tasks = registered_tasks()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled
    assert scheduled - set(tasks) == set()


def test_control_reads_the_names_of_jobs() -> None:
    source = 'enqueue("a.tasks.b", c=1)\nservices.enqueue(name)\noutbox.services.enqueue(f"{x}.tasks.y")'

    assert enqueued(ast.parse(source)) == [(1, "a.tasks.b"), (2, None), (3, None)]


# Sight


def root_of(node: ast.expr) -> ast.expr:
    """What a chain of querysets begins with: ``Record.objects`` for ``Record.objects.sealed().with_people()``."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node


def unguarded_managers(tree: ast.AST) -> list[int]:
    """Lines that reach for a model's rows other than at the root of get_visible_or_404's first argument."""
    managers = {"objects", "_default_manager", "_base_manager"}
    guarded = {id(root_of(call.args[0])) for call in calls(tree, {"get_visible_or_404"}) if call.args}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in managers and id(node) not in guarded
    ]


def view_files() -> list[Path]:
    return [path for path in python_files(*ROOMS) if path.name == "views.py" or "views" in path.parts]


def test_views_reach_rows_by_the_one_door() -> None:
    files = view_files()

    found = [f"{name_of(path)}:{line}" for path in files for line in unguarded_managers(parse(path))]

    assert files
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("get_visible_or_404(Record.objects, request.actor, pk=1)", []),
        ("get_visible_or_404(Record.objects.sealed().with_people(), request.actor, pk=1)", []),
        ("get_visible_or_404(Record.objects.filter(a=Other.objects.get()), request.actor, pk=1)", [1]),
        ("Record.objects.get(pk=1)", [1]),
        ("get_visible_or_404(Record.objects, actor, pk=Other.objects.first())", [1]),
    ],
)
def test_control_finds_rows_reached_past_the_door(source: str, lines: list[int]) -> None:
    assert unguarded_managers(ast.parse(source)) == lines


# The order of the rooms


def rooms_named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and room of each model that is named by a string, in a relation or in get_model."""
    for call in calls(tree, RELATIONS | {"get_model"}):
        words = [*call.args[:1], *(word.value for word in call.keywords if word.arg in {"to", "through", "app_label"})]
        for word in words:
            named = text_of(word)
            if isinstance(word, ast.Attribute) and word.attr == "AUTH_USER_MODEL":
                named = settings.AUTH_USER_MODEL
            if named and (called(call) == "get_model" or "." in named):
                yield call.lineno, named.split(".")[0]


def migration_dependencies(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and room of each migration that a migration waits for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "dependencies":
            for pair in getattr(node.value, "elts", []):
                named = text_of(pair.elts[0]) if isinstance(pair, ast.Tuple) else settings.AUTH_USER_MODEL.split(".")[0]
                yield pair.lineno, str(named)


def is_upward(room: str, named: str) -> bool:
    """Whether a room names one above or beside it; names that are no rooms do not matter."""
    return named in LEVEL and named != room and LEVEL[named] <= LEVEL[room]


def test_no_string_points_to_a_room_above() -> None:
    found = []
    for room in ROOMS:
        for path in python_files(room):
            look = migration_dependencies if "migrations" in path.parts else rooms_named
            found += [f"{name_of(path)}:{line} {named}" for line, named in look(parse(path)) if is_upward(room, named)]

    assert found == []


@pytest.mark.parametrize(
    ("look", "source"),
    [
        (rooms_named, 'models.ForeignKey("staff.StaffMember", models.PROTECT)'),
        (rooms_named, 'models.OneToOneField(to="staff.StaffMember", on_delete=models.PROTECT)'),
        (rooms_named, "models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)"),
        (rooms_named, 'apps.get_model("staff", "StaffMember")'),
        (migration_dependencies, 'class Migration:\n    dependencies = [("staff", "0001_initial")]'),
        (migration_dependencies, "class Migration:\n    dependencies = [swappable(settings.AUTH_USER_MODEL)]"),
    ],
)
def test_control_finds_a_string_that_points_up(
    look: Callable[[ast.AST], Iterator[tuple[int, str]]], source: str
) -> None:
    named = [room for _, room in look(ast.parse(source))]

    assert named == ["staff"]
    assert is_upward("trail", "staff")
    assert not is_upward("records", "staff")
    assert not is_upward("staff", "staff")


# Signals


def signals_imported(tree: ast.AST) -> list[int]:
    """Lines that import signals of Django or of a library; Celery's own are of another kind."""
    found = []
    for node in ast.walk(tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        words = [module.split(".") for module in modules]
        if any(word[0] != "celery" and ("signals" in word or word[:2] == ["django", "dispatch"]) for word in words):
            found.append(getattr(node, "lineno", 0))
    return found


def test_nothing_happens_by_signal() -> None:
    files = python_files(*ROOMS, "config")

    assert [f"{name_of(path)}:{line}" for path in files for line in signals_imported(parse(path))] == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "from django.dispatch import receiver",
        "import django.dispatch",
        "from allauth.account.signals import user_logged_in",
    ],
)
def test_control_finds_a_signal(source: str) -> None:
    assert signals_imported(ast.parse(source)) == [1]


# Words


def modules() -> list[Path]:
    paths = [path for path in walk(ROOT) if path.suffix == ".py" and "migrations" not in path.parts]
    scripts = [
        path
        for path in walk(ROOT / "bin")
        if path.read_bytes().startswith(b"#!") and b"python" in path.read_bytes()[:40]
    ]
    return [path for path in {*paths, *scripts} if path.stat().st_size]


def test_every_module_says_what_belongs_in_it() -> None:
    found = modules()

    assert {"manage.py", "core/errors.py", "bin/trace"} <= {name_of(path) for path in found}
    assert sorted(name_of(path) for path in found if not ast.get_docstring(parse(path))) == []


def machine_paths(text: str) -> list[str]:
    """Absolute paths that exist on one machine alone."""
    return MACHINE_PATH.findall(text)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = []
    for path in walk(ROOT):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match}" for match in machine_paths(text)]

    assert found == []


@pytest.mark.parametrize(
    "path", ["home/anna/project", "Users/anna/project", "root/project", "workspace/project", "mnt/data"]
)
def test_control_finds_a_machine_path(path: str) -> None:
    assert machine_paths(f"see {os.sep}{path}")
    assert machine_paths(f'open("{os.sep}{path}")')
    assert not machine_paths(f"https://example.org/{path}")
    assert not machine_paths(f"static/{path}")
