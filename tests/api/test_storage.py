"""Each record's description against what the migrations made of the database."""
import json
from typing import Any

import pytest

from harness.cluster import Database
from harness.samples import SAMPLES
from harness.server import Server, run
from harness.workshop import Workshop

OWN = {"id": ("uuid", False), "ref": ("text", True), "version": ("integer", False),
       "created_at": ("timestamp with time zone", False), "updated_at": ("timestamp with time zone", False)}
KINDS = [sample.kind for sample in SAMPLES]


@pytest.fixture(scope="module")
def described(workshop: Workshop) -> dict[str, Any]:
    done = run(workshop, "describe")
    assert done.returncode == 0, done.stderr
    return {record["name"]: record for record in json.loads(done.stdout)}


def columns(database: Database, table: str) -> dict[str, tuple[str, bool]]:
    """Name → (type, nullable), arrays as "text[]"."""
    rows = database.query(
        "SELECT attname, format_type(atttypid, NULL), NOT attnotnull FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", table)
    # the catalogue behind information_schema names arrays in full; both must tell of the same columns
    public = database.query("SELECT column_name, is_nullable = 'YES' FROM information_schema.columns "
                            "WHERE table_schema = 'public' AND table_name = %s", table)
    assert {(name, nullable) for name, _, nullable in rows} == set(public)
    return {name: (kind, nullable) for name, kind, nullable in rows}


def test_the_kinds_are_the_five(described: dict[str, Any]) -> None:
    assert [(record["name"], record["plural"]) for record in described.values()] == [
        (sample.kind, sample.plural) for sample in SAMPLES]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
def test_samples_have_every_field(described: dict[str, Any], sample: Any) -> None:
    fields = described[sample.kind]["fields"]
    assert list(sample.full) == [field["name"] for field in fields] or \
        set(sample.full) == {field["name"] for field in fields}
    assert set(sample.least) >= {field["name"] for field in fields if "required" in field.get("flags", [])}


@pytest.mark.parametrize("kind", KINDS)
def test_a_records_table_is_as_described(server: Server, database: Database, described: dict[str, Any], kind: str) -> None:
    expected = dict(OWN)
    for field in described[kind]["fields"]:
        expected |= {column["name"]: (column["type"], column["nullable"]) for column in field["columns"]
                     if not field.get("table")}
    assert columns(database, kind) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_arrays_are_as_described(server: Server, database: Database, described: dict[str, Any], kind: str) -> None:
    tables = [field for field in described[kind]["fields"] if field.get("table")]
    for field in tables:
        expected = {column["name"]: (column["type"], column["nullable"]) for column in field["columns"]}
        assert {f"{kind}_id", "ordinal", "target_id"} <= set(expected)
        assert columns(database, field["table"]) == expected


def test_no_table_is_left_undescribed(server: Server, database: Database, described: dict[str, Any]) -> None:
    known = {"api_key", "change", "claim_rejection", "claim_term", "claim_term_sample", "feed", "idempotency", "merged", "schema_migration", *described}
    known |= {field["table"] for record in described.values() for field in record["fields"] if field.get("table")}
    there = {name for (name,) in database.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")}
    assert there - known <= {"setting", "epoch"}, "tables that no description speaks of"
    assert known <= there


def test_references_are_backed_by_foreign_keys(server: Server, database: Database, described: dict[str, Any]) -> None:
    """Code checks references first; the database must not rely on that."""
    backed = set(database.query(
        "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute "
        "ON attrelid = conrelid AND attnum = ANY (conkey) WHERE contype = 'f'"))
    for kind, record in described.items():
        for field in record["fields"]:
            if field.get("table"):
                assert {(field["table"], f"{kind}_id"), (field["table"], "target_id")} <= backed
            elif field["type"] == "reference":
                assert {(kind, column["name"]) for column in field["columns"]} <= backed


def test_keys_leave_room_for_shards(server: Server, database: Database) -> None:
    """Unique constraints of what is stored by claim hold the claim."""
    for table, key in {"stance": "claim_id", "review": "claim_id", "claim_about": "claim_id",
                       "claim_relation": "claim_id", "claim": "id"}.items():
        unique = database.query(
            "SELECT indexrelid::regclass::text, array_agg(attname::text) FROM pg_index JOIN pg_attribute "
            "ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = %s::regclass AND indisunique GROUP BY 1",
            table)
        assert unique and all(key in names for _, names in unique), f"{table}: {unique}"


def test_nothing_runs_behind_the_servers_back(server: Server, database: Database) -> None:
    assert database.value("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == 0
