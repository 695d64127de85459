"""The feed misses nothing: transactions that commit out of order, readers that are slow or come again, a database and a process that go away."""
import random
import signal
import threading
from typing import Any, Callable

import pytest

from harness.client import Client
from harness.cluster import Database, OwnCluster
from harness.events import Events
from harness.patience import wait_for
from harness.server import Server
from harness.wire import Truncated

Launch = Callable[..., Server]

INSERT = ("INSERT INTO change (kind, id, operation, version, created_at, record) SELECT 'actor', gen_random_uuid(), 'create', 1, now(), "
          "jsonb_build_object('name', %s, 'kind', 'other', 'attributes', jsonb_build_object('filling', repeat('x', %s))) FROM generate_series(1, %s)")


def page(client: Client, after: str = "", query: str = "") -> dict[str, Any]:
    reply = client.get(f"/v1/changes?limit=1000&{query}" + (f"&after={after}" if after else ""))
    assert reply.status == 200, reply
    return reply.json


def names(changes: list[dict[str, Any]]) -> list[str]:
    return [change["record"]["name"] for change in changes]


def put(client: Client, ref: str, **more: Any) -> None:
    assert client.put(f"/v1/actors/{ref}", {"name": ref, "kind": "other"} | more).status in (200, 201)


def keys(changes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(change["id"], change["version"]) for change in changes]


def stored(database: Database) -> list[tuple[str, int]]:
    return database.query("SELECT id::text, version FROM change ORDER BY xid, seq")


def test_a_commit_that_is_held_back_holds_back_what_came_after(empty_database: Database, launch: Launch) -> None:
    """Had the later one been shown, the earlier would come before it, where nobody looks any more."""
    with launch(empty_database).client() as client:
        start = page(client)["next"]
        with Events(client, "/v1/changes") as events, Events(client, f"/v1/changes?after={start}") as others:
            session = empty_database.connect()
            session.cursor().execute(INSERT, ("held", 0, 1))
            put(client, "later")
            assert page(client, start) == {"data": [], "next": page(client, start)["next"], "more": False}
            put(client, "latest")
            assert page(client, start)["data"] == []
            session.commit()
            session.close()
            wait_for("the feed to go on", lambda: page(client, start)["data"])
            assert names(page(client, start)["data"]) == ["held", "later", "latest"]
            for each in (events, others):
                assert names([event.data for event in each.take(3)]) == ["held", "later", "latest"]


@pytest.mark.patience(90)
def test_nothing_is_skipped_among_many_writers(empty_database: Database, launch: Launch) -> None:
    """Writers through the API; transactions that take their number early and commit late, or never; readers of every sort."""
    server = launch(empty_database)
    stop = threading.Event()

    def write(number: int) -> None:
        with server.client() as client:
            for turn in range(40):
                put(client, f"w-{number}-{turn % 7}", attributes={"turn": turn})

    def hold(number: int) -> None:
        chance = random.Random(number)
        session = empty_database.connect()
        while not stop.is_set():
            for part in range(chance.randrange(1, 4)):
                session.cursor().execute(INSERT, (f"h-{number}-{part}", 0, chance.randrange(1, 3)))
                stop.wait(chance.random() * 0.05)
            session.rollback() if chance.random() < 0.3 else session.commit()
        session.rollback()
        session.close()

    def follow(collected: list[dict[str, Any]], events: Events) -> None:
        try:
            for event in events:
                if event.name == "message":
                    collected.append(event.data)
                if event.data.get("ref") == "the-end":
                    return
        finally:
            events.stop()

    def poll(collected: list[dict[str, Any]], cursor: str) -> None:
        with server.client() as client:
            while not collected or collected[-1].get("ref") != "the-end":
                reply = client.get(f"/v1/changes?limit=7&wait=5&after={cursor}").json
                collected += reply["data"]
                cursor = reply["next"]

    with server.client() as client:
        start = page(client, "now")["next"]
        streams = [Events(client, "/v1/changes", 60), Events(client, f"/v1/changes?after={start}", 60)]
    readings: list[list[dict[str, Any]]] = [[] for _ in range(4)]
    readers = [threading.Thread(target=follow, args=(readings[i], streams[i])) for i in range(2)]
    readers += [threading.Thread(target=poll, args=(readings[i], start)) for i in (2, 3)]
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    holders = [threading.Thread(target=hold, args=(number,)) for number in range(4)]
    for thread in [*readers, *holders, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in holders:
        thread.join()
    with server.client() as client:
        put(client, "the-end")
    for thread in readers:
        thread.join()
    expected = stored(empty_database)
    assert len(expected) > 160
    for reading in readings:
        assert keys(reading) == expected


def test_a_stream_goes_on_where_it_was_cut(empty_database: Database, launch: Launch) -> None:
    """Also by another process: what was written between the two is there."""
    server = launch(empty_database)
    with server.client() as client:
        events = Events(client, "/v1/changes")
        put(client, "first")
        last = events.take(1)[0].id
        put(client, "second")
        server.kill()
        with pytest.raises(Truncated):
            list(events)
        events.stop()
    empty_database.query(INSERT, "third", 0, 1)
    with launch(empty_database).client() as client:
        with Events(client, "/v1/changes?after=now", Last_Event_ID=last) as events:
            put(client, "fourth")
            assert names([event.data for event in events.take(3)]) == ["second", "third", "fourth"]


@pytest.mark.patience(90)
def test_the_database_goes_away_and_comes_back(own_cluster: OwnCluster, launch: Launch) -> None:
    database = own_cluster.database()
    server = launch(database)
    with server.client() as client, Events(client, "/v1/changes", 60) as events:
        put(client, "before")
        assert names([event.data for event in events.take(1)]) == ["before"]
        own_cluster.restart("immediate")
        wait_for("writes to be taken again", lambda: client.put("/v1/actors/after", {"name": "after", "kind": "other"}).status in (200, 201))
        assert names([event.data for event in events.take(1)]) == ["after"]


@pytest.mark.patience(90)
def test_a_slow_reader_is_told_everything(empty_database: Database, launch: Launch) -> None:
    """More than memory holds: it goes on from the database, and others are not held up meanwhile."""
    server = launch(empty_database, loops=1, stall_timeout="10m")
    with server.client() as client, Events(client, "/v1/changes", 60) as slow, Events(client, "/v1/changes", 60) as quick:
        for _ in range(12):
            empty_database.query(INSERT, "many", 2000, 500)
        put(client, "the-end")
        expected = stored(empty_database)
        assert keys([event.data for event in quick.take(len(expected))]) == expected
        assert client.get("/v1/actors/the-end").status == 200
        assert keys([event.data for event in slow.take(len(expected))]) == expected


def test_one_that_does_not_read_is_dropped(empty_database: Database, launch: Launch) -> None:
    server = launch(empty_database, stall_timeout="300ms")
    with server.client() as client:
        with Events(client, "/v1/changes") as quiet, Events(client, "/v1/changes") as deaf:
            for _ in range(40):
                empty_database.query(INSERT, "large", 200_000, 10)
            event = wait_for("it to be dropped", lambda: server.events("stream_cut"))[0]
            assert event["message"].endswith("its client takes nothing"), event
            with pytest.raises(Truncated):
                list(deaf)
            quiet.connection.close()
        assert "stanced_streams_cut_total 1" in client.get("/metrics").body.decode() or \
            "stanced_streams_cut_total 2" in client.get("/metrics").body.decode()


def test_signs_of_life(empty_database: Database, launch: Launch) -> None:
    """They bring the cursor along, so that one who comes again need not look through what did not concern it."""
    with launch(empty_database, heartbeat="200ms").client() as client:
        with Events(client, "/v1/changes?kind=review") as events:
            blocks = events.blocks()
            first = next(blocks)["id"]
            put(client, "of-no-concern")
            cursor = page(client)["next"]
            wait_for("the cursor to come along", lambda: next(blocks)["id"] >= cursor)
            assert first != cursor


def test_the_end_is_told(empty_database: Database, launch: Launch) -> None:
    server = launch(empty_database)
    with server.client() as client:
        with Events(client, "/v1/changes") as events:
            cursor = page(client)["next"]
            waiting: list[Any] = []
            thread = threading.Thread(target=lambda: waiting.append(server.client().get(f"/v1/changes?wait=60&after={cursor}")))
            thread.start()
            wait_for("both to wait", lambda: "stanced_followers 2" in client.get("/metrics").body.decode())
            server.signal(signal.SIGTERM)
            told = list(events)
            assert [(event.name, event.data) for event in told] == [("end", {"reason": "shutdown"})] and events.ended
            thread.join()
            assert waiting[0].status == 200 and waiting[0].json["data"] == []
    assert server.wait() == 0


def test_one_reads_for_all(empty_database: Database, launch: Launch) -> None:
    def sessions() -> int:
        return empty_database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'stanced'")

    server = launch(empty_database)
    with server.client() as client:
        without = sessions()
        followers = [Events(client, "/v1/changes") for _ in range(50)]
        wait_for("the feed to be read", lambda: sessions() == without + 1)
        put(client, "for-all")
        for each in followers:
            assert names([event.data for event in each.take(1)]) == ["for-all"]
        assert sessions() == without + 1
        for each in followers:
            each.stop()
        wait_for("nobody to read it", lambda: sessions() == without)


def test_a_database_from_elsewhere_begins_a_new_epoch(empty_database: Database, launch: Launch) -> None:
    """Its transactions have other numbers: what it brings comes first, in the order in which it was written."""
    server = launch(empty_database)
    with server.client() as client:
        for ref in ("one", "two"):
            put(client, ref)
        cursor = page(client)["next"]
    server.stop()
    cluster = empty_database.cluster
    empty_database.session.close() if empty_database.session else None
    copy = Database(cluster, empty_database.name + "_copy")
    cluster.administer(f'CREATE DATABASE "{copy.name}" TEMPLATE "{empty_database.name}" OWNER "{cluster.owner}"')
    try:
        server = launch(copy)
        with server.client() as client:
            put(client, "three")
            found = page(client)
            assert names(found["data"]) == ["one", "two", "three"]
            assert {change["cursor"].split("-")[0] for change in found["data"]} == {"2"}
            expired = client.get(f"/v1/changes?after={cursor}")
            assert expired.status == 410 and expired.json["type"] == "/problems/cursor-expired"
            assert client.get(f"/v1/changes?after={found['next']}").json["data"] == []
        server.stop()
    finally:
        copy.drop()
