"""Reversals: who changed their mind, from what to what."""
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
    """Claims and stances of one test, told apart from all others by their topic."""

    def __init__(self, client: Client) -> None:
        self.client, self.number = client, next(names)
        self.topic = f"turn-{self.number}"
        for claim in ("tide", "moon"):
            body = {"text": claim, "topics": [self.topic]}
            assert client.put(f"/v1/claims/{self.ref(claim)}", body).status == 201

    def ref(self, name: str) -> str:
        return f"{name}-{self.number}"

    def say(self, claim: str, actor: str, story: str, **more: Any) -> None:
        """"affirm 2024-10-01, deny 2024-10-05": in this order."""
        for words in story.split(", "):
            position, *stated_at = words.split()
            body = {"claim": self.ref(claim), "actor": actor, "position": position} | more
            response = self.client.post("/v1/stances", body | ({"stated_at": stated_at[0]} if stated_at else {}))
            assert response.status == 201, str(response)

    def turns(self, target: str = "/v1/reversals", query: str = "") -> list[tuple]:
        response = self.client.get(f"{target}?topics={self.topic}{query}")
        assert response.status == 200, str(response)
        return [self.brief(row) for row in response.json["data"]]

    @staticmethod
    def brief(row: dict[str, Any]) -> tuple:
        return (row["kind"], row["actor"]["ref"], row["claim"]["text"], row["from"]["position"],
                row["from"]["stated_at"], row["to"]["position"], row["to"]["stated_at"], row["days"])


@pytest.fixture
def case(client: Client, world: dict[str, str]) -> Iterator[Case]:
    yield Case(client)


def test_newest_first_and_by_claim_and_actor(case: Case) -> None:
    case.say("tide", "north", "deny 2024-10-21, decline 2025-01-01, affirm 2025-04-28", source="speech")
    case.say("moon", "north", "affirm 2024-02-28, retract 2024-03-01")
    case.say("tide", "south", "affirm 2024-10-18, affirm 2024-10-19, decline 2024-10-20")
    reversal = ("reversal", "north", "tide", "deny", "2024-10-21", "affirm", "2025-04-28", 189)
    withdrawal = ("withdrawal", "north", "moon", "affirm", "2024-02-28", "retract", "2024-03-01", 2)
    assert case.turns() == [reversal, withdrawal]
    assert case.turns("/v1/actors/north/reversals") == [reversal, withdrawal]
    assert case.turns("/v1/actors/south/reversals") == []
    assert case.turns(f"/v1/claims/{case.ref('moon')}/reversals") == [withdrawal]
    assert case.turns(query="&kind=reversal") == [reversal]
    assert case.turns(query="&claim=" + case.ref("moon")) == [withdrawal]
    assert case.turns(query="&as_of=2024-12-31") == [withdrawal]
    assert case.turns(query="&source=speech") == [reversal]
    reply = case.client.get(f"/v1/claims/{case.ref('tide')}/reversals?as_of=2025-12-31").json
    assert reply["claim"]["text"] == "tide" and reply["as_of"] == "2025-12-31"
    assert reply["data"][0]["from"]["source"]["ref"] == "speech"


def test_what_is_no_turn(case: Case) -> None:
    case.say("tide", "north", "deny 2024-10-21, affirm")        # without a time there is no before and after
    case.say("tide", "south", "affirm 2024-10-21, deny 2024-10-21")
    case.say("tide", "agency", "retract 2024-10-21, affirm 2024-10-22")
    assert case.turns() == []


def test_days_are_those_of_the_calendar(case: Case) -> None:
    case.say("tide", "north", "deny 2024-10-21T23:59:00Z, affirm 2024-10-22T00:01:00Z")
    case.say("moon", "north", "deny 2024-10-21T00:00:00Z, affirm 2024-10-21T23:59:00Z")
    assert {turn[2]: turn[-1] for turn in case.turns()} == {"tide": 1, "moon": 0}


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_the_order_of_writing_does_not_matter(case: Case, order: tuple[int, ...]) -> None:
    said = ["deny 2024-10-21", "affirm 2024-10-22", "affirm 2024-10-23"]
    case.say("tide", "north", ", ".join(said[n] for n in order))
    assert [turn[3:7] for turn in case.turns()] == [("deny", "2024-10-21", "affirm", "2024-10-22")]


def test_pages(case: Case) -> None:
    case.say("tide", "north", ", ".join(f"{position} 2024-10-{day:02}" for day, position in
                                        enumerate(["affirm", "deny"] * 8, 1)))
    whole, seen, cursor = case.turns(), [], ""
    while True:
        reply = case.client.get(f"/v1/reversals?topics={case.topic}&limit=4{cursor}").json
        seen += [case.brief(row) for row in reply["data"]]
        if not reply["next"]:
            break
        cursor = f"&cursor={reply['next']}"
    assert seen == whole and len(seen) == 15
    assert [turn[6] for turn in seen] == sorted((turn[6] for turn in seen), reverse=True)


def test_as_csv_and_ndjson(case: Case) -> None:
    case.say("tide", "north", "deny 2024-10-21, affirm 2025-04-28")
    target = f"/v1/reversals?topics={case.topic}"
    row, = csv.DictReader(io.StringIO(case.client.get(f"{target}&format=csv").body.decode(), newline=""))
    assert (row["actor_ref"], row["from_position"], row["to_position"], row["to_stated_at"], row["days"]) == (
        "north", "deny", "affirm", "2025-04-28", "189")
    line, = case.client.get(f"{target}&format=ndjson").body.decode().splitlines()
    assert json.loads(line) == case.client.get(target).json["data"][0]


def test_what_was_known_at_a_moment(case: Case) -> None:
    case.say("tide", "north", "deny 2024-10-21, affirm 2025-04-28")
    assert len(case.turns(query="&known_at=2099-01-01")) == 1
    assert case.turns(query="&known_at=2024-10-21") == []


def test_questions_that_cannot_be_answered(client: Client, world: dict[str, str]) -> None:
    play(client, [step("GET", target, status=status, json=problem(status, kind)) for target, status, kind in [
        ("/v1/claims/nothing/reversals", 404, "not-found"),
        ("/v1/actors/nothing/reversals", 404, "not-found"),
        ("/v1/reversals?kind=both", 400, "invalid-parameter"),
        ("/v1/reversals?as_of=soon", 400, "invalid-parameter"),
        ("/v1/reversals?position=deny", 400, "invalid-parameter"),
        ("/v1/reversals?limit=0", 400, "invalid-parameter"),
        ("/v1/actors/north/reversals?cursor=AAAA", 400, "invalid-cursor"),
    ]], **world)
