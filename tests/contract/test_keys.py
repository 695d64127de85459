"""Keys: every operation with every kind of key, and with none; how keys are made, taken back, and named in history."""
import hashlib
import os
from typing import Any, Callable, Iterator, Optional

import pytest

from contract.operations import Operation, operations
from harness import keys
from harness.client import Client
from harness.cluster import Cluster, Database
from harness.patience import wait_for
from harness.server import Server, run
from harness.wire import Connection, Response
from harness.workshop import Workshop

ALL = operations()
OPEN = {"/healthz", "/readyz", "/openapi.json", "/docs", "/docs/{file}", "/problems", "/problems/{problem}"}
RANKS = ["reader", "editor", "admin"]
# by name: the role, what is special about it, whether it is good
CALLERS: dict[str, tuple[str, str, bool]] = {
    "a-reader": ("reader", "", True),
    "an-editor": ("editor", "expires_at = now() + interval '1 day'", True),
    "an-admin": ("admin", "", True),
    "revoked": ("admin", "revoked_at = now()", False),
    "expired": ("admin", "expires_at = now() - interval '1 second'", False),
}


def key_of(name: str) -> str:
    return "stanced_" + hashlib.sha256(name.encode()).hexdigest()[:43]


def wanted(operation: Operation) -> str:
    if operation.path in OPEN:
        return "open"
    if operation.path.endswith("/merge"):
        return "admin"
    return "reader" if operation.method == "get" or operation.path == "/v1/claims/match" else "editor"


def ask(client: Client, operation: Operation, **headers: str) -> Response:
    body, media = operation.body()
    if media:
        headers["Content-Type"] = media
    target = operation.target(file="start.js", problem="not-found")
    return client.request(operation.method.upper(), target, body, headers=headers)


@pytest.fixture(scope="module")
def callers(server: Server, database: Database) -> None:
    for name, (role, more, _) in CALLERS.items():
        keys.put(database.conninfo, name, role, key_of(name), more)
    with server.client(key=None) as client:
        for name, (_, _, good) in CALLERS.items():
            if good:
                keys.known(client, key_of(name))


@pytest.fixture(scope="module")
def closed(workshop: Workshop, database: Database, callers: None) -> Iterator[Server]:
    server = Server(workshop, database.conninfo, open_reading="off").ready()
    yield server
    server.stop()


def expected(operation: Operation, name: Optional[str], reading_open: bool) -> Optional[int]:
    """The status with which it is refused, or None."""
    role = wanted(operation)
    if role == "open":
        return None
    if name is None:
        return None if role == "reader" and reading_open else 401
    if name not in CALLERS or not CALLERS[name][2]:
        return 401
    return 403 if RANKS.index(CALLERS[name][0]) < RANKS.index(role) else None


@pytest.mark.parametrize("name", [None, "unknown", *CALLERS])
@pytest.mark.parametrize("operation", ALL, ids=str)
def test_who_may_do_what(server: Server, closed: Server, operation: Operation, name: Optional[str]) -> None:
    key = key_of(name) if name else None
    for each, reading_open in ((server, True), (closed, False)):
        with each.client(key=key) as client:
            reply = ask(client, operation)
        refusal = expected(operation, name, reading_open)
        assert reply.status == refusal if refusal else reply.status not in (401, 403, 429), reply
        challenge = reply.header("WWW-Authenticate") or ""
        assert challenge.startswith("Bearer ") == (refusal is not None)
        if refusal == 401:
            assert ("invalid_token" in challenge) == (name is not None)
        elif refusal == 403:
            assert "insufficient_scope" in challenge


@pytest.mark.parametrize("operation", [each for each in ALL if 429 in each.statuses], ids=str)
def test_too_many_bad_keys(impatient: Server, operation: Operation) -> None:
    with impatient.client(key=key_of("unknown")) as client:
        reply = [ask(client, operation) for _ in range(2)][-1]
        assert reply.status == 429 and reply.json["type"] == "/problems/rate-limited", reply
        assert 1 <= int(reply.header("Retry-After") or 0) <= 60
    with impatient.client() as client:
        assert ask(client, operation).status not in (401, 429), "who comes with a good key is not to blame"


@pytest.fixture(scope="module")
def impatient(workshop: Workshop, database: Database) -> Iterator[Server]:
    server = Server(workshop, database.conninfo, key_failures=1).ready()
    yield server
    server.stop()


@pytest.mark.parametrize("field, good", [
    ("Bearer {}", True), ("bearer {}", True), ("BEARER  {}", True), ("{}", False), ("Basic {}", False), ("Bearer", False),
    ("Bearer ", False), ("Bearer {}x", False), ("Bearer {}, Bearer {}", False), ("Bearer\t{}", False), ("Bearer {} {}", False)])
def test_how_it_is_sent(server: Server, callers: None, field: str, good: bool) -> None:
    with server.client(key=None) as client:
        reply = client.get("/v1/topics", headers={"Authorization": field.replace("{}", key_of("a-reader"))})
    assert reply.status == (200 if good else 401), reply


def test_two_of_them(server: Server, callers: None) -> None:
    head = "".join(f"Authorization: Bearer {key_of(name)}\r\n" for name in ("a-reader", "an-admin"))
    with Connection(server.address) as connection:
        reply = connection.exchange(f"DELETE /v1/actors/x HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
    assert reply.status == 401


def test_no_body_is_read_from_strangers(server: Server) -> None:
    """They are answered at the head of it."""
    with server.client(key=None) as client, Connection(server.address) as connection:
        request = client.prepare("POST", "/v1/import", b"")
        request.headers |= {"Content-Type": "application/x-ndjson", "Content-Length": str(60 * 1024 * 1024)}
        assert connection.exchange(request).status == 401


def test_history_names_the_key(server: Server, callers: None) -> None:
    with server.client(key=key_of("an-editor")) as editor, server.client(key=key_of("an-admin")) as admin:
        record = {"name": "N", "kind": "group"}
        assert editor.put("/v1/actors/named", record).status == 201
        assert admin.put("/v1/actors/named", record | {"name": "M"}).status == 200
        assert admin.request("PATCH", "/v1/actors/named", {"name": "O"}).status == 200
        assert editor.delete("/v1/actors/named").status == 204
        assert admin.post("/v1/actors/named/restore", None).status == 200
        versions = admin.get("/v1/actors/named/history").json["data"]
        imported = b'{"type": "actor", "ref": "imported", "name": "I", "kind": "group"}\n'
        assert editor.post("/v1/import", imported, headers={"Content-Type": "application/x-ndjson"}).status == 200
        line, = admin.get("/v1/actors/imported/history").json["data"]
    assert [version.get("who") for version in versions] == ["an-admin", "an-editor", "an-admin", "an-admin", "an-editor"]
    assert line["who"] == "an-editor"


def test_keys_are_in_no_log(server: Server, closed: Server, callers: None) -> None:
    logged = server.log() + closed.log()
    assert logged.count('"event":"request"') > 0
    for name in [*CALLERS, "unknown"]:
        assert key_of(name)[8:] not in logged
        assert hashlib.sha256(key_of(name).encode()).hexdigest() not in logged


Command = Callable[..., Any]


@pytest.fixture
def command(workshop: Workshop, database: Database, server: Server) -> Command:
    return lambda *words: run(workshop, "key", *words, database=database.conninfo)


def test_made_used_and_taken_back(command: Command, server: Server, closed: Server, database: Database) -> None:
    """By two processes: both know within a second."""
    done = command("add", "--role", "editor", "--name", "of-the-cli")
    key = done.stdout.strip()
    assert done.returncode == 0 and len(key) == 51 and key.startswith("stanced_") and key not in done.stderr
    assert key != command("add", "--name", "another", "--role", "editor").stdout.strip()
    stored = database.query("SELECT role, hash, expires_at FROM api_key WHERE name = 'of-the-cli'")
    assert [(role, bytes(hashed), expires) for role, hashed, expires in stored] == [
        ("editor", hashlib.sha256(key.encode()).digest(), None)]
    for each in (server, closed):
        with each.client(key=key) as client:
            keys.known(client, key)
            assert client.put("/v1/actors/by-cli", {"name": "N", "kind": "group"}).status in (200, 201)
    listed = command("list").stdout
    assert key not in listed and stored[0][1].hex() not in listed
    line, = [line.split() for line in listed.splitlines() if line.startswith("of-the-cli ")]
    assert line[1:3] == ["editor", "good"] and line[4] == "never"
    assert command("revoke", "of-the-cli").returncode == 0
    for each in (server, closed):
        with each.client(key=key) as client:
            wait_for("the revocation to be known", lambda: client.get("/v1/topics").status == 401, plain=2)
    assert "revoked" in command("list").stdout
    assert command("revoke", "of-the-cli").returncode == 1
    assert command("add", "--role", "editor", "--name", "of-the-cli").returncode == 1, "history knows the name"


def test_it_expires(command: Command, server: Server, database: Database) -> None:
    key = command("add", "--role", "reader", "--name", "for-a-day", "--days", "1").stdout.strip()
    assert database.value("SELECT round(extract(epoch FROM expires_at - created_at)) FROM api_key WHERE name = 'for-a-day'") == 86400
    with server.client(key=key) as client:
        keys.known(client, key)
        database.query("UPDATE api_key SET expires_at = now() + interval '200 milliseconds' WHERE name = 'for-a-day'")
        wait_for("it to expire", lambda: client.get("/v1/topics").status == 401)
    line, = [line.split() for line in command("list").stdout.splitlines() if line.startswith("for-a-day ")]
    assert line[2] == "expired"


@pytest.mark.parametrize("words, status", [
    ([], 2), (["add"], 2), (["add", "--role", "editor"], 2), (["add", "--name", "x"], 2), (["revoke"], 2), (["list", "all"], 2),
    (["add", "--role", "editor", "--name"], 2), (["add", "--role", "editor", "--name", "x", "--role", "admin"], 2),
    (["show"], 2), (["add", "--role", "god", "--name", "x"], 1), (["add", "--role", "admin", "--name", ""], 1),
    (["add", "--role", "admin", "--name", "a b"], 1), (["add", "--role", "admin", "--name", "x" * 65], 1),
    (["add", "--role", "admin", "--name", "x", "--days", "0"], 1), (["add", "--role", "admin", "--name", "x", "--days", "9999"], 1),
    (["add", "--role", "admin", "--name", "x", "--days", "-1"], 1), (["revoke", "nobody"], 1)], ids=lambda value: str(value)[:60])
def test_wrong_words(command: Command, database: Database, words: list[str], status: int) -> None:
    before = database.value("SELECT count(*) FROM api_key")
    done = command(*words)
    assert done.returncode == status and done.stderr.startswith("stanced: ") and not done.stdout
    assert database.value("SELECT count(*) FROM api_key") == before


def test_while_no_key_can_be_known(workshop: Workshop) -> None:
    server = Server(workshop, f"host=/nonexistent-{os.getpid()} dbname=x", migrate="off").ready()
    with server.client() as client:
        reply = client.put("/v1/actors/x", {"name": "N", "kind": "group"})
        assert reply.status == 503 and reply.json["type"] == "/problems/database-away", reply
        assert client.get("/healthz").status == 200
    server.stop()


def test_keys_come_back_with_the_database(workshop: Workshop, cluster: Cluster, database: Database, server: Server) -> None:
    """A keeper whose connection breaks makes another."""
    database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'stanced'")
    key = key_of("after-the-break")
    assert keys.put(database.conninfo, "after-the-break", "reader", key)
    with server.client(key=key) as client:
        keys.known(client, key)
        assert client.get("/v1/topics").status == 200


def test_a_parameter_that_takes_more_than_its_endpoint(server: Server, callers: None) -> None:
    """Who takes over versions and times writes the past."""
    line = b'{"type": "actor", "ref": "kept-by-key", "name": "N", "kind": "group", "version": 5}\n'
    for name, status in (("an-editor", 403), ("an-admin", 200)):
        with server.client(key=key_of(name)) as client:
            reply = client.post("/v1/import?keep=versions", line, headers={"Content-Type": "application/x-ndjson"})
            assert reply.status == status, reply
            if status == 403:
                assert "insufficient_scope" in (reply.header("WWW-Authenticate") or "")
                assert client.post("/v1/import", line, headers={"Content-Type": "application/x-ndjson"}).status == 200
