"""What the program refuses to start with."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

# Asked of every role that the present one is a member of, itself included: what they may, it may by SET ROLE
POWERS = """
SELECT bool_or(rolsuper OR rolcreaterole OR rolbypassrls),
       bool_or(EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relkind IN ('r', 'p')))
    OR bool_or(EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = role.oid))
  FROM pg_roles AS role WHERE pg_has_role(current_user, role.oid, 'MEMBER')
"""


def check() -> None:
    """Everything that the settings say is to be checked, by the web server, the worker and the schedule.

    Raises ImproperlyConfigured.
    """
    for name in settings.STARTUP_CHECKS:
        import_string(name)()


def refuse_a_powerful_role() -> None:
    """Check that the database role owns no table and cannot give itself more, since evidence is safe only from such.

    Neither by itself nor as a member of another role. Raises ImproperlyConfigured.
    """
    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        may_do_anything, owns_tables = cursor.fetchone()
    connection.close()
    if may_do_anything or owns_tables:
        raise ImproperlyConfigured(
            "DATABASE_URL names a database role that owns the tables or could change them. "
            "Use the role countersign there, and the owner's in DATABASE_OWNER_URL for migrations alone."
        )
