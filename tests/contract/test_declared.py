"""Every reply that the API's description declares is provoked, operation by operation; check.mjs then counts what is missing. The
requests are made from the description itself, so what is added to the tables is tested without a word here."""
import json
import re
from typing import Any, Callable, Iterator

import pytest

from contract.operations import Operation, document, operations, value_of
from contract.world import KINDS, LEAST, REFERS, build, create, example, put, referred
from harness.client import Client
from harness.cluster import Database
from harness.server import Server
from harness.wire import Connection, Response

SPARE = "a-spare-one"
ALL = operations()
TAKES_DATABASE = [each for each in ALL if 503 in each.statuses]
WITH_RECORD = [each for each in ALL if each.variables and 404 in each.statuses]


def ask(client: Client, operation: Operation, target: str = "", body: Any = None, media: str = "",
        **headers: str) -> Response:
    """The operation with its example, or what is given in its place."""
    example, example_media = operation.body()
    if operation.media:
        headers = {"Content-Type": media or example_media, **headers}
        body = example if body is None else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    target = target or operation.target()
    target += "" if "?" in target else operation.query()
    return client.request(operation.method.upper(), target, body, headers=named)


def declaring(status: int, *methods: str) -> Any:
    found = [each for each in ALL if status in each.statuses and (not methods or each.method in methods)]
    return pytest.mark.parametrize("operation", found, ids=str)


@pytest.fixture
def world(server: Server, client: Client) -> Iterator[None]:
    """The records of all examples, as if nothing had been done to them."""
    build(client)
    yield


@declaring(400)
def test_an_unknown_parameter(client: Client, operation: Operation) -> None:
    reply = ask(client, operation, operation.target() + "?no-such-parameter=1")
    assert reply.status == 400, reply
    assert reply.json["type"] == "/problems/invalid-parameter"


@declaring(404)
def test_nothing_there(client: Client, operation: Operation) -> None:
    reply = ask(client, operation, operation.target(**{operation.variables[0]: "01234567-89ab-7cde-8f01-23456789abcd"}))
    assert reply.status == 404, reply


@declaring(406)
def test_a_format_that_nobody_has(client: Client, world: None, operation: Operation) -> None:
    assert ask(client, operation, Accept="image/png").status == 406


@declaring(413)
def test_a_body_that_is_too_large(client: Client, operation: Operation) -> None:
    if operation.id == "import":
        pytest.skip("takes any size; tests/api/test_import.py has what unpacks to too much")
    request = client.prepare(operation.method.upper(), operation.target() + operation.query(), b"")
    request.headers |= {"Content-Length": str(64 * 1024 * 1024), "Content-Type": next(iter(operation.media), "text/plain")}
    with Connection(client.address) as connection:
        assert connection.exchange(request).status == 413


@declaring(415)
def test_a_type_that_is_not_taken(client: Client, operation: Operation) -> None:
    assert ask(client, operation, body=b"text", media="text/x-unknown").status == 415


@pytest.mark.parametrize("operation", [each for each in ALL if each.media and 422 in each.statuses], ids=str)
def test_a_body_with_an_unknown_field(client: Client, world: None, operation: Operation) -> None:
    body = json.dumps({"type": "actor", "no_such_field": 1}).encode()
    reply = ask(client, operation, body=body)
    assert reply.status == 422, reply


@pytest.mark.parametrize("operation", [each for each in ALL if each.id.endswith("_restore")], ids=str)
def test_what_a_restored_record_refers_to_is_gone(client: Client, world: None, operation: Operation) -> None:
    plural = operation.path.split("/")[2]
    body = {name: ["gone"] if name == "about" else "gone" if REFERS.get(name) == "actors" else value
            for name, value in example(plural).items() if name != "ref"}
    create(client, "actors", {"ref": "gone", **LEAST["actors"]})
    target = f"/v1/{plural}/restored"
    assert client.put(target, body).status == 201
    assert client.delete(target).status == client.delete("/v1/actors/gone").status == 204
    reply = ask(client, operation, f"{target}/restore")
    assert reply.status == 422 and reply.json["type"] == "/problems/unknown-reference", reply
    client.put("/v1/actors/gone", LEAST["actors"])
    assert ask(client, operation, f"{target}/restore").status == 200
    assert client.delete(target).status == client.delete("/v1/actors/gone").status == 204


@declaring(304)
def test_what_the_client_has_already(client: Client, world: None, operation: Operation) -> None:
    target = operation.target(file="start.js", problem="not-found")
    first = ask(client, operation, target)
    assert first.status == 200, first
    tag = first.header("ETag")
    assert tag
    never_the_same = operation.path == "/metrics"
    assert ask(client, operation, target, If_None_Match="*" if never_the_same else tag).status == 304


@declaring(412)
def test_a_version_that_is_not_the_current_one(client: Client, world: None, operation: Operation) -> None:
    target = operation.target(file="start.js", problem="not-found")
    reply = ask(client, operation, target, If_Match='"0-0000000000000000"')
    assert reply.status == 412 and reply.json["type"] == "/problems/precondition-failed", reply
    assert ask(client, operation, target, If_Match="no tag").status == 400


@pytest.fixture(scope="module")
def strict(cluster: Any, workshop: Any) -> Iterator[Server]:
    """A service that wants to be told which version is changed."""
    database = cluster.database()
    server = Server(workshop, database.conninfo, require_if_match="on").ready()
    yield server
    server.stop()
    database.drop()


@declaring(428)
def test_a_change_of_whatever_there_is(strict: Server, operation: Operation) -> None:
    with strict.client() as client:
        for plural in KINDS:  # a replacement, which `build` makes of them, would be refused
            for other, ref in referred(example(plural)):
                create(client, other, {"ref": ref, **LEAST[other]})
        for plural in KINDS:
            create(client, plural, example(plural))
        reply = ask(client, operation)
    assert reply.status == 428 and reply.json["type"] == "/problems/precondition-required", reply


@declaring(200, "get")
def test_every_example_of_a_parameter(client: Client, world: None, operation: Operation) -> None:
    target = operation.target(file="start.js", problem="not-found")
    assert ask(client, operation, target).status == 200
    for parameter in operation.parameters:
        if "example" not in parameter:
            continue
        one = target + operation.query(parameter["name"])
        reply = ask(client, operation, one)
        # an old version need not be there
        assert reply.status == 200 or (reply.status == 404 and parameter["name"] == "version"), f"{one}: {reply}"


@pytest.mark.parametrize("operation", [each for each in ALL if each.variables and 200 in each.statuses and each.method == "get"], ids=str)
def test_head_is_get_without_a_body(client: Client, world: None, operation: Operation) -> None:
    target = operation.target(file="start.js", problem="not-found")
    reply = client.request("HEAD", target + operation.query())
    assert reply.status == 200 and reply.header("ETag") == ask(client, operation, target).header("ETag")


@declaring(201, "post")
def test_an_example_can_be_created(client: Client, operation: Operation) -> None:
    build(client, without=operation.path.split("/")[2])
    reply = ask(client, operation)
    assert reply.status == 201, reply
    assert client.get(reply.header("Location") or "").json == reply.json
    assert ask(client, operation).status == 409


@declaring(201, "put")
def test_an_example_can_be_put(client: Client, world: None, operation: Operation) -> None:
    target = operation.target(**{operation.variables[0]: "put-by-its-example"})
    body = {name: value for name, value in json.loads(operation.body()[0] or b"{}").items() if name != "ref"}
    client.request("DELETE", target)
    for status in (201, 200):
        reply = ask(client, operation, target, body=json.dumps(body).encode())
        assert reply.status == status, reply
    assert client.request("DELETE", target).status == 204


@declaring(200, "patch")
def test_an_example_can_be_patched(client: Client, world: None, operation: Operation) -> None:
    for media in operation.media:
        reply = ask(client, operation, media=media)
        assert reply.status == 200, reply


@declaring(409, "delete")
def test_what_is_referred_to_stays(client: Client, world: None, operation: Operation) -> None:
    plural = operation.path.split("/")[2]
    refs = [ref for other in KINDS for each, ref in referred(example(other)) if each == plural]
    if refs:  # nothing refers to stances and reviews
        reply = ask(client, operation, operation.target(**{operation.variables[0]: refs[0]}))
        assert reply.status == 409 and reply.json["references"], reply


@pytest.fixture(scope="module")
def contended(cluster: Any, workshop: Any) -> Iterator[Server]:
    """A service whose every write loses against others."""
    database = cluster.database()
    server = Server(workshop, database.conninfo).ready()
    with server.client() as client:
        build(client)
        for plural in KINDS:
            put(client, plural, SPARE, example(plural))
    database.query("CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS "
                   "$$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$")
    database.query("CREATE TRIGGER lose BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION lose()")
    yield server
    server.stop()
    database.drop()


@declaring(409)
def test_writers_that_always_lose(contended: Server, operation: Operation) -> None:
    with contended.client() as client:
        body = json.loads(operation.body()[0] or b"{}")
        if "attributes" in body:
            body["attributes"] = {"changed": True}
        if operation.method == "post" and "ref" in body:
            del body["ref"]
        target = operation.target()
        if operation.id.endswith("_delete"):  # one that nothing refers to
            target = operation.target(**{operation.variables[0]: SPARE})
        reply = ask(client, operation, target, body=json.dumps(body).encode() if operation.media else None)
    assert reply.status == 409, reply


@pytest.fixture(scope="module")
def bereft(cluster: Any, workshop: Any) -> Iterator[Server]:
    """A service whose database is gone."""
    database = cluster.database()
    server = Server(workshop, database.conninfo).ready()
    database.drop()
    yield server
    server.stop()


@pytest.mark.parametrize("operation", TAKES_DATABASE, ids=str)
def test_without_a_database(bereft: Server, operation: Operation) -> None:
    body = None
    if any("ndjson" in media for media in operation.media):
        body = b'{"type": "actor", "name": "N", "kind": "state"}\n'
    with bereft.client() as client:
        reply = ask(client, operation, body=body)
    assert reply.status == 503, reply
    assert reply.header("Retry-After")


def test_replies_that_would_be_too_large(launch: Callable[..., Server], empty_database: Database) -> None:
    """Lists of records that expand one large record again and again, and a record that expands many."""
    server = launch(empty_database)
    uris = [f"urn:example:{i:03d}:{'x' * 1900}" for i in range(100)]
    with server.client() as client:
        create(client, "actors", {"ref": "large", "name": "Large", "kind": "other", "same_as": uris})
        lines = []
        for i in range(100):
            lines += [{"type": "actor", "name": f"A{i}", "kind": "other", "part_of": "large"},
                      {"type": "source", "title": f"S{i}", "kind": "other", "publisher": "large"},
                      {"type": "claim", "ref": f"c{i}", "text": f"C{i}", "about": ["large"]},
                      {"type": "stance", "claim": f"c{i}", "actor": "large", "position": "deny"},
                      {"type": "review", "claim": f"c{i}", "reviewer": "large", "rating_label": "R", "url": "http://a.example/"}]
        send(client, lines)
        for path, field in [("actors", "part_of"), ("sources", "publisher"), ("claims", "about"), ("stances", "actor"),
                            ("reviews", "reviewer")]:
            reply = client.get(f"/v1/{path}?limit=1000&expand={field}")
            assert reply.status == 422 and reply.json["type"] == "/problems/reply-too-large", reply
        for part in range(2):
            send(client, [{"type": "actor", "ref": f"large{part}-{i}", "name": "L", "kind": "other", "same_as": uris} for i in range(50)])
        create(client, "claims", {"ref": "wide", "text": "Wide", "about": [f"large{part}-{i}" for part in range(2) for i in range(50)]})
        assert client.get("/v1/claims/wide?expand=about").status == 422


def send(client: Client, lines: list[dict[str, Any]]) -> None:
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    reply = client.request("POST", "/v1/import", body, headers={"Content-Type": "application/x-ndjson"})
    assert reply.status == 200, reply


def falls_through(path: str, method: str) -> bool:
    """Whether a path with a variable takes the method where this one has a word: GET /v1/claims/match is the claim of that name."""
    return any(each.method == method and each.path != path
               and re.fullmatch("/".join("[^/{}]+" if part.startswith("{") else part for part in each.path.split("/")), path)
               for each in ALL)


def test_methods_that_a_path_does_not_take(client: Client, world: None) -> None:
    for path in document()["paths"]:
        known = [each for each in ALL if each.path == path]
        for method in ("get", "post", "put", "patch", "delete"):
            if method not in [each.method for each in known] and not falls_through(path, method):
                reply = client.request(method.upper(), known[0].target(), b"{}")
                assert reply.status == 405, f"{method} {path}: {reply}"
                allowed = {each.strip().lower() for each in (reply.header("Allow") or "").split(",")}
                assert {each.method for each in known} <= allowed
        assert client.request("OPTIONS", known[0].target()).status == 204
