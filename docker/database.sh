#!/bin/sh
# Makes the service's own role, without the rights of a superuser, and its database. PostgreSQL's image runs it once, on a new volume.
set -e -u
psql -v ON_ERROR_STOP=1 -v password="$(cat "$STANCED_DATABASE_PASSWORD_FILE")" -d postgres <<'SQL'
CREATE ROLE stanced LOGIN PASSWORD :'password';
CREATE DATABASE stanced OWNER stanced;
SQL
