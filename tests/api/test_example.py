"""The shipped example: its story holds over HTTP."""
from typing import Iterator

import pytest

from harness.client import Client
from harness.match import differences
from harness.server import TREE, Server
from harness.wire import Response

EXAMPLE = TREE / "examples" / "dprk-troops-2024.ndjson"
COUNTS = {"actors": 14, "sources": 6, "claims": 6, "stances": 15, "reviews": 0}


def load(client: Client) -> Response:
    return client.post("/v1/import", EXAMPLE.read_bytes(), headers={"Content-Type": "application/x-ndjson"})


@pytest.fixture(scope="module")
def loaded(server: Server) -> Iterator[Response]:
    with server.client() as client:
        yield load(client)


def positions(client: Client, as_of: str = "") -> dict[str, str]:
    response = client.get(f"/v1/claims/dprk-military-support/positions{as_of}")
    assert response.status == 200, str(response)
    return {row["actor"]["ref"]: row["position"] for row in response.json["data"]}


def test_it_loads_once(client: Client, loaded: Response) -> None:
    assert loaded.status == 200, str(loaded)
    counts = {plural.removesuffix("s"): count for plural, count in COUNTS.items()}
    nothing = dict.fromkeys(counts, 0)
    assert not differences({"created": counts, "updated": nothing, "unchanged": nothing}, loaded.json)
    assert not differences({"created": nothing, "updated": nothing, "unchanged": counts}, load(client).json)


@pytest.mark.parametrize("plural, count", COUNTS.items())
def test_counts(client: Client, loaded: Response, plural: str, count: int) -> None:
    assert len(client.get(f"/v1/{plural}").json["data"]) == count


def test_north_korea_changes_its_mind(client: Client, loaded: Response) -> None:
    assert positions(client, "?as_of=2024-12-31")["north-korea"] == "deny"
    assert positions(client, "?as_of=2025-05-01")["north-korea"] == "affirm"
    assert "north-korea" not in positions(client, "?as_of=2024-10-20")


def test_who_said_what_at_the_end_of_2024(client: Client, loaded: Response) -> None:
    assert positions(client, "?as_of=2024-12-31") == {
        "north-korea": "deny", "south-korea": "affirm", "ukraine": "affirm", "russia": "decline",
        "united-states": "unable_to_verify", "yonhap": "report", "112-ua": "report"}


def test_counts_by_position(client: Client, loaded: Response) -> None:
    counts = client.get("/v1/claims/dprk-military-support/positions").json["counts"]
    assert {name: count for name, count in counts.items() if count} == {
        "affirm": 3, "decline": 1, "unable_to_verify": 1, "report": 2}


def test_dates_are_as_in_the_file(client: Client, loaded: Response) -> None:
    assert client.get("/v1/sources/nis-assessment").json["published_at"] == "2024-10-18"
    assert all(len(stance["stated_at"]) == 10 for stance in client.get("/v1/stances").json["data"])
