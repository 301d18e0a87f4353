"""What the role that destroys may do, and the functions that it owns: kept after each migration, or looked at."""

from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.db.backends.utils import CursorWrapper

from archive.retention import functions
from archive.retention.functions import DESTROY, DISPOSAL, HOLD_OF, PURGE_ONE
from archive.retention.functions import functions as wanted_functions
from archive.retention.registry import PURGE, STEPS

# Read by what the functions check, and by the conditions of the registry
READ = (
    *("archive.Hold", "archive.HoldLift", "archive.Disposal", "archive.DisposalAnswer", "archive.RetentionRule"),
    *("archive.RuleAnswer", "archive.DataRequest", "archive.RequestItem", "staff.Custody", "staff.Post"),
    *("records.Record", "supervision.EnteredOnChildRecord", "supervision.SupervisionSession"),
    *("supervision.GroupMember", "audits.Audit", "audits.Observation"),
)
MISSING = f"{DISPOSAL}: there is no such role. As a superuser: CREATE ROLE {DISPOSAL} NOLOGIN; GRANT {DISPOSAL} TO <the owner>;"


def protect(cursor: CursorWrapper, runtime: str, *, check: bool) -> list[str]:
    """Give the role that destroys what the registry says, and its functions to it; or, with ``check``, change nothing.

    Gives what is not so.
    """
    cursor.execute("SELECT rolcanlogin OR rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = %s", [DISPOSAL])
    row = cursor.fetchone()
    if row is None:
        return [MISSING]
    if not check:
        _give(cursor)
        _make(cursor, runtime)
    faults = [f"{DISPOSAL}: somebody may sign in as it, or it may do more than destroy"] if row[0] else []
    return [*faults, *_members(cursor, runtime), *_grants(cursor), *_functions(cursor, runtime)]


def wanted() -> dict[str, set[str]]:
    """What the role may do with each table; UPDATE of a single column as "UPDATE (column)"."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for label in READ:
        found[_table(label)].add("SELECT")
    for step in (*STEPS, *PURGE):
        found[_table(step.model)] |= {"SELECT", *(f"UPDATE ({name})" for name in step.columns)}
        if not step.columns:
            found[_table(step.model)].add("DELETE")
    for model, _ in functions.files_hang_on():
        goes = model._meta.app_label == "documents"
        found[model._meta.db_table] |= {"SELECT", "DELETE"} if goes else {"SELECT"}
    found[_table("documents.StoredFile")] |= {"SELECT", "DELETE"}
    found[_table("archive.Certificate")] |= {"SELECT", "INSERT"}
    found[_table("records.RecordGone")] |= {"SELECT", "INSERT"}
    found[_table("archive.Hold")].add("MAINTAIN")
    return dict(found)


def _table(label: str) -> str:
    return apps.get_model(label)._meta.db_table


def _given(cursor: CursorWrapper) -> dict[str, set[str]]:
    """What the role may do now, on whatever table there is."""
    cursor.execute(
        "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE a.grantee = %s::regrole AND c.relkind IN ('r', 'p')"
        " UNION SELECT c.relname, format('%%s (%%s)', a.privilege_type, t.attname)"
        " FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a"
        " WHERE a.grantee = %s::regrole",
        [DISPOSAL, DISPOSAL],
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table, privilege in cursor.fetchall():
        found[table].add(privilege)
    return dict(found)


def _give(cursor: CursorWrapper) -> None:
    given, due = _given(cursor), wanted()
    for table in sorted({*given, *due}):
        for privilege in sorted(given.get(table, set()) - due.get(table, set())):
            cursor.execute(f'REVOKE {privilege} ON "{table}" FROM {DISPOSAL}')
        if missing := sorted(due.get(table, set()) - given.get(table, set())):
            cursor.execute(f'GRANT {", ".join(missing)} ON "{table}" TO {DISPOSAL}')


def _make(cursor: CursorWrapper, runtime: str) -> None:
    """Write the functions anew where they differ, as the role that owns them, and say who may call which."""
    if not list(_functions(cursor, runtime)):
        return
    cursor.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {DISPOSAL}")
    cursor.execute(f"SET ROLE {DISPOSAL}")
    try:
        for name, text in wanted_functions().items():
            cursor.execute(text.replace("%", "%%"), [])
            cursor.execute(f'REVOKE ALL ON FUNCTION {name} FROM PUBLIC, "{runtime}"')
        for name in (HOLD_OF, DESTROY, PURGE_ONE):
            cursor.execute(f'GRANT EXECUTE ON FUNCTION {name} TO "{runtime}"')
    finally:
        cursor.execute("RESET ROLE")
    cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM {DISPOSAL}")


def _members(cursor: CursorWrapper, runtime: str) -> Iterator[str]:
    cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [runtime, DISPOSAL])
    if cursor.fetchone()[0]:
        yield f"{runtime}: may become {DISPOSAL}, which destroys"


def _grants(cursor: CursorWrapper) -> Iterator[str]:
    given, due = _given(cursor), wanted()
    for table in sorted({*given, *due}):
        for privilege in sorted(given.get(table, set()) - due.get(table, set())):
            yield f"{table}: {DISPOSAL} has {privilege}"
        for privilege in sorted(due.get(table, set()) - given.get(table, set())):
            yield f"{table}: {DISPOSAL} lacks {privilege}"


def _functions(cursor: CursorWrapper, runtime: str) -> Iterator[str]:
    for name, text in wanted_functions().items():
        cursor.execute(
            "SELECT p.prosrc, pg_get_userbyid(p.proowner), p.prosecdef, has_function_privilege(%s, p.oid, 'EXECUTE'),"
            " EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)"
            " FROM pg_proc p WHERE p.oid = to_regprocedure(%s)",
            [runtime, f"public.{name}"],
        )
        row = cursor.fetchone()
        if row is None:
            yield f"{name}: is not there"
            continue
        source, owner, definer, callable_, public = row
        if source != text.split("$$")[1]:
            yield f"{name}: is another than the registry makes"
        if owner != DISPOSAL or definer != ("SECURITY DEFINER" in text):
            yield f"{name}: does not run as {DISPOSAL}"
        if callable_ != (name in (HOLD_OF, DESTROY, PURGE_ONE)) or public:
            yield f"{name}: others may call it than should"
