"""What lists send as CSV or NDJSON, an import into an empty database makes into the same records: tried on records made at random."""
import csv
import io
import json
from typing import Any, Callable, Iterator

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.random_records import Maker, bring_in, descriptions
from harness.server import Server

EACH = 150  # records of each kind
MADE_ANEW = ("version", "created_at", "updated_at")
FORMS = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[Server]:
    with server.client() as client:
        bring_in(client, Maker(20241021).lines(EACH))
    yield server


def exported(client: Client, plural: str, form: str) -> bytes:
    """All pages of a list as one file: records may refer to others of their kind on other pages."""
    file = b""
    target = f"/v1/{plural}?limit=40&sort=created_at&format={form}"
    while target:
        response = client.get(target)
        assert response.status == 200, str(response)
        names = response.body.index(b"\r\n") + 2 if form == "csv" and file else 0
        file += response.body[names:]
        link = response.header("Link")
        target = link[1:].partition(">")[0] if link else ""
    return file


def everything(client: Client, plural: str) -> dict[str, dict[str, Any]]:
    rows = client.get(f"/v1/{plural}?limit=1000").json["data"]
    return {row["id"]: {name: value for name, value in row.items() if name not in MADE_ANEW} for row in rows}


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_in(filled: Server, launch: Callable[..., Server], empty_database: Database, form: str) -> None:
    other = launch(empty_database)
    with filled.client() as here, other.client() as there:
        for record in descriptions():
            file = exported(here, record["plural"], form)
            for outcome in ("created", "unchanged"):
                response = there.post(f"/v1/import?type={record['name']}", file, headers={"Content-Type": FORMS[form]})
                assert response.status == 200, f"{response}\n{file!r}"
                assert response.json[outcome][record["name"]] == EACH
        for record in descriptions():
            before = everything(here, record["plural"])
            assert len(before) == EACH
            assert everything(there, record["plural"]) == before


def value_of(field: dict[str, Any], cell: str) -> Any:
    """A cell as handlers/csv.h describes it."""
    if "many" in field["flags"] or field["type"] in ("object", "integer", "number", "boolean"):
        return json.loads(cell)
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in "=+-@\t\r'" else cell


def test_others_read_the_same(filled: Server) -> None:
    """Python's reader of CSV, which knows nothing of the service's; and no cell begins as a formula does."""
    with filled.client() as client:
        for record in descriptions():
            fields = {field["name"]: field for field in record["fields"]}
            expected = everything(client, record["plural"])
            file = exported(client, record["plural"], "csv").decode()
            for row in csv.DictReader(io.StringIO(file, newline=""), strict=True):
                assert not [cell for name, cell in row.items() if cell[:1] in tuple("=@\t\r")
                            or (cell[:1] in ("+", "-") and fields[name]["type"] not in ("number", "integer"))], row
                read = {name: value_of(fields[name], cell) if name in fields else cell
                        for name, cell in row.items() if cell and name not in MADE_ANEW}
                assert read == expected[row["id"]]
