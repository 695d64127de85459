"""The matrix: actors by claims, and in each cell where the one stands on the other."""
import csv
import io
import itertools
import json
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.scenario import play, problem, step

CODES = {"affirm": 1, "deny": -1, "question": 2, "decline": 3, "unable_to_verify": 4, "report": 5, "retract": 6}
numbers = itertools.count(1)


class Case:
    """Three actors and three claims of its own; names and texts end in the number of the case."""

    def __init__(self, client: Client) -> None:
        self.client, self.number = client, next(numbers)
        for name in "abc":
            assert client.put(f"/v1/actors/{self.ref(name)}", {"name": f"={name.upper()}", "kind": "state"}).status == 201
            assert client.put(f"/v1/claims/{self.ref('on-' + name)}", {"text": f"On {name}.", "topics": [self.ref("t")]}).status == 201

    def ref(self, name: str) -> str:
        return f"mx-{self.number}-{name}"

    def say(self, actor: str, claim: str, said: str, **more: Any) -> None:
        for words in said.split(", "):
            position, *stated_at = words.split()
            body = {"actor": self.ref(actor), "claim": self.ref(f"on-{claim}"), "position": position} | more
            assert self.client.post("/v1/stances", body | ({"stated_at": stated_at[0]} if stated_at else {})).status == 201

    def reply(self, query: str = "") -> dict[str, Any]:
        response = self.client.get(f"/v1/matrix?topics={self.ref('t')}&{query}")
        assert response.status == 200, str(response)
        return response.json

    def cells(self, query: str = "") -> dict[str, Any]:
        """Actor and claim → value, of the cells that have one."""
        reply = self.reply(query)
        claims = [each["claim"]["ref"][-1] for each in reply["claims"]]
        return {row["actor"]["ref"][-1] + claim: value for row in reply["data"] for claim, value in zip(claims, row["values"])
                if value is not None}


@pytest.fixture
def case(client: Client) -> Iterator[Case]:
    made = Case(client)
    made.say("a", "a", "deny 2024-10-01, affirm 2024-11-01, report 2024-12-01")
    made.say("a", "b", "affirm 2024-10-01, deny 2024-10-15")
    made.say("b", "a", "decline 2024-10-01, affirm")
    made.say("b", "b", "affirm 2024-10-01, retract 2024-11-01")
    made.say("c", "b", "question")
    yield made


def test_positions(case: Case) -> None:
    assert case.cells() == {"aa": 1, "ab": -1, "ba": 3, "bb": 6, "cb": 2}
    assert case.cells("as_of=2024-10-10") == {"aa": -1, "ab": 1, "ba": 3, "bb": 1}
    assert case.cells(f"actor={case.ref('a')}") == {"aa": 1, "ab": -1}
    reply = case.reply()
    assert {each["position"]: each["code"] for each in reply["codes"]} == CODES
    assert [row["actor"]["name"] for row in reply["data"]] == ["=A", "=B", "=C"]
    assert [each["claim"]["text"] for each in reply["claims"]] == ["On a.", "On b."] and reply["next"] is None


def test_counts_and_percentages(case: Case) -> None:
    assert case.cells("value=stances") == {"aa": 3, "ab": 2, "ba": 2, "bb": 2, "cb": 1}
    assert case.cells("value=percentage") == {"aa": 60, "ab": 40, "ba": 50, "bb": 50, "cb": 100}
    reply = case.reply()
    first, second, third = reply["data"]
    assert {name: count for name, count in first["counts"].items() if count} == {"affirm": 1, "deny": 1}
    assert (first["votes"], first["non_votes"], first["stances"], first["percentages"]) == (2, 0, 5, {"affirm": 50, "deny": 50})
    assert (second["votes"], second["non_votes"], second["stances"], second["percentages"]) == (0, 2, 4, None)
    on_a, on_b = reply["claims"]
    assert (on_a["votes"], on_a["non_votes"], on_a["stances"], on_a["percentages"]) == (1, 1, 5, {"affirm": 100, "deny": 0})
    assert (on_b["votes"], on_b["non_votes"], on_b["percentages"]) == (1, 2, {"affirm": 0, "deny": 100})


def test_it_says_what_positions_say(case: Case) -> None:
    for claim in "ab":
        rows = case.client.get(f"/v1/claims/{case.ref('on-' + claim)}/positions").json["data"]
        assert {row["actor"]["ref"][-1] + claim: CODES[row["position"]] for row in rows} == {
            key: value for key, value in case.cells().items() if key[1] == claim}


def test_formats(case: Case) -> None:
    target = f"/v1/matrix?topics={case.ref('t')}"
    response = case.client.get(f"{target}&format=csv")
    head, *rows = csv.reader(io.StringIO(response.body.decode()))
    assert head == ["actor_id", "actor_ref", "actor_name", case.ref("on-a"), case.ref("on-b")]
    assert [row[1:] for row in rows] == [[case.ref("a"), "'=A", "1", "-1"], [case.ref("b"), "'=B", "3", "6"], [case.ref("c"), "'=C", "", "2"]]
    lines = [json.loads(line) for line in case.client.get(f"{target}&format=ndjson").body.splitlines()]
    assert lines == case.reply()["data"]


def test_nothing_and_bad_input(client: Client) -> None:
    empty = client.get("/v1/matrix?topics=mx-nothing").json
    assert (empty["claims"], empty["data"]) == ([], [])
    assert client.get("/v1/matrix?topics=mx-nothing&format=csv").body == b"actor_id,actor_ref,actor_name\r\n"
    play(client, [
        step("GET", "/v1/matrix?value=mood&limit=1", status=400,
             json=problem(400, "invalid-parameter", ("value", "not_in_vocabulary"), ("limit", "unknown_parameter"))),
        step("GET", "/v1/matrix", status=406, send={"Accept": "image/png"}, json=problem(406, "not-acceptable"))])


def test_too_much(client: Client, database: Database) -> None:
    """Rows and columns have an end."""
    database.query("""
        INSERT INTO actor (id, version, created_at, updated_at, name, kind)
            SELECT gen_random_uuid(), 1, now(), now(), 'Too many', 'group' FROM generate_series(1, 20001) n;
        INSERT INTO claim (id, version, created_at, updated_at, text) VALUES (gen_random_uuid(), 1, now(), now(), 'Too much');
        INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position)
            SELECT gen_random_uuid(), 1, now(), now(), claim.id, actor.id, 'affirm' FROM claim, actor
            WHERE text = 'Too much' AND name = 'Too many'""")
    play(client, [step("GET", "/v1/matrix", status=422, json=problem(
        422, "reply-too-large", detail="A matrix has at most 20000 rows and columns; filter for fewer."))])
