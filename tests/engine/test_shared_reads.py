"""Reads by key that wait together are sent as one statement: each gets the answer to its own question, and nobody pays for another."""
from harness.client import Client
from harness.cluster import Database
from harness.match import differences
from harness.patience import wait_for
from harness.scenario import problem
from harness.wire import Connection

QUESTIONS = [
    ("/v1/claims/march", {}, 200), ("/v1/claims/nothing", {}, 404), ("/v1/claims/march?fields=text", {}, 200),
    ("/v1/actors/north", {}, 200), ("/v1/claims/march?format=csv", {}, 200), ("/v1/claims/march?expand=about", {}, 200),
    ("/v1/claims/march?version=1", {}, 200), ("/v1/actors/nobody", {}, 404), ("/v1/claims/march", {"Accept": "application/x-ndjson"}, 200),
    ("/v1/actors/south", {}, 200)]


def ask(client: Client, target: str, headers: dict[str, str]) -> Connection:
    connection = Connection(client.address, 30)
    connection.send(client.prepare("GET", target, headers=headers))
    return connection


def statements_shared(database: Database) -> int:
    """Statements under way that stand for several reads."""
    return len(database.statements("SELECT t.id,%FROM claim t WHERE t.id = ANY%"))


def test_each_gets_its_own(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, read_connections=1, read_depth=16, read_timeout="30s", queue_timeout="30s")
    with server.client() as client:
        alone = [client.get(target, headers=headers) for target, headers, _ in QUESTIONS]
        assert [response.status for response in alone] == [status for _, _, status in QUESTIONS]
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        first = [ask(client, "/v1/claims/march", {}) for _ in range(16)]
        wait_for("the first to wait", lambda: database.statements(waiting=True))
        together = [ask(client, target, headers) for target, headers, _ in QUESTIONS * 4]
        assert client.get("/healthz").status == 200  # all have been read by now, or soon will
        held.rollback()
        assert [connection.receive().status for connection in first] == [200] * 16
        for connection, expected in zip(together, alone * 4):
            response = connection.receive()
            assert response.status == expected.status
            if expected.status == 200:
                assert (response.body, response.header("ETag")) == (expected.body, expected.header("ETag"))
            else:
                assert not differences(problem(404, "not-found"), response.json), str(response)


def test_they_do_share(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, read_connections=1, read_depth=16, read_timeout="30s", queue_timeout="30s")
    with server.client() as client:
        held = lock("LOCK TABLE actor IN ACCESS EXCLUSIVE MODE")
        blockers = [ask(client, "/v1/actors/north", {}) for _ in range(16)]
        wait_for("the first to wait", lambda: database.statements(waiting=True))
        readers = [ask(client, "/v1/claims/march", {}) for _ in range(16)]
        assert client.get("/healthz").status == 200
        also = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        held.rollback()
        assert [connection.receive().status for connection in blockers] == [200] * 16
        wait_for("one statement for several", lambda: statements_shared(database))
        also.rollback()
        assert [connection.receive().status for connection in readers] == [200] * 16


def test_a_statement_that_fails_is_nobodys_fault(with_world, database: Database, lock) -> None:
    """Those who shared it are sent again, each alone, and answered by what happens then."""
    server = with_world(loops=1, read_connections=1, read_depth=16, read_timeout="300ms", queue_timeout="30s")
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        asked = [ask(client, "/v1/claims/march", {}) for _ in range(40)]
        assert not differences(problem(503, "timeout"), asked[0].receive().json)
        held.rollback()
        statuses = [connection.receive().status for connection in asked[1:]]
        assert set(statuses) <= {200, 503}
        assert client.get("/v1/claims/march").status == 200


def test_who_leaves_takes_nobody_along(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, read_connections=1, read_depth=16, read_timeout="30s", queue_timeout="30s")
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        first = [ask(client, "/v1/claims/march", {}) for _ in range(16)]
        wait_for("the first to wait", lambda: database.statements(waiting=True))
        together = [ask(client, "/v1/claims/march", {}) for _ in range(16)]
        assert client.get("/healthz").status == 200
        for connection in first[::2] + together[::2]:
            connection.abort()
        held.rollback()
        assert [connection.receive().status for connection in first[1::2] + together[1::2]] == [200] * 16


def test_the_connection_breaks(with_world, database: Database, lock) -> None:
    """Reads are sent again once, shared or not."""
    server = with_world(loops=1, read_connections=1, read_depth=16, read_timeout="30s", queue_timeout="30s")
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        asked = [ask(client, "/v1/claims/march", {}) for _ in range(40)]
        wait_for("the first to wait", lambda: database.statements(waiting=True))
        process, _ = database.statements(waiting=True)[0]
        assert database.value("SELECT pg_terminate_backend(%s)", process)
        held.rollback()
        assert [connection.receive().status for connection in asked] == [200] * 40
