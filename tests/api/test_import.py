"""Import: NDJSON in one transaction, in any order, again without harm."""
import gzip
import json
import random
import zlib
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
        step("POST", "/v1/import?mode=some", lines(actor("typed")), send=NDJSON, status=400),
        step("POST", "/v1/import", lines(actor("typed")), send=NDJSON | {"Content-Encoding": "br"}, status=415),
        step("POST", "/v1/import", lines(actor("typed")), send=NDJSON | {"Content-Encoding": "identity"}, status=200),
        step("POST", "/v1/actors", {"name": "N", "kind": "group"}, send={"Content-Encoding": "gzip"}, status=415),
    ])


def each(client: Client, *records: Any, query: str = "", **headers: str) -> tuple[list[tuple], dict]:
    """Imports what is good; returns faults (line, pointer, code) and the counts."""
    response = client.post(f"/v1/import?mode=each{query}", lines(*records), headers=NDJSON | headers)
    assert response.status == 200, str(response)
    assert response.header("Content-Type") == "application/x-ndjson"
    *told, counts = [json.loads(line) for line in response.body.splitlines()]
    return [(fault["line"], fault["pointer"], fault["code"]) for fault in told], counts


def sums(counts: dict) -> tuple[int, ...]:
    return tuple(sum(counts[what].values()) for what in ("created", "updated", "unchanged")) + (counts["refused"],)


def versions(client: Client, target: str) -> list[tuple]:
    rows = client.get(f"{target}/history?record=true").json["data"]
    return [(row["version"], row["operation"]) for row in rows]


def test_a_ref_that_comes_again_is_an_update(client: Client, world: dict[str, str]) -> None:
    response = send(client, actor("twice"), actor("twice", description="once more"), actor("twice", description="once more"))
    assert totals(response) == (1, 1, 1)
    assert client.get("/v1/actors/twice").json["description"] == "once more"
    assert versions(client, "/v1/actors/twice") == [(2, "update"), (1, "create")]
    assert totals(send(client, actor("twice"), actor("twice", description="once more"))) == (0, 2, 0)
    csv = client.post("/v1/import?type=claim", b"ref,text\ntwice-c,T\ntwice-c,U\n", headers={"Content-Type": "text/csv"})
    assert totals(csv) == (1, 1, 0)
    assert client.get("/v1/claims/twice-c").json["text"] == "U"


def test_lists_of_a_record_that_comes_again(client: Client, world: dict[str, str]) -> None:
    response = send(client, {"type": "claim", "ref": "lists", "text": "T", "about": ["north"]},
                    {"type": "claim", "ref": "lists", "text": "T", "about": ["south", "north"],
                     "relations": [{"claim": "lists-2", "relation": "entails"}]},
                    {"type": "claim", "ref": "lists-2", "text": "U", "relations": [{"claim": "lists", "relation": "refines"}]})
    assert totals(response) == (2, 1, 0)
    claim = client.get("/v1/claims/lists?expand=about").json
    assert [each["ref"] for each in claim["about"]] == ["south", "north"]
    assert totals(send(client, {"type": "claim", "ref": "lists", "text": "T", "about": ["south"]})) == (0, 1, 0)
    claim = client.get("/v1/claims/lists?expand=about").json
    assert [each["ref"] for each in claim["about"]] == ["south"] and claim["relations"] == []


def test_content_without_a_name_is_known_again(client: Client, world: dict[str, str]) -> None:
    stance = {"type": "stance", "claim": "march", "actor": "south", "position": "question", "quote": "known again"}
    assert totals(send(client, stance, stance)) == (1, 0, 1)
    assert totals(send(client, stance)) == (0, 0, 1)


def test_good_lines_are_stored_and_bad_ones_told(client: Client, world: dict[str, str]) -> None:
    told, counts = each(client, actor("e-1"), "{", actor("e-2", kind="x"), {"type": "claim"}, "", actor("e-3", part_of="e-1"),
                        {"type": "stance", "claim": "march", "actor": "nobody-e", "position": "deny"})
    assert told == [(2, "", "truncated"), (3, "/kind", "not_in_vocabulary"), (4, "/text", "required"),
                    (7, "/actor", "unknown_reference")]
    assert sums(counts) == (2, 0, 0, 4) and counts["lines"] == 6 and counts["faults_omitted"] == 0
    assert client.get("/v1/actors/e-3").json["part_of"] == client.get("/v1/actors/e-1").json["id"]
    assert client.get("/v1/actors/e-2").status == 404


@pytest.mark.parametrize("place", range(5))
def test_a_bad_line_at_any_place(client: Client, world: dict[str, str], place: int) -> None:
    records = [actor(f"at-{place}-{number}") for number in range(4)]
    bad: list[Any] = [*records[:place], {"type": "actor", "ref": f"at-{place}-x"}, *records[place:]]
    told, counts = each(client, *bad)
    assert told == [(place + 1, "/name", "required"), (place + 1, "/kind", "required")]
    assert sums(counts) == (4, 0, 0, 1)
    assert [client.get(f"/v1/actors/at-{place}-{number}").status for number in range(4)] == [200] * 4


def test_what_leans_on_a_bad_line(client: Client, world: dict[str, str]) -> None:
    """Directly, over another, and in a circle that something bad hangs on."""
    told, counts = each(
        client, {"type": "source", "ref": "lean-1", "title": "T", "kind": "article", "cites": [{"source": "lean-2", "relation": "cites"}]},
        {"type": "source", "ref": "lean-2", "title": "T", "kind": "article", "publisher": "lean-nobody"},
        actor("lean-3", owned_by="lean-4"), actor("lean-4", owned_by="lean-3"),
        actor("lean-5", owned_by="lean-6"), actor("lean-6", owned_by="lean-5", part_of="lean-nobody"))
    assert sorted(told) == [(1, "/cites/0/source", "unknown_reference"), (2, "/publisher", "unknown_reference"),
                            (5, "/owned_by", "unknown_reference"), (6, "/owned_by", "unknown_reference"),
                            (6, "/part_of", "unknown_reference")]
    assert sums(counts) == (2, 0, 0, 4)
    assert client.get("/v1/actors/lean-3").json["owned_by"] == client.get("/v1/actors/lean-4").json["id"]


MIXED: list[dict[str, Any]] = [
    {"type": "stance", "ref": "o-s", "claim": "o-c", "actor": "o-a", "position": "affirm", "source": "o-o", "speaker": "o-b"},
    {"type": "review", "ref": "o-r", "claim": "o-c", "reviewer": "o-b", "rating_label": "True", "source": "o-o"},
    {"type": "claim", "ref": "o-c", "text": "T", "about": ["o-a", "o-b"], "relations": [{"claim": "o-d", "relation": "entails"}]},
    {"type": "claim", "ref": "o-d", "text": "U"},
    {"type": "source", "ref": "o-o", "title": "T", "kind": "article", "publisher": "o-b",
     "cites": [{"source": "o-p", "relation": "quotes"}]},
    {"type": "source", "ref": "o-p", "title": "U", "kind": "speech"},
    {"type": "actor", "ref": "o-a", "name": "A", "kind": "group", "part_of": "o-b"},
    {"type": "actor", "ref": "o-b", "name": "B", "kind": "group"},
]


@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_any_order(client: Client, world: dict[str, str], mode: str) -> None:
    """Forty orders of a file whose records all hang together, each under refs of its own."""
    dice = random.Random(6)
    for turn in range(40):
        text = json.dumps(dice.sample(MIXED, len(MIXED))).replace('"o-', f'"o-{mode}-{turn}-')
        response = client.post(f"/v1/import?mode={mode}", lines(*json.loads(text)), headers=NDJSON)
        assert response.status == 200, str(response)
        counts = json.loads(response.body.splitlines()[-1])
        assert sum(counts["created"].values()) == len(MIXED), f"{text}\n{response}"
        stance = client.get(f"/v1/stances/o-{mode}-{turn}-s?expand=claim,speaker").json
        assert stance["speaker"]["ref"] == f"o-{mode}-{turn}-b" and len(stance["claim"]["about"]) == 2
        again = client.post(f"/v1/import?mode={mode}", lines(*json.loads(text)), headers=NDJSON)
        counts = json.loads(again.body.splitlines()[-1])
        assert sum(counts["unchanged"].values()) == len(MIXED), f"{text}\n{again}"


def test_batches_wait_for_what_comes_later(client: Client, world: dict[str, str]) -> None:
    """Far more lines than one batch has, all of which name what only the last lines bring; and a later line about the first record."""
    first = {"type": "stance", "ref": "wait-s-0", "claim": "wait-c", "actor": "wait-a", "position": "deny"}
    stances = [{"type": "stance", "claim": "wait-c", "actor": "wait-a", "position": "report", "quote": f"{number}"}
               for number in range(9000)]
    told, counts = each(client, first, *stances, first | {"position": "affirm"}, {"type": "claim", "ref": "wait-c", "text": "T"},
                        actor("wait-a"))
    assert told == []
    assert sums(counts) == (9003, 1, 0, 0)
    assert client.get("/v1/stances/wait-s-0").json["position"] == "affirm"
    assert client.get("/v1/stances?claim=wait-c&count=exact&limit=1").json["total"] == 9001


def test_what_the_database_refuses_is_found_by_halving(client: Client, database: Database, world: dict[str, str]) -> None:
    database.query("ALTER TABLE actor ADD CONSTRAINT refused CHECK (description <> 'refuse me') NOT VALID")
    try:
        records = [actor(f"half-{number}", description="refuse me" if number in (0, 77, 78, 199) else None) for number in range(200)]
        told, counts = each(client, *records)
        assert told == [(line, "", "refused") for line in (1, 78, 79, 200)]
        assert sums(counts) == (196, 0, 0, 4)
        assert client.get("/v1/actors/half-76").status == 200 and client.get("/v1/actors/half-77").status == 404
    finally:
        database.query("ALTER TABLE actor DROP CONSTRAINT refused")


def test_what_only_the_database_knows_is_told_by_line(client: Client, database: Database, world: dict[str, str]) -> None:
    client.put("/v1/stances/fixed-s", {"claim": "treaty", "actor": "north", "position": "deny"})
    chain = [actor(f"deep-{number}", part_of=f"deep-{number + 1}") for number in range(17)]
    told, counts = each(
        client, actor("ring-1", part_of="ring-2"), actor("ring-2", part_of="ring-1"), actor("ring-3", part_of="ring-3"),
        {"type": "stance", "ref": "fixed-s", "claim": "march", "actor": "north", "position": "deny"}, *chain, actor("deep-17"))
    assert sorted(told) == [(1, "/part_of", "cycle"), (2, "/part_of", "cycle"), (3, "/part_of", "cycle"), (4, "/claim", "immutable"),
                            (5, "/part_of", "too_deep")]
    assert sums(counts) == (17, 0, 0, 5)
    before = stored(database)
    response = send(client, actor("ring-1", part_of="ring-2"), actor("ring-2", part_of="ring-1"))
    assert response.status == 422 and {fault["code"] for fault in response.json["errors"]} == {"cycle"}
    assert stored(database) == before


def test_versions_and_times_are_taken_over(client: Client, world: dict[str, str]) -> None:
    past = {"version": 7, "created_at": "2020-01-02T03:04:05Z", "updated_at": "2021-01-01T00:00:00.5Z"}
    kept = "/v1/import?keep=versions"
    assert totals(client.post(kept, lines(actor("kept", **past)), headers=NDJSON)) == (1, 0, 0)
    record = client.get("/v1/actors/kept").json
    assert (record["version"], record["created_at"], record["updated_at"]) == (7, "2020-01-02T03:04:05Z", "2021-01-01T00:00:00.500000Z")
    assert versions(client, "/v1/actors/kept") == [(7, "create")]
    assert totals(client.post(kept, lines(actor("kept", **past)), headers=NDJSON)) == (0, 0, 1)
    assert totals(client.post(kept, lines(actor("kept", **past | {"version": 9})), headers=NDJSON)) == (0, 1, 0)
    for version in (9, 8):
        refused = client.post(kept, lines(actor("kept", description="other", **past | {"version": version})), headers=NDJSON)
        assert refused.status == 422 and faults(refused) == [(1, "/version", "version_taken")]
    assert totals(send(client, actor("kept", description="other", **past))) == (0, 1, 0)
    assert client.get("/v1/actors/kept").json["version"] == 10
    wrong = client.post(kept, lines(actor("kept", version=0, created_at="2020-01-01", updated_at=5)), headers=NDJSON)
    assert [fault[1:] for fault in faults(wrong)] == [("/version", "out_of_range"), ("/created_at", "invalid_time"),
                                                      ("/updated_at", "invalid_time")]
    csv = b"ref,version,created_at,updated_at,text\nkept-c,4,2020-01-02T03:04:05Z,2020-01-02T03:04:06Z,T\n"
    assert client.post(kept + "&type=claim", csv, headers={"Content-Type": "text/csv"}).status == 200
    assert client.get("/v1/claims/kept-c").json["version"] == 4


def test_references_lead_through_merges(client: Client, world: dict[str, str]) -> None:
    send(client, actor("merge-old"), actor("merge-new"))
    merged = client.post("/v1/actors/merge-old/merge", {"into": "merge-new"})
    assert merged.status == 200, str(merged)
    new = client.get("/v1/actors/merge-new").json["id"]
    stance = {"type": "stance", "ref": "merge-s", "claim": "march", "actor": "merge-old", "position": "deny"}
    assert totals(send(client, stance, {"type": "claim", "ref": "merge-c", "text": "T", "about": ["merge-old", "north"]})) == (2, 0, 0)
    assert client.get("/v1/stances/merge-s").json["actor"] == new
    assert new in client.get("/v1/claims/merge-c").json["about"]
    assert totals(send(client, stance)) == (0, 0, 1)
    told, counts = each(client, actor("merge-old", description="back"), stance)
    assert told == [(1, "/ref", "merged")] and sums(counts) == (0, 0, 1, 1)
    assert send(client, actor("merge-old", description="back")).status == 422


def test_gzip(client: Client, database: Database, world: dict[str, str]) -> None:
    packed = NDJSON | {"Content-Encoding": "gzip"}
    text = lines(actor("zip-1"), actor("zip-2"))
    assert totals(client.post("/v1/import", gzip.compress(text), headers=packed)) == (2, 0, 0)
    members = b"".join(gzip.compress(text[at:at + 7]) for at in range(0, len(text), 7))
    assert totals(client.post("/v1/import", members, headers=packed)) == (0, 0, 2)
    before = stored(database)
    whole = gzip.compress(lines(actor("zip-3")) * 3)
    for broken in (text, b"", whole[:-1], whole[:20], whole + b"x", whole[:30] + b"\xff" + whole[31:]):
        response = client.post("/v1/import", broken, headers=packed)
        assert response.status == 400, f"{broken!r}: {response}"
        assert response.json["type"] == "/problems/malformed-body"
    assert stored(database) == before


@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_a_bomb_is_put_out(client: Client, database: Database, world: dict[str, str], mode: str) -> None:
    """A gibibyte of blank lines in a mebibyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\n" * 2 ** 20) for _ in range(1024)) + packer.flush()
    before = stored(database)
    response = client.post(f"/v1/import?mode={mode}", bomb, headers=NDJSON | {"Content-Encoding": "gzip"})
    assert response.status == 413, str(response)
    assert stored(database) == before


def test_csv_in_good_lines(client: Client, world: dict[str, str]) -> None:
    table = b"ref,name,kind\ncsv-e-1,A,group\ncsv-e-2,B,x\n\"csv-e-3,C,group\n"
    response = client.post("/v1/import?mode=each&type=actor", table, headers={"Content-Type": "text/csv"})
    *told, counts = [json.loads(line) for line in response.body.splitlines()]
    assert [(fault["line"], fault["code"]) for fault in told] == [(3, "not_in_vocabulary"), (4, "malformed")]
    assert sums(counts) == (1, 0, 0, 2)
    for columns in (b"ref,nom\nx,y\n", b"\"ref\n"):
        headless = client.post("/v1/import?mode=each&type=actor", columns, headers={"Content-Type": "text/csv"})
        assert headless.status == 400 and headless.json["errors"], str(headless)


def test_more_faults_than_are_listed_of_good_lines(client: Client, world: dict[str, str]) -> None:
    bad = [{"type": "stance", "claim": "nowhere", "actor": "nobody", "position": "deny", "quote": str(number)} for number in range(1200)]
    told, counts = each(client, actor("limit-1"), *bad, actor("limit-2"))
    assert len(told) == 1000 and counts["faults_omitted"] == 1400
    assert sums(counts) == (2, 0, 0, 1200)
