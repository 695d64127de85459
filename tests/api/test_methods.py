"""Methods, paths and headers that every route has in common."""
import re

import pytest

from harness.client import Client
from harness.match import TEXT
from harness.scenario import play, problem, step
from harness.wire import Response

COLLECTIONS = [f"/v1/{plural}" for plural in ("actors", "sources", "claims", "stances", "reviews")]
RECORDS = ["/v1/actors/north", "/v1/sources/speech", "/v1/claims/march"]
READABLE = [*COLLECTIONS, *RECORDS, "/v1/claims/march/positions", "/healthz", "/readyz"]


def allowed(response: Response) -> set[str]:
    return set(re.split(r", *", response.header("Allow") or ""))


@pytest.mark.parametrize("target", READABLE)
def test_head_is_get_without_its_body(client: Client, world: dict[str, str], target: str) -> None:
    got, head = client.get(target), client.request("HEAD", target)
    assert (got.status, head.status, head.body) == (200, 200, b"")
    unequal = {"date", "x-request-id"}

    def comparable(response: Response) -> list[tuple[str, str]]:
        return sorted((name.lower(), value) for name, value in response.headers if name.lower() not in unequal)

    assert comparable(head) == comparable(got)
    assert client.get(target).status == 200  # nothing of a body came after the head


@pytest.mark.parametrize("target", READABLE)
def test_options_say_what_may_be_done(client: Client, world: dict[str, str], target: str) -> None:
    response = client.request("OPTIONS", target)
    assert response.status in (200, 204) and response.body == b""
    may = allowed(response)
    assert {"GET", "HEAD", "OPTIONS"} <= may
    assert ("POST" in may) == (target in COLLECTIONS)
    assert ({"PUT", "PATCH", "DELETE"} <= may) == (target in RECORDS)


@pytest.mark.parametrize("method, target", [
    *[(method, target) for target in COLLECTIONS for method in ("PUT", "PATCH", "DELETE")],
    *[("POST", target) for target in RECORDS],
    ("POST", "/v1/claims/march/positions"), ("DELETE", "/v1/claims/march/positions"),
    ("GET", "/v1/import"), ("HEAD", "/v1/import"), ("PUT", "/v1/import"), ("POST", "/healthz"), ("DELETE", "/readyz"),
    ("BREW", "/v1/actors"), ("get", "/v1/actors"), ("TRACE", "/v1/actors/north"),
])
def test_other_methods_are_not_allowed(client: Client, world: dict[str, str], method: str, target: str) -> None:
    """Refused with what is allowed, with or without a body, and the connection goes on."""
    for body in (None, {"name": "N", "kind": "state"}):
        response = client.request(method, target, body)
        assert response.status == 405, str(response)
        assert method not in allowed(response) and "OPTIONS" in allowed(response)
        if method != "HEAD":
            assert response.json["type"] == "/problems/method-not-allowed"
    assert allowed(response) == allowed(client.request("OPTIONS", target))


@pytest.mark.parametrize("target", [
    "/", "/v1/", "/v2/actors", "/v1/actor", "/v1/Actors", "/v1/actors/", "/v1/actors//", "//v1/actors", "/v1//actors",
    "/v1/actors/north/", "/v1/actors/north/x", "/v1/claims/march/position", "/v1/claims//positions", "/healthz/",
    "/favicon.ico", "/v1/actors/../actors", "/v1/actors/%2e%2e/claims", "/v1/actors%2Fnorth", "/v1/%61ctor",
])
def test_paths_that_are_not_there(client: Client, world: dict[str, str], target: str) -> None:
    """No route, or no record of such a name: 404 either way, for every method."""
    for method in ("GET", "PUT", "DELETE"):
        response = client.request(method, target, {"name": "N", "kind": "state"} if method == "PUT" else None)
        assert response.status == 404, str(response)
        assert response.header("Content-Type") == "application/problem+json"
        assert response.json["status"] == 404


NAMES = ["nobody", "Nobody", "a b", "-x", ".x", "x" * 129, "é", "00000000-0000-4000-8000-00000000000G", "0", "*", "a%2Fb"]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_nobodys(client: Client, world: dict[str, str], name: str) -> None:
    target = "/v1/actors/" + name.replace(" ", "%20").replace("é", "%C3%A9")
    play(client, [
        step("GET", target, status=404, json=problem(404, "not-found")),
        step("DELETE", target, status=404, json=problem(404, "not-found")),
    ])
    if name not in ("nobody", "0"):
        play(client, [step("PUT", target, {"name": "N", "kind": "state"}, status=404, json=problem(404, "not-found"))])


def test_escapes_in_a_path_mean_what_they_stand_for(client: Client, world: dict[str, str]) -> None:
    play(client, [step("GET", "/v1/actors/%6eorth", json={"id": "{north}"}),
                  step("GET", "/v1/%61ctors/north", json={"id": "{north}"})], **world)


def test_request_ids(client: Client, world: dict[str, str]) -> None:
    """Echoed when they are sane, made otherwise, and repeated in problem documents."""
    play(client, [
        step("GET", "/v1/actors/north", headers={"X-Request-Id": TEXT}),
        step("GET", "/v1/actors/north", send={"X-Request-Id": "trace-42_a.B"}, headers={"X-Request-Id": "trace-42_a.B"}),
        step("GET", "/v1/actors/nobody", status=404, send={"X-Request-Id": "trace-43"},
             headers={"X-Request-Id": "trace-43"}, json={"request_id": "trace-43"}),
        step("GET", "/v1/nothing", status=404, keep={"made": "/request_id"},
             check=lambda response: response.json["request_id"] == response.header("X-Request-Id")),
    ])
    for insane in ("x" * 2000, 'a"b', "a b", "<script>", "a\tb", "ü", ""):
        response = client.get("/v1/actors/north", headers={"X-Request-Id": insane})
        made = response.header("X-Request-Id")
        assert response.status == 200 and made and made != insane and re.fullmatch(r"[A-Za-z0-9._-]{1,200}", made)


def test_media_types(client: Client, world: dict[str, str]) -> None:
    body = b'{"name": "N", "kind": "state"}'
    for sent in ("application/json", "application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"):
        response = client.post("/v1/actors", body, headers={"Content-Type": sent})
        assert response.status == 201, f"{sent}: {response}"
    for sent in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", "", "application/xml",
                 "multipart/form-data; boundary=x"):
        response = client.post("/v1/actors", body, headers={"Content-Type": sent})
        assert response.status == 415, f"{sent}: {response}"
        assert response.json["type"] == "/problems/unsupported-type"


def test_health(client: Client) -> None:
    play(client, [
        step("GET", "/healthz", headers={"X-Request-Id": TEXT}),
        step("GET", "/readyz"),
        step("GET", "/healthz?verbose=1", status=400, json=problem(400, "invalid-parameter", ("verbose", "unknown_parameter"))),
    ])
