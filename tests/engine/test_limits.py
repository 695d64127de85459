"""Who asks too often is told when to come back; who sends no request is shown out. Clients come "from elsewhere" through a proxy
that the service trusts: this machine itself has no limit."""
import re
import time

import pytest

from harness import keys
from harness.client import Client
from harness.cluster import Database
from harness.patience import seconds, wait_for
from harness.server import Server, run
from harness.wire import Connection, Response
from harness.workshop import Workshop

TARGET = "/v1/topics?limit=1"
PROXIED = {"trusted_proxies": "127.0.0.0/8 10.0.0.0/8", "loops": 2}


def ask(client: Client, address: str = "", target: str = TARGET, **headers: str) -> Response:
    more = {"X-Forwarded-For": address} if address else {}
    return client.get(target, headers=more | {name.replace("_", "-"): value for name, value in headers.items()})


def limited(reply: Response) -> None:
    assert reply.status == 429 and reply.json["type"] == "/problems/rate-limited", reply
    assert 1 <= int(reply.header("Retry-After") or 0) <= 60
    assert "r=0;" in (reply.header("RateLimit") or "")


def counted(client: Client, limit: str) -> float:
    found = re.search(rf'^stanced_limited_total{{limit="{limit}"}} (\d+)$', client.get("/metrics").body.decode(), re.MULTILINE)
    assert found
    return int(found[1])


def test_by_address(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=5, **PROXIED)
    with server.client(key=None) as client:
        replies = [ask(client, "203.0.113.7") for _ in range(5)]
        assert [reply.status for reply in replies] == [200] * 5
        assert {reply.header("RateLimit-Policy") for reply in replies} == {'"address";q=5;w=60'}
        left = [int(re.fullmatch(r'"address";r=(\d+);t=\d+', reply.header("RateLimit") or "")[1]) for reply in replies]
        assert left == [4, 3, 2, 1, 0]
        for target in (TARGET, "/v1/actors", "/v1", "/v1/actors/nobody"):
            limited(ask(client, "203.0.113.7", target))
        assert ask(client, "203.0.113.8").status == 200, "others are not to blame"
        assert ask(client, "203.0.113.7", "/healthz").status == 200
        assert ask(client).status == 200 and ask(client).header("RateLimit") is None, "this machine has no limit"
        assert counted(client, "address") == 4
    with server.client(key=None) as client:  # another connection, perhaps of another loop
        limited(ask(client, "203.0.113.7"))


def test_by_64_bits(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=1, **PROXIED)
    with server.client(key=None) as client:
        assert ask(client, "2001:db8::1").status == 200
        limited(ask(client, "2001:db8::2"))
        assert ask(client, "2001:db8:0:1::1").status == 200


def test_it_comes_back(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=600, **PROXIED)  # ten a second
    with server.client(key=None) as client:
        assert any(ask(client, "203.0.113.7").status == 429 for _ in range(10_000))
        assert ask(client, "203.0.113.7").header("Retry-After") == "1"
        wait_for("a token to come back", lambda: ask(client, "203.0.113.7").status == 200)


def test_by_key(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_key=3, **PROXIED)
    other = "stanced_" + "o" * 43
    keys.put(database.conninfo, "other", "reader", other)
    with server.client() as client:
        keys.known(client, other)
        replies = [ask(client, f"203.0.113.{number}") for number in range(3)]
        assert [reply.status for reply in replies] == [200] * 3
        assert replies[0].header("RateLimit-Policy") == '"key";q=3;w=60'
        limited(ask(client, "203.0.113.9"))
        assert counted(client, "key") == 1
    with server.client(key=other) as client:
        assert wait_for("the key", lambda: ask(client, "203.0.113.9").status == 200)
    with server.client(key=None) as client:
        assert ask(client, "203.0.113.9").status == 200


def test_the_tighter_one_is_shown(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_key=100, rate_per_address=50, **PROXIED)
    with server.client() as client:
        assert (ask(client, "203.0.113.7").header("RateLimit-Policy") or "").startswith('"address";q=50')
    server = launch(database, rate_per_key=50, rate_per_address=100, **PROXIED)
    with server.client() as client:
        assert (ask(client, "203.0.113.7").header("RateLimit-Policy") or "").startswith('"key";q=50')


def test_only_proxies_are_believed(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=1, trusted_proxies="10.0.0.0/8")
    with server.client(key=None) as client:
        for _ in range(3):  # comes from this machine, whatever it says
            assert ask(client, "203.0.113.7").status == 200
    server = launch(database, rate_per_address=1, **PROXIED)
    with server.client(key=None) as client:
        assert ask(client, "198.51.100.1, 203.0.113.7").status == 200
        limited(ask(client, "198.51.100.2, 203.0.113.7, 10.0.0.1"))
        assert ask(client, Forwarded="for=203.0.113.7").status == 200, "not the header that was agreed on"


def test_the_standard_header(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=1, forwarded_header="forwarded", **PROXIED)
    with server.client(key=None) as client:
        assert ask(client, Forwarded='for="203.0.113.7:99";proto=https').status == 200
        limited(ask(client, Forwarded="for=203.0.113.7"))
        assert ask(client, "203.0.113.7").status == 200


def test_no_limit(launch, database: Database) -> None:
    server: Server = launch(database, rate_per_address=0, rate_per_key=0, **PROXIED)
    with server.client() as client:
        for _ in range(50):
            reply = ask(client, "203.0.113.7")
            assert reply.status == 200 and reply.header("RateLimit") is None


@pytest.mark.parametrize("networks", ["here", "10.0.0.0/99", "10.0.0.1,10.0.0.2", "::1/", " ".join(["10.0.0.1"] * 33)])
def test_proxies_that_are_none(workshop: Workshop, database: Database, networks: str) -> None:
    done = run(workshop, "serve", database=database.conninfo, listen="127.0.0.1:0", trusted_proxies=networks)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "STANCED_TRUSTED_PROXIES" in done.stderr


def closed(connection: Connection) -> bool:
    """Whether the server closes it while bytes of a head still come in."""
    deadline = time.monotonic() + seconds(20)
    while time.monotonic() < deadline:
        try:
            connection.push(b"x")
            connection.socket.settimeout(0.1)
            if connection.socket.recv(1) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


@pytest.mark.parametrize("begin", [b"", b"G", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_never_ends(launch, database: Database, begin: bytes) -> None:
    server: Server = launch(database, idle_timeout="1s", head_timeout="100ms", loops=1)
    with server.client() as client:
        with Connection(server.address) as slow:
            slow.push(begin or b"G")
            assert closed(slow)
        assert counted(client, "head_time") >= 1
        with Connection(server.address) as kept:  # one that was used before
            assert kept.exchange(client.prepare("GET", "/healthz")).status == 200
            kept.push(b"GET /")
            assert closed(kept)


def test_who_waits_for_an_answer_is_not_shown_out(launch, database: Database, lock) -> None:
    server: Server = launch(database, idle_timeout="1s", head_timeout="100ms", read_timeout="30s", loops=1)
    with server.client() as client:
        held = lock("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
        connection = Connection(server.address, 30)
        connection.send(client.prepare("GET", "/v1/claims?limit=1"))
        wait_for("it to run", lambda: database.statements(waiting=True))
        held.cursor().execute("SELECT pg_sleep(1.5)")
        held.rollback()
        assert connection.receive().status == 200
        connection.close()
