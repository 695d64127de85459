"""Putting back what was deleted: as it was, under its id and ref, its versions going on."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.samples import SAMPLES, Sample
from harness.scenario import play, problem, step
from harness.server import Server

by_kind = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


@by_kind
def test_a_record_comes_back_as_it_was(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}/r-back-{sample.kind}"
    assert client.put(target, sample.full).status == 201
    before = client.get(target).json
    assert client.delete(target).status == 204
    reply = client.request("POST", f"{target}/restore", headers={"X-Request-Id": "put-back"})
    assert reply.status == 200, reply
    changing = ("version", "updated_at")
    assert {**reply.json, **{name: before[name] for name in changing}} == before
    assert reply.json["version"] == 3
    live = client.get(target)
    assert live.body == reply.body and live.header("ETag") == reply.header("ETag")
    entry = client.get(f"{target}/history?limit=1").json["data"][0]
    assert entry["operation"] == "restore" and entry["request_id"] == "put-back" and entry["changed"] == []
    play(client, [
        step("GET", f"/v1/{sample.plural}?id={before['id']}", json={"data": [{"version": 3}]}),
        step("POST", f"{target}/restore", status=409, json=problem(409, "not-deleted")),
        step("DELETE", target, status=204),
        step("POST", f"/v1/{sample.plural}/{before['id']}/restore", json={"version": 5, "ref": before["ref"]}),
        step("PUT", target, sample.other, json={"version": 6}),
        step("DELETE", target, status=204),
        step("POST", f"/v1/{sample.plural}", {"ref": before["ref"], **sample.least}, status=201, json={"version": 8}),
        step("POST", f"{target}/restore", status=409, json=problem(409, "not-deleted")),
    ])


def test_a_record_without_a_ref(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("POST", "/v1/actors", {"name": "Nameless", "kind": "other"}, status=201, keep={"id": "/id"}),
        step("POST", "/v1/actors/{id}/restore", status=409, json=problem(409, "not-deleted")),
        step("DELETE", "/v1/actors/{id}", status=204),
        step("POST", "/v1/actors/{id}/restore", json={"id": "{id}", "version": 3}, check=lambda it: "ref" not in it.json),
    ])


def test_what_it_refers_to_has_to_be_there(client: Client, world: dict[str, str]) -> None:
    stance = {"claim": "r-gone-claim", "actor": "r-gone-actor", "position": "deny", "source": "speech"}
    missing = problem(422, "unknown-reference", ("/claim", "unknown_reference"), ("/actor", "unknown_reference"))
    play(client, [
        step("PUT", "/v1/claims/r-gone-claim", {"text": "T"}, status=201),
        step("PUT", "/v1/actors/r-gone-actor", {"name": "A", "kind": "other"}, status=201),
        step("PUT", "/v1/stances/r-gone", stance, status=201),
        step("DELETE", "/v1/stances/r-gone", status=204),
        step("DELETE", "/v1/actors/r-gone-actor", status=204),
        step("DELETE", "/v1/claims/r-gone-claim", status=204),
        step("POST", "/v1/stances/r-gone/restore", status=422, json=missing),
        step("GET", "/v1/stances/r-gone", status=404),
        step("POST", "/v1/claims/r-gone-claim/restore"),
        step("POST", "/v1/actors/r-gone-actor/restore"),
        step("POST", "/v1/stances/r-gone/restore", json={"version": 3}),
        step("DELETE", "/v1/actors/r-gone-actor", status=409, json=problem(409, "still-referenced")),
    ])


def test_a_circle_of_parts_does_not_come_back(client: Client) -> None:
    play(client, [
        step("PUT", "/v1/actors/r-whole", {"name": "W", "kind": "other"}, status=201),
        step("PUT", "/v1/actors/r-part", {"name": "P", "kind": "other", "part_of": "r-whole"}, status=201),
        step("DELETE", "/v1/actors/r-part", status=204),
        step("PUT", "/v1/actors/r-between", {"name": "B", "kind": "other"}, status=201),
        step("PUT", "/v1/actors/r-part", {"name": "P", "kind": "other", "part_of": "r-between"}, status=201),
        step("DELETE", "/v1/actors/r-part", status=204),
        step("POST", "/v1/actors/r-part/restore", json={"version": 5}),
        step("DELETE", "/v1/actors/r-between", status=409),
    ])


def test_conditions_are_about_a_record_that_is_not_there(client: Client) -> None:
    tag = client.put("/v1/actors/r-cond", {"name": "C", "kind": "other"}).header("ETag") or ""
    target = "/v1/actors/r-cond/restore"
    failed = problem(412, "precondition-failed")
    play(client, [
        step("POST", target, status=412, send={"If-Match": '"7-x"'}, json=failed),
        step("POST", target, status=409, send={"If-Match": tag}, json=problem(409, "not-deleted")),
        step("POST", target, status=409, send={"If-None-Match": tag}, json=problem(409, "not-deleted")),
        step("DELETE", "/v1/actors/r-cond", status=204),
        step("POST", target, status=412, send={"If-Match": tag}, json=failed),
        step("POST", target, status=412, send={"If-Match": "*"}, json=failed),
        step("POST", target, status=400, send={"If-Match": "r"}, json=problem(400, "malformed-request", ("If-Match", "malformed"))),
        step("GET", "/v1/actors/r-cond", status=404),
        step("POST", target, send={"If-None-Match": "*"}, json={"version": 3}),
    ])


def test_what_was_never_there(client: Client) -> None:
    play(client, [
        step("POST", "/v1/actors/r-nobody/restore", status=404, json=problem(404, "not-found")),
        step("POST", "/v1/actors/No+body/restore", status=404, json=problem(404, "not-found")),
        step("POST", "/v1/reviews/01234567-89ab-7cde-8f01-23456789abcd/restore", status=404),
        step("GET", "/v1/actors/r-nobody/restore", status=405, headers={"Allow": "POST, OPTIONS"}),
        step("POST", "/v1/actors/r-nobody/restore?force=1", status=400,
             json=problem(400, "invalid-parameter", ("force", "unknown_parameter"))),
    ])


def test_of_several_at_a_time_one_restores(server: Server, client: Client, database: Database) -> None:
    for number in range(5):
        target = f"/v1/actors/r-race-{number}"
        assert client.put(target, {"name": "R", "kind": "other"}).status == 201
        assert client.delete(target).status == 204

        def restore(_: int) -> int:
            with server.client() as own:
                return own.request("POST", f"{target}/restore").status

        with ThreadPoolExecutor(6) as pool:
            statuses = sorted(pool.map(restore, range(6)))
        assert statuses == [200, 409, 409, 409, 409, 409]
        history = client.get(f"{target}/history").json["data"]
        assert [each["operation"] for each in history] == ["restore", "delete", "create"]
