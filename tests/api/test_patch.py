"""PATCH: a JSON merge patch (RFC 7396) of one record, the same for all five kinds."""
import threading
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.match import ABSENT
from harness.samples import SAMPLES, Sample, with_ids
from harness.scenario import play, problem, step
from harness.server import Server

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
MERGE = {"Content-Type": "application/merge-patch+json"}


@EACH
def test_from_the_least_to_the_full_and_back(client: Client, world: dict[str, str], sample: Sample) -> None:
    """A patch ends where a PUT of the same content ends, and one that changes nothing writes nothing."""
    one, twin = "/v1/{plural}/{ref}", "/v1/{plural}/{ref}-twin"
    optional = {name: value for name, value in sample.full.items() if name not in sample.least}
    nulls = {name: None for name in optional}
    shown = {name: value for name, value in with_ids(sample.full, world).items()}
    play(client, [
        step("PATCH", one, optional, status=404, json=problem(404, "not-found")),
        step("PUT", one, sample.least, status=201, keep={"least": "", "id": "/id", "created": "/created_at"}),
        step("PATCH", one, {}, json="{least}"),
        step("PATCH", one, sample.full, send=MERGE, json=shown | {"version": 2, "created_at": "{created}"}, keep={"full": ""}),
        step("GET", one, json="{full}"),
        step("PATCH", one, sample.full, json="{full}"),
        step("PATCH", "/v1/{plural}/{id}", shown, json="{full}"),
        # what was read may be sent back as it is
        step("PATCH", one, "{full}", json="{full}"),
        step("PATCH", one, {"attributes": {"desk": None, "tags": {"new": None, "deep": {"a": 1}}, "more": [None]}},
             json={"version": 3, "attributes": {"desk": ABSENT, "tags": {"deep": {"a": 1}}, "empty": {}, "more": [None]}}),
        step("PATCH", one, nulls | sample.least, json={name: value for name, value in with_ids(sample.least, world).items()}
             | {name: ABSENT for name in nulls if name not in sample.defaults} | sample.defaults | {"version": 4}),
        step("PUT", twin, sample.least, status=201, keep={"twin": ""}),
        step("GET", one, check=lambda response: set(response.json) == set(sample.least) | set(sample.defaults)
             | {"id", "ref", "version", "created_at", "updated_at"}),
        step("GET", "/v1/{plural}?id={id}&fields=version", json={"data": [{"version": 4}]}),
        step("DELETE", one, status=204),
        step("PATCH", one, sample.full, status=404, json=problem(404, "not-found")),
    ], plural=sample.plural, ref=f"patched-{sample.kind}")


@EACH
def test_what_a_patch_may_not_do(client: Client, world: dict[str, str], database: Database, sample: Sample) -> None:
    one = f"/v1/{sample.plural}/refused-{sample.kind}"
    assert client.put(one, sample.full).status == 201
    before = client.get(one)
    required = [name for name in sample.least if name not in ("url",)]
    play(client, [
        step("PATCH", one, {name: None for name in required}, status=422,
             json=problem(422, "invalid-record", *[(f"/{name}", "required") for name in required])),
        step("PATCH", one, {"id": world["north"], "ref": "another", "version": 7, "created_at": None, "updated_at": "2024-01-01",
                            "nothing": 1, "no_more": None}, status=422,
             json=problem(422, "invalid-record", ("/id", "immutable"), ("/ref", "immutable"), ("/version", "read_only"),
                          ("/created_at", "read_only"), ("/updated_at", "read_only"), ("/nothing", "unknown_field"),
                          ("/no_more", "unknown_field"))),
        step("PATCH", one, {"ref": None}, status=422, json=problem(422, "invalid-record", ("/ref", "immutable"))),
        step("PATCH", one, {"id": before.json["id"].upper(), "ref": before.json["ref"], "version": 1}, json=before.json),
        *[step("PATCH", one, body, status=422, json=problem(422, "invalid-record", ("", "wrong_type"))) for body in ([], 1, "x")],
        step("PATCH", one, {}, send={"Content-Type": "text/plain"}, status=415, json=problem(415, "unsupported-type")),
        step("PATCH", one, b"{", status=400, json=problem(400, "malformed-body", ("", "truncated"))),
        step("PATCH", one + "?fields=id", {}, status=400, json=problem(400, "invalid-parameter", ("fields", "unknown_parameter"))),
    ])
    assert client.get(one).body == before.body
    assert database.value("SELECT count(*) FROM change WHERE id = %s", before.json["id"]) == 1


@pytest.mark.parametrize("plural, one, patch, errors", [
    ("stances", {"claim": "march", "actor": "north", "position": "deny"}, {"claim": "treaty"}, [("/claim", "immutable")]),
    ("reviews", {"claim": "march", "reviewer": "south", "rating_label": "x", "url": "https://a.example/"}, {"claim": "treaty"},
     [("/claim", "immutable")]),
    ("reviews", {"claim": "march", "reviewer": "south", "rating_label": "x", "url": "https://a.example/"}, {"url": None},
     [("/source", "required")]),
    ("claims", {"text": "T", "event_from": "2024-10-02"}, {"event_to": "2024-10-01"}, [("/event_to", "conflicting_fields")]),
    ("actors", {"name": "N", "kind": "state"}, {"part_of": "patched-itself"}, [("/part_of", "cycle")]),
])
def test_the_whole_is_checked(client: Client, world: dict[str, str], plural: str, one: Any, patch: Any,
                              errors: list[tuple[str, str]]) -> None:
    """Not only what the patch names: what it makes of the record has to be one."""
    target = f"/v1/{plural}/patched-itself"
    assert client.put(target, one).status in (200, 201)
    play(client, [step("PATCH", target, patch, status=422, json=problem(422, "invalid-record", *errors))])


def test_references_that_lead_nowhere(client: Client, world: dict[str, str]) -> None:
    target = "/v1/claims/patched-references"
    assert client.put(target, {"text": "T", "about": ["north"]}).status == 201
    play(client, [step("PATCH", target, {"about": ["north", "no-one"], "relations": [{"claim": "no-claim", "relation": "refines"}]},
                       status=422, json=problem(422, "unknown-reference", ("/about/1", "unknown_reference"),
                                                ("/relations/0/claim", "unknown_reference")))])


def test_first_hand_follows_again_once_it_is_cleared(client: Client, world: dict[str, str]) -> None:
    target = "/v1/sources/patched-speech"
    assert client.put(target, {"title": "T", "kind": "speech", "first_hand": False}).status == 201
    play(client, [step("PATCH", target, {"url": "https://a.example/"}, json={"first_hand": False}),
                  step("PATCH", target, {"first_hand": None}, json={"first_hand": True})])


def test_many_at_a_time_lose_nothing(server: Server, world: dict[str, str], database: Database) -> None:
    """Each sets an attribute of its own; who is answered 200 finds it there, who gave up is told 409 and left nothing."""
    target = "/v1/actors/patched-by-many"
    rounds, done = 12, []

    def work(name: str) -> None:
        with server.client() as client:
            for number in range(rounds):
                reply = client.request("PATCH", target, {"attributes": {f"{name}{number}": number}})
                assert reply.status in (200, 409), reply
                done.append((f"{name}{number}", reply.status))

    with server.client() as client:
        assert client.put(target, {"name": "N", "kind": "state"}).status == 201
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        final = client.get(target).json
    written = {name for name, status in done if status == 200}
    assert len(done) == 4 * rounds and set(final["attributes"]) == written
    assert final["version"] == 1 + len(written) == database.value("SELECT count(*) FROM change WHERE id = %s", final["id"])


def test_what_still_refers_is_linked(client: Client, world: dict[str, str]) -> None:
    """Every kind of reference that holds a record back comes with the list of those who refer to it, and it works."""
    play(client, [
        step("PUT", "/v1/actors/held", {"name": "Held", "kind": "media", "part_of": "north"}, status=201),
        step("PATCH", "/v1/actors/held", {"owned_by": "held"}),  # itself holds nothing back
        step("PUT", "/v1/actors/below", {"name": "B", "kind": "other", "part_of": "held", "owned_by": "held"}, status=201),
        step("PUT", "/v1/sources/held", {"title": "S", "kind": "speech", "publisher": "held"}, status=201),
        step("PUT", "/v1/sources/citing", {"title": "S", "kind": "article", "cites": [
            {"source": "held", "relation": "cites"}, {"source": "held", "relation": "quotes"}]}, status=201),
        step("PUT", "/v1/claims/held", {"text": "C", "about": ["held"]}, status=201),
        step("PUT", "/v1/claims/related", {"text": "C", "relations": [{"claim": "held", "relation": "refines"}]}, status=201),
        step("PUT", "/v1/stances/held", {"claim": "held", "actor": "held", "position": "deny", "source": "held", "origin": "held",
                                         "speaker": "held", "addressee": "held"}, status=201),
        step("PUT", "/v1/reviews/held", {"claim": "held", "reviewer": "held", "rating_label": "L", "source": "held"}, status=201),
    ])
    expected = {
        "actors": {("actor", "part_of"), ("actor", "owned_by"), ("source", "publisher"), ("claim", "about"), ("stance", "actor"),
                   ("stance", "speaker"), ("stance", "addressee"), ("review", "reviewer")},
        "sources": {("source", "cites"), ("stance", "source"), ("stance", "origin"), ("review", "source")},
        "claims": {("claim", "relations"), ("stance", "claim"), ("review", "claim")},
    }
    for plural, fields in expected.items():
        reply = client.delete(f"/v1/{plural}/held")
        assert reply.status == 409, reply
        assert {(each["kind"], each["field"]) for each in reply.json["references"]} == fields
        for each in reply.json["references"]:
            listed = client.get(each["link"] + "&count=exact")
            assert listed.status == 200, listed
            assert listed.json["total"] == each["count"] == 1, each
    for target in ("reviews/held", "stances/held", "claims/related", "claims/held", "sources/citing", "sources/held",
                   "actors/below", "actors/held"):
        assert client.delete(f"/v1/{target}").status == 204
