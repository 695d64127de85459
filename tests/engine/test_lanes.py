"""Lanes: what is slow, and what waits for a lock, stands in nobody's way."""
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from harness.client import Client
from harness.cluster import Database
from harness.patience import seconds, wait_for
from harness.scenario import problem
from harness.match import differences
from harness.wire import Connection

SLOW = "/v1/claims/march/positions"


def times(client: Client, target: str, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        start = time.monotonic()
        response = client.get(target)
        taken.append(time.monotonic() - start)
        assert response.status == 200, str(response)
    return taken


def ask(client: Client, target: str) -> Connection:
    connection = Connection(client.address, 30)
    connection.send(client.prepare("GET", target))
    return connection


def waiting(database: Database, count: int) -> None:
    wait_for(f"{count} statements to wait for the lock", lambda: len(database.statements(waiting=True)) >= count)


def test_slow_queries_do_not_delay_fast_ones(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, slow_connections=2, queue_timeout="60s")
    with server.client() as client:
        held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        slow = [ask(client, SLOW) for _ in range(6)]  # two run, the others queue
        waiting(database, 2)
        taken = times(client, "/v1/claims/march", 200) + times(client, "/v1/actors/north", 100)
        for number in range(20):
            start = time.monotonic()
            written = client.put("/v1/actors/meanwhile", {"name": str(number), "kind": "group"})
            taken.append(time.monotonic() - start)
            assert written.status in (200, 201), str(written)
        assert statistics.median(taken) < seconds(0.05) and max(taken) < seconds(1), sorted(taken)[-5:]
        assert len(database.statements(waiting=True)) == 2
        held.rollback()
        assert [connection.receive().status for connection in slow] == [200] * 6


def test_a_long_reply_is_no_obstacle(with_world, database: Database) -> None:
    """A thousand records in one reply, over and over, beside reads of one."""
    server = with_world(loops=1)
    records = "".join(f'{{"type": "actor", "ref": "bulk-{n}", "name": "N", "kind": "group", "description": "{"x" * 500}"}}\n'
                      for n in range(1000))
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        loaded = client.post("/v1/import", records.encode(), headers={"Content-Type": "application/x-ndjson"})
        assert loaded.status == 200, str(loaded)
        lists = pool.submit(times, server.client(), "/v1/actors?limit=1000", 10)
        taken = times(client, "/v1/actors/north", 100)
        lists.result()
        assert statistics.median(taken) < seconds(0.1), sorted(taken)[-5:]


def test_a_lock_holds_up_its_writes_alone(with_world, database: Database, lock) -> None:
    server = with_world(loops=1, lock_timeout="20s", write_timeout="30s")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        held = lock("SELECT FROM claim WHERE ref = 'march' FOR UPDATE")
        blocked = pool.submit(server.client(30).put, "/v1/claims/march", {"text": "The North marches on."})
        waiting(database, 1)
        taken = times(client, "/v1/claims/march", 100)
        assert statistics.median(taken) < seconds(0.05) and max(taken) < seconds(1), sorted(taken)[-5:]
        assert client.get("/v1/claims/march").json["text"] == "The North marches."
        assert client.put("/v1/claims/other", {"text": "Something else."}).status in (200, 201)
        assert not blocked.done()
        held.rollback()
        assert blocked.result().status == 200
        assert client.get("/v1/claims/march").json["text"] == "The North marches on."


def test_waiting_for_a_lock_ends(with_world, database: Database, lock) -> None:
    server = with_world(lock_timeout="300ms")
    with server.client() as client:
        before = client.get("/v1/claims/march").json
        held = lock("SELECT FROM claim WHERE ref = 'march' FOR UPDATE")
        response = client.put("/v1/claims/march", {"text": "Never mind."})
        assert not differences(problem(503, "timeout"), response.json), str(response)
        assert int(response.header("Retry-After") or 0) > 0
        held.rollback()
        assert client.get("/v1/claims/march").json == before
        assert client.put("/v1/claims/march", {"text": "Now then."}).json["version"] == before["version"] + 1


def test_statements_end_in_time(with_world, database: Database, lock) -> None:
    """Neither lane waits for longer than it is set to, and both go on afterwards."""
    server = with_world(loops=1, read_timeout="300ms", slow_timeout="300ms")
    with server.client() as client:
        held = lock("LOCK TABLE stance IN ACCESS EXCLUSIVE MODE")
        for target in (SLOW, "/v1/stances"):
            start = time.monotonic()
            response = client.get(target)
            assert time.monotonic() - start < seconds(5)
            assert not differences(problem(503, "timeout"), response.json), str(response)
            assert int(response.header("Retry-After") or 0) > 0
        held.rollback()
        wait_for("the lanes to be free", lambda: not database.statements())
        assert [client.get(target).status for target in (SLOW, "/v1/stances", "/v1/claims/march")] == [200] * 3
