"""Exports: everything there is, or what filters choose, in lines that are the records themselves."""
import json
from typing import Any

import pytest

from harness import server as process
from harness.client import Client
from harness.cluster import Cluster, Database
from harness.random_records import Maker, bring_in, descriptions
from harness.server import Server
from harness.workshop import Workshop

KINDS = ["actor", "source", "claim", "stance", "review"]
NDJSON = {"Content-Type": "application/x-ndjson"}

# A world in which it is plain what belongs to what.
LINES: list[dict[str, Any]] = [
    {"type": "actor", "ref": "x-state", "name": "State", "kind": "state"},
    {"type": "actor", "ref": "x-ministry", "name": "Ministry", "kind": "government_body", "part_of": "x-state"},
    {"type": "actor", "ref": "x-minister", "name": "Minister", "kind": "person", "part_of": "x-ministry"},
    {"type": "actor", "ref": "x-group", "name": "Group", "kind": "organization"},
    {"type": "actor", "ref": "x-paper", "name": "Paper", "kind": "media", "owned_by": "x-group"},
    {"type": "actor", "ref": "x-checker", "name": "Checker", "kind": "media"},
    {"type": "actor", "ref": "x-subject", "name": "Subject", "kind": "group"},
    {"type": "actor", "ref": "x-alone", "name": "Alone", "kind": "other"},
    {"type": "source", "ref": "x-speech", "title": "Speech", "kind": "speech"},
    {"type": "source", "ref": "x-wire", "title": "Wire", "kind": "article", "cites": [{"source": "x-speech", "relation": "quotes"}]},
    {"type": "source", "ref": "x-article", "title": "Article", "kind": "article", "publisher": "x-paper",
     "cites": [{"source": "x-wire", "relation": "cites"}]},
    {"type": "source", "ref": "x-other", "title": "Other", "kind": "article"},
    {"type": "claim", "ref": "x-first", "text": "First.", "topics": ["x-one", "x-both"], "about": ["x-subject"],
     "relations": [{"claim": "x-second", "relation": "refines"}]},
    {"type": "claim", "ref": "x-second", "text": "Second.", "topics": ["x-two"], "relations": [{"claim": "x-third", "relation": "supports"}]},
    {"type": "claim", "ref": "x-third", "text": "Third.", "topics": ["x-both"]},
    {"type": "stance", "ref": "x-denies", "claim": "x-first", "actor": "x-minister", "position": "deny", "source": "x-article"},
    {"type": "stance", "ref": "x-affirms", "claim": "x-third", "actor": "x-state", "position": "affirm", "source": "x-other"},
    {"type": "review", "ref": "x-verdict", "claim": "x-third", "reviewer": "x-checker", "rating_label": "False", "url": "https://example.org/"},
]

FIRST = {"x-first", "x-second", "x-third", "x-subject", "x-denies", "x-minister", "x-ministry", "x-state", "x-article", "x-wire", "x-speech",
         "x-paper", "x-group"}
THIRD = {"x-third", "x-affirms", "x-state", "x-other", "x-verdict", "x-checker"}


@pytest.fixture(scope="module", autouse=True)
def lines(server: Server) -> None:
    with server.client() as client:
        body = "".join(json.dumps(line) + "\n" for line in LINES).encode()
        assert client.post("/v1/import", body, headers=NDJSON).status == 200


def export(client: Client, query: str = "") -> list[dict[str, Any]]:
    reply = client.get("/v1/export" + query)
    assert reply.status == 200, reply
    assert reply.body == b"" or reply.body.endswith(b"\n")
    return [json.loads(line) for line in reply.body.splitlines()]


def refs(client: Client, query: str) -> set[str]:
    found = [line["ref"] for line in export(client, query)]
    assert len(found) == len(set(found))
    return {ref for ref in found if ref.startswith("x-")}


def test_lines_are_the_records_and_say_what_they_are(client: Client) -> None:
    found = export(client)
    assert [line["type"] for line in found] == sorted((line["type"] for line in found), key=KINDS.index)
    for description in descriptions():
        listed = client.get(f"/v1/{description['plural']}?limit=1000").json["data"]
        sent = [line for line in found if line["type"] == description["name"]]
        assert [list(line)[0] for line in sent] == ["type"] * len(sent)
        without = [{name: value for name, value in line.items() if name != "type"} for line in sent]
        assert sorted(without, key=lambda it: it["id"]) == sorted(listed, key=lambda it: it["id"])


@pytest.mark.parametrize("query, expected", [
    ("?claim=x-first", FIRST),
    ("?claim=x-third", THIRD),
    ("?claim=x-first,x-third", FIRST | THIRD),
    ("?claim=nothing-of-that-name", set()),
    ("?topics=x-one", FIRST),
    ("?topics=x-both", FIRST | THIRD),
    ("?topics=x-both&claim=x-third", THIRD),
    ("?actor=x-minister", FIRST),
    ("?actor=x-state", THIRD - {"x-verdict", "x-checker"}),
    ("?actor=x-checker", {"x-verdict", "x-checker", "x-third"}),
    ("?actor=x-alone", set()),
    ("?actor=x-state&topics=x-one", set()),
    ("?claim=x-first&kind=actor,stance", {"x-denies", "x-minister", "x-ministry", "x-state", "x-paper", "x-group", "x-subject"}),
    ("?claim=x-third&kind=review", {"x-verdict"}),
    ("?updated_at.gte=2100-01-01", set()),
    ("?kind=source&updated_at.lt=2100-01-01", {"x-speech", "x-wire", "x-article", "x-other"}),
])
def test_filters_choose_with_all_that_is_referred_to(client: Client, query: str, expected: set[str]) -> None:
    assert refs(client, query) == expected
    history = [line for line in export(client, query + "&history=true") if line["ref"].startswith("x-")]
    assert {line["ref"] for line in history} == expected
    assert all(line["operation"] == "create" for line in history)


def test_what_was_written_since(client: Client) -> None:
    """The moment is a record's own: an exact bound takes it in or leaves it out."""
    made = client.put("/v1/actors/since", {"name": "Since", "kind": "other"}).json
    at = made["updated_at"].replace("+", "%2B")
    found = {query: [line["ref"] for line in export(client, f"?updated_at.{query}={at}") if line.get("ref") == "since"]
             for query in ("gte", "gt", "lte", "lt")}
    assert found == {"gte": ["since"], "gt": [], "lte": ["since"], "lt": []}
    assert client.delete("/v1/actors/since").status == 204


def test_history_has_every_version_in_order(client: Client) -> None:
    target = "/v1/actors/many-lives"
    for name in ("One", "Two"):
        client.put(target, {"name": name, "kind": "other"}, headers={"X-Request-Id": f"as-{name}"})
    assert client.delete(target).status == 204
    assert client.post(f"{target}/restore", b"").status == 200
    assert client.delete(target).status == 204
    assert "many-lives" not in {line.get("ref") for line in export(client)}
    versions = [line for line in export(client, "?history=true") if line.get("ref") == "many-lives"]
    assert [(line["version"], line["operation"], line["name"]) for line in versions] == [
        (1, "create", "One"), (2, "update", "Two"), (3, "delete", "Two"), (4, "restore", "Two"), (5, "delete", "Two")]
    assert [line["request_id"] for line in versions[:2]] == ["as-One", "as-Two"]
    then = client.get(f"{target}?version=2").json
    assert then == {name: value for name, value in versions[1].items() if name not in ("type", "operation", "request_id", "who")}
    assert {line["who"] for line in versions} == {"tests"}
    history = client.get(f"{target}/history").json["data"]
    assert [(line["version"], line["updated_at"]) for line in reversed(versions)] == [(each["version"], each["at"]) for each in history]


def test_what_was_merged(client: Client) -> None:
    """A filter that names it means what it became, here as elsewhere; its history says what that is."""
    for ref in ("x-spelt-so", "x-spelt-otherwise"):
        client.put(f"/v1/actors/{ref}", {"name": ref, "kind": "other"})
    client.put("/v1/stances/x-of-one", {"claim": "x-second", "actor": "x-spelt-otherwise", "position": "deny"})
    into = client.get("/v1/actors/x-spelt-so").json["id"]
    merged = client.post("/v1/actors/x-spelt-otherwise/merge", {"into": "x-spelt-so"})
    assert merged.status == 200, merged
    expected = {"x-spelt-so", "x-of-one", "x-second", "x-third"}
    assert refs(client, "?actor=x-spelt-otherwise") == refs(client, "?actor=x-spelt-so") == expected
    lines = [line for line in export(client, "?history=true") if line.get("ref") == "x-spelt-otherwise"]
    assert [(line["operation"], line.get("into")) for line in lines] == [("create", None), ("merge", into)]
    assert client.delete("/v1/stances/x-of-one").status == 204


def test_history_counts_what_change_has(client: Client, database: Database) -> None:
    rows = database.query("SELECT kind, id::text, version FROM change")
    assert sorted((line["type"], line["id"], line["version"]) for line in export(client, "?history=true")) == sorted(rows)


@pytest.mark.parametrize("query, parameter, code", [
    ("?kind=thing", "kind", "not_in_vocabulary"), ("?history=yes", "history", "wrong_type"), ("?claim=No,x", "claim", "invalid_reference"),
    ("?updated_at.gte=soon", "updated_at.gte", "not_a_time"), ("?topics=", "topics", "blank"), ("?limit=1", "limit", "unknown_parameter")])
def test_bad_parameters(client: Client, query: str, parameter: str, code: str) -> None:
    reply = client.get("/v1/export" + query)
    assert reply.status == 400
    assert [(fault["parameter"], fault["code"]) for fault in reply.json["errors"]] == [(parameter, code)], reply


def test_head(client: Client) -> None:
    head = client.request("HEAD", "/v1/export")
    assert head.status == 200 and head.body == b""
    assert client.get("/v1/export?kind=review").status == 200  # nothing of a body came after it
    assert client.request("HEAD", "/v1/export?kind=thing").status == 400


def test_it_imports_to_the_same_records(client: Client, launch: Any, empty_database: Database) -> None:
    """Made at random, so that every field and every format goes round."""
    bring_in(client, Maker(20250428).lines(40))
    file = client.get("/v1/export").body
    made_anew = ("version", "created_at", "updated_at")
    with launch(empty_database).client() as other:
        reply = other.post("/v1/import", file, headers=NDJSON)
        assert reply.status == 200, reply
        again = other.get("/v1/export").body

    def records(text: bytes) -> dict[str, dict[str, Any]]:
        return {line["id"]: {name: value for name, value in line.items() if name not in made_anew}
                for line in map(json.loads, text.splitlines())}

    assert len(records(file)) == len(file.splitlines())
    assert records(again) == records(file)


def test_versions_and_times_go_along(client: Client, workshop: Workshop, database: Database, empty_database: Database) -> None:
    """By whom may write the past, which the command line may: then nothing at all is another."""
    for name in ("One", "Two", "Three"):
        assert client.put("/v1/actors/x-of-three-versions", {"name": name, "kind": "other"}).status in (200, 201)
    file = workshop.folder("export") / "all.ndjson"
    done = process.run(workshop, "export", str(file), database=database.conninfo)
    assert done.returncode == 0, done.stderr
    for words in (["migrate"], ["import", "--keep=versions", str(file)]):
        done = process.run(workshop, *words, database=empty_database.conninfo)
        assert done.returncode == 0, done.stderr
    again = process.run(workshop, "export", database=empty_database.conninfo).stdout
    assert sorted(again.splitlines()) == sorted(file.read_text().splitlines())
    assert '"name":"Three"' in again and '"version":3' in again


def test_from_the_command_line(client: Client, workshop: Workshop, database: Database) -> None:
    def run(*words: str) -> Any:
        return process.run(workshop, "export", *words, database=database.conninfo)

    assert sorted(run().stdout.splitlines()) == sorted(client.get("/v1/export").body.decode().splitlines())
    file = workshop.folder("export") / "records.ndjson"
    done = run("claim=x-first", "kind=claim", str(file), "history=true")
    assert done.returncode == 0 and done.stdout == "", done.stderr
    assert {json.loads(line)["ref"] for line in file.read_text().splitlines()} == {"x-first", "x-second", "x-third"}
    for words, said in [(("kind=thing",), "kind"), ((str(file), "more"), "more"), (("no=such",), "no"),
                        ((str(file) + "/under-a-file",), "under-a-file")]:
        done = run(*words)
        assert done.returncode != 0 and said in done.stderr, done.stderr
    assert [each.name for each in file.parent.iterdir()] == ["records.ndjson"]
    done = process.run(workshop, "export", str(file), database="host=/nonexistent")
    assert done.returncode != 0 and "database" in done.stderr and file.read_text()


def whole(client: Client) -> dict[str, list[dict[str, Any]]]:
    """All records as lists show them, versions and times included."""
    return {record["plural"]: client.get(f"/v1/{record['plural']}?limit=1000&sort=created_at").json["data"] for record in descriptions()}


@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_versions_and_times_come_along(launch: Any, cluster: Cluster, empty_database: Database, mode: str) -> None:
    """What was exported and imported with keep=versions is the same in every respect; again it changes nothing."""
    source = cluster.database()
    with launch(source).client() as here:
        bring_in(here, [*Maker(606).lines(40), *LINES])
        for number in range(3):
            assert here.request("PATCH", "/v1/actors/x-state", {"description": f"{number}"}).status == 200
        file = here.get("/v1/export").body
        with launch(empty_database).client() as there:
            first = there.post(f"/v1/import?keep=versions&mode={mode}", file, headers=NDJSON)
            assert first.status == 200, str(first)[:2000]
            assert whole(there) == whole(here)
            assert there.get("/v1/actors/x-state").json["version"] >= 4
            counts = json.loads(there.post(f"/v1/import?keep=versions&mode={mode}", file, headers=NDJSON).body.splitlines()[-1])
            assert sum(counts["created"].values()) + sum(counts["updated"].values()) == 0
            assert sum(counts["unchanged"].values()) == counts["lines"]
