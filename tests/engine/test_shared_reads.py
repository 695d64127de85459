"""Reads by key that come at the same time are sent as one statement: each gets the answer to its own question, and nobody pays for another."""
import pathlib
import signal

from harness.client import Client
from harness.cluster import Database
from harness.match import differences
from harness.patience import wait_for
from harness.scenario import problem
from harness.server import Server
from harness.wire import Connection

QUESTIONS = [
    ("/v1/claims/march", {}, 200), ("/v1/claims/nothing", {}, 404), ("/v1/claims/march?fields=text", {}, 200),
    ("/v1/actors/north", {}, 200), ("/v1/claims/march?format=csv", {}, 200), ("/v1/claims/march?expand=about", {}, 200),
    ("/v1/claims/march?version=1", {}, 200), ("/v1/actors/nobody", {}, 404), ("/v1/claims/march", {"Accept": "application/x-ndjson"}, 200),
    ("/v1/actors/south", {}, 200)]
SAME = [("/v1/claims/march", {}, 200)] * 16
SETTINGS = {"loops": 1, "read_connections": 1, "read_timeout": "30s", "queue_timeout": "30s"}


def ask_at_once(server: Server, client: Client, questions: list[tuple]) -> list[Connection]:
    """The service sleeps while they are sent, and so finds all of them at its next look."""
    connections = [Connection(server.address, 30) for _ in questions]
    for connection in connections:
        assert connection.exchange(client.prepare("GET", "/healthz")).status == 200
    server.process.send_signal(signal.SIGSTOP)
    tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
    try:
        wait_for("all threads to stop", lambda: all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in tasks.glob("*/stat")))
        for connection, (target, headers, _) in zip(connections, questions):
            connection.send(client.prepare("GET", target, headers=headers))
    finally:
        server.process.send_signal(signal.SIGCONT)
    return connections


def statements_shared(database: Database) -> int:
    """Statements that wait and stand for several reads."""
    return len(database.statements("SELECT t.id,%FROM claim t WHERE t.id = ANY%", waiting=True))


def test_each_gets_its_own(with_world, database: Database, lock) -> None:
    server = with_world(**SETTINGS)
    with server.client() as client:
        alone = [client.get(target, headers=headers) for target, headers, _ in QUESTIONS]
        assert [response.status for response in alone] == [status for _, _, status in QUESTIONS]
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        together = ask_at_once(server, client, SAME + QUESTIONS * 3)
        wait_for("one statement for several", lambda: statements_shared(database))
        held.rollback()
        assert [connection.receive().status for connection in together[:16]] == [200] * 16
        for connection, expected in zip(together[16:], alone * 3):
            response = connection.receive()
            assert response.status == expected.status
            if expected.status == 200:
                assert (response.body, response.header("ETag")) == (expected.body, expected.header("ETag"))
            else:
                assert not differences(problem(404, "not-found"), response.json), str(response)


def test_a_statement_that_fails_is_nobodys_fault(with_world, database: Database, lock) -> None:
    """Those who shared it are sent again, each alone."""
    server = with_world(**SETTINGS)
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        asked = ask_at_once(server, client, SAME)
        wait_for("one statement for several", lambda: statements_shared(database))
        process, _ = database.statements("SELECT t.id,%FROM claim t WHERE t.id = ANY%", waiting=True)[0]
        assert database.value("SELECT pg_cancel_backend(%s)", process)
        wait_for("statements of their own", lambda: database.statements("SELECT t.id,%FROM claim t WHERE t.id = $1%", waiting=True))
        held.rollback()
        assert [connection.receive().status for connection in asked] == [200] * 16


def test_who_leaves_takes_nobody_along(with_world, database: Database, lock) -> None:
    server = with_world(**SETTINGS)
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        asked = ask_at_once(server, client, SAME)
        wait_for("one statement for several", lambda: statements_shared(database))
        for connection in asked[::2]:
            connection.abort()
        held.rollback()
        assert [connection.receive().status for connection in asked[1::2]] == [200] * 8


def test_the_connection_breaks(with_world, database: Database, lock) -> None:
    """Reads are sent again once, shared or not."""
    server = with_world(**SETTINGS)
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        asked = ask_at_once(server, client, SAME)
        wait_for("one statement for several", lambda: statements_shared(database))
        process, _ = database.statements(waiting=True)[0]
        assert database.value("SELECT pg_terminate_backend(%s)", process)
        held.rollback()
        assert [connection.receive().status for connection in asked] == [200] * 16
