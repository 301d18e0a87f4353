"""What the program refuses to start with."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

POWERS = """
SELECT rolsuper OR rolcreaterole OR rolbypassrls,
       EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relkind IN ('r', 'p'))
    OR EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = role.oid)
  FROM pg_roles AS role WHERE rolname = current_user
"""


def refuse_a_powerful_role() -> None:
    """Check that the database role owns no table and cannot give itself more, since evidence is safe only from such.

    Raises ImproperlyConfigured. Asked where settings say so: in production, by the web server, the worker and beat.
    """
    if not settings.REFUSE_POWERFUL_ROLE:
        return
    with connection.cursor() as cursor:
        cursor.execute(POWERS)
        may_do_anything, owns_tables = cursor.fetchone()
    connection.close()
    if may_do_anything or owns_tables:
        raise ImproperlyConfigured(
            "DATABASE_URL names a database role that owns the tables or could change them. "
            "Use the role countersign there, and the owner's in DATABASE_OWNER_URL for migrations alone."
        )
