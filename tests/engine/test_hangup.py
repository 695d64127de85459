"""A client that leaves takes its slow query with it, and nobody else's."""
import random

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.wire import Connection

SLOW = "/v1/claims/march/positions"


def ask(client: Client, count: int) -> list[Connection]:
    connections = [Connection(client.address, 30) for _ in range(count)]
    for connection in connections:
        connection.send(client.prepare("GET", SLOW))
    return connections


def running(database: Database, count: int) -> set[int]:
    """Waits until just so many slow statements run; their process ids."""
    def found() -> set[int]:
        processes = {process for process, _ in database.statements(waiting=True)}
        return processes if len(processes) == count else set()
    if count == 0:
        wait_for("no statement to run", lambda: not database.statements(waiting=True))
        return set()
    return wait_for(f"{count} statements to run", found)


@pytest.mark.parametrize("leave", [Connection.close, Connection.abort], ids=["closing", "aborting"])
def test_its_query_ends_and_others_go_on(with_world, database: Database, lock, leave) -> None:
    server = with_world(loops=1, slow_connections=3)
    with server.client() as client:
        held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        quitter, stayer = ask(client, 2)
        before = running(database, 2)
        leave(quitter)
        after = running(database, 1)
        assert after < before
        held.rollback()
        assert stayer.receive().status == 200
        wait_for("its line in the log", lambda: [line for line in server.events("request") if "cut" in line])
        assert client.get(SLOW).status == 200


def test_one_that_waits_in_the_queue_never_runs(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, slow_connections=1, queue=2, queue_timeout="60s")
    with server.client() as client:
        held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        first, = ask(client, 1)
        running(database, 1)
        quitter, stayer = ask(client, 2)
        assert client.get(SLOW).status == 503  # the queue is full
        quitter.close()
        late = Connection(client.address, 30)

        def place() -> bool:
            """Its place in the queue is free again."""
            nonlocal late
            late.close()
            late, = ask(client, 1)
            late.socket.settimeout(0.3)
            try:
                return late.receive().status == 200
            except TimeoutError:
                return True
        wait_for("a place in the queue", place)
        held.rollback()
        assert [each.receive().status for each in (first, stayer)] == [200, 200]
        late.close()


def test_many_come_and_go(with_world, database: Database, lock) -> None:
    """In any order: whoever stays is served, whoever left is not."""
    server = with_world(loops=2, slow_connections=4)
    chance = random.Random(7)
    with server.client() as client:
        for _ in range(12):
            held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
            connections = ask(client, 4)
            running(database, 4)
            leaving = chance.sample(connections, chance.randint(0, 4))
            for connection in leaving:
                chance.choice([Connection.close, Connection.abort])(connection)
            if chance.random() < 0.5:  # otherwise cancel and answer cross each other
                running(database, 4 - len(leaving))
            held.rollback()
            held.close()
            assert [each.receive().status for each in connections if each not in leaving] == [200] * (4 - len(leaving))
            wait_for("all to be quiet", lambda: not database.statements())
        assert client.get(SLOW).status == 200


def test_leaving_at_any_moment_harms_nobody(with_world, database: Database) -> None:
    server = with_world(loops=1)
    with server.client() as client:
        whole = client.prepare("PUT", "/v1/actors/fickle", {"name": "F", "kind": "person"}).encode()
        for cut in range(0, len(whole) + 1, 7):
            connection = Connection(client.address)
            connection.push(whole[:cut])
            (connection.close if cut % 2 else connection.abort)()
        for _ in range(50):
            for target in ("/v1/actors/north", "/v1/actors?limit=1000", SLOW):
                connection = Connection(client.address)
                connection.send(client.prepare("GET", target))
                connection.abort()
        assert client.get("/v1/actors/north").status == 200
        assert client.get(SLOW).status == 200


def test_an_import_cut_short_stores_nothing(with_world, database: Database) -> None:
    server = with_world(loops=1)
    with server.client() as client:
        before = database.value("SELECT count(*) FROM change")
        line = b'{"type": "actor", "name": "I", "kind": "person"}\n'
        for sent in (1, len(line), 100 * len(line)):
            connection = Connection(client.address)
            request = client.prepare("POST", "/v1/import", line * 200, {"Content-Type": "application/x-ndjson"})
            connection.push(request.encode()[:len(request.encode()) - len(line) * 200 + sent])
            connection.close()
        assert client.get("/v1/actors/north").status == 200
        assert database.value("SELECT count(*) FROM change") == before
