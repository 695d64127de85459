"""The shape of replies: some fields, references in full, and other formats than JSON."""
import csv
import io
import json
from typing import Any

import pytest

from harness.client import Client
from harness.samples import SAMPLES, Sample, with_ids
from harness.scenario import play, problem, step
from harness.wire import Response

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
TYPES = {"json": "application/json", "ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8; header=present"}


def expandable(sample: Sample) -> dict[str, Any]:
    """The reference fields of a sample, with what they hold."""
    names = {"part_of", "owned_by", "publisher", "cites", "about", "relations", "claim", "actor", "source", "origin",
             "speaker", "addressee", "reviewer"}
    return {name: value for name, value in sample.full.items() if name in names}


@EACH
def test_fields(client: Client, world: dict[str, str], sample: Sample) -> None:
    made = client.post(f"/v1/{sample.plural}", sample.full).json
    target = f"/v1/{sample.plural}/{made['id']}"
    for name in made:
        assert client.get(f"{target}?fields={name}").json == {name: made[name]}, name
    some = ["attributes", "updated_at", "id"]
    assert client.get(f"{target}?fields={','.join(some)}").json == {name: made[name] for name in some}
    assert list(client.get(f"{target}?fields=attributes,id").json) == ["id", "attributes"]
    rows = client.get(f"/v1/{sample.plural}?limit=1&fields=id,ref").json["data"]
    assert rows == [{"id": made["id"]}]  # it has no ref
    play(client, [
        step("GET", f"{target}?fields=id,nothing", status=400, json=problem(400, "invalid-parameter")),
        step("GET", f"{target}?fields=", status=400, json=problem(400, "invalid-parameter")),
    ])


@EACH
def test_expand(client: Client, world: dict[str, str], sample: Sample) -> None:
    made = client.post(f"/v1/{sample.plural}", sample.full).json
    cache: dict[str, Any] = {}

    def record(kind: str, ref: str) -> Any:
        plural = {"actor": "actors", "source": "sources", "claim": "claims"}[kind]
        return cache.setdefault(ref, client.get(f"/v1/{plural}/{ref}").json)

    def whole(name: str, value: Any) -> Any:
        if name in ("cites", "relations"):
            kind = "source" if name == "cites" else "claim"
            return [{kind: record(kind, each[kind]), "relation": each["relation"]} for each in value]
        kind = {"publisher": "actor", "about": "actor", "part_of": "actor", "owned_by": "actor", "speaker": "actor",
                "addressee": "actor", "reviewer": "actor", "origin": "source"}.get(name, name)
        return [record(kind, each) for each in value] if isinstance(value, list) else record(kind, value)

    fields = expandable(sample)
    assert fields
    for name, value in fields.items():
        expected = made | {name: whole(name, value)}
        assert client.get(f"/v1/{sample.plural}/{made['id']}?expand={name}").json == expected
        assert client.get(f"/v1/{sample.plural}?expand={name}&limit=1").json["data"] == [expected]
    everything = made | {name: whole(name, value) for name, value in fields.items()}
    assert client.get(f"/v1/{sample.plural}?expand={','.join(fields)}&limit=1").json["data"] == [everything]
    assert list(everything) == list(made)


def test_expand_on_a_long_list(client: Client, world: dict[str, str]) -> None:
    """Every row has its own, whichever part of the order it stands in."""
    actors = [client.put(f"/v1/actors/many-{n}", {"name": f"N {n}", "kind": "other"}).json for n in range(30)]
    by_id = {actor["id"]: actor for actor in actors}
    for n in range(60):
        body = {"claim": "treaty", "actor": f"many-{n % 30}", "position": "question"}
        client.post("/v1/stances", body | ({"stated_at": f"2024-01-{n + 1:02}"} if n < 25 else {}))
    rows = client.get("/v1/stances?position=question&sort=stated_at&expand=actor,claim&limit=100").json["data"]
    plain = client.get("/v1/stances?position=question&sort=stated_at&limit=100").json["data"]
    assert len(rows) == 60
    for row, without in zip(rows, plain):
        assert row["actor"] == by_id[without["actor"]] and row["claim"]["ref"] == "treaty"
        assert row | {"actor": without["actor"], "claim": without["claim"]} == without


def test_expanded_replies_have_their_own_tag(client: Client, world: dict[str, str]) -> None:
    client.put("/v1/actors/tagged", {"name": "Before", "kind": "other"})
    stance = client.post("/v1/stances", {"claim": "march", "actor": "tagged", "position": "deny"}).json["id"]
    target = f"/v1/stances/{stance}?expand=actor"
    tag = client.get(target).header("ETag")
    assert tag != client.get(f"/v1/stances/{stance}").header("ETag")
    assert client.get(target, headers={"If-None-Match": tag}).status == 304
    client.put("/v1/actors/tagged", {"name": "After", "kind": "other"})
    changed = client.get(target, headers={"If-None-Match": tag})
    assert changed.status == 200 and changed.json["actor"]["name"] == "After"


def table(response: Response) -> list[dict[str, str]]:
    assert response.status == 200 and response.header("Content-Type") == TYPES["csv"], str(response)
    assert response.body.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(response.body.decode(), newline=""), strict=True))


@EACH
def test_formats(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}"
    made = client.post(target, sample.full).json
    client.post(target, sample.least)
    rows = client.get(f"{target}?limit=2").json["data"]
    for how, headers in (("&format=ndjson", {}), ("", {"Accept": "application/x-ndjson"})):
        lines = client.get(f"{target}?limit=2{how}", headers=headers)
        assert lines.header("Content-Type") == TYPES["ndjson"]
        assert [json.loads(line) for line in lines.body.decode().splitlines()] == rows
        assert f"cursor={lines.header('X-Next-Cursor')}>" in (lines.header("Link") or "")
    for how, headers in (("&format=csv", {}), ("", {"Accept": "text/csv"})):
        cells = table(client.get(f"{target}?limit=2{how}", headers=headers))
        assert [row["id"] for row in cells] == [row["id"] for row in rows]
    full = table(client.get(f"{target}/{made['id']}?format=csv"))[0]
    for name, value in made.items():
        shown = full[name] if isinstance(value, str) else json.loads(full[name])
        assert shown == value or (name, shown) == ("description", "Speaks \"for\" the state.\nAlways."), name
    assert {name for name, cell in full.items() if cell == ""} == set(full) - set(made)
    assert client.get(f"{target}/{made['id']}?format=ndjson").json == made
    head = client.get(f"{target}?format=csv&ref=nothing-at-all")
    assert head.body.decode() == ",".join(full) + "\r\n"
    assert client.get(f"{target}?format=ndjson&ref=nothing-at-all").body == b""
    assert table(client.get(f"{target}?limit=1&format=csv&fields=id,ref")) == [{"id": rows[0]["id"], "ref": ""}]


def test_what_cannot_be_sent(client: Client, world: dict[str, str]) -> None:
    wrong = problem(406, "not-acceptable")
    play(client, [
        *[step("GET", target, status=406, json=wrong, send={"Accept": "text/html"},
               headers={"Content-Type": "application/problem+json"})
          for target in ("/v1/actors", "/v1/actors/north", "/v1/topics")],
        step("GET", "/v1/actors", send={"Accept": "text/html, */*;q=0.1"}),
        step("GET", "/v1/actors?format=json", send={"Accept": "text/html"}),
        step("GET", "/v1/actors/nothing", send={"Accept": "text/csv"}, status=404, json=problem(404, "not-found")),
        step("GET", "/v1/actors?format=csv&limit=0", status=400, json=problem(400, "invalid-parameter")),
    ])


def test_topics_in_all_formats(client: Client, world: dict[str, str]) -> None:
    client.put("/v1/claims/topical", {"text": "T", "topics": ["one", "two"]})
    rows = client.get("/v1/topics").json["data"]
    assert table(client.get("/v1/topics?format=csv")) == [
        {"topic": row["topic"], "claims": str(row["claims"])} for row in rows]
    lines = client.get("/v1/topics", headers={"Accept": "application/x-ndjson"}).body.decode().splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_formulas_are_kept_from_spreadsheets(client: Client, world: dict[str, str]) -> None:
    for text in ("=1+1", "+1", "-1", "@a", "\tx", "'", "'=x", "''", "plain", "'tis"):
        made = client.post("/v1/claims", {"text": text}) if text.strip() else None
        assert made is not None and made.status == 201, str(made)
        cell = table(client.get(f"/v1/claims/{made.json['id']}?format=csv"))[0]["text"]
        assert cell[0] not in "=+-@\t\r"
        assert (cell == text) == (text in ("'", "plain", "'tis"))


AWKWARD = ["=1+1", "'=1", "''", "a,b", "\"", "say \"\"", " lead", "trail ", "two\nlines", "cr\rlf\r\n", "[1]", "{}", "null",
           "true", "1", "1e400", "김", "\ttab", "-", "'", ";", "\\", "\\n", "a\\,b", "\ufeffmark"]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_what_goes_out_comes_in_again(client: Client, world: dict[str, str], form: str) -> None:
    """Into the same database without a change; and after everything was deleted, into an empty one, ids kept."""
    for number, text in enumerate(AWKWARD):
        for body in ({"text": text + " and more", "location": text, "attributes": {"t": text}},
                     {"text": text, "ref": f"awkward-{form}-{number}", "topics": ["a"], "about": ["south"]}):
            assert client.post("/v1/claims", body).status == 201, repr(text)
    for sample in SAMPLES:
        assert client.post(f"/v1/{sample.plural}", sample.full).status == 201
        assert client.post(f"/v1/{sample.plural}", sample.full | {"ref": f"lossless-{form}"}).status == 201
    plurals = [sample.plural for sample in SAMPLES]
    before = {plural: client.get(f"/v1/{plural}?limit=1000").json["data"] for plural in plurals}
    files = {plural: client.get(f"/v1/{plural}?limit=1000&format={form}") for plural in plurals}
    assert all(files[plural].header("Link") is None for plural in plurals)

    def bring_in(plural: str) -> Response:
        response = client.post(f"/v1/import?type={plural[:-1]}", files[plural].body,
                               headers={"Content-Type": files[plural].header("Content-Type") or ""})
        assert response.status == 200, str(response)
        return response

    for sample in SAMPLES:
        response = bring_in(sample.plural)
        assert response.json["unchanged"][sample.kind] == len(before[sample.plural]), str(response)
    # all that is not referred to any more goes, until nothing does
    for _ in range(10):
        for plural in reversed(plurals):
            for row in client.get(f"/v1/{plural}?limit=1000&fields=id").json["data"]:
                client.delete(f"/v1/{plural}/{row['id']}")
    assert not any(client.get(f"/v1/{plural}").json["data"] for plural in plurals if plural != "actors")
    for plural in plurals:
        bring_in(plural)

    def content(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {row["id"]: {name: value for name, value in row.items()
                            if name not in ("version", "created_at", "updated_at")} for row in rows}

    for plural in plurals:
        after = client.get(f"/v1/{plural}?limit=1000").json["data"]
        assert content(after) == content(before[plural]), plural


CSV = {"Content-Type": "text/csv"}

FAULTY = [
    ("type=claim", "text,nothing\nT,x\n", 400, [(1, "/nothing", "unknown_field")]),
    ("type=claim", "text,text\nT,x\n", 400, [(1, "/text", "duplicate")]),
    ("", "text\nT\n", 400, [(1, "/type", "required")]),
    ("", "type,text\nopinion,T\n", 422, [(2, "/type", "not_in_vocabulary")]),
    ("type=claim", "text\nT\"\n", 400, [(2, None, "malformed")]),
    ("type=claim", "text\n\"T\n", 400, [(2, None, "malformed")]),
    ("type=claim", "text,topics\nT,a\n", 422, [(2, "/topics", "malformed")]),
    ("type=claim", "text,name\nT,N\n", 422, [(2, "/name", "unknown_field")]),
    ("type=claim", "text,language\n,en\n\n\"a\nb\",en-\n", 422, [(2, "/text", "required"), (4, "/language", "invalid_language")]),
    ("type=stance", "claim,actor,position,confidence\nmarch,north,deny,high\n", 422, [(2, "/confidence", "wrong_type")]),
    ("type=stance", "claim,actor,position\nmarch,nobody,deny\n", 422, [(2, "/actor", "unknown_reference")]),
    ("type=claim", "ref,id,text\nx,0191f8b0-0000-7000-8000-000000000000,T\n", 422, [(2, "/id", "read_only")]),
    ("type=claim", "text\nT,U\n", 422, [(2, "", "too_many")]),
    ("type=opinion", "text\nT\n", 400, [(None, None, "not_in_vocabulary")]),
]


@pytest.mark.parametrize("query, text, status, expected", FAULTY, ids=[repr(each[1])[:40] for each in FAULTY])
def test_faulty_csv(client: Client, world: dict[str, str], query: str, text: str, status: int, expected: list) -> None:
    before = client.get("/v1/claims?count=exact&limit=1").json["total"]
    response = client.post(f"/v1/import?{query}", text.encode(), headers=CSV)
    assert response.status == status, str(response)
    assert [(each.get("line"), each.get("pointer"), each["code"]) for each in response.json["errors"]] == expected
    assert client.get("/v1/claims?count=exact&limit=1").json["total"] == before


def test_csv_by_hand(client: Client, world: dict[str, str]) -> None:
    """As a spreadsheet saves it: a mark in front, kinds mixed, refs for references, TRUE in capitals, empty lines."""
    text = ("\ufefftype,ref,name,kind,text,claim,actor,position,first_hand,title,about\r\n"
            "actor,by-hand,By hand,group,,,,,,,\r\n\r\n"
            "source,by-hand,,article,,,,,TRUE,\"A title, with a comma\",\r\n"
            "claim,by-hand,,,It is so.,,,,,,\"[\"\"by-hand\"\", \"\"north\"\"]\"\r\n"
            "stance,by-hand,,,,by-hand,by-hand,affirm,,,")
    response = client.post("/v1/import", text.encode(), headers=CSV)
    assert response.status == 200, str(response)
    assert response.json["lines"] == 4 and sum(response.json["created"].values()) == 4
    play(client, [
        step("GET", "/v1/sources/by-hand", json={"title": "A title, with a comma", "first_hand": True}),
        step("GET", "/v1/claims/by-hand?expand=about", check=lambda reply: [
            each["ref"] for each in reply.json["about"]] == ["by-hand", "north"]),
        step("GET", "/v1/stances/by-hand?expand=actor", json={"actor": {"name": "By hand"}, "position": "affirm"}),
    ])


def test_samples_name_refs_of_the_world(world: dict[str, str]) -> None:
    """What test_expand knows of references is all that there are."""
    for sample in SAMPLES:
        changed = {name for name, value in with_ids(sample.full, world).items() if value != sample.full[name]}
        assert changed == set(expandable(sample))
