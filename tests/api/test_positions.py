"""Positions: per actor what it says of a claim now, or as of a date."""
import csv
import io
import itertools
import json
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


def test_shares_leave_non_votes_out(case: Case) -> None:
    assert case.reply()["shares"] is None
    assert case.client.put("/v1/actors/outlet", {"name": "Outlet", "kind": "media"}).status in (200, 201)
    for actor, position in [("north", "deny"), ("south", "affirm"), ("ministry", "affirm"), ("outlet", "decline")]:
        case.say(actor, position, "2024-10-21")
    case.say("agency", "deny", "2024-10-21")
    reply = case.reply()
    assert reply["shares"] == {"affirm": 0.5, "deny": 0.5}
    assert (reply["votes"], reply["non_votes"], reply["contested"]) == (4, 1, True)
    assert case.reply("2024-10-20")["contested"] is False


def test_rolled_up_to_those_for_whom_they_speak(case: Case) -> None:
    for actor, part_of in [("republic", None), ("ministry", "republic"), ("spokesman", "ministry")]:
        body = {"name": actor, "kind": "organization"} | ({"part_of": part_of} if part_of else {})
        assert case.client.put(f"/v1/actors/{actor}", body).status in (200, 201)
    case.say("spokesman", "deny", "2024-10-21")
    case.say("ministry", "decline", "2024-10-18")
    case.say("ministry", "deny", "2024-10-20")
    case.say("south", "affirm", "2024-10-18")
    target = f"/v1/claims/{case.claim}/positions?level=top"
    rows = {row["actor"]["ref"]: row for row in case.client.get(target).json["data"]}
    assert rows.keys() == {"republic", "south"}
    assert (rows["republic"]["position"], rows["republic"]["divided"]) == ("deny", False)
    assert [voice["actor"]["ref"] for voice in rows["republic"]["voices"]] == ["ministry", "spokesman"]
    reply = case.client.get(target + "&as_of=2024-10-19").json
    assert reply["counts"]["decline"] == 1 and reply["divided"] == 0
    case.say("republic", "affirm", "2025-04-28")
    reply = case.client.get(target).json
    assert (reply["divided"], reply["votes"], reply["contested"]) == (1, 1, True)
    row = next(row for row in reply["data"] if row["actor"]["ref"] == "republic")
    assert row["position"] is None and row["divided"] and row["voice_count"] == 3
    own = {row["actor"]["ref"]: row["position"] for row in case.reply()["data"]}
    assert own == {"republic": "affirm", "ministry": "deny", "spokesman": "deny", "south": "affirm"}


def test_where_an_actor_stands(case: Case) -> None:
    actor = f"debater-{case.claim}"
    assert case.client.put(f"/v1/actors/{actor}", {"name": "Debater", "kind": "person"}).status == 201
    voice = f"voice-{case.claim}"
    assert case.client.put(f"/v1/actors/{voice}", {"name": "V", "kind": "person", "part_of": actor}).status == 201
    case.say(actor, "deny", "2024-10-21")
    case.say(voice, "affirm", "2024-10-22")
    target = f"/v1/actors/{actor}/positions"
    reply = case.client.get(target).json
    assert [(row["claim"]["ref"], row["position"]) for row in reply["data"]] == [(case.claim, "deny")]
    assert reply["actor"]["ref"] == actor and reply["counts"]["deny"] == 1
    row, = case.client.get(target + "?level=top").json["data"]
    assert row["divided"] and {voice["position"] for voice in row["voices"]} == {"affirm", "deny"}
    assert case.client.get(target + "?as_of=2024-10-20").json["data"] == []


def test_filters_choose_the_stances(case: Case) -> None:
    case.client.put(f"/v1/claims/{case.claim}", {"text": "It is so.", "topics": ["tides"]})
    case.say("north", "deny", "2024-10-18", source="speech")
    case.say("north", "affirm", "2024-10-21")
    case.say("south", "affirm", "2024-10-21")
    target = f"/v1/claims/{case.claim}/positions?"

    def found(query: str) -> dict[str, str]:
        return {row["actor"]["ref"]: row["position"] for row in case.client.get(target + query).json["data"]}

    assert found("actor=north") == {"north": "affirm"}
    assert found("source=speech") == {"north": "deny"}
    assert found("stated_at.lte=2024-10-20") == {"north": "deny"}
    assert found("topics=tides") == {"north": "affirm", "south": "affirm"}
    assert found("topics=troops") == found("topics.not=tides") == {}
    assert case.client.get(target + "position=deny").status == 400, "a position is what is asked for"


def test_what_was_known_at_a_moment(case: Case) -> None:
    first = case.say("north", "deny", "2024-10-18")
    moments = [case.client.get(f"/v1/stances/{first}").json["updated_at"]]
    second = case.say("north", "affirm", "2024-10-16")      # said before, recorded after
    case.client.put(f"/v1/stances/{first}", {"claim": case.claim, "actor": "south", "position": "deny"})
    moments.append(case.client.get(f"/v1/stances/{first}").json["updated_at"])
    case.client.delete(f"/v1/stances/{second}")

    def known(at: str) -> dict[str, str]:
        reply = case.client.get(f"/v1/claims/{case.claim}/positions?known_at={at}").json
        return {row["actor"]["ref"]: row["position"] for row in reply["data"]}

    assert known("2024-10-20") == {}
    assert known(moments[0]) == {"north": "deny"}
    assert known(moments[1]) == {"north": "affirm", "south": "deny"}
    assert known("2099-01-01") == {"south": "deny"}
    mine = case.client.get(f"/v1/actors/south/positions?known_at={moments[0]}").json["data"]
    assert case.claim not in {row["claim"]["ref"] for row in mine}


def test_pages_of_positions(case: Case) -> None:
    for actor in ("north", "south", "agency", "ministry"):
        case.say(actor, "affirm", "2024-10-21")
    whole = [row["actor"]["ref"] for row in case.reply()["data"]]
    target, seen = f"/v1/claims/{case.claim}/positions?limit=3", []
    reply = case.client.get(target).json
    while True:
        assert reply["votes"] == 4
        seen += [row["actor"]["ref"] for row in reply["data"]]
        if not reply["next"]:
            break
        reply = case.client.get(f"{target}&cursor={reply['next']}").json
    assert seen == whole and len(seen) == 4


def test_positions_as_csv_and_ndjson(case: Case) -> None:
    case.say("north", "deny", "2024-10-21", quote="=1+1")
    target = f"/v1/claims/{case.claim}/positions"
    response = case.client.get(target, headers={"Accept": "text/csv"})
    row, = csv.DictReader(io.StringIO(response.body.decode(), newline=""))
    assert response.header("Content-Type").startswith("text/csv")
    assert (row["actor_ref"], row["position"], row["stated_at"], row["last_vote_position"], row["quote"]) == (
        "north", "deny", "2024-10-21", "deny", "'=1+1")
    line, = case.client.get(f"{target}?format=ndjson").body.decode().splitlines()
    assert json.loads(line) == case.reply()["data"][0]


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
        step("GET", f"{target}?known_at=yesterday", status=400),
        step("GET", f"{target}?level=middle", status=400),
        step("GET", "/v1/actors/nothing/positions", status=404, json=problem(404, "not-found")),
        step("GET", f"{target}?as_of=2024-10-21", json={"data": list}),
        step("GET", "/v1/claims/{march}/positions", json={"data": list}),
    ], **world)
