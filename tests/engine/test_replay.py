"""An answer gets lost, the write does not: what is sent again under its Idempotency-Key is done once."""
from typing import Any

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.wire import Connection

STANCE = {"claim": "march", "actor": "north", "position": "question"}


def begin(client: Client, key: str) -> Connection:
    connection = Connection(client.address, 30)
    connection.send(client.prepare("POST", "/v1/stances", STANCE, {"Idempotency-Key": key}))
    return connection


def stored(database: Database) -> int:
    return database.value("SELECT count(*) FROM stance WHERE position = 'question'")


def test_killed_between_commit_and_answer(with_world, database: Database, lock) -> None:
    server = with_world(lock_timeout="30s", write_timeout="30s")
    before = stored(database)
    with server.client() as client:
        held = lock("SELECT FROM claim WHERE ref = 'march' FOR UPDATE")  # what a new stance's foreign key has to wait for
        begin(client, "killed")
        wait_for("the write to wait", lambda: database.statements(waiting=True))
        server.kill()
    held.rollback()
    wait_for("the write to end", lambda: not database.statements())
    assert stored(database) == before + 1, "PostgreSQL had all of it"
    with with_world().client() as client:
        again = client.post("/v1/stances", STANCE, headers={"Idempotency-Key": "killed"})
        assert (again.status, again.header("Idempotency-Replayed")) == (201, "true"), str(again)
        assert client.get(again.header("Location")).json == again.json
        assert stored(database) == before + 1


def terminated(client: Client, database: Database, lock: Any, send: Any) -> Connection:
    """The write's database connection breaks while it waits."""
    held = lock("SELECT FROM claim WHERE ref = 'march' FOR UPDATE")
    connection = send()
    wait_for("the write to wait", lambda: database.statements(waiting=True))
    process, _ = database.statements(waiting=True)[0]
    assert database.value("SELECT pg_terminate_backend(%s)", process)
    held.rollback()
    return connection


def test_a_connection_breaks_under_a_write(with_world, database: Database, lock) -> None:
    """Without a key nobody can say what became of it; with one the service sends it again itself."""
    server = with_world(loops=1, lock_timeout="30s", write_timeout="30s")
    with server.client(30) as client:
        before = stored(database)

        def plain() -> Connection:
            connection = Connection(client.address, 30)
            connection.send(client.prepare("POST", "/v1/stances", STANCE))
            return connection

        lost = terminated(client, database, lock, plain).receive()
        assert (lost.status, lost.json["type"]) == (503, "/problems/outcome-unknown"), str(lost)
        assert stored(database) == before
        kept = terminated(client, database, lock, lambda: begin(client, "broken")).receive()
        assert kept.status == 201, str(kept)
        assert stored(database) == before + 1
        again = client.post("/v1/stances", STANCE, headers={"Idempotency-Key": "broken"})
        assert (again.status, again.body) == (201, kept.body)
        assert stored(database) == before + 1


def test_a_client_that_leaves(with_world, database: Database, lock) -> None:
    """…before its answer: the write goes on, and whoever asks again hears of it."""
    server = with_world(loops=1, lock_timeout="30s", write_timeout="30s")
    with server.client(30) as client:
        before = stored(database)
        held = lock("SELECT FROM claim WHERE ref = 'march' FOR UPDATE")
        begin(client, "left").abort()
        wait_for("the write to wait", lambda: database.statements(waiting=True))
        twin = begin(client, "left")
        held.rollback()
        answer = twin.receive()
        assert answer.status == 201, str(answer)
        assert stored(database) == before + 1


def test_killed_between_an_import_and_its_answer(with_world, database: Database, lock) -> None:
    body = b'{"type": "actor", "ref": "imported", "name": "N", "kind": "group", "part_of": "north"}\n'
    headers = {"Idempotency-Key": "import", "Content-Type": "application/x-ndjson"}
    server = with_world()
    with server.client() as client:
        held = lock("SELECT FROM actor WHERE ref = 'north' FOR UPDATE")  # what a deferred foreign key has to wait for
        connection = Connection(client.address, 30)
        connection.send(client.prepare("POST", "/v1/import", body, headers))
        wait_for("the commit to wait", lambda: database.statements("COMMIT", waiting=True))
        server.kill()
    held.rollback()
    wait_for("the import to end", lambda: not database.statements())
    assert database.value("SELECT count(*) FROM actor WHERE ref = 'imported'") == 1, "PostgreSQL had all of it"
    with with_world().client() as client:
        again = client.post("/v1/import", body, headers=headers)
        assert (again.status, again.header("Idempotency-Replayed")) == (200, "true"), str(again)
        assert again.json["created"]["actor"] == 1 and again.json["lines"] == 1
        assert database.value("SELECT count(*) FROM change WHERE ref = 'imported'") == 1
