"""Positions: per actor what it says of a claim now, or as of a date."""
import itertools
from typing import Any, Iterator, Optional

import pytest

from harness.client import Client
from harness.match import ABSENT, differences
from harness.scenario import play, problem, step

names = itertools.count(1)


class Case:
    """A claim of its own, and what actors say of it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.claim = f"question-{next(names)}"
        assert client.put(f"/v1/claims/{self.claim}", {"text": "It is so."}).status == 201

    def say(self, actor: str, position: str, stated_at: Optional[str] = None, **more: Any) -> str:
        body = {"claim": self.claim, "actor": actor, "position": position} | more
        response = self.client.post("/v1/stances", body | ({"stated_at": stated_at} if stated_at else {}))
        assert response.status == 201, str(response)
        return response.json["id"]

    def reply(self, as_of: Optional[str] = None) -> dict[str, Any]:
        response = self.client.get(f"/v1/claims/{self.claim}/positions" + (f"?as_of={as_of}" if as_of else ""))
        assert response.status == 200, str(response)
        return response.json

    def rows(self, as_of: Optional[str] = None) -> dict[str, dict[str, Any]]:
        rows = self.reply(as_of)["data"]
        assert len({row["actor"]["id"] for row in rows}) == len(rows), "one row per actor"
        return {row["actor"]["ref"]: row for row in rows}

    def position(self, actor: str, as_of: Optional[str] = None) -> Optional[str]:
        row = self.rows(as_of).get(actor)
        return row["position"] if row else None

    def vote(self, actor: str, as_of: Optional[str] = None) -> Optional[str]:
        last = self.rows(as_of)[actor].get("last_vote")
        return last["position"] if isinstance(last, dict) else last


@pytest.fixture
def case(client: Client, world: dict[str, str]) -> Iterator[Case]:
    yield Case(client)


def test_nobody_has_spoken(case: Case) -> None:
    reply = case.reply()
    assert reply["data"] == [] and set(reply["counts"].values()) <= {0}


def test_the_latest_counts(case: Case) -> None:
    case.say("north", "affirm", "2025-04-28")
    case.say("north", "deny", "2024-10-21")     # recorded later, said earlier
    case.say("south", "affirm", "2024-10-18")
    rows = case.rows()
    assert not differences({"position": "affirm", "actor": {"id": str, "ref": "north", "name": "North"}}, rows["north"])
    assert case.position("south") == "affirm"
    assert [case.position("north", day) for day in
            ("2024-10-20", "2024-10-21", "2025-04-27", "2025-04-28", "2099-01-01")] == [
        None, "deny", "deny", "affirm", "affirm"]
    counts = case.reply("2024-12-31")["counts"]
    assert (counts["affirm"], counts["deny"]) == (1, 1) and sum(counts.values()) == 2


def test_a_day_holds_all_its_hours(case: Case) -> None:
    case.say("north", "deny", "2024-10-21")
    case.say("north", "affirm", "2024-10-21T23:59:59.999999Z")
    assert case.position("north", "2024-10-21") == "affirm"
    assert case.position("north", "2024-10-21T12:00:00Z") == "deny"
    assert case.position("north", "2024-10-21T00:00:00Z") == "deny"
    assert case.position("north", "2024-10-20T23:59:59Z") is None
    assert case.position("north", "2024-10-22T08:59:59.999999%2B09:00") == "affirm"
    assert case.position("north", "2024-10-22T08:59:59+09:00") == "deny"  # an unescaped + in a query


@pytest.mark.parametrize("position", ["affirm", "deny", "question", "decline", "unable_to_verify"])
def test_report_displaces_nothing(case: Case, position: str) -> None:
    case.say("agency", position, "2024-10-18")
    case.say("agency", "report", "2024-10-21")
    assert case.position("agency") == position


def test_report_is_shown_where_there_is_nothing_else(case: Case) -> None:
    case.say("agency", "report", "2024-10-21")
    assert case.position("agency") == "report" and case.vote("agency") is None
    assert case.reply()["counts"]["report"] == 1


def test_opposed_votes_at_once_are_ambiguous(case: Case) -> None:
    case.say("north", "deny", "2024-10-21")
    case.say("north", "affirm", "2024-10-21")
    case.say("south", "deny", "2024-10-21")
    case.say("south", "deny", "2024-10-21")
    case.say("agency", "affirm", "2024-10-21")
    case.say("agency", "decline", "2024-10-21")
    assert {ref: row["ambiguous"] for ref, row in case.rows().items()} == {
        "north": True, "south": False, "agency": False}
    case.say("north", "affirm", "2024-10-22")
    assert case.rows()["north"]["ambiguous"] is False
    assert case.rows("2024-10-21")["north"]["ambiguous"] is True


def test_the_later_record_wins_at_the_same_moment(case: Case) -> None:
    case.say("north", "decline", "2024-10-21")
    case.say("north", "question", "2024-10-21")
    assert case.position("north") == "question"


def test_undated_stances_serve_where_there_is_nothing_else(case: Case) -> None:
    case.say("north", "deny")
    case.say("north", "affirm", "2024-10-21")
    case.say("south", "deny")
    case.say("south", "decline")
    rows = case.rows()
    assert rows["north"]["position"] == "affirm"
    assert rows["south"]["position"] == "decline"
    assert case.rows("2099-12-31").keys() == {"north"}
    assert case.reply()["undated"] == 3


@pytest.mark.parametrize("position", ["decline", "unable_to_verify", "question"])
def test_the_last_vote_outlives_a_refusal(case: Case, position: str) -> None:
    case.say("north", "deny", "2024-10-18")
    case.say("north", position, "2024-10-21")
    assert (case.position("north"), case.vote("north")) == (position, "deny")
    case.say("north", "affirm", "2024-10-22")
    assert (case.position("north"), case.vote("north")) == ("affirm", "affirm")
    assert case.vote("north", "2024-10-21") == "deny"


def test_a_retraction_takes_the_vote_back(case: Case) -> None:
    case.say("north", "deny", "2024-10-18")
    case.say("north", "retract", "2024-10-21")
    assert (case.position("north"), case.vote("north")) == ("retract", None)
    case.say("north", "decline", "2024-10-22")
    assert (case.position("north"), case.vote("north")) == ("decline", None)
    case.say("north", "affirm", "2024-10-23")
    assert case.vote("north") == "affirm"
    assert case.vote("north", "2024-10-22") is None
    assert case.vote("north", "2024-10-18") == "deny"


def test_what_is_deleted_or_corrected_is_not_a_position(case: Case) -> None:
    first = case.say("north", "deny", "2024-10-18")
    second = case.say("north", "affirm", "2024-10-21")
    case.client.delete(f"/v1/stances/{second}")
    assert case.position("north") == "deny"
    case.client.put(f"/v1/stances/{first}", {"claim": case.claim, "actor": "south", "position": "deny"})
    assert (case.position("north"), case.position("south")) == (None, "deny")


def test_many_actors(case: Case) -> None:
    """More rows than one network packet, and all of them counted."""
    for number in range(120):
        assert case.client.put(f"/v1/actors/crowd-{number}", {"name": "C" * 300, "kind": "person"}).status in (200, 201)
        case.say(f"crowd-{number}", ("affirm", "deny", "decline")[number % 3], "2024-10-21")
    reply = case.reply()
    assert len(reply["data"]) == 120
    assert {name: count for name, count in reply["counts"].items() if count} == {"affirm": 40, "deny": 40, "decline": 40}


def test_questions_that_cannot_be_answered(client: Client, world: dict[str, str]) -> None:
    target = "/v1/claims/march/positions"
    play(client, [
        step("GET", "/v1/claims/nothing/positions", status=404, json=problem(404, "not-found")),
        step("GET", "/v1/claims/%20/positions", status=404, json=problem(404, "not-found")),
        step("GET", f"{target}?as_of=2024-13-01", status=400,
             check=lambda response: response.json["errors"][0]["parameter"] == "as_of"),
        step("GET", f"{target}?as_of=", status=400),
        step("GET", f"{target}?as_of=2024-10-21&as_of=2024-10-22", status=400),
        step("GET", f"{target}?asof=2024-10-21", status=400),
        step("GET", f"{target}?as_of=2024-10-21", json={"data": list}),
        step("GET", "/v1/claims/{march}/positions", json={"data": list}),
    ], **world)
