"""A reply that goes out while rows come in: its client may be slow, leave, or never read; the database may go; the process too."""
import gzip
import json
import os
import pathlib
import re
import signal
from typing import Any, Callable, Iterator

import pytest

from harness.cluster import Database
from harness.match import differences
from harness.patience import wait_for
from harness.samples import build_world
from harness.scenario import problem
from harness.server import Server
from harness.wire import Connection, Response, Truncated

TARGET = "/v1/export"
MANY, LONG = 2000, 8000  # stances, and the characters of each one's quote: more than all sockets on the way hold


@pytest.fixture(scope="module")
def filled(workshop: Any, database: Database) -> Iterator[Database]:
    server = Server(workshop, database.conninfo).ready()
    with server.client() as client:
        build_world(client)
    server.stop()
    database.query(
        "INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, quote) "
        "SELECT gen_random_uuid(), 1, now(), now(), (SELECT id FROM claim WHERE ref = 'march'), "
        "(SELECT id FROM actor WHERE ref = 'north'), 'deny', repeat('x', %s) FROM generate_series(1, %s)", LONG, MANY)
    yield database


@pytest.fixture
def serving(filled: Database, launch: Callable[..., Server]) -> Callable[..., Server]:
    return lambda **settings: launch(filled, **({"loops": 1} | settings))


def begin(server: Server, target: str = TARGET, **headers: str) -> tuple[Connection, Response]:
    """An export of which the client has read the head."""
    with server.client() as client:
        connection = Connection(client.address, 30)
        connection.send(client.prepare("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()}))
        connection.waiting.clear()  # its body is not read as one
        status, head = connection._head()
        return connection, Response(status, head, b"", [])


def rest(connection: Connection) -> list[dict[str, Any]]:
    return [json.loads(line) for line in connection._chunks().splitlines()]


def held(database: Database) -> bool:
    """Whether PostgreSQL waits for somebody to read."""
    return bool(database.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                               "AND wait_event = 'ClientWrite'"))


def wait_held(database: Database) -> None:
    wait_for("the export to be held up", lambda: held(database))


def wait_gone(database: Database) -> None:
    wait_for("its statement to be gone", lambda: not database.statements())


def test_a_slow_reader_holds_up_nobody_and_gets_all(serving: Callable[..., Server], filled: Database) -> None:
    server = serving()
    connection, response = begin(server)
    assert response.status == 200 and response.header("Content-Type") == "application/x-ndjson"
    assert response.header("ETag") is None and response.header("Content-Length") is None
    wait_held(filled)
    with server.client() as client:
        for target in ("/v1/claims/march", "/v1/claims/treaty/positions", "/v1/stances?limit=1"):
            assert client.get(target).status == 200
    lines = rest(connection)
    assert sum(line["type"] == "stance" for line in lines) == filled.value("SELECT count(*) FROM stance")
    connection.send(connection_request(server))  # and the connection goes on
    assert connection.receive().status == 200
    if not os.environ.get("STANCED_SANITIZE"):
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < 64 * 1024


def connection_request(server: Server) -> Any:
    with server.client() as client:
        return client.prepare("GET", "/v1/claims/march")


def test_what_is_written_meanwhile_is_not_in_it(serving: Callable[..., Server], filled: Database) -> None:
    server = serving()
    connection, _ = begin(server)
    wait_held(filled)
    with server.client() as client:
        made = client.post("/v1/reviews", {"claim": "march", "reviewer": "north", "rating_label": "False", "url": "https://example.org/"})
        assert made.status == 201
        assert made.json["id"] not in {line["id"] for line in rest(connection)}
        assert made.json["id"] in client.get("/v1/export?kind=review").body.decode()
        assert client.delete(f"/v1/reviews/{made.json['id']}").status == 204


@pytest.mark.parametrize("leave", [Connection.close, Connection.abort], ids=["closing", "aborting"])
def test_its_client_leaves(serving: Callable[..., Server], filled: Database, leave: Callable[[Connection], None]) -> None:
    server = serving(slow_connections=1)
    connection, _ = begin(server)
    wait_held(filled)
    leave(connection)
    wait_gone(filled)
    wait_for("its line in the log", lambda: [line for line in server.events("request") if "cut" in line])
    with server.client() as client:
        assert client.get("/v1/claims/march/positions").status == 200
        assert len(client.get(TARGET).body.splitlines()) > MANY


def test_its_client_leaves_between_rows(serving: Callable[..., Server], filled: Database, lock: Callable[[str], Any]) -> None:
    """While nothing is there to be sent, so that no write tells."""
    server = serving(slow_connections=1)
    blocker = lock("LOCK TABLE review IN ACCESS EXCLUSIVE MODE")
    connection, _ = begin(server)
    while not filled.statements(waiting=True):
        connection._fill(begun=True)
    connection.close()
    wait_for("its statement to be gone", lambda: not filled.statements(waiting=True))
    blocker.rollback()
    with server.client() as client:
        assert client.get("/v1/claims/march/positions").status == 200


@pytest.mark.parametrize("settings, reason", [({"stall_timeout": "300ms"}, "its client takes nothing"),
                                              ({"stream_timeout": "300ms"}, "its client took too long")], ids=["stalled", "late"])
def test_its_client_does_not_read(serving: Callable[..., Server], filled: Database, settings: dict[str, str], reason: str) -> None:
    server = serving(slow_connections=1, **settings)
    connection, _ = begin(server)
    event = wait_for("it to be cut off", lambda: server.events("stream_cut"))[0]
    assert event["message"].endswith(reason), event
    wait_gone(filled)
    with pytest.raises(Truncated):
        rest(connection)
    with server.client() as client:
        assert client.get("/v1/claims/march/positions").status == 200


def test_only_so_many_at_once(serving: Callable[..., Server], filled: Database) -> None:
    """One connection of the slow lane is left to analysis."""
    server = serving(slow_connections=3)
    first, second = begin(server)[0], begin(server)[0]
    wait_held(filled)
    with server.client() as client:
        refused = client.get(TARGET)
        assert not differences(problem(503, "overloaded"), refused.json), refused
        assert int(refused.header("Retry-After") or 0) > 0
        assert client.request("HEAD", TARGET).status == 200  # which asks for no rows
        assert client.get("/v1/claims/march/positions").status == 200
        first.close()
        wait_for("a place to be free", lambda: client.get(TARGET + "?kind=actor").status == 200)
        second.close()


def test_the_database_ends_it(serving: Callable[..., Server], filled: Database) -> None:
    """The client sees that it has not got the whole."""
    server = serving()
    for headers in ({}, {"Accept_Encoding": "gzip"}):
        connection, _ = begin(server, **headers)
        if not headers:
            wait_held(filled)
        filled.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                     "AND application_name <> 'test'")
        with pytest.raises(Truncated):
            while True:
                connection._chunks()
                if headers:  # so small that it may have been through
                    raise Truncated
        assert server.process.poll() is None
        with server.client() as client:
            wait_for("the lane to be back", lambda: client.get("/v1/claims/march/positions").status == 200)
    assert server.events("stream_cut")


def test_the_process_is_killed(serving: Callable[..., Server], filled: Database) -> None:
    server = serving()
    connection, _ = begin(server)
    wait_held(filled)
    server.kill()
    with pytest.raises(Truncated):
        rest(connection)
    wait_gone(filled)


def test_it_may_finish_when_the_process_is_to_end(serving: Callable[..., Server], filled: Database) -> None:
    server = serving()
    connection, _ = begin(server)
    wait_held(filled)
    server.signal(signal.SIGTERM)
    wait_for("the signal to be heard", lambda: server.events("draining"))
    assert len(rest(connection)) > MANY
    assert server.wait() == 0


def test_the_end_does_not_wait_for_ever(serving: Callable[..., Server], filled: Database) -> None:
    server = serving(drain_timeout="300ms")
    connection, _ = begin(server)
    wait_held(filled)
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    with pytest.raises(Truncated):
        rest(connection)
    wait_gone(filled)


def test_behind_more_statements_than_are_kept(serving: Callable[..., Server]) -> None:
    """What makes room for its statements on the connection must not stand before the one that fixes the snapshot."""
    server = serving(slow_connections=1)
    names = ["ref", "degree", "act", "source", "origin", "speaker", "addressee", "venue", "stated_at"]
    with server.client() as client:
        for number in range(300):
            chosen = [name for bit, name in enumerate(names) if number >> bit & 1]
            query = "&".join(["limit=201", "fields=id", "quote.null=true", *(f"{name}.null=false" for name in chosen)])
            assert client.get(f"/v1/stances?{query}").status == 200
        for history in ("false", "true"):
            assert client.get(f"{TARGET}?kind=actor&history={history}").status == 200


def test_compressed(serving: Callable[..., Server], filled: Database) -> None:
    server = serving()
    with server.client() as client:
        plain = client.get(TARGET)
        packed = client.get(TARGET, headers={"Accept-Encoding": "gzip"})
        assert packed.header("Content-Encoding") == "gzip" and packed.header("Vary") == "Accept, Accept-Encoding"
        assert len(packed.body) < len(plain.body) / 10
        assert sorted(gzip.decompress(packed.body).splitlines()) == sorted(plain.body.splitlines())
