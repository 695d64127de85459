"""Times: dates alone come back alone, instants in UTC, and what is neither is refused."""
import pytest

from harness.client import Client
from harness.scenario import play, problem, step

TAKEN = [
    ("2024-10-21", "2024-10-21"),
    ("0001-01-01", "0001-01-01"),
    ("9999-12-31", "9999-12-31"),
    ("2024-02-29", "2024-02-29"),
    ("1582-10-10", "1582-10-10"),
    ("2024-10-21T00:00:00Z", "2024-10-21T00:00:00Z"),
    ("2024-10-21T09:30:00+09:00", "2024-10-21T00:30:00Z"),
    ("2024-10-21T00:30:00+09:00", "2024-10-20T15:30:00Z"),
    ("2024-10-21T09:30:00-03:30", "2024-10-21T13:00:00Z"),
    ("2024-10-21T09:30:00.5Z", "2024-10-21T09:30:00.500000Z"),
    ("2024-10-21T09:30:00.000001Z", "2024-10-21T09:30:00.000001Z"),
    ("2024-10-21T09:30:00.123456789Z", "2024-10-21T09:30:00.123456Z"),
    ("2024-10-21T09:30:00.000000Z", "2024-10-21T09:30:00Z"),
    ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ("2024-10-21t09:30:00z", "2024-10-21T09:30:00Z"),
]

REFUSED = [
    "", " ", "2024", "2024-10", "2024-13-01", "2024-00-10", "2024-10-00", "2024-02-30", "2023-02-29", "1900-02-29",
    "0000-01-01", "10000-01-01", "24-10-21", "2024-1-2", "2024/10/21", "21.10.2024", "2024-10-21 ", " 2024-10-21",
    "2024-10-21T", "2024-10-21T09", "2024-10-21T09:30Z", "2024-10-21T09:30:00", "2024-10-21T24:00:00Z",
    "2024-10-21T09:60:00Z", "2024-10-21T09:30:60Z", "2024-10-21T09:30:00.Z", "2024-10-21T09:30:00+0900",
    "2024-10-21T09:30:00+24:00", "2024-10-21T09:30:00+09:60", "2024-10-21T09:30:00 +09:00", "now", "infinity",
    "٢٠٢٤-10-21", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", 20241021, 1729500000.0, True, {}, ["2024-10-21"],
]


@pytest.mark.parametrize("given, shown", TAKEN, ids=[each[0] for each in TAKEN])
def test_taken(client: Client, world: dict[str, str], given: str, shown: str) -> None:
    body = {"claim": "march", "actor": "north", "position": "deny", "stated_at": given}
    play(client, [
        step("POST", "/v1/stances", body, status=201, json={"stated_at": shown}, keep={"id": "/id", "whole": ""}),
        step("GET", "/v1/stances/{id}", json="{whole}"),
        step("PUT", "/v1/stances/{id}", body, json={"version": 1, "stated_at": shown}),
        step("DELETE", "/v1/stances/{id}", status=204),
    ])


def test_refused(client: Client, world: dict[str, str]) -> None:
    for given in REFUSED:
        body = {"title": "T", "kind": "article", "published_at": given, "retrieved_at": given}
        response = client.post("/v1/sources", body)
        assert response.status == 422, f"{given!r}: {response}"
        assert {fault["pointer"] for fault in response.json["errors"]} == {"/published_at", "/retrieved_at"}, repr(given)


def test_a_date_and_its_first_instant_differ(client: Client, world: dict[str, str]) -> None:
    """The same moment, but another document: a new version, shown as it was written."""
    body = {"text": "T", "event_from": "2024-10-21", "event_to": "2024-10-22"}
    play(client, [
        step("PUT", "/v1/claims/dated", body, status=201, json=body),
        step("PUT", "/v1/claims/dated", body | {"event_from": "2024-10-21T00:00:00Z"},
             json={"version": 2, "event_from": "2024-10-21T00:00:00Z", "event_to": "2024-10-22"}),
        step("PUT", "/v1/claims/dated", body, json=body | {"version": 3}),
    ])


def test_an_event_ends_after_it_began(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("POST", "/v1/claims", {"text": "T", "event_from": "2024-10-22", "event_to": "2024-10-21"}, status=422,
             json=problem(422, "invalid-record", ("/event_to", "conflicting_fields"))),
        # a day holds all its hours
        step("POST", "/v1/claims", {"text": "T", "event_from": "2024-10-21T12:00:00Z", "event_to": "2024-10-21"},
             status=201),
    ])
