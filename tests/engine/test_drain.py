"""SIGTERM: whatever was accepted gets its complete answer, then the process ends with status 0."""
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.cluster import Database
from harness.load import Load
from harness.patience import seconds, wait_for
from harness.wire import Closed, Connection


@pytest.mark.patience(60)
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_under_load_nothing_is_cut(with_world, database: Database, which: signal.Signals) -> None:
    server = with_world()
    with Load(server.address, writers=6, readers=6) as load:
        load.more(100)
        server.signal(which)
        signalled = time.monotonic()
        assert server.wait() == 0
    load.verify(database)
    cut = [outcome for outcome in load.outcomes
           if outcome.cut and (outcome.cut == "truncated" or outcome.sent_at < signalled)]
    assert not cut, cut[:5]
    last = max(outcome.done_at for outcome in load.outcomes if outcome.status)
    assert last > signalled, "the signal came after the load"


def test_what_is_under_way_is_finished(with_world, database: Database, lock) -> None:
    """In every lane and in the queues, and those clients are told that it was the last."""
    server = with_world(loops=1, slow_connections=1, write_connections=1, queue_timeout="60s", lock_timeout="20s",
                        write_timeout="30s")
    with server.client() as client:
        held = lock("LOCK TABLE stance, claim IN ACCESS EXCLUSIVE MODE")
        requests = [("GET", "/v1/claims/march/positions"), ("GET", "/v1/claims/treaty/positions"),
                    ("GET", "/v1/claims/march"), ("GET", "/v1/stances"),
                    ("PUT", "/v1/claims/march", {"text": "One."}), ("PUT", "/v1/claims/treaty", {"text": "Two."})]
        connections = []
        for request in requests:
            connections.append(Connection(client.address, 30))
            connections[-1].send(client.prepare(*request))
        idle = Connection(client.address)
        wait_for("the statements to wait", lambda: len(database.statements(waiting=True)) >= 3)
        server.signal(signal.SIGTERM)
        wait_for("the door to be closed", lambda: not reachable(client.address))
        assert server.process.poll() is None
        held.rollback()
        replies = [connection.receive() for connection in connections]
        assert [reply.status for reply in replies] == [200] * 6
        assert all(reply.closes for reply in replies)
        assert all(connection.ended() for connection in connections)
        assert idle.ended()
        assert server.wait() == 0


def reachable(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
        return True
    except (ConnectionRefusedError, ConnectionResetError):
        return False


def test_a_body_on_its_way_may_arrive(with_world, database: Database) -> None:
    """The rest of a request that had begun is read and answered, or the connection closed without a word: never half."""
    server = with_world(loops=1)
    with server.client() as client:
        whole = client.prepare("PUT", "/v1/actors/late", {"name": "L", "kind": "person"}).encode()
        connection = Connection(client.address)
        connection.send(whole[:-10])
        time.sleep(0.1)
        server.signal(signal.SIGTERM)
        time.sleep(0.1)
        try:
            connection.push(whole[-10:])
            assert connection.receive().status in (200, 201)
            assert database.query("SELECT 1 FROM actor WHERE ref = 'late'")
        except (Closed, OSError):
            assert not database.query("SELECT 1 FROM actor WHERE ref = 'late'")
        assert server.wait() == 0


@pytest.mark.parametrize("part", ["line", "head", "body"])
@pytest.mark.parametrize("leaves", [True, False], ids=["gone", "silent"])
def test_half_a_request_is_not_waited_for(with_world, database: Database, part: str, leaves: bool) -> None:
    """Only what was accepted whole is owed an answer; 30 seconds would be too long for a client that went away."""
    server = with_world(loops=1)
    with server.client() as client:
        whole = client.prepare("PUT", "/v1/actors/half", {"name": "H", "kind": "person"}).encode()
        end_of_head = whole.index(b"\r\n\r\n") + 4
        connection = Connection(client.address)
        connection.push(whole[:{"line": 10, "head": end_of_head - 10, "body": end_of_head + 5}[part]])
        if leaves:
            connection.close()
        time.sleep(0.1)
        server.signal(signal.SIGTERM)
        start = time.monotonic()
        assert server.wait() == 0
        assert time.monotonic() - start < seconds(6)
        connection.close()


def test_it_does_not_wait_for_ever(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, drain_timeout="500ms")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        stuck = Connection(client.address, 30)
        stuck.send(client.prepare("GET", "/v1/claims/march/positions"))
        wait_for("the statement to wait", lambda: database.statements(waiting=True))
        server.signal(signal.SIGTERM)
        start = time.monotonic()
        server.wait(plain=10)
        assert time.monotonic() - start < seconds(8)
        wait_for("its query to be gone", lambda: not database.statements(waiting=True))
        assert pool.submit(stuck.ended).result() or True


def test_a_second_signal_is_no_accident(with_world, database: Database) -> None:
    server = with_world()
    server.signal(signal.SIGTERM)
    server.process.send_signal(signal.SIGTERM)
    assert server.wait() in (0, -signal.SIGTERM)
