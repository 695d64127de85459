"""History: every version of a record with what it changed, and the record as it was in each of them."""
import json
from typing import Any

import pytest

from harness.client import Client
from harness.samples import SAMPLES, Sample, with_ids
from harness.scenario import play, problem, step

OWN = ("id", "ref", "version", "created_at", "updated_at")
by_kind = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def without_own(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in OWN}


def write(client: Client, target: str, *bodies: dict[str, Any]) -> list[Any]:
    """Puts them one after the other, and returns the replies to a GET after each."""
    seen = []
    for body in bodies:
        reply = client.put(target, body)
        assert reply.status in (200, 201), reply
        seen.append(client.get(target))
        assert seen[-1].status == 200
    return seen


@by_kind
def test_every_version_stays_as_it_was(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}/h-stays-{sample.kind}"
    live = write(client, target, sample.full, sample.other, sample.full)
    assert client.delete(target).status == 204
    write(client, target, sample.other)
    for number, then in enumerate(live, 1):
        now = client.get(f"{target}?version={number}")
        assert now.status == 200 and now.body == then.body, now  # byte for byte: fields, order, times
        assert now.header("ETag") == then.header("ETag")
        assert client.get(f"/v1/{sample.plural}/{then.json['id']}?version={number}").body == then.body
    play(client, [
        step("GET", f"{target}?version=4", status=404, json=problem(404, "not-found", detail=lambda it: "deleted" in it)),
        step("GET", f"{target}?version=5", json={"version": 5}),
        step("GET", f"{target}?version=6", status=404, json=problem(404, "not-found")),
        step("GET", f"{target}?version=2147483647", status=404),
        step("GET", f"{target}?version=2&fields=version", json={"version": 2}, check=lambda it: list(it.json) == ["version"]),
        step("HEAD", f"{target}?version=2"),
    ])
    tag = live[0].header("ETag")
    assert client.get(f"{target}?version=1", headers={"If-None-Match": tag}).status == 304
    csv = client.get(f"{target}?version=1&format=csv")
    assert csv.status == 200 and live[0].json["id"].encode() in csv.body


@by_kind
def test_history_says_what_changed(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}/h-changed-{sample.kind}"
    live = write(client, target, sample.full, sample.other)
    reply = client.put(target, sample.other, headers={"X-Request-Id": "unchanged"})
    assert reply.status == 200 and reply.json["version"] == 2  # no version, no entry
    assert client.delete(target, headers={"X-Request-Id": "the-end"}).status == 204
    write(client, target, sample.least)
    history = client.get(f"{target}/history?record=true").json
    assert history["next"] is None
    again, end, second, first = history["data"]
    assert [each["version"] for each in history["data"]] == [4, 3, 2, 1]
    assert [each["operation"] for each in history["data"]] == ["create", "delete", "update", "create"]
    assert end["request_id"] == "the-end" and end["changed"] == []
    assert first["record"] == live[0].json and second["record"] == live[1].json
    assert first["at"] == live[0].json["updated_at"] and second["at"] == live[1].json["updated_at"]
    # what changed, as the two records themselves show it; defaults are not stored as values
    before, after = without_own(live[0].json), without_own(live[1].json)
    told = {each["field"]: each for each in second["changed"]}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old != new and [] not in (old, new) and {} not in (old, new):
            assert told[name].get("old") == old and told[name].get("new") == new, name
        elif old == new:
            assert name not in told
    assert [each["field"] for each in second["changed"]] == sorted(told, key=list(describe(client, sample)).index)
    given = with_ids(sample.full, world)
    assert {each["field"] for each in first["changed"]} >= given.keys()
    assert all("old" not in each and each["new"] == given.get(each["field"], each["new"]) for each in first["changed"])
    assert {each["field"] for each in again["changed"]} >= sample.least.keys()
    assert all("old" not in each for each in again["changed"])  # made again, not changed from what it once was


def describe(client: Client, sample: Sample) -> list[str]:
    schema = client.get("/openapi.json").json["components"]["schemas"][sample.kind.capitalize()]
    return list(schema["properties"])


def test_pages_of_a_history(client: Client) -> None:
    target = "/v1/actors/h-pages"
    write(client, target, *({"name": f"Name {i}", "kind": "other"} for i in range(7)))
    seen: list[int] = []
    where = f"{target}/history?limit=3"
    while where:
        reply = client.get(where)
        assert reply.status == 200
        assert "record" not in reply.json["data"][0]
        seen += [each["version"] for each in reply.json["data"]]
        assert (reply.json["next"] is None) == (reply.header("Link") is None)
        where = reply.json["next"] and f"{target}/history?limit=3&cursor={reply.json['next']}"
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    cursor = client.get(f"{target}/history?limit=3").json["next"]
    play(client, [
        step("PUT", target, {"name": "Since", "kind": "other"}),  # a version between two pages moves nothing
        step("GET", f"{target}/history?limit=1&cursor={cursor}", json={"data": [{"version": 4}]}),
        step("GET", f"{target}/history?limit=1000", check=lambda it: len(it.json["data"]) == 8),
        step("GET", f"/v1/actors/h-other/history?cursor={cursor}", status=400, json=problem(400, "invalid-cursor")),
        step("GET", f"{target}/history?record=true&cursor={cursor}", status=400, json=problem(400, "invalid-cursor")),
        step("GET", f"{target}/history?cursor=AAAA", status=400, json=problem(400, "invalid-cursor")),
    ])


def test_large_versions_make_short_pages(client: Client) -> None:
    target = "/v1/actors/h-large"
    uris = [f"urn:example:{i:03d}:{'x' * 1900}" for i in range(99)]
    write(client, target, *({"name": "Large", "kind": "other", "same_as": [f"urn:n:{i}", *uris]} for i in range(12)))
    seen: list[int] = []
    cursor, pages = "", 0
    while cursor is not None:
        reply = client.get(f"{target}/history?record=true" + (f"&cursor={cursor}" if cursor else ""))
        assert reply.status == 200 and len(reply.body) < 6 * 1024 * 1024
        seen += [each["version"] for each in reply.json["data"]]
        cursor, pages = reply.json["next"], pages + 1
    assert seen == list(range(12, 0, -1)) and pages > 1


def test_what_is_wrong_with_a_request(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("GET", "/v1/actors/nobody/history", status=404, json=problem(404, "not-found")),
        step("GET", "/v1/actors/No+body/history", status=404, json=problem(404, "not-found")),
        step("GET", "/v1/claims/north/history", status=404),  # an actor's ref is no claim's
        step("GET", "/v1/actors/north/history?limit=0", status=400, json=problem(400, "invalid-parameter", ("limit", "out_of_range"))),
        step("GET", "/v1/actors/north/history?record=yes", status=400, json=problem(400, "invalid-parameter", ("record", "wrong_type"))),
        step("GET", "/v1/actors/north/history?fields=name", status=400,
             json=problem(400, "invalid-parameter", ("fields", "unknown_parameter"))),
        step("GET", "/v1/actors/north?version=0", status=400, json=problem(400, "invalid-parameter", ("version", "out_of_range"))),
        step("GET", "/v1/actors/north?version=2147483648", status=400,
             json=problem(400, "invalid-parameter", ("version", "out_of_range"))),
        step("GET", "/v1/actors/north?version=one", status=400, json=problem(400, "invalid-parameter", ("version", "out_of_range"))),
        step("GET", "/v1/actors/ministry?version=1&expand=part_of", status=400,
             json=problem(400, "invalid-parameter", ("expand", "conflicting_parameters"))),
        step("GET", "/v1/actors/nobody?version=1", status=404, json=problem(404, "not-found")),
        step("POST", "/v1/actors/north/history", {}, status=405, headers={"Allow": "GET, HEAD, OPTIONS"}),
    ])


def test_numbers_and_texts_come_through_the_history(client: Client) -> None:
    target = "/v1/actors/h-values"
    attributes = {"huge": 1e300, "small": 0.1, "whole": 9007199254740993, "text": "\u2028 \"\\ \U0001f600", "deep": [[{}], None]}
    write(client, target, {"name": "V", "kind": "other"}, {"name": "V", "kind": "other", "attributes": attributes})
    entry = client.get(f"{target}/history").json["data"][0]
    assert [each["field"] for each in entry["changed"]] == ["attributes"]
    assert entry["changed"][0]["new"] == attributes
    assert json.loads(client.get(f"{target}?version=2").body)["attributes"] == attributes
