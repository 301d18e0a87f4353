#!/bin/sh
# Runs once, when the database's folder is empty: the role that owns the tables, the one that the program runs as, and
# the one that owns the functions which destroy, as whom nobody signs in.
set -eu
psql -v ON_ERROR_STOP=1 -X -q -U "$POSTGRES_USER" -d postgres \
  -v owner_password="$DATABASE_OWNER_PASSWORD" -v runtime_password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE countersign_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE countersign LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'runtime_password';
CREATE ROLE countersign_disposal NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT countersign_disposal TO countersign_owner;
CREATE DATABASE countersign OWNER countersign_owner;
REVOKE ALL ON DATABASE countersign FROM PUBLIC;
GRANT CONNECT ON DATABASE countersign TO countersign;
SQL
