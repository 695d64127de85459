"""The timeline: counts by position, period by period."""
import csv
import io
import itertools
import json
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.scenario import play, problem, step

names = itertools.count(1)


class Case:
    """A claim of its own, and what is said of it."""

    def __init__(self, client: Client) -> None:
        self.client, self.claim = client, f"time-{next(names)}"
        assert client.put(f"/v1/claims/{self.claim}", {"text": "It is so.", "topics": [self.claim]}).status == 201

    def say(self, said: str, actor: str = "north") -> None:
        for words in said.split(", "):
            position, *stated_at = words.split()
            body = {"claim": self.claim, "actor": actor, "position": position}
            response = self.client.post("/v1/stances", body | ({"stated_at": stated_at[0]} if stated_at else {}))
            assert response.status == 201, str(response)

    def reply(self, query: str = "") -> dict[str, Any]:
        response = self.client.get(f"/v1/timeline?claim={self.claim}{query}")
        assert response.status == 200, str(response)
        return response.json

    def periods(self, query: str = "") -> dict[str, int]:
        return {row["period"]: row["votes"] + row["non_votes"] for row in self.reply(query)["data"]}


@pytest.fixture
def case(client: Client, world: dict[str, str]) -> Iterator[Case]:
    yield Case(client)


def test_gaps_are_filled(case: Case) -> None:
    case.say("deny 2024-10-21, affirm 2024-10-21, decline 2024-10-01, affirm 2025-01-31, affirm")
    reply = case.reply()
    assert [(row["period"], row["from"], row["to"], row["votes"], row["non_votes"]) for row in reply["data"]] == [
        ("2024-10", "2024-10-01", "2024-10-31", 2, 1), ("2024-11", "2024-11-01", "2024-11-30", 0, 0),
        ("2024-12", "2024-12-01", "2024-12-31", 0, 0), ("2025-01", "2025-01-01", "2025-01-31", 1, 0)]
    assert {name: count for name, count in reply["data"][0]["counts"].items() if count} == {
        "affirm": 1, "deny": 1, "decline": 1}
    assert (reply["by"], reply["tz"], reply["periods"], reply["undated"]) == ("month", "UTC", 4, 1)


def test_nothing_has_been_said(case: Case) -> None:
    reply = case.reply()
    assert (reply["data"], reply["periods"], reply["undated"]) == ([], 0, 0)


@pytest.mark.parametrize("by, periods", [
    ("day", {"2024-12-29": 1, "2024-12-30": 1, "2024-12-31": 0, "2025-01-01": 1}),
    ("week", {"2024-W52": 1, "2025-W01": 2}),
    ("month", {"2024-12": 2, "2025-01": 1}),
    ("year", {"2024": 2, "2025": 1}),
])
def test_periods(case: Case, by: str, periods: dict[str, int]) -> None:
    case.say("deny 2024-12-29, deny 2024-12-30, deny 2025-01-01T12:00:00Z")
    assert case.periods(f"&by={by}") == periods


def test_time_zones(case: Case) -> None:
    case.say("deny 2024-10-20T20:00:00Z")
    assert case.periods("&by=day") == case.periods("&by=day&tz=UTC") == {"2024-10-20": 1}
    assert case.periods("&by=day&tz=Asia/Seoul") == {"2024-10-21": 1}
    case.say("affirm 2024-10-20")                     # a date is that date everywhere
    assert case.periods("&by=day&tz=Asia/Seoul") == {"2024-10-20": 1, "2024-10-21": 1}
    assert case.periods("&by=day&tz=America/New_York") == {"2024-10-20": 2}
    case.say("affirm 2024-11-03T04:30:00Z, affirm 2024-11-03T05:30:00Z")    # the clock goes back there in that night
    assert case.periods("&by=month&tz=America/New_York") == {"2024-10": 2, "2024-11": 2}
    assert case.reply("&tz=Asia/Seoul")["tz"] == "Asia/Seoul"


def test_filters(case: Case) -> None:
    case.say("deny 2024-10-21, affirm 2024-12-01")
    case.say("affirm 2024-10-22", actor="south")
    assert case.periods("&actor=south") == {"2024-10": 1}
    assert case.periods("&position=affirm") == {"2024-10": 1, "2024-11": 0, "2024-12": 1}
    assert case.periods("&as_of=2024-10-21") == {"2024-10": 1}
    assert case.periods(f"&topics={case.claim}&stated_at.gte=2024-12-01") == {"2024-12": 1}
    assert case.periods("&topics=nothing") == {}
    assert case.periods("&known_at=2024-10-21") == {}
    case.say("affirm")
    assert case.reply("&as_of=2024-10-21")["undated"] == 0


def test_too_many_periods(case: Case) -> None:
    case.say("deny 1000-01-01, affirm 2024-10-21")
    response = case.client.get(f"/v1/timeline?claim={case.claim}&by=week")
    assert response.status == 400 and response.json["errors"][0]["parameter"] == "by"
    assert response.json["errors"][0]["code"] == "too_many"
    assert len(case.periods("&by=year")) == 1025
    case.say("deny 1000-01-01, affirm 1013-09-09")
    assert len(case.periods("&by=day&stated_at.lt=1900-01-01")) == 5000
    case.say("affirm 1013-09-10")
    assert case.client.get(f"/v1/timeline?claim={case.claim}&by=day&stated_at.lt=1900-01-01").status == 400


def test_as_csv_and_ndjson(case: Case) -> None:
    case.say("deny 2024-10-21, affirm 2024-11-21")
    target = f"/v1/timeline?claim={case.claim}"
    rows = list(csv.DictReader(io.StringIO(case.client.get(f"{target}&format=csv").body.decode(), newline="")))
    assert [(row["period"], row["counts_affirm"], row["counts_deny"]) for row in rows] == [
        ("2024-10", "0", "1"), ("2024-11", "1", "0")]
    lines = case.client.get(f"{target}&format=ndjson").body.decode().splitlines()
    assert [json.loads(line) for line in lines] == case.reply()["data"]


def test_questions_that_cannot_be_answered(client: Client, world: dict[str, str]) -> None:
    play(client, [step("GET", f"/v1/timeline?{query}", status=400, json=problem(400, "invalid-parameter")) for query in [
        "by=decade", "tz=Mars/Olympus", "tz=", "tz=EST5EDT4", "tz=%27UTC%27", "tz=UTC%2B3", "as_of=2024-02-30", "limit=5", "level=top",
    ]], **world)
