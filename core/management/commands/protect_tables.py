"""Give the runtime role exactly what each table allows, and forbid cascades out of evidence."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils.module_loading import import_string

from core.models import AppendOnly


def wanted_privileges(model: type[Model]) -> set[str]:
    """What the runtime role may do with a model's table, UPDATE of single columns excepted."""
    if getattr(model, "written_by_function", False):
        return {"SELECT"}
    if issubclass(model, AppendOnly):
        return {"SELECT", "INSERT"}
    if hasattr(model, "updatable_columns"):
        return {"SELECT", "INSERT"}
    return {"SELECT", "INSERT", "UPDATE", "DELETE"}


class Command(BaseCommand):
    help = "After each migrate, as the owner: privileges of the runtime role, ON DELETE RESTRICT on evidence."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when something is not so")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        runtime = connections["default"].settings_dict["USER"]
        models = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        ]
        with connections["owner"].cursor() as cursor:
            if not check:
                for model in models:
                    self.grant(cursor, model, runtime)
                    if issubclass(model, AppendOnly):
                        self.restrict(cursor, model)
                cursor.execute(f'GRANT SELECT ON django_migrations TO "{runtime}"')
            faults = [fault for model in models for fault in self.faults(cursor, model, runtime)]
            for name in settings.PROTECTIONS:
                faults += import_string(name)(cursor, runtime, check=check)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(models)} tables protected.")

    def grant(self, cursor: CursorWrapper, model: type[Model], runtime: str) -> None:
        table = model._meta.db_table
        cursor.execute(f'REVOKE ALL ON "{table}" FROM PUBLIC, "{runtime}"')
        cursor.execute(f'GRANT {", ".join(sorted(wanted_privileges(model)))} ON "{table}" TO "{runtime}"')
        if columns := getattr(model, "updatable_columns", None):
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'GRANT UPDATE ({names}) ON "{table}" TO "{runtime}"')
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a"
            " WHERE a.attrelid = %s::regclass AND a.attidentity <> ''",
            [f'"{table}"', f'"{table}"'],
        )
        for (sequence,) in cursor.fetchall():
            cursor.execute(f'GRANT USAGE, SELECT ON SEQUENCE {sequence} TO "{runtime}"')

    def restrict(self, cursor: CursorWrapper, model: type[Model]) -> None:
        """Replace NO ACTION, which waits for the end of the transaction, with RESTRICT under the same name."""
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND confdeltype <> 'r' AND conrelid = %s::regclass",
            [f'"{model._meta.db_table}"'],
        )
        for name, definition in cursor.fetchall():
            body = definition.removesuffix(" DEFERRABLE INITIALLY DEFERRED")
            cursor.execute(
                f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}",'
                f' ADD CONSTRAINT "{name}" {body} ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED'
            )

    def faults(self, cursor: CursorWrapper, model: type[Model], runtime: str) -> list[str]:
        table = model._meta.db_table
        found = [*self.privilege_faults(cursor, model, runtime), *self.column_faults(cursor, model, runtime)]
        cursor.execute("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
        if cursor.fetchone()[0] == runtime:
            found.append(f"{table}: belongs to {runtime}, which must own nothing")
        if issubclass(model, AppendOnly):
            found += self.trigger_faults(cursor, table)
            cursor.execute(
                "SELECT conname FROM pg_constraint"
                " WHERE contype = 'f' AND confdeltype <> 'r' AND conrelid = %s::regclass",
                [f'"{table}"'],
            )
            found += [f"{table}: {name} is not ON DELETE RESTRICT" for (name,) in cursor.fetchall()]
        return found

    def privilege_faults(self, cursor: CursorWrapper, model: type[Model], runtime: str) -> list[str]:
        table, found = model._meta.db_table, []
        for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            cursor.execute("SELECT has_table_privilege(%s, %s::regclass, %s)", [runtime, f'"{table}"', privilege])
            held, wanted = cursor.fetchone()[0], privilege in wanted_privileges(model)
            if held != wanted:
                found.append(f"{table}: {runtime} {'has' if held else 'lacks'} {privilege}")
        return found

    def column_faults(self, cursor: CursorWrapper, model: type[Model], runtime: str) -> list[str]:
        """UPDATE of single columns, which a look at the table's privileges does not show."""
        table = model._meta.db_table
        if "UPDATE" in wanted_privileges(model):
            return []
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
            [f'"{table}"', runtime],
        )
        held, wanted = {name for (name,) in cursor.fetchall()}, set(getattr(model, "updatable_columns", ()))
        return [
            *(f"{table}: {runtime} has UPDATE of {name}" for name in sorted(held - wanted)),
            *(f"{table}: {runtime} lacks UPDATE of {name}" for name in sorted(wanted - held)),
        ]

    def trigger_faults(self, cursor: CursorWrapper, table: str) -> list[str]:
        """Both triggers must be there, and fire for everybody: the owner of a table can switch them off."""
        cursor.execute(
            "SELECT bool_or(tgtype & 8 > 0 AND tgtype & 16 > 0 AND tgtype & 1 > 0), bool_or(tgtype & 32 > 0)"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND proname = 'refuse_change' AND tgenabled IN ('O', 'A')",
            [f'"{table}"'],
        )
        rows, whole = cursor.fetchone()
        return [
            *([] if rows else [f"{table}: no trigger refuses UPDATE and DELETE"]),
            *([] if whole else [f"{table}: no trigger refuses TRUNCATE"]),
        ]
