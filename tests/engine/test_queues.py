"""Queues have an end: past it the answer is 503 with Retry-After, at once, and never silence."""
import time
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.match import differences
from harness.patience import seconds, wait_for
from harness.scenario import problem
from harness.wire import Connection, Response

LANES = {
    "slow": (("GET", "/v1/claims/march/positions"), "stance", {"slow_connections": 1}),
    "read": (("GET", "/v1/stances?limit=2"), "stance", {"read_connections": 1, "read_depth": 1, "read_timeout": "30s"}),
    "write": (("PUT", "/v1/claims/march", {"text": "T"}), "claim",
              {"write_connections": 1, "write_depth": 1, "lock_timeout": "30s", "write_timeout": "30s"}),
}
EACH = pytest.mark.parametrize("lane", LANES)


def ask(client: Client, request: tuple) -> Connection:
    connection = Connection(client.address, 30)
    connection.send(client.prepare(*request))
    return connection


def assert_refused(response: Response, slug: str) -> None:
    assert not differences(problem(503, slug), response.json), str(response)
    assert int(response.header("Retry-After") or 0) > 0


def fill(client: Client, database: Database, request: tuple, queued: int) -> list[Connection]:
    """One that runs, and so many that wait."""
    connections = [ask(client, request)]
    wait_for("the first to run", lambda: database.statements(waiting=True))
    return connections + [ask(client, request) for _ in range(queued)]


@EACH
def test_past_the_bound(with_world, database: Database, lock, lane: str) -> None:
    request, table, settings = LANES[lane]
    server = with_world(loops=1, queue=3, queue_timeout="30s", **settings)
    with server.client() as client:
        held = lock(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        inside = fill(client, database, request, 3)
        start = time.monotonic()
        for _ in range(10):
            assert_refused(client.request(*request), "overloaded")
        assert time.monotonic() - start < seconds(2)
        # the other lanes know nothing of it
        assert client.get("/v1/actors/north").status == 200 if lane != "read" else client.get("/healthz").status == 200
        held.rollback()
        assert [connection.receive().status for connection in inside] == [200] * 4
        assert client.request(*request).status == 200


@EACH
def test_waiting_has_an_end(with_world, database: Database, lock, lane: str) -> None:
    request, table, settings = LANES[lane]
    server = with_world(loops=1, queue_timeout="300ms", **settings)
    with server.client() as client:
        held = lock(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        running, *queued = fill(client, database, request, 3)
        for connection in queued:
            assert_refused(connection.receive(), "timeout")
        held.rollback()
        assert running.receive().status == 200


def test_more_clients_than_allowed(with_world, database: Database) -> None:
    """Whoever is one too many is turned away or waits; those inside are served, and there is room again after them."""
    server = with_world(loops=1, clients=20)
    with server.client() as client:
        request = client.prepare("GET", "/v1/actors/north")
        connections: list[Any] = [Connection(client.address) for _ in range(40)]
        inside = 0
        for connection in connections:
            connection.socket.settimeout(seconds(0.3) if inside >= 10 else seconds(10))
            try:
                inside += connection.exchange(request).status == 200
            except Exception:  # noqa: BLE001 (in whatever way it was turned away)
                pass
        assert 10 <= inside <= 20
        for connection in connections:
            connection.close()
        wait_for("room for a client", lambda: serves(client))


def serves(client: Client) -> bool:
    try:
        return client.get("/v1/actors/north").status == 200
    except Exception:  # noqa: BLE001
        return False
