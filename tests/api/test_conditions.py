"""Conditional requests (RFC 9110, 13): every condition with every method on every kind of record."""
import re
import threading
from typing import Any, Callable, Iterator

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.samples import SAMPLES, Sample, build_world
from harness.scenario import play, problem, step
from harness.server import Server
from harness.wire import Request, Response

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)
TAG = re.compile(r'"(\d+)-[0-9a-f]{16}(-gzip)?"')


@pytest.fixture(scope="module", params=["open", "strict"])
def service(request: Any, cluster: Any, workshop: Any) -> Iterator[tuple[Server, bool]]:
    """A server as it is by default, and one that demands If-Match; and which of them it is."""
    database = cluster.database()
    server = Server(workshop, database.conninfo, require_if_match="on" if request.param == "strict" else "off").ready()
    with server.client() as client:
        build_world(client)
    yield server, request.param == "strict"
    server.stop()
    database.drop()


class Stage:
    """A record in its second version, made anew for every case."""

    def __init__(self, client: Client, sample: Sample) -> None:
        self.client, self.sample = client, sample
        self.there, self.missing = f"/v1/{sample.plural}/there", f"/v1/{sample.plural}/missing"
        for target in (self.there, self.missing):
            client.delete(target, headers={"If-Match": "*"})
        self.old = client.put(self.there, sample.least).header("ETag") or ""
        made = client.put(self.there, sample.full, headers={"If-Match": self.old})
        assert made.status == 200, made
        self.now = made.header("ETag") or ""
        self.version = made.json["version"]
        self.content = made.json

    def act(self, method: str, there: bool, headers: dict[str, str]) -> Response:
        target = self.there if there else self.missing
        if method == "POST":
            body = self.sample.other | {"ref": "there" if there else "missing"}
            return self.client.post(f"/v1/{self.sample.plural}", body, headers=headers)
        body = {"PUT": self.sample.other, "PATCH": {"attributes": {"changed": True}}}.get(method)
        return self.client.request(method, target, body, headers=headers)


# name → (headers, whether they hold where the record is, and where it is not); None: no condition at all
CONDITIONS: dict[str, tuple[Callable[[Stage], dict[str, str]], bool, bool]] = {
    "none": (lambda stage: {}, True, True),
    "match": (lambda stage: {"If-Match": stage.now}, True, False),
    "match old": (lambda stage: {"If-Match": stage.old}, False, False),
    "match any": (lambda stage: {"If-Match": "*"}, True, False),
    "match one of": (lambda stage: {"If-Match": f'"x", {stage.old},{stage.now}'}, True, False),
    "match none of": (lambda stage: {"If-Match": f'"x", {stage.old}'}, False, False),
    "match weakly": (lambda stage: {"If-Match": f"W/{stage.now}"}, False, False),
    "match what is no tag of ours": (lambda stage: {"If-Match": '"x"'}, False, False),
    "none match": (lambda stage: {"If-None-Match": stage.now}, False, True),
    "none match old": (lambda stage: {"If-None-Match": stage.old}, True, True),
    "none match any": (lambda stage: {"If-None-Match": "*"}, False, True),
    "none match one of": (lambda stage: {"If-None-Match": f'"x", {stage.old},{stage.now}'}, False, True),
    "none match weakly": (lambda stage: {"If-None-Match": f'"x", W/{stage.now}'}, False, True),
    "none match what is no tag of ours": (lambda stage: {"If-None-Match": 'W/"x"'}, True, True),
    "both hold": (lambda stage: {"If-Match": stage.now, "If-None-Match": stage.old}, True, False),
    "only match holds": (lambda stage: {"If-Match": stage.now, "If-None-Match": stage.now}, False, False),
    "only none match holds": (lambda stage: {"If-Match": stage.old, "If-None-Match": stage.old}, False, False),
}
DONE = {"GET": (200, 404), "HEAD": (200, 404), "PUT": (200, 201), "PATCH": (200, 404), "DELETE": (204, 404), "POST": (409, 201)}
CHANGING = ("PUT", "PATCH", "DELETE")


def expected(method: str, there: bool, name: str, headers: dict[str, str], strict: bool) -> int:
    _, holds_there, holds_missing = CONDITIONS[name]
    done = DONE[method][0 if there else 1]
    holds = holds_there if there else holds_missing
    if done == 404:  # without a record there is nothing for a condition to be of
        return 404
    if method in CHANGING and there and strict and "If-Match" not in headers and holds:
        return 428
    if holds:
        return done
    read_again = method in ("GET", "HEAD") and name.startswith(("none match", "only match"))
    return 304 if read_again else 412


@EACH
@pytest.mark.parametrize("method", DONE)
def test_matrix(service: tuple[Server, bool], sample: Sample, method: str) -> None:
    server, strict = service
    wrong = []
    with server.client() as client:
        for name, (make, *_) in CONDITIONS.items():
            for there in (True, False):
                stage = Stage(client, sample)
                headers = make(stage)
                reply = stage.act(method, there, headers)
                status = expected(method, there, name, headers, strict)
                if reply.status != status:
                    wrong.append(f"{name}, {'there' if there else 'missing'}: {reply.status} for {status}, {reply}")
                    continue
                now = client.get(stage.there)
                if status in (304, 404, 409, 412, 428):
                    assert now.json == stage.content, f"{name}: something was written"
                if status == 412 and method != "HEAD":
                    assert reply.json["type"] == "/problems/precondition-failed"
                    assert method == "GET" or (f"version {stage.version}" in reply.json["detail"]) == there
                if status == 304:
                    assert reply.header("ETag") == stage.now and reply.body == b""
                if status == 428:
                    assert reply.json["type"] == "/problems/precondition-required"
                if status in (200, 201):
                    match = TAG.fullmatch(reply.header("ETag") or "")
                    current = now if there else client.get(stage.missing)
                    assert match and int(match[1]) == current.json["version"] and reply.header("ETag") == current.header("ETag")
    assert not wrong, "\n".join(wrong)


@EACH
def test_tags_of_any_representation_will_do(client: Client, world: dict[str, str], sample: Sample) -> None:
    """Whatever the record was looked at in, its version was seen."""
    target = f"/v1/{sample.plural}/in-many-ways"
    reference = {"actor": "part_of", "source": "publisher", "claim": "about", "stance": "actor", "review": "reviewer"}[sample.kind]
    document = sample.full | {"attributes": {"long": "x" * 2000}}
    assert client.put(target, document).status in (200, 201)
    looks: list[tuple[str, dict[str, str]]] = [
        ("", {}), ("", {"Accept-Encoding": "gzip"}), ("?format=csv", {}), ("?format=ndjson", {}), ("?fields=id", {}),
        (f"?expand={reference}", {}), ("?fields=version&format=csv", {"Accept-Encoding": "gzip"})]
    tags = [client.get(target + query, headers=headers).header("ETag") for query, headers in looks]
    assert len(set(tags)) >= len(looks) - 1  # NDJSON of one record is its JSON
    for number, (query, headers) in enumerate(looks):
        tag = client.get(target + query, headers=headers).header("ETag") or ""
        assert client.get(target, headers={"If-Match": tag}).status == 200
        changed = client.request("PATCH", target, {"attributes": {"number": number}}, headers={"If-Match": tag})
        assert changed.status == 200, changed
        play(client, [
            step(method, target, body, send={"If-Match": tag}, status=412, json=problem(412, "precondition-failed"))
            for method, body in (("GET", None), ("PUT", document), ("PATCH", {}), ("DELETE", None))])


def test_lists_and_analyses_have_conditions_too(client: Client, world: dict[str, str]) -> None:
    for target in ("/v1/actors?limit=2", "/v1/claims/march/positions", "/v1", "/v1/topics", "/openapi.json", "/healthz"):
        tag = client.get(target).header("ETag") or ""
        play(client, [
            step("GET", target, send={"If-None-Match": f'"x", W/{tag}'}, status=304, headers={"ETag": tag}),
            step("HEAD", target, send={"If-None-Match": tag}, status=304, headers={"ETag": tag}),
            step("GET", target, send={"If-None-Match": "*"}, status=304),
            step("GET", target, send={"If-None-Match": '"x"'}),
            step("GET", target, send={"If-Match": f'"x", {tag}'}),
            step("GET", target, send={"If-Match": "*"}),
            step("GET", target, send={"If-Match": f"W/{tag}"}, status=412, json=problem(412, "precondition-failed")),
            step("HEAD", target, send={"If-Match": '"x"'}, status=412),
        ])


MALFORMED = ["x", '"', '"a', "a\"", '"a" "b"', '"a","b', "*, \"a\"", "**", "w/\"a\"", '"a b"', "W/", ",", ""]


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_what_is_no_list_of_tags(client: Client, world: dict[str, str], name: str) -> None:
    for value in MALFORMED:
        play(client, [
            step(method, "/v1/actors/north", body, send={name: value}, status=400,
                 json=problem(400, "malformed-request", (name, "malformed")))
            for method, body in (("GET", None), ("PUT", {"name": "N", "kind": "state"}), ("PATCH", {}), ("DELETE", None))])
    both = client.get("/v1/actors/north", headers={"If-Match": "x", "If-None-Match": "y"})
    assert [fault["header"] for fault in both.json["errors"]] == ["If-Match", "If-None-Match"]


def test_a_header_that_comes_twice_is_one_list(client: Client, world: dict[str, str]) -> None:
    tag = client.get("/v1/actors/north").header("ETag") or ""
    assert client.get("/healthz").status == 200 and client.connection
    for pair, status in ((('"x"', tag), 200), ((tag, '"x"'), 200), (('"x"', '"y"'), 412), (("*", tag), 400)):
        request = Request("GET", "/v1/actors/north", {"Host": "h", "If-Match": pair[0], "if-match": pair[1]})
        assert client.connection.exchange(request).status == status, pair


@EACH
def test_made_again_a_record_is_another_version(client: Client, world: dict[str, str], sample: Sample) -> None:
    one = f"/v1/{sample.plural}/lives-twice"
    tag = client.put(one, sample.full).header("ETag") or ""
    play(client, [
        step("DELETE", one, send={"If-Match": tag}, status=204),
        step("PUT", one, sample.full, send={"If-None-Match": "*"}, status=201),
        step("DELETE", one, send={"If-Match": tag}, status=412, json=problem(412, "precondition-failed")),
        step("PATCH", one, {}, send={"If-Match": tag}, status=412, json=problem(412, "precondition-failed")),
    ])


def at_once(acts: list[Callable[[], Response]]) -> list[Response]:
    """All of them at the same moment, as far as there is one."""
    barrier = threading.Barrier(len(acts))
    replies: list[Any] = [None] * len(acts)

    def work(number: int) -> None:
        barrier.wait()
        replies[number] = acts[number]()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


@pytest.mark.patience(120)
@pytest.mark.parametrize("methods", ["PUT PUT", "PATCH PATCH", "PUT PATCH PUT PATCH PUT PATCH"])
def test_of_many_on_the_same_version_exactly_one_wins(server: Server, world: dict[str, str], database: Database,
                                                      methods: str) -> None:
    """Contents that nobody had before: every round is one version and one winner."""
    ref, rounds = "raced-by-" + methods.replace(" ", "-").lower(), 40
    target = f"/v1/actors/{ref}"
    clients = [server.client(30) for _ in methods.split()]
    clients[0].put(target, {"name": "Before", "kind": "other"})
    for number in range(rounds):
        tag = {"If-Match": clients[0].get(target).header("ETag") or ""}
        replies = at_once([
            lambda client=client, method=method, which=which: client.request(
                method, target, {"name": f"{number}-{which}", "kind": "other"}, headers=tag)
            for which, (client, method) in enumerate(zip(clients, methods.split()))])
        assert sorted(reply.status for reply in replies) == [200] + [412] * (len(clients) - 1), [str(each) for each in replies]
        winner = next(reply for reply in replies if reply.status == 200)
        assert clients[0].get(target).body == winner.body and winner.json["version"] == number + 2
    for each in clients:
        each.close()
    assert database.value("SELECT count(*) FROM change WHERE ref = %s", ref) == rounds + 1


@pytest.mark.patience(120)
def test_deleted_once_or_changed_once(server: Server, world: dict[str, str]) -> None:
    """A deletion and a change of the same version: one of them happens."""
    target = "/v1/sources/raced"
    with server.client() as left, server.client() as right:
        for number in range(40):
            tag = {"If-Match": left.put(target, {"title": f"T{number}", "kind": "post"}).header("ETag") or ""}
            replies = at_once([lambda: left.delete(target, headers=tag),
                               lambda: right.request("PATCH", target, {"author": f"A{number}"}, headers=tag)])
            assert tuple(reply.status for reply in replies) in {(204, 404), (204, 412), (412, 200)}, [str(each) for each in replies]
