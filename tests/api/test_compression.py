"""Replies past 1 KiB are compressed for who accepts it, whatever they say; and what was compressed is what is sent otherwise."""
import gzip
import json
from typing import Any, Optional

import pytest

from harness.client import Client
from harness.wire import Response

GZIP = {"Accept-Encoding": "gzip"}
LONG = {"name": "Long", "kind": "other", "description": "d" * 2000}
BAD = "".join(json.dumps({"type": "actor", "name": "", "kind": "none"}) + "\n" for _ in range(60)).encode()


def plain(response: Response) -> Any:
    """The document in a reply that has to be compressed."""
    assert response.header("Content-Encoding") == "gzip", response
    assert "Accept-Encoding" in (response.header("Vary") or "")
    assert int(response.header("Content-Length") or 0) == len(response.body)
    return json.loads(gzip.decompress(response.body))


def bare(response: Response) -> Any:
    assert response.header("Content-Encoding") is None, response
    return response.json


def without(document: Any) -> Any:
    return {name: value for name, value in document.items() if name != "request_id"}


def test_what_is_read(client: Client) -> None:
    assert client.put("/v1/actors/zip-long", LONG).status == 201
    for target in ("/v1/actors/zip-long", "/v1/actors?name=Long", "/openapi.json", "/v1/contradictions?limit=1000&actor=zip-long"):
        whole = client.get(target)
        packed = client.get(target, headers=GZIP)
        if len(whole.body) < 1024:
            assert bare(packed) == bare(whole)
            continue
        assert plain(packed) == bare(whole)
        assert len(packed.body) < len(whole.body)
        assert packed.header("ETag") != whole.header("ETag")
        assert client.get(target, headers=GZIP | {"If-None-Match": packed.header("ETag") or ""}).status == 304
        assert client.get(target, headers={"If-None-Match": packed.header("ETag") or ""}).status == 200
        head = client.request("HEAD", target, headers=GZIP)
        assert (head.header("Content-Encoding"), head.header("ETag")) == ("gzip", packed.header("ETag")) and head.body == b""


def test_what_is_written(client: Client) -> None:
    for method, target, body in [("PUT", "/v1/actors/zip-w", LONG), ("PATCH", "/v1/actors/zip-w", {"country": "KP"}),
                                 ("POST", "/v1/actors", LONG)]:
        response = client.request(method, target, body, headers=GZIP)
        document = plain(response)
        assert document["description"] == LONG["description"]
        assert response.header("Cache-Control") == "no-store"
        # the tag is that of the same representation, when it is read
        again = client.get(f"/v1/actors/{document['id']}", headers=GZIP)
        assert again.header("ETag") == response.header("ETag") and plain(again) == document
        changed = client.request("PATCH", f"/v1/actors/{document['id']}", {"country": "KR"}, headers={"If-Match": response.header("ETag") or ""})
        assert changed.status == 200, changed


def test_what_is_refused(client: Client) -> None:
    lines = {"Content-Type": "application/x-ndjson"}
    whole = client.request("POST", "/v1/import", BAD, headers=lines)
    packed = client.request("POST", "/v1/import", BAD, headers=lines | GZIP)
    assert whole.status == packed.status == 422
    assert packed.header("Content-Type") == "application/problem+json"
    assert without(plain(packed)) == without(bare(whole))
    unknown = "&".join(f"unknown{number}=1" for number in range(20))
    assert len(plain(client.get(f"/v1/actors?{unknown}", headers=GZIP))["errors"]) == 20
    assert bare(client.get("/v1/actors/nobody-zip", headers=GZIP))["status"] == 404


@pytest.mark.parametrize("accepted, packed", [
    ("gzip", True), ("GZIP", True), ("deflate, gzip;q=0.5", True), ("*", True), ("br, *;q=0.1", True),
    (None, False), ("identity", False), ("gzip;q=0", False), ("gzip;q=0.0, *", False), ("*;q=0", False), ("br", False), ("", False)])
def test_who_accepts_it(client: Client, accepted: Optional[str], packed: bool) -> None:
    response = client.get("/openapi.json", headers={} if accepted is None else {"Accept-Encoding": accepted})
    assert response.status == 200
    assert (response.header("Content-Encoding") == "gzip") == packed
