"""HTTP as bytes: connections that stay, pipelines, chunks, expectations, and targets in every form."""
import json
import time

import pytest

from harness.client import Client
from harness.samples import SAMPLES
from harness.wire import Connection

ACTOR = {"name": "N", "kind": "group"}


@pytest.fixture
def connection(client: Client, world: dict[str, str]) -> Connection:
    with Connection(client.address) as connection:
        yield connection


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def test_a_connection_survives_every_refusal(client: Client, connection: Connection) -> None:
    requests = [
        ("POST", "/v1/actors", b"{", 400), ("GET", "/v1/actors?limit=0", None, 400), ("GET", "/v1/nothing", None, 404),
        ("GET", "/v1/actors/nobody", None, 404), ("POST", "/v1/actors/north", ACTOR, 405),
        ("DELETE", "/v1/actors/north", None, 409), ("POST", "/v1/actors", ACTOR | {"ref": "north"}, 409),
        ("POST", "/v1/actors", {}, 422), ("PUT", "/v1/nothing", {"x": "y" * 5000}, 404),
        ("POST", "/v1/stances", {"claim": "x", "actor": "y", "position": "deny"}, 422)]
    for method, target, body, status in requests * 2:
        response = connection.exchange(client.prepare(method, target, body))
        assert (response.status, response.closes) == (status, False), f"{method} {target}: {response}"
    assert connection.exchange(client.prepare("GET", "/v1/actors/north")).status == 200


def test_hundreds_of_requests_on_one_connection(client: Client, connection: Connection) -> None:
    for number in range(300):
        response = connection.exchange(client.prepare("GET", "/v1/claims/march"))
        assert response.status == 200 and not response.closes, f"request {number}: {response}"


def test_pipelined_requests_are_answered_in_order(client: Client, connection: Connection) -> None:
    """All sent before the first reply is read: reads, writes, refusals and slow ones mixed."""
    requests = [
        client.prepare("GET", "/v1/actors/north"), client.prepare("PUT", "/v1/actors/piped", ACTOR),
        client.prepare("GET", "/v1/actors/piped"), client.prepare("GET", "/v1/nothing"),
        client.prepare("GET", "/v1/claims/march/positions"), client.prepare("HEAD", "/v1/actors/north"),
        client.prepare("POST", "/v1/actors", b"{"), client.prepare("DELETE", "/v1/actors/piped"),
        client.prepare("GET", "/v1/actors/piped"), client.prepare("GET", "/healthz")] * 5
    connection.waiting += requests
    connection.push(b"".join(request.encode() for request in requests))
    statuses = [connection.receive().status for _ in requests]
    assert statuses == [200, 201, 200, 404, 200, 200, 400, 204, 404, 200] * 5


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
def test_a_body_in_chunks(client: Client, connection: Connection, sample) -> None:
    body = json.dumps(sample.full).encode()
    head = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    for size in (1, 7, len(body)):
        request = client.prepare("PUT", f"/v1/{sample.plural}/chunked", headers=head)
        request.body = chunked(*[body[start:start + size] for start in range(0, len(body), size)])
        response = connection.exchange(request)
        assert response.status in (200, 201) and response.json["version"] == 1, str(response)
    assert connection.exchange(client.prepare("GET", "/healthz")).status == 200


def test_a_body_byte_by_byte(client: Client, connection: Connection) -> None:
    whole = client.prepare("PUT", "/v1/actors/dripping", ACTOR).encode()
    connection.send(whole[:1])
    for at in range(1, len(whole)):
        connection.push(whole[at:at + 1])
    assert connection.receive().status == 201


def test_expect_100_continue(client: Client, connection: Connection) -> None:
    request = client.prepare("PUT", "/v1/actors/expected", ACTOR, {"Expect": "100-continue"})
    body, request.body = request.body, b""
    connection.send(request)
    time.sleep(0.05)
    connection.push(body)
    response = connection.receive()
    assert (response.status, response.interim) == (201, [100])


@pytest.mark.parametrize("target, body, status", [
    ("/v1/nothing", b"{}", 404), ("/v1/actors/north/x", b"{}", 404), ("/v1/import", b"{}", 405),
    ("/v1/actors/north?x=1", b"{}", 400)])
def test_expect_100_continue_in_vain(client: Client, connection: Connection, target: str, body: bytes,
                                     status: int) -> None:
    """Refused before the body was asked for: the reply comes, and nobody takes what follows for a request."""
    request = client.prepare("PUT", target, body, {"Expect": "100-continue"})
    request.body = b""
    response = connection.exchange(request)
    assert response.status == status
    assert 100 in response.interim or (response.closes and connection.ended())


@pytest.mark.parametrize("target", [
    "http://{host}/v1/actors/north", "HTTP://{host}/v1/actors/north", "http://elsewhere.example/v1/actors/north",
    "https://elsewhere.example:444/v1/actors/north", "http://{host}/v1/actors?limit=1", "http://{host}/healthz"])
def test_targets_in_absolute_form(client: Client, connection: Connection, target: str) -> None:
    host = "{}:{}".format(*client.address)
    response = connection.exchange(client.prepare("GET", target.replace("{host}", host)))
    assert response.status == 200, str(response)


def test_options_of_everything(client: Client, connection: Connection) -> None:
    response = connection.exchange(client.prepare("OPTIONS", "*"))
    assert response.status == 204 and "GET" in (response.header("Allow") or "")


def test_http_1_0_and_connection_close(client: Client, world: dict[str, str]) -> None:
    host = "{}:{}".format(*client.address).encode()
    with Connection(client.address) as connection:
        response = connection.exchange(b"GET /v1/actors/north HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host)
        assert response.status == 200 and response.closes and connection.ended()
    with Connection(client.address) as connection:
        connection.push(b"GET /v1/actors/north HTTP/1.0\r\n\r\n")
        reply = b""
        while piece := connection.socket.recv(65536):
            reply += piece
        assert reply.split(b" ", 2)[1] == b"200" and reply.endswith(b"}\n")


@pytest.mark.parametrize("target", ["/v1/actors/north", "/v1/actors?limit=1000", "/v1/nothing", "/v1/claims/march/positions"])
def test_head_tells_the_length(client: Client, connection: Connection, target: str) -> None:
    head = connection.exchange(client.prepare("HEAD", target))
    got = connection.exchange(client.prepare("GET", target))
    assert head.status == got.status
    assert head.header("Content-Length") == str(len(got.body))


def test_a_reader_who_takes_his_time(client: Client, connection: Connection) -> None:
    """A large reply to a client that reads slowly holds up nobody else, and arrives whole."""
    lines = "".join(json.dumps({"type": "actor", "ref": f"wide-{n}", "name": "N", "kind": "group", "description": "x" * 4000})
                    + "\n" for n in range(500))
    loaded = client.post("/v1/import", lines.encode(), headers={"Content-Type": "application/x-ndjson"})
    assert loaded.status == 200, str(loaded)
    connection.send(client.prepare("GET", "/v1/actors?limit=1000"))
    for _ in range(50):
        assert client.get("/v1/claims/march").status == 200
    response = connection.receive()
    assert response.status == 200 and len(response.body) > 2_000_000
    assert len(response.json["data"]) >= 500
