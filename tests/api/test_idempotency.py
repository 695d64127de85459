"""Idempotency-Key: sent again, a request is answered as the first time, and done once."""
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.samples import SAMPLES
from harness.server import Server
from harness.wire import Response

KEPT = ("Location", "ETag", "Content-Type")
numbers = count(1)


@pytest.fixture
def key() -> str:
    return f"key-{next(numbers)}"


def post(client: Client, target: str, body: Any, key: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(target, body, headers={"Idempotency-Key": key, **named})


def assert_same(first: Response, again: Response) -> None:
    assert (again.status, again.body) == (first.status, first.body), f"{first}\n{again}"
    assert [again.header(name) for name in KEPT] == [first.header(name) for name in KEPT]
    assert first.header("Idempotency-Replayed") is None and again.header("Idempotency-Replayed") == "true"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
@pytest.mark.parametrize("form", ["least", "full"])
def test_created_once(client: Client, world: dict[str, str], database: Database, key: str, sample: Any, form: str) -> None:
    body = getattr(sample, form)
    before = database.value(f"SELECT count(*) FROM {sample.kind}")
    first = post(client, f"/v1/{sample.plural}", body, key)
    assert first.status == 201, str(first)
    for _ in range(2):
        assert_same(first, post(client, f"/v1/{sample.plural}", body, key))
    assert database.value(f"SELECT count(*) FROM {sample.kind}") == before + 1


def test_the_first_answer_though_the_record_is_another_by_now(client: Client, world: dict[str, str], key: str) -> None:
    body = {"ref": "kept", "name": "Kept", "kind": "group", "attributes": {"z": 1, "a": [1.5, 1e30, "ü\u2028"]}}
    first = post(client, "/v1/actors", body, key)
    assert first.status == 201
    assert client.put("/v1/actors/kept", {"name": "Another", "kind": "person"}).status == 200
    assert_same(first, post(client, "/v1/actors", body, key))
    assert client.get("/v1/actors/kept").json["name"] == "Another"
    assert client.delete("/v1/actors/kept").status == 204
    assert_same(first, post(client, "/v1/actors", body, key))
    assert client.get("/v1/actors/kept").status == 404


def test_another_request_under_the_same_key(client: Client, world: dict[str, str], database: Database, key: str) -> None:
    assert post(client, "/v1/actors", {"name": "One", "kind": "group"}, key).status == 201
    for target, body in (("/v1/actors", {"name": "Two", "kind": "group"}), ("/v1/actors", b'{"name": "One", "kind":"group"}'),
                         ("/v1/actors", b""), ("/v1/actors", b"{")):
        reply = post(client, target, body, key, Content_Type="application/json")
        assert reply.status == 422 and reply.json["type"] == "/problems/idempotency-key-reused", str(reply)
    assert database.value("SELECT count(*) FROM actor WHERE name = 'Two'") == 0
    # another path is another name
    assert post(client, "/v1/claims", {"text": "Said under the same key."}, key).status == 201


def test_errors_are_not_kept(client: Client, world: dict[str, str], key: str) -> None:
    body = {"claim": "march", "actor": "not-yet", "position": "deny"}
    assert post(client, "/v1/stances", {"claim": "march"}, key).status == 422
    assert post(client, "/v1/stances", body, key).status == 422
    assert client.put("/v1/actors/not-yet", {"name": "N", "kind": "group"}).status == 201
    first = post(client, "/v1/stances", body, key)
    assert first.status == 201
    assert_same(first, post(client, "/v1/stances", body, key))


def test_a_ref_that_is_taken(client: Client, world: dict[str, str], key: str) -> None:
    """By somebody else: the answer stays an error. By the same request: it is the first answer."""
    body = {"ref": "mine-or-not", "name": "N", "kind": "group"}
    assert client.post("/v1/actors", body).status == 201
    assert [post(client, "/v1/actors", body, key).status for _ in range(2)] == [409, 409]


def test_without_the_precondition(client: Client, world: dict[str, str], key: str) -> None:
    first = post(client, "/v1/actors", {"name": "N", "kind": "group"}, key, If_None_Match="*")
    assert first.status == 201
    assert_same(first, post(client, "/v1/actors", {"name": "N", "kind": "group"}, key, If_None_Match="*"))


@pytest.mark.parametrize("wrong", ["", " ", "two words", "x" * 256, "ü", "tab\there"])
def test_what_is_no_key(client: Client, world: dict[str, str], database: Database, wrong: str) -> None:
    before = database.value("SELECT count(*) FROM actor")
    reply = post(client, "/v1/actors", {"name": "N", "kind": "group"}, wrong)
    assert reply.status == 400, str(reply)
    assert [(fault["header"], fault["code"]) for fault in reply.json["errors"]] == [("Idempotency-Key", "malformed")]
    assert database.value("SELECT count(*) FROM actor") == before


def test_the_longest_key(client: Client, world: dict[str, str]) -> None:
    first = post(client, "/v1/actors", {"name": "N", "kind": "group"}, "~" * 255)
    assert first.status == 201
    assert_same(first, post(client, "/v1/actors", {"name": "N", "kind": "group"}, "~" * 255))


LINES = b"".join(json.dumps({"type": "actor", "ref": f"line-{number}", "name": "N", "kind": "group"}).encode() + b"\n" for number in range(3))


def send(client: Client, body: bytes, key: str, query: str = "", **headers: str) -> Response:
    return post(client, f"/v1/import{query}", body, key, Content_Type="application/x-ndjson", **headers)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_imported_once(client: Client, world: dict[str, str], database: Database, key: str, packed: bool) -> None:
    """What was created then is told as created again, though it is another by now, or gone."""
    body = LINES.replace(b"line-", f"{key}-".encode())
    headers = {"Content_Encoding": "gzip"} if packed else {}
    sent = gzip.compress(body, mtime=0) if packed else body
    first = send(client, sent, key, **headers)
    assert first.status == 200 and first.json["created"]["actor"] == 3, str(first)
    assert client.put(f"/v1/actors/{key}-0", {"name": "Another", "kind": "person"}).status == 200
    assert client.delete(f"/v1/actors/{key}-1").status == 204
    before = database.value("SELECT count(*) FROM change")
    for _ in range(2):
        assert_same(first, send(client, sent, key, **headers))
    assert database.value("SELECT count(*) FROM change") == before
    assert client.get(f"/v1/actors/{key}-0").json["name"] == "Another"


def test_another_import_under_the_same_key(client: Client, world: dict[str, str], database: Database, key: str) -> None:
    assert send(client, LINES, key).status == 200
    before = database.value("SELECT count(*) FROM change")
    for body, query in ((LINES + b"\n", ""), (LINES.replace(b"line-2", b"line-x"), ""), (b"", ""), (b"{", ""), (LINES, "?keep=versions")):
        reply = send(client, body, key, query)
        assert reply.status == 422 and reply.json["type"] == "/problems/idempotency-key-reused", str(reply)
    assert database.value("SELECT count(*) FROM change") == before


def test_an_import_with_faults_keeps_no_key(client: Client, world: dict[str, str], key: str) -> None:
    body = json.dumps({"type": "actor", "ref": "leaning", "name": "N", "kind": "group", "part_of": f"{key}-later"}).encode() + b"\n"
    assert [send(client, body, key).status for _ in range(2)] == [422, 422]
    assert send(client, b"{\n", key).status == 400
    assert client.put(f"/v1/actors/{key}-later", {"name": "N", "kind": "group"}).status == 201
    first = send(client, body, key)
    assert first.status == 200, str(first)
    assert_same(first, send(client, body, key))


def test_the_key_of_an_import_expires(client: Client, world: dict[str, str], database: Database, key: str) -> None:
    body = LINES.replace(b"line-", f"{key}-".encode())
    first = send(client, body, key)
    database.query("UPDATE idempotency SET at = at - interval '1 day' WHERE key = %s", key)
    second = send(client, body, key)
    assert second.header("Idempotency-Replayed") is None
    assert (first.json["created"]["actor"], second.json["created"]["actor"], second.json["unchanged"]["actor"]) == (3, 0, 3)
    assert_same(second, send(client, body, key))


def test_batches_take_no_key(client: Client, world: dict[str, str], database: Database, key: str) -> None:
    before = database.value("SELECT count(*) FROM change")
    reply = send(client, LINES.replace(b"line-", f"{key}-".encode()), key, "?mode=each")
    assert reply.status == 400
    assert [(fault["header"], fault["code"]) for fault in reply.json["errors"]] == [("Idempotency-Key", "not_taken")]
    assert database.value("SELECT count(*) FROM change") == before


def test_a_question_takes_no_key(client: Client, world: dict[str, str], key: str) -> None:
    reply = post(client, "/v1/claims/match", {"text": "N"}, key)
    assert reply.status == 400
    assert [(fault["header"], fault["code"]) for fault in reply.json["errors"]] == [("Idempotency-Key", "not_taken")]


def test_other_methods_know_no_key(client: Client, world: dict[str, str], key: str) -> None:
    for name in ("One", "Two"):
        reply = client.put("/v1/actors/put-with-a-key", {"name": name, "kind": "group"}, headers={"Idempotency-Key": key})
        assert reply.json["name"] == name


def test_restored_once(client: Client, world: dict[str, str], key: str) -> None:
    assert client.put("/v1/actors/back", {"name": "Back", "kind": "group"}).status == 201
    assert client.delete("/v1/actors/back").status == 204
    first = post(client, "/v1/actors/back/restore", None, key)
    assert first.status == 200, str(first)
    assert_same(first, post(client, "/v1/actors/back/restore", None, key))
    assert post(client, "/v1/actors/back/restore", None, key + "-other").status == 409
    assert client.get("/v1/actors/back").json["version"] == first.json["version"] == 3


def test_merged_once(client: Client, world: dict[str, str], key: str) -> None:
    """The account of what a merge did comes again as it was, folded references and what was left out included."""
    for ref in ("one", "two", "three"):
        body = {"name": ref, "kind": "group", "aliases": [ref.upper(), "same"], "description": f"It is {ref}.",
                "attributes": {"z": ref, "a": 1.0}}
        assert client.put(f"/v1/actors/merge-{ref}", body).status == 201
    assert client.put("/v1/actors/merge-part", {"name": "Part", "kind": "group", "part_of": "merge-one"}).status == 201
    assert client.put("/v1/claims/merge-about", {"text": "About both.", "about": ["merge-one", "merge-two", "merge-three"]}).status == 201
    assert client.put("/v1/stances/merge-said", {"claim": "merge-about", "actor": "merge-one", "position": "deny", "quote": "No."}).status == 201
    first = post(client, "/v1/actors/merge-one/merge", {"into": "merge-two"}, key)
    assert first.status == 200, str(first)
    assert first.json["rewritten"] == {"actor": 1, "source": 0, "claim": 1, "stance": 1, "review": 0}
    assert {"kind": "claim", "field": "about", "count": 1} in first.json["folded"]
    assert_same(first, post(client, "/v1/actors/merge-one/merge", {"into": "merge-two"}, key))
    assert post(client, "/v1/actors/merge-two/merge", {"into": "merge-three"}, key + "-next").status == 200
    assert_same(first, post(client, "/v1/actors/merge-one/merge", {"into": "merge-two"}, key))
    other = post(client, "/v1/actors/merge-one/merge", {"into": "merge-three"}, key)
    assert other.status == 422 and other.json["type"] == "/problems/idempotency-key-reused"


@pytest.mark.parametrize("ref", [None, "twin"])
def test_twins(server: Server, world: dict[str, str], database: Database, ref: str) -> None:
    """Sent many times at once: one record, and everybody has the same answer."""
    with ThreadPoolExecutor(8) as pool:
        for round_number in range(5):
            key = f"twins-{ref}-{round_number}"
            body = {"name": key, "kind": "group"} | ({"ref": f"{ref}-{round_number}"} if ref else {})

            def ask(_: int) -> Response:
                with server.client(30) as client:
                    return post(client, "/v1/actors", body, key)

            replies = list(pool.map(ask, range(8)))
            assert {(reply.status, reply.body, reply.header("Location")) for reply in replies} == {
                (201, replies[0].body, replies[0].header("Location"))}, [str(reply) for reply in replies]
            assert sum(reply.header("Idempotency-Replayed") is None for reply in replies) == 1
            assert database.value("SELECT count(*) FROM actor WHERE name = %s", key) == 1


def test_twins_import(server: Server, world: dict[str, str], database: Database) -> None:
    """One of them writes; the other waits for it and is told the same."""
    for round_number in range(5):
        key = f"twin-imports-{round_number}"
        body = b"".join(json.dumps({"type": "claim", "ref": f"{key}-{number}", "text": "T"}).encode() + b"\n" for number in range(300))

        def ask(_: int) -> Response:
            with server.client(30) as client:
                return send(client, body, key)

        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(ask, range(2)))
        assert [reply.status for reply in replies] == [200, 200], [str(reply) for reply in replies]
        assert replies[0].body == replies[1].body and replies[0].json["created"]["claim"] == 300
        assert sorted(str(reply.header("Idempotency-Replayed")) for reply in replies) == ["None", "true"]
        assert database.value("SELECT count(*) FROM change WHERE ref LIKE %s", f"{key}-%") == 300


@pytest.fixture
def aged(database: Database) -> Iterator[None]:
    yield
    database.query("DELETE FROM idempotency")


def test_keys_expire(client: Client, world: dict[str, str], database: Database, aged: None, key: str) -> None:
    body = {"name": "Expired", "kind": "group"}
    first = post(client, "/v1/actors", body, key)
    for number in range(30):
        assert post(client, "/v1/actors", {"name": f"Expired {number}", "kind": "group"}, f"{key}-{number}").status == 201
    database.query("UPDATE idempotency SET at = at - interval '23 hours 59 minutes'")
    assert_same(first, post(client, "/v1/actors", body, key))
    database.query("UPDATE idempotency SET at = at - interval '1 minute'")
    second = post(client, "/v1/actors", body, key)
    assert second.status == 201 and second.json["id"] != first.json["id"]
    assert_same(second, post(client, "/v1/actors", body, key))
    # the others go, some with every key that comes
    for number in range(database.value("SELECT count(*) FROM idempotency") // 10 + 1):
        post(client, "/v1/actors", body, f"{key}-more-{number}")
    assert database.value("SELECT count(*) FROM idempotency WHERE at < now() - interval '1 day'") == 0


def test_nothing_is_kept_without_a_key(client: Client, world: dict[str, str], database: Database) -> None:
    before = database.value("SELECT count(*) FROM idempotency")
    assert client.post("/v1/actors", {"name": "N", "kind": "group"}).status == 201
    assert database.value("SELECT count(*) FROM idempotency") == before


def test_the_names_in_the_description(client: Client) -> None:
    """Who takes a key says so, and nobody else."""
    document = json.loads(client.get("/openapi.json").body)
    taking = {path for path, methods in document["paths"].items() for each in methods.get("post", {}).get("parameters", [])
              if each.get("name") == "Idempotency-Key"}
    kinds = {sample.plural for sample in SAMPLES}
    assert taking == ({"/v1/import"} | {f"/v1/{kind}" for kind in kinds} | {path for path in document["paths"] if path.endswith(("/restore", "/merge"))})
