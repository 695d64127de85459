"""Concurrent writers: versions without gaps, one winner, nothing lost."""
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from harness.client import Client
from harness.cluster import Database
from harness.server import Server
from harness.wire import Response

WRITERS = 16


def all_at_once(server: Server, act: Any, count: int = WRITERS) -> list[Response]:
    clients = [server.client(30) for _ in range(count)]
    for client in clients:
        client.get("/healthz")  # connected already
    with ThreadPoolExecutor(count) as pool:
        responses = list(pool.map(act, clients, range(count)))
    for client in clients:
        client.close()
    return responses


def test_sixteen_put_the_same_ref(server: Server, database: Database, world: dict[str, str]) -> None:
    for round_ in range(5):
        def write(client: Client, number: int) -> Response:
            return client.put("/v1/actors/contended", {"name": f"{round_}-{number}", "kind": "group"})

        responses = all_at_once(server, write)
        statuses = [response.status for response in responses]
        assert set(statuses) <= {200, 201, 409}, statuses
        assert statuses.count(201) == (1 if round_ == 0 else 0)
        conflicts = [response.json["type"] for response in responses if response.status == 409]
        assert set(conflicts) <= {"/problems/conflict"}
        assert len(conflicts) < WRITERS
        for response in responses:
            if response.status < 300:
                stored = database.value("SELECT record ->> 'name' FROM change WHERE ref = 'contended' AND version = %s",
                                        response.json["version"])
                assert stored == response.json["name"]
    versions = [version for (version,) in database.query(
        "SELECT version FROM change WHERE ref = 'contended' ORDER BY xid, seq")]
    assert versions == list(range(1, len(versions) + 1))
    with server.client() as client:
        assert client.get("/v1/actors/contended").json["version"] == versions[-1]


def test_the_same_content_from_all_is_one_version(server: Server, database: Database, world: dict[str, str]) -> None:
    def write(client: Client, _: int) -> Response:
        return client.put("/v1/claims/unanimous", {"text": "So say we all.", "about": ["north"]})

    statuses = sorted(response.status for response in all_at_once(server, write))
    assert statuses == [200] * (WRITERS - 1) + [201]
    assert database.value("SELECT count(*) FROM change WHERE ref = 'unanimous'") == 1


def test_twins_post_the_same_ref(server: Server, database: Database, world: dict[str, str]) -> None:
    for plural, body in (("actors", {"name": "N", "kind": "group"}),
                         ("stances", {"claim": "march", "actor": "north", "position": "deny"})):
        for number in range(8):
            ref = f"twin-{number}"
            responses = all_at_once(
                server, lambda client, each: client.post(f"/v1/{plural}", body | {"ref": ref, "attributes": {"by": each}}), 4)
            assert sorted(response.status for response in responses) == [201, 409, 409, 409]
            assert {response.header("Location") for response in responses} == {f"/v1/{plural}/{ref}"}
            assert {response.json["type"] for response in responses if response.status == 409} == {"/problems/ref-taken"}
            assert database.value("SELECT count(*) FROM change WHERE ref = %s AND kind = %s", ref, plural[:-1]) == 1


def test_one_deletes_while_another_refers(server: Server, database: Database, world: dict[str, str]) -> None:
    """Either the reference holds it in place, or it comes too late."""
    with server.client() as left, server.client() as right, ThreadPoolExecutor(2) as pool:
        for number in range(20):
            ref = f"prey-{number}"
            left.put(f"/v1/actors/{ref}", {"name": "N", "kind": "group"})
            deleted = pool.submit(left.delete, f"/v1/actors/{ref}")
            referred = pool.submit(right.post, "/v1/claims", {"text": "T", "about": [ref]})
            outcome = (deleted.result().status, referred.result().status)
            assert outcome in {(204, 422), (409, 201)}, f"{outcome} {deleted.result()} {referred.result()}"


def test_deleting_at_once_happens_once(server: Server, database: Database, world: dict[str, str]) -> None:
    with server.client() as client:
        for number in range(5):
            client.put("/v1/actors/doomed", {"name": "N", "kind": "group"})
            responses = all_at_once(server, lambda client, _: client.delete("/v1/actors/doomed"), 6)
            assert sorted(response.status for response in responses) == [204] + [404] * 5
    assert database.value("SELECT max(version) = count(*) FROM change WHERE ref = 'doomed'")


def test_imports_and_writes_side_by_side(server: Server, database: Database, world: dict[str, str]) -> None:
    """Both go through the same guard: whatever comes of them, history stays whole."""
    line = '{{"type": "actor", "ref": "shared-{0}", "name": "{1}", "kind": "group"}}\n'

    def act(client: Client, number: int) -> Response:
        if number % 2:
            text = "".join(line.format(each, number) for each in range(20))
            return client.post("/v1/import", text.encode(), headers={"Content-Type": "application/x-ndjson"})
        return client.put(f"/v1/actors/shared-{number}", {"name": "single", "kind": "group"})

    responses = all_at_once(server, act, 8)
    assert {response.status for response in responses} <= {200, 201, 409, 503}, [str(each) for each in responses]
    gaps = database.query("SELECT ref FROM change WHERE ref LIKE 'shared-%%' GROUP BY ref HAVING count(*) <> max(version)")
    assert not gaps
    differing = database.query(
        "SELECT actor.ref FROM actor WHERE ref LIKE 'shared-%%' AND version <> "
        "(SELECT max(version) FROM change WHERE change.id = actor.id)")
    assert not differing
