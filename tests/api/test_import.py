"""Import: NDJSON in one transaction, in any order, again without harm."""
import json
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.scenario import play, problem, step
from harness.wire import Response

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*records: Any) -> bytes:
    return "".join((each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)) + "\n"
                   for each in records).encode()


def send(client: Client, *records: Any) -> Response:
    return client.post("/v1/import", lines(*records), headers=NDJSON)


def stored(database: Database) -> list[tuple]:
    """Everything that an import may touch."""
    return database.query("SELECT kind, id, version FROM change ORDER BY 1, 2, 3")


def totals(response: Response) -> tuple[int, ...]:
    """How many records were created, updated and unchanged."""
    return tuple(sum(response.json[what].values()) for what in ("created", "updated", "unchanged"))


def faults(response: Response) -> list[tuple]:
    return [(fault.get("line"), fault.get("pointer"), fault["code"]) for fault in response.json["errors"]]


def actor(ref: str, **more: Any) -> dict[str, Any]:
    return {"type": "actor", "ref": ref, "name": ref.title(), "kind": "group"} | more


def test_references_go_forward_and_backward(client: Client, world: dict[str, str]) -> None:
    response = send(
        client,
        {"type": "stance", "claim": "imported-claim", "actor": "imported-child", "position": "affirm"},
        {"type": "claim", "ref": "imported-claim", "text": "T", "about": ["imported-child", "north"]},
        actor("imported-child", part_of="imported-parent"),
        actor("imported-parent"),
        {"type": "review", "ref": "imported-review", "claim": "march", "reviewer": "imported-parent",
         "rating_label": "False", "url": "https://example.org/"})
    assert response.status == 200, str(response)
    parent = client.get("/v1/actors/imported-parent").json
    assert client.get("/v1/actors/imported-child").json["part_of"] == parent["id"]
    assert len(client.get("/v1/claims/imported-claim/positions").json["data"]) == 1
    assert client.get("/v1/reviews/imported-review").json["version"] == 1


def test_the_same_again_changes_nothing_and_says_so(client: Client, database: Database, world: dict[str, str]) -> None:
    records = [actor("again-a"), actor("again-b", part_of="again-a"),
               {"type": "stance", "claim": "march", "actor": "again-b", "position": "deny", "stated_at": "2024-10-21"}]
    first, before = send(client, *records), stored(database)
    second = send(client, *records)
    assert (first.status, second.status) == (200, 200)
    assert totals(first) == (3, 0, 0)
    assert totals(second) == (0, 0, 3)
    assert second.json["unchanged"]["actor"] == 2 and second.json["unchanged"]["stance"] == 1
    assert stored(database) == before
    third = send(client, actor("again-a", description="now with one"), *records[1:])
    assert totals(third) == (0, 1, 2)
    assert client.get("/v1/actors/again-a").json["version"] == 2


def test_a_deleted_record_comes_back(client: Client, world: dict[str, str]) -> None:
    send(client, actor("phoenix"))
    client.delete("/v1/actors/phoenix")
    assert totals(send(client, actor("phoenix"))) == (1, 0, 0)
    assert client.get("/v1/actors/phoenix").json["version"] == 3


@pytest.mark.parametrize("text", [
    b"", b"\n", b"\n\n\n",
    lines(actor("no-end")).rstrip(b"\n"),
    lines(actor("crlf")).replace(b"\n", b"\r\n"),
    b"\n" + lines(actor("blank"), "", "  ", actor("blank-2")),
], ids=["nothing", "an empty line", "empty lines", "no newline at the end", "CRLF", "blank lines"])
def test_layouts_that_are_fine(client: Client, world: dict[str, str], text: bytes) -> None:
    response = client.post("/v1/import", text, headers=NDJSON)
    assert response.status == 200, str(response)


FAULTY = [
    ("a missing reference",
     [actor("x-1"), {"type": "stance", "claim": "nothing", "actor": "x-2", "position": "deny"}],
     [(2, "/claim", "unknown_reference"), (2, "/actor", "unknown_reference")]),
    ("a reference of the wrong kind", [actor("x-1"), actor("x-2", part_of="march")],
     [(2, "/part_of", "unknown_reference")]),
    ("a missing field and an unknown one", [actor("x-1"), "", {"type": "actor", "kind": "group", "x": 1}],
     [(3, "/name", "required"), (3, "/x", "unknown_field")]),
    ("a cycle within the file", [actor("x-1", part_of="x-2"), actor("x-2", part_of="x-1")], None),
    ("faults on several lines", [{"type": "actor", "ref": "x-1"}, actor("x-2"), {"type": "claim"}],
     [(1, "/name", "required"), (1, "/kind", "required"), (3, "/text", "required")]),
    ("no type", [actor("x-1"), {"ref": "x-2", "name": "X", "kind": "group"}], [(2, "/type", "required")]),
    ("an unknown type", [{"type": "opinion"}, actor("x-1")], [(1, "/type", "not_in_vocabulary")]),
    ("a type that is no string", [{"type": 5}], [(1, "/type", "wrong_type")]),
    ("not JSON", [actor("x-1"), "{\"type\": \"actor\""], [(2, "", "truncated")]),
    ("an array", [actor("x-1"), "[]"], [(2, "", "wrong_type")]),
    ("the same ref twice", [actor("x-1"), actor("x-1", description="again")], [(2, "/ref", "duplicate")]),
    ("a claim that moves", [{"type": "stance", "ref": "x-9", "claim": "march", "actor": "north", "position": "deny"}], None),
]


@pytest.mark.parametrize("records, expected", [each[1:] for each in FAULTY], ids=[each[0] for each in FAULTY])
def test_a_fault_names_its_line_and_nothing_is_stored(client: Client, database: Database, world: dict[str, str],
                                                      records: list, expected: list | None) -> None:
    if expected is None and records[0]["type"] == "stance":
        assert client.put("/v1/stances/x-9", records[0] | {"claim": "treaty"} | {"type": None}).status in (200, 201, 422)
        client.put("/v1/stances/x-9", {"claim": "treaty", "actor": "north", "position": "deny"})
        expected = [(1, "/claim", "immutable")]
    before = stored(database)
    response = send(client, *records)
    assert response.status in (400, 422), str(response)
    assert response.header("Content-Type") == "application/problem+json"
    found = faults(response)
    if expected is None:
        assert {(pointer, code) for _, pointer, code in found} == {("/part_of", "cycle")}
        assert {line for line, _, _ in found} <= {1, 2}
    else:
        assert sorted(found, key=str) == sorted(expected, key=str), str(response)
    assert stored(database) == before


def test_more_faults_than_a_reply_lists(client: Client, database: Database, world: dict[str, str]) -> None:
    before = stored(database)
    response = send(client, *[{"type": "actor", "ref": f"many-{number}"} for number in range(300)])
    assert response.status == 422
    assert len(response.json["errors"]) == 100
    assert response.json["errors_omitted"] == 500
    assert response.json["errors"][0]["line"] == 1
    assert stored(database) == before


def test_bytes_that_are_no_text(client: Client, database: Database, world: dict[str, str]) -> None:
    before = stored(database)
    for line in (b'{"type": "actor", "name": "\xff", "kind": "group"}', b'{"type": "actor", "name": "\\u0000"}',
                 b'{"type": "actor", "type": "actor"}', b"\x00", b"[" * 33 + b"]" * 33):
        response = client.post("/v1/import", lines(actor("x-1")) + line + b"\n", headers=NDJSON)
        assert response.status in (400, 422), f"{line!r}: {response}"
        assert {fault["line"] for fault in response.json["errors"]} == {2}, f"{line!r}: {response}"
    assert stored(database) == before


def test_a_few_thousand_records(client: Client, world: dict[str, str]) -> None:
    records = [actor(f"mass-{number}", part_of=f"mass-{number // 2}" if number else None) for number in range(3000)]
    records = [{name: value for name, value in each.items() if value is not None} for each in records]
    response = send(client, *reversed(records))
    assert response.status == 200, str(response)[:500]
    assert totals(response) == (3000, 0, 0)
    parent = client.get("/v1/actors/mass-1499").json["id"]
    assert client.get("/v1/actors/mass-2999").json["part_of"] == parent


def test_what_an_import_takes(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("POST", "/v1/import", lines(actor("typed")), send=NDJSON, status=200),
        step("POST", "/v1/import", lines(actor("typed")), send={"Content-Type": "text/plain"}, status=415,
             json=problem(415, "unsupported-type")),
        step("POST", "/v1/import?dry=1", lines(actor("typed")), send=NDJSON, status=400),
    ])
