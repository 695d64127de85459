"""Imports that are cut short, outrun the database, come too slowly or are too many; what is stored then, and that sending again completes it."""
import json
import os
import pathlib
import pty
import re
import signal
import socket
import subprocess
from typing import Any, Callable, Optional

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.server import BINARY, Server, run
from harness.wire import Connection
from harness.workshop import Workshop

NDJSON = {"Content-Type": "application/x-ndjson"}
MEBIBYTE = 1024 * 1024


def actors(name: str, count: int, size: int = 100) -> list[bytes]:
    return [json.dumps({"type": "actor", "ref": f"{name}-{number}", "name": "N", "kind": "group", "description": "d" * size}).encode() + b"\n"
            for number in range(count)]


def counted(body: bytes) -> tuple[int, ...]:
    counts = json.loads(body.splitlines()[-1])
    return tuple(sum(counts[what].values()) for what in ("created", "updated", "unchanged"))


def begin(client: Client, mode: str, length: Optional[int]) -> Connection:
    """An import whose body is still to come; without a length in chunks."""
    connection = Connection(client.address)
    request = client.prepare("POST", f"/v1/import?mode={mode}", b"", NDJSON)
    if length is None:
        del request.headers["Content-Length"]
        request.headers["Transfer-Encoding"] = "chunked"
    else:
        request.headers["Content-Length"] = str(length)
    connection.send(request)
    return connection


def sessions(database: Database) -> list[tuple]:
    """Of imports: what they last ran says so."""
    return database.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                          " AND (query LIKE '%%import\\_%%' OR query = 'COMMIT' OR query = 'ROLLBACK') AND application_name <> 'test'")


def stored(database: Database, name: str) -> int:
    return database.value("SELECT count(*) FROM actor WHERE ref LIKE %s", f"{name}-%")


@pytest.mark.parametrize("mode", ["atomic", "each"])
@pytest.mark.parametrize("end", ["closed", "reset", "killed"])
def test_cut_short(launch: Callable[..., Server], database: Database, mode: str, end: str) -> None:
    """In the middle of a line, three quarters through: nothing is stored, or whole batches; and again it is completed."""
    name = f"cut-{mode}-{end}"
    lines = actors(name, 20000)
    body = b"".join(lines)
    server = launch(database)
    with server.client() as client:
        earlier = sessions(database)  # another test's may still be ending
        connection = begin(client, mode, len(body))
        connection.push(body[:len(body) * 3 // 4])
        if mode == "each":
            wait_for("the first batch", lambda: stored(database, name) >= 8192)
        found: list[tuple] = []
        wait_for("the session", lambda: found.extend(each for each in sessions(database) if each not in earlier) or found)
        {"closed": connection.close, "reset": connection.abort, "killed": server.kill}[end]()
        wait_for("the session to end", lambda: not database.query("SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)", [pid for pid, in found]))
        there = stored(database, name)
        assert there == 0 if mode == "atomic" else 8192 <= there < 20000
        # record, table and history agree
        assert database.value("SELECT count(*) FROM change WHERE ref LIKE %s", f"{name}-%") == there
    other = launch(database) if end == "killed" else server
    with other.client() as client:
        again = client.post(f"/v1/import?mode={mode}", body, headers=NDJSON)
        assert again.status == 200, str(again)
        assert counted(again.body) == (20000 - there, 0, there)


@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_killed_while_it_writes(launch: Callable[..., Server], database: Database, lock: Callable[[str], Any], mode: str) -> None:
    name = f"writes-{mode}"
    body = b"".join(actors(name, 10000))
    server = launch(database)
    with server.client() as client:
        session = lock("LOCK TABLE actor IN EXCLUSIVE MODE")
        connection = begin(client, mode, len(body))
        connection.push(body)
        wait_for("the write to wait", lambda: database.statements("WITH moves%", waiting=True))
        server.kill()
        session.rollback()
        connection.close()
    wait_for("the session to end", lambda: not database.statements("WITH moves%"))
    # what the database had got may still be committed, as a whole; a commit itself was never asked for
    assert stored(database, name) == 0
    other = launch(database)
    with other.client() as client:
        assert counted(client.post(f"/v1/import?mode={mode}", body, headers=NDJSON).body) == (10000, 0, 0)


def test_a_client_that_leaves_cancels_it(launch: Callable[..., Server], database: Database, lock: Callable[[str], Any]) -> None:
    server = launch(database, imports=1)
    body = b"".join(actors("leaves", 100))
    with server.client() as client:
        session = lock("LOCK TABLE actor IN EXCLUSIVE MODE")
        connection = begin(client, "atomic", len(body))
        connection.push(body)
        wait_for("the write to wait", lambda: database.statements("WITH moves%", waiting=True))
        connection.close()
        wait_for("the statement to be cancelled", lambda: not database.statements("WITH moves%"))
        session.rollback()
        assert stored(database, "leaves") == 0
        # its place is free again
        wait_for("another import", lambda: client.post("/v1/import", body, headers=NDJSON).status == 200)


def test_the_database_is_behind(launch: Callable[..., Server], database: Database, lock: Callable[[str], Any]) -> None:
    """The server reads no more than it can pass on: most of the body stays with its sender, and others are answered meanwhile."""
    server = launch(database, loops=1, slow_timeout="60s")
    lines = actors("behind", 10000, size=4500)
    body = b"".join(lines)
    assert len(body) > 40 * MEBIBYTE
    with server.client() as client:
        session = lock("LOCK TABLE actor IN EXCLUSIVE MODE")
        connection = begin(client, "each", len(body))
        wait_for("the session", lambda: sessions(database))
        connection.socket.settimeout(1)
        sent = 0
        try:
            while sent < len(body):
                sent += connection.socket.send(body[sent:sent + 65536])
        except (TimeoutError, socket.timeout):
            pass
        assert sent < 30 * MEBIBYTE, "the server reads on, though the database is behind"
        assert client.get("/healthz").status == 200
        resident = int(pathlib.Path(f"/proc/{server.process.pid}/status").read_text().split("VmRSS:")[1].split()[0]) * 1024
        assert resident < 64 * MEBIBYTE or os.environ.get("STANCED_SANITIZE")
        session.rollback()
        connection.socket.settimeout(60)
        connection.push(body[sent:])
        reply = connection.receive()
        assert reply.status == 200, str(reply)
        assert counted(reply.body) == (10000, 0, 0)


def test_any_size_in_chunks(launch: Callable[..., Server], database: Database) -> None:
    """More than a body without a worker may have, without a length, in pieces that end anywhere."""
    server = launch(database)
    body = b"".join(actors("chunks", 6000, size=4500))
    assert len(body) > 25 * MEBIBYTE
    with server.client() as client:
        connection = begin(client, "atomic", None)
        for at in range(0, len(body), 99991):
            piece = body[at:at + 99991]
            connection.push(b"%x\r\n" % len(piece) + piece + b"\r\n")
        connection.push(b"0\r\n\r\n")
        reply = connection.receive()
        assert reply.status == 200, str(reply)
        assert counted(reply.body) == (6000, 0, 0)


def test_a_sender_that_is_too_slow(launch: Callable[..., Server], database: Database) -> None:
    """After its first RECEIVE_TIMEOUT it has to have sent a KiB for every second."""
    server = launch(database, receive_timeout="100ms", imports=1)
    with server.client() as client:
        connection = begin(client, "atomic", 10 ** 9)

        def cut() -> bool:
            try:
                connection.push(b"\n")
                return False
            except OSError:
                return True

        wait_for("the connection to be cut", cut)
        connection.close()
        wait_for("its place to be free", lambda: client.post("/v1/import", b"\n", headers=NDJSON).status == 200)


def test_one_more_than_may_be_at_a_time(launch: Callable[..., Server], database: Database) -> None:
    server = launch(database, imports=1)
    with server.client() as client:
        line = actors("place", 1)[0]
        first = begin(client, "atomic", len(line))
        wait_for("the first", lambda: sessions(database))
        refused = client.post("/v1/import", line, headers=NDJSON)
        assert refused.status == 503 and refused.json["type"] == "/problems/overloaded", str(refused)
        assert refused.header("Retry-After")
        first.push(line)
        assert first.receive().status == 200
        wait_for("the place", lambda: client.post("/v1/import", line, headers=NDJSON).status == 200)


def test_the_end_waits_for_an_import_that_has_arrived(launch: Callable[..., Server], database: Database, lock: Callable[[str], Any]) -> None:
    server = launch(database)
    body = b"".join(actors("end", 100))
    with server.client() as client:
        session = lock("LOCK TABLE actor IN EXCLUSIVE MODE")
        connection = begin(client, "atomic", len(body))
        connection.push(body)
        wait_for("the write to wait", lambda: database.statements("WITH moves%", waiting=True))
        server.signal(signal.SIGTERM)
        wait_for("draining", lambda: server.events("draining"))
        session.rollback()
        reply = connection.receive()
        assert reply.status == 200, str(reply)
    assert server.wait() == 0
    assert stored(database, "end") == 100


def test_the_end_does_not_wait_for_ever(launch: Callable[..., Server], database: Database, lock: Callable[[str], Any]) -> None:
    server = launch(database, drain_timeout="300ms")
    body = b"".join(actors("ever", 100))
    with server.client() as client:
        session = lock("LOCK TABLE actor IN EXCLUSIVE MODE")
        connection = begin(client, "atomic", len(body))
        connection.push(body)
        half = begin(client, "each", 10 ** 9)
        half.push(body)
        wait_for("the write to wait", lambda: database.statements("WITH moves%", waiting=True))
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
        session.rollback()
        for each in (connection, half):
            each.close()
    assert stored(database, "ever") == 0


def test_the_database_goes_away(launch: Callable[..., Server], database: Database) -> None:
    """While a body comes in: the reply says so, once the body has ended."""
    server = launch(database)
    lines = actors("away", 30000)
    body = b"".join(lines)
    with server.client() as client:
        connection = begin(client, "atomic", len(body))
        connection.push(body[:1000])
        wait_for("the session", lambda: database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%%import_move%%' AND pid <> pg_backend_pid()"
            " AND datname = current_database()"))
        connection.push(body[1000:])
        reply = connection.receive()
        assert reply.status == 503 and reply.json["type"] == "/problems/database-away", str(reply)
        assert stored(database, "away") == 0
        assert counted(client.post("/v1/import", body, headers=NDJSON).body) == (30000, 0, 0)


def test_two_that_want_the_same(launch: Callable[..., Server], database: Database) -> None:
    """In opposite orders: one waits for the other, or tries again; both succeed."""
    server = launch(database)
    lines = actors("both", 12000)
    with server.client() as client, server.client() as other:
        first = begin(client, "atomic", sum(map(len, lines)))
        second = begin(other, "each", sum(map(len, lines)))
        first.push(b"".join(lines[:-1]))
        second.push(b"".join(reversed(lines[1:])))
        first.push(lines[-1])
        second.push(lines[0])
        replies = [each.receive() for each in (first, second)]
    assert [each.status for each in replies] == [200, 200], "\n".join(map(str, replies))
    assert [sum(counted(each.body)) for each in replies] == [12000, 12000]
    assert sum(counted(each.body)[0] for each in replies) == 12000


def test_from_the_command_line(workshop: Workshop, empty_database: Database) -> None:
    folder = workshop.folder("import")
    file = folder / "records.ndjson"
    file.write_bytes(b"".join(actors("line", 3)) + b"{}\n")
    run(workshop, "migrate", database=empty_database.conninfo)
    done = run(workshop, "import", "--mode=each", str(file), database=empty_database.conninfo)
    assert done.returncode == 0 and counted(done.stdout.encode()) == (3, 0, 0), done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[0])["line"] == 4
    table = folder / "claims.csv"
    table.write_text("ref,text\nc-1,T\n")
    assert counted(run(workshop, "import", "--type=claim", str(table), database=empty_database.conninfo).stdout.encode()) == (1, 0, 0)
    linked = folder / "reviews.jsonld"
    linked.write_text(json.dumps([{"@type": "Claim", "text": "T", "@id": "https://example.org/t"}]))
    assert counted(run(workshop, "import", str(linked), database=empty_database.conninfo).stdout.encode()) == (1, 0, 0)
    for words in (["--mode=some", str(file)], ["--nothing=1"], ["-x"], [str(file), str(file)]):
        wrong = run(workshop, "import", *words, database=empty_database.conninfo)
        assert wrong.returncode != 0 and wrong.stderr.startswith("stanced: "), wrong.stderr


def test_a_terminal_shows_how_far_it_is(workshop: Workshop, empty_database: Database) -> None:
    """Count, rate and time left while it reads and while it writes; and nothing of it stays."""
    folder = workshop.folder("terminal")
    file = folder / "records.ndjson"
    file.write_bytes(b"".join(actors("shown", 30000)))
    run(workshop, "migrate", database=empty_database.conninfo)
    ours, theirs = pty.openpty()
    process = subprocess.Popen([str(BINARY), "import", str(file)], cwd=folder, stdout=subprocess.PIPE, stderr=theirs,
                               env=workshop.environment(STANCED_DATABASE=empty_database.conninfo))
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # how a terminal says that nobody is at its other end any more
        pass
    os.close(ours)
    assert process.stdout is not None
    assert counted(process.stdout.read()) == (30000, 0, 0)
    assert process.wait() == 0
    process.stdout.close()
    assert re.search(rb"reading \[#*\.*\] \d+ records, \d+/s", shown), shown
    assert re.search(rb"writing \[#+\.*\] \d+ records, \d+/s, \d+ s left", shown), shown
    assert shown.endswith(b"\r\x1b[K")
