"""The log: a JSON line per request with what an operator asks for."""
import json
import os
import signal
import time
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.server import Server
from harness.wire import Connection
from harness.workshop import Workshop

REQUESTS = [
    ("GET", "/v1/claims/march", None, "/v1/claims/{claim}", 200, True),
    ("GET", "/v1/claims/march?", None, "/v1/claims/{claim}", 200, True),
    ("GET", "/v1/actors?limit=2", None, "/v1/actors", 200, True),
    ("POST", "/v1/actors", {"name": "N", "kind": "group"}, "/v1/actors", 201, True),
    ("GET", "/v1/claims/march/positions", None, "/v1/claims/{claim}/positions", 200, True),
    ("GET", "/v1/claims/nothing", None, "/v1/claims/{claim}", 404, True),
    ("POST", "/v1/actors", {}, "/v1/actors", 422, False),
    ("GET", "/v1/nothing", None, None, 404, False),
    ("HEAD", "/healthz", None, "/healthz", 200, False),
]


def line_of(server: Server, request_id: str) -> dict[str, Any]:
    return wait_for("the request's line", lambda: [
        line for line in server.events("request") if line["request_id"] == request_id])[0]


@pytest.mark.parametrize("method, target, body, route, status, asks", REQUESTS, ids=[f"{r[0]} {r[1]} {r[4]}" for r in REQUESTS])
def test_a_line_per_request(server: Server, client: Client, world: dict[str, str], method: str, target: str, body: Any,
                            route: str | None, status: int, asks: bool) -> None:
    response = client.request(method, target, body)
    line = line_of(server, response.header("X-Request-Id") or "")
    # variables may be called what they like
    shown = line.get("route")
    assert (shown.replace("{id}", "{claim}") if shown else None) == route
    assert (line["method"], line["target"], line["status"]) == (method, target, status) == (method, target, response.status)
    assert 0 <= line["database_ms"] <= line["duration_ms"] < 60_000
    assert (line["database_ms"] > 0) == asks
    assert line["level"] == ("warning" if "slow" in line else "info") and line["time"].endswith("Z")


def test_ids_of_clients_are_used(server: Server, client: Client, world: dict[str, str]) -> None:
    client.get("/v1/claims/march", headers={"X-Request-Id": "from-the-client"})
    assert line_of(server, "from-the-client")["status"] == 200
    assert len([line for line in server.events("request") if line["request_id"] == "from-the-client"]) == 1


def test_nobody_forges_a_line(server: Server, client: Client, world: dict[str, str]) -> None:
    target = "/v1/actors/%0a%22,%22status%22:200%0d?x=%1b[31m\""
    response = client.get(target)
    assert response.status in (400, 404)
    line = line_of(server, response.header("X-Request-Id") or "")
    assert line["status"] == response.status


def test_every_line_is_json(server: Server, client: Client, world: dict[str, str]) -> None:
    for line in server.log().rpartition("\n")[0].splitlines():
        assert isinstance(json.loads(line), dict)


def test_whoever_does_not_read_the_log_holds_up_nobody(workshop: Workshop, database: Database) -> None:
    """A pipe that is full costs lines, not requests, and the end comes all the same."""
    reading, writing = os.pipe()
    server = Server(workshop, database.conninfo, log_to=writing)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        event = json.loads(pipe.readline())
        with Client((event["address"], event["port"])) as client:
            for _ in range(1500):  # three times what a pipe holds
                assert client.get("/healthz").status == 200
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


def test_a_trace_is_taken_over(server: Server, client: Client) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    response = client.get("/healthz", headers={"traceparent": f"00-{trace}-{parent}-01"})
    line = line_of(server, response.header("X-Request-Id") or "")
    assert (line["trace_id"], line["parent_id"]) == (trace, parent)
    response = client.get("/healthz", headers={"traceparent": f"00-{trace}-{parent}"})
    assert "trace_id" not in line_of(server, response.header("X-Request-Id") or "")


def test_slow_requests_are_warnings(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, slow_request="300ms")
    with server.client() as client:
        quick = line_of(server, client.get("/healthz").header("X-Request-Id") or "")
        assert quick["level"] == "info" and "slow" not in quick
        held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        connection = Connection(client.address)
        connection.send(client.prepare("GET", "/v1/claims/march/positions"))
        wait_for("it to run", lambda: database.statements(waiting=True))
        held.cursor().execute("SELECT pg_sleep(0.4)")
        held.rollback()
        line = line_of(server, connection.receive().header("X-Request-Id") or "")
        connection.close()
    assert (line["level"], line["slow"], line["route"]) == ("warning", "database", "/v1/claims/{claim}/positions")


def test_a_client_that_sends_slowly(launch, database: Database) -> None:
    server = launch(database, loops=1, slow_request="1ms")
    with server.client() as client:
        connection = Connection(client.address)
        request = client.prepare("POST", "/v1/actors", {"kind": "group"})
        data = request.encode()
        connection.send(data[:-5])
        client.get("/healthz")  # of the same loop: by now it has read so far
        begun = time.monotonic()
        wait_for("some time to pass", lambda: time.monotonic() - begun > 0.02)
        connection.push(data[-5:])
        line = line_of(server, connection.receive().header("X-Request-Id") or "")
        connection.close()
    assert (line["level"], line["slow"]) == ("warning", "receiving")
