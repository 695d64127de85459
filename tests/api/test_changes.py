"""The feed of changes: pages, cursors, filters, and what each change says."""
import json
import threading
import time
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.events import Events
from harness.match import differences
from harness.samples import SAMPLES, Sample
from harness.scenario import problem

LINES: list[dict[str, Any]] = [
    {"type": "actor", "ref": "f-one", "name": "One", "kind": "state"},
    {"type": "actor", "ref": "f-two", "name": "Two", "kind": "state"},
    {"type": "claim", "ref": "f-first", "text": "First.", "topics": ["f-both", "f-alone"]},
    {"type": "claim", "ref": "f-second", "text": "Second.", "topics": ["f-both"]},
    {"type": "source", "ref": "f-source", "title": "Source", "kind": "article"},
    {"type": "stance", "ref": "f-one-first", "claim": "f-first", "actor": "f-one", "position": "deny"},
    {"type": "stance", "ref": "f-two-second", "claim": "f-second", "actor": "f-two", "position": "affirm"},
    {"type": "review", "ref": "f-verdict", "claim": "f-second", "reviewer": "f-one", "rating_label": "False", "url": "https://example.org/"},
]


def pages(client: Client, query: str = "", after: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = client.get(f"/v1/changes?limit=3&{query}" + (f"&after={after}" if after else ""))
        assert page.status == 200, page
        assert len(page.json["data"]) <= 3
        found += page.json["data"]
        after, more = page.json["next"], page.json["more"]
    return found


def now(client: Client) -> str:
    page = client.get("/v1/changes?after=now").json
    assert page["data"] == [] and not page["more"]
    return page["next"]


@pytest.fixture(scope="module")
def before(server: Any) -> str:
    """A cursor from before the lines above."""
    with server.client() as client:
        cursor = now(client)
        for line in LINES:
            target = f"/v1/{line['type']}s/{line['ref']}".replace("claims", "claims")
            body = {name: value for name, value in line.items() if name not in ("type", "ref")}
            assert client.put(target, body).status in (200, 201)
        return cursor


def test_everything_from_the_beginning_in_one_order(client: Client, database: Database, world: dict[str, str]) -> None:
    found = pages(client)
    rows = database.query("SELECT kind, id::text, version, operation FROM change ORDER BY xid, seq")
    assert [(each["kind"], each["id"], each["version"], each["operation"]) for each in found] == rows
    cursors = [tuple(map(int, each["cursor"].split("-"))) for each in found]
    assert cursors == sorted(cursors) and len(set(cursors)) == len(cursors)
    middle = len(found) // 2
    assert pages(client, after=found[middle]["cursor"]) == found[middle + 1:]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
def test_a_change_has_the_record_as_it_was(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}/f-change-{sample.kind}"
    cursor = now(client)
    seen = []
    for body in (sample.full, sample.other):
        client.put(target, body, headers={"X-Request-Id": "f-request"})
        seen.append(client.get(target).json)
    assert client.delete(target).status == 204
    assert client.post(f"{target}/restore", b"").status == 200
    seen.append(client.get(target).json)
    changes = pages(client, after=cursor)
    assert [change["operation"] for change in changes] == ["create", "update", "delete", "restore"]
    assert [change["version"] for change in changes] == [1, 2, 3, 4]
    assert [change.get("record") for change in changes] == [seen[0], seen[1], None, seen[2]]
    assert [change["at"] for change in changes if "record" in change] == [record["updated_at"] for record in seen]
    assert {change["id"] for change in changes} == {seen[0]["id"]} and {change["ref"] for change in changes} == {f"f-change-{sample.kind}"}
    assert [change["request_id"] for change in changes[:2]] == ["f-request"] * 2
    assert client.delete(target).status == 204


@pytest.mark.parametrize("query, expected", [
    ("kind=claim", {"f-first", "f-second"}),
    ("kind=claim,source", {"f-first", "f-second", "f-source"}),
    ("claim=f-first", {"f-first", "f-one-first"}),
    ("claim=f-second", {"f-second", "f-two-second", "f-verdict"}),
    ("claim=f-first,f-second&kind=stance", {"f-one-first", "f-two-second"}),
    ("actor=f-one", {"f-one", "f-one-first", "f-verdict"}),
    ("actor=f-two", {"f-two", "f-two-second"}),
    ("topics=f-alone", {"f-first", "f-one-first"}),
    ("topics=f-both", {"f-first", "f-second", "f-one-first", "f-two-second", "f-verdict"}),
    ("topics=f-both&actor=f-one", {"f-one-first", "f-verdict"}),
    ("topics=no-such-topic", set()),
])
def test_filters_are_the_same_for_pages_and_events(client: Client, before: str, query: str, expected: set[str]) -> None:
    assert {change["ref"] for change in pages(client, query, before)} == expected
    with Events(client, f"/v1/changes?{query}") as events:  # from now on, by what is in memory
        cursor = now(client)
        for line in LINES:
            target = f"/v1/{line['type']}s/{line['ref']}"
            assert client.request("PATCH", target, {"attributes": {"of": cursor}}, headers={"Content-Type": "application/merge-patch+json"}).status == 200
        client.put("/v1/actors/f-two", {"name": "Two", "kind": "state", "attributes": {"end": cursor}})
        client.put("/v1/claims/f-second", {"text": "Second.", "topics": ["f-both"], "attributes": {"end": cursor}})
        client.put("/v1/claims/f-first", {"text": "First.", "topics": ["f-both", "f-alone"], "attributes": {"end": cursor}})
        wanted = pages(client, query, cursor)
        assert {change["ref"] for change in wanted} == expected
        assert [event.data for event in events.take(len(wanted))] == wanted if wanted else True


def test_what_was_merged(client: Client) -> None:
    for ref in ("f-spelt-so", "f-spelt-otherwise"):
        client.put(f"/v1/actors/{ref}", {"name": ref, "kind": "other"})
    into = client.get("/v1/actors/f-spelt-so").json["id"]
    cursor = now(client)
    assert client.post("/v1/actors/f-spelt-otherwise/merge", {"into": "f-spelt-so"}).status == 200
    gone = next(change for change in pages(client, after=cursor) if change["ref"] == "f-spelt-otherwise")
    assert (gone["operation"], gone["into"], "record" in gone) == ("merge", into, False)
    client.put("/v1/actors/f-spelt-so", {"name": "So", "kind": "other"})
    assert [change["ref"] for change in pages(client, "actor=f-spelt-otherwise", cursor)][-1] == "f-spelt-so"


@pytest.mark.parametrize("cursor, status, kind", [
    ("x", 400, "invalid-cursor"), ("1-2", 400, "invalid-cursor"), ("1-2-3-4", 400, "invalid-cursor"), ("-1-2-3", 400, "invalid-cursor"),
    ("01-2-3", 400, "invalid-cursor"), ("1-99999999999999999999-0", 400, "invalid-cursor"), ("", 400, "invalid-cursor"),
    ("0-0-0", 400, "invalid-cursor"), ("2-0-0", 410, "cursor-expired"), ("2147483647-9223372036854775807-9223372036854775807", 410, "cursor-expired")])
def test_cursors_of_others(client: Client, cursor: str, status: int, kind: str) -> None:
    for headers in ({}, {"Accept": "text/event-stream"}):
        reply = client.get(f"/v1/changes?after={cursor}", headers=headers)
        assert not differences(problem(status, kind), reply.json), reply
    if cursor:
        assert client.get("/v1/changes", headers={"Accept": "text/event-stream", "Last-Event-ID": cursor}).status == status


def test_a_cursor_of_the_future_waits_for_it(client: Client) -> None:
    assert client.get("/v1/changes?after=1-9223372036854775807-9223372036854775807").json == {
        "data": [], "next": "1-9223372036854775807-9223372036854775807", "more": False}


def test_waiting_for_the_next_change(client: Client, server: Any) -> None:
    cursor = now(client)
    assert client.get(f"/v1/changes?after={cursor}&wait=0").json["data"] == []

    def write() -> None:
        with server.client() as other:
            other.put("/v1/sources/f-of-another-kind", {"title": "S", "kind": "other"})
            time.sleep(0.2)
            other.put("/v1/actors/f-waited-for", {"name": "Waited for", "kind": "other"})

    thread = threading.Thread(target=write)
    thread.start()
    page = client.get(f"/v1/changes?after={cursor}&wait=30&kind=actor").json
    thread.join()
    assert [change["ref"] for change in page["data"]] == ["f-waited-for"]
    start = time.monotonic()
    empty = client.get(f"/v1/changes?after={page['next']}&wait=1").json
    assert empty["data"] == [] and not empty["more"] and time.monotonic() - start >= 1


def test_head(client: Client) -> None:
    for headers in ({}, {"Accept": "text/event-stream"}):
        head = client.request("HEAD", "/v1/changes", headers=headers)
        assert head.status == 200 and head.body == b""
    assert client.get("/v1/changes?limit=1").status == 200


def test_a_stream_says_where_it_begins(client: Client) -> None:
    with Events(client, "/v1/changes") as events:
        assert events.response.header("Content-Type") == "text/event-stream"
        assert events.response.header("Cache-Control") == "no-store" and events.response.header("Content-Encoding") is None
        first = next(events.blocks())
        assert first["retry"].isdigit()
        client.put("/v1/actors/f-at-first", {"name": json.dumps("\n\nid: 7\n\n"), "kind": "other"})
        event = events.take(1)[0]
        assert event.data["ref"] == "f-at-first" and event.id == event.data["cursor"] and event.name == "message"
    assert [change["ref"] for change in pages(client, after=first["id"])] == ["f-at-first"]
