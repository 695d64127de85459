"""What takes long to compute goes to a worker thread: the loops go on meanwhile, its queue has an end, and whoever leaves is not
computed for."""
import random
import signal
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.match import differences
from harness.patience import wait_for
from harness.scenario import problem
from harness.wire import Closed, Connection, Response, Truncated

HEAVY = "/v1/claims/tangle/provenance"

# each of a thousand stances leads to each of a thousand first-hand sources
TANGLE = """
    INSERT INTO source (id, ref, version, created_at, updated_at, title, kind, first_hand)
        SELECT gen_random_uuid(), 'tangle-' || n, 1, now(), now(), 'Source ' || n, 'speech', true FROM generate_series(0, 999) n;
    INSERT INTO source_citation (source_id, ordinal, target_id, relation)
        SELECT one.id, far, other.id, 'cites'
        FROM generate_series(0, 999) n CROSS JOIN generate_series(1, 4) far
        JOIN source one ON one.ref = 'tangle-' || n JOIN source other ON other.ref = 'tangle-' || (n * 4 + far) % 1000;
    INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, source_id)
        SELECT gen_random_uuid(), 1, now(), now(), claim.id, actor.id, 'affirm', source.id
        FROM claim, actor, source WHERE claim.ref = 'tangle' AND actor.ref = 'north' AND source.ref LIKE 'tangle-%';
    ANALYZE;
"""


@pytest.fixture
def tangled(with_world, database: Database):
    """Starts a server over a database in which one answer takes long to compute."""
    def start(**settings: Any):
        server = with_world(**settings)
        with server.client() as client:
            if client.put("/v1/claims/tangle", {"text": "All hangs together."}).status == 201:
                database.query(TANGLE.replace("%", "%%"))
        return server
    return start


def ask(client: Client, count: int) -> list[Connection]:
    connections = [Connection(client.address, 60) for _ in range(count)]
    for connection in connections:
        connection.send(client.prepare("GET", HEAVY))
    return connections


def test_it_is_computed_beside_the_loop(tangled) -> None:
    server = tangled(loops=1)
    with server.client() as client:
        replies = [each.receive() for each in ask(client, 3)]
        assert [reply.status for reply in replies] == [200] * 3
        row, = replies[0].json["data"]
        assert (row["stances"], row["independent_origins"]) == (1000, 1)
        assert all(reply.body == replies[0].body for reply in replies)
    lines = [line for line in server.events("request") if line["target"] == HEAVY]
    assert len(lines) == 3 and all(line["work_ms"] > 0 for line in lines)


@pytest.mark.patience(90)
def test_its_queue_has_an_end(tangled) -> None:
    server = tangled(loops=1, workers=1, work_queue=1, slow_connections=8)
    with server.client() as client:
        def refused() -> list[Response]:
            replies = [each.receive() for each in ask(client, 8)]
            assert {reply.status for reply in replies} <= {200, 503}
            return [reply for reply in replies if reply.status == 503]
        for reply in wait_for("one to be refused", refused, plain=60):
            assert not differences(problem(503, "overloaded"), reply.json), str(reply)
            assert int(reply.header("Retry-After") or 0) > 0
        assert client.get(HEAVY).status == 200


@pytest.mark.patience(90)
def test_clients_come_and_go(tangled) -> None:
    """At whatever stage: who stays is answered, and who leaves takes nobody along."""
    server = tangled(loops=2, workers=2, work_queue=1000, slow_connections=4)
    chance = random.Random(11)
    with server.client() as client:
        for _ in range(8):
            connections = ask(client, 6)
            leaving = chance.sample(connections, chance.randint(1, 5))
            first = next(each for each in connections if each not in leaving)
            if chance.random() < 0.5:
                assert first.receive().status == 200
                connections.remove(first)
            for connection in leaving:
                chance.choice([Connection.close, Connection.abort])(connection)
            assert all(each.receive().status == 200 for each in connections if each not in leaving)
        assert client.get(HEAVY).status == 200


def test_it_is_finished_before_the_end(tangled) -> None:
    server = tangled(loops=2, workers=1, slow_connections=4)
    with server.client() as client:
        connections = ask(client, 6)
        assert connections[0].receive().status == 200
        server.signal(signal.SIGTERM)
        assert [each.receive().status for each in connections[1:]] == [200] * 5
        assert server.wait() == 0


def test_or_dropped_where_there_is_no_time(tangled) -> None:
    server = tangled(loops=2, workers=1, slow_connections=4, drain_timeout="0ms")
    with server.client() as client:
        connections = ask(client, 6)
        assert connections[0].receive().status == 200
        server.signal(signal.SIGTERM)
        for each in connections[1:]:
            try:
                assert each.receive().status == 200
            except (Closed, Truncated, ConnectionResetError):
                pass
        assert server.wait() == 0


# five thousand actors affirm one claim, one after the other: a series of networks without a tie in them, over half a minute of work
ENDLESS = "/v1/networks/actors?aggregation=conflict&window=events&window_size=4001&claim=treaty"
CROWD = """
    INSERT INTO actor (id, version, created_at, updated_at, name, kind)
        SELECT gen_random_uuid(), 1, now(), now(), 'One of a crowd', 'person' FROM generate_series(1, 5000);
    INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position, stated_at, stated_at_is_date)
        SELECT gen_random_uuid(), 1, now(), now(), claim.id, actor.id, 'affirm', now() - row_number() OVER () * interval '1 hour', false
        FROM claim, actor WHERE claim.ref = 'treaty' AND actor.name = 'One of a crowd';
"""


@pytest.fixture
def crowded(with_world, database: Database):
    """Starts a server over a database in which one answer takes far too long to compute."""
    def start(**settings: Any):
        server = with_world(**settings)
        if not database.value("SELECT count(*) FROM actor WHERE name = 'One of a crowd'"):
            database.query(CROWD)
        return server
    return start


def is_computed(server: Any, client: Client) -> bool:
    """Whether somebody else's work is under way: a light one has to wait behind it."""
    light = Connection(client.address, 1)
    light.send(client.prepare("GET", "/v1/claims/march/provenance"))
    try:
        return light.receive().status != 200
    except TimeoutError:
        return True
    finally:
        light.close()


def begin(server: Any, client: Client) -> Connection:
    connection = Connection(client.address, 120)
    connection.send(client.prepare("GET", ENDLESS))
    wait_for("the work to be under way", lambda: is_computed(server, client))
    return connection


@pytest.mark.patience(120)
def test_its_time_has_an_end(crowded) -> None:
    server = crowded(loops=1, workers=1, slow_timeout="2s")
    with server.client() as client:
        reply = client.get(ENDLESS)
        assert not differences(problem(503, "timeout"), reply.json), str(reply)
        assert client.get("/v1/claims/march/provenance").status == 200


@pytest.mark.patience(120)
@pytest.mark.parametrize("leave", [Connection.close, Connection.abort], ids=["closing", "aborting"])
def test_whoever_leaves_ends_it(crowded, leave) -> None:
    server = crowded(loops=1, workers=1)
    with server.client() as client:
        leave(begin(server, client))
        assert client.get("/v1/claims/march/provenance").status == 200


@pytest.mark.patience(120)
def test_the_end_waits_no_longer_than_it_may(crowded) -> None:
    server = crowded(loops=1, workers=1, drain_timeout="200ms")
    with server.client() as client:
        connection = begin(server, client)
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
        assert connection.ended(drain=True)
