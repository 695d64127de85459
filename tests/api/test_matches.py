"""Claims that would be recorded twice: refused while they are made, confirmed or rejected once they are there."""
import itertools
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.scenario import problem, step, play
from harness.wire import Response

names = itertools.count(1)


class Pair:
    """Two claims that say much the same, in words that no other claim has."""

    def __init__(self, client: Client) -> None:
        number = "".join(chr(ord("b") + int(digit)) for digit in f"{next(names):03}") + "x"
        self.client = client
        self.one, self.other = f"one-{number}", f"other-{number}"
        stones = [f"{number}{stone}" for stone in ("onyx", "jade", "basalt", "quartz", "slate")]
        self.text = "The {} is a {}, and the {} was {} and {}.".format(*stones)
        self.alike = "A {} is the {}; {} is {}, not {}".format(*stones)
        assert client.put(f"/v1/claims/{self.one}", {"text": self.text}).status == 201

    def record_other(self, **fields: Any) -> None:
        assert self.client.put(f"/v1/claims/{self.other}", {"text": self.alike} | fields).status == 201

    def post(self, text: str, query: str = "?unless_match=0.9", **fields: Any) -> Response:
        return self.client.post(f"/v1/claims{query}", {"text": text} | fields)

    def matches(self, ref: str, query: str = "") -> list[str]:
        response = self.client.get(f"/v1/claims/{ref}/matches{query}")
        assert response.status == 200, str(response)
        assert response.json["claim"]["ref"] == ref
        return [row["claim"].get("ref") for row in response.json["data"]]

    def reject(self, ref: str, match: str, **more: Any) -> Response:
        return self.client.post(f"/v1/claims/{ref}/reject", {"match": match} | more)


@pytest.fixture
def pair(client: Client, world: dict[str, str]) -> Iterator[Pair]:
    yield Pair(client)


def count(client: Client) -> int:
    return client.get("/v1/claims?count=exact&limit=1").json["total"]


def test_what_is_there_already_is_refused(pair: Pair) -> None:
    before = count(pair.client)
    response = pair.post(pair.text.upper())
    assert response.status == 409 and response.json["type"] == "/problems/already-recorded"
    first = response.json["candidates"][0]
    assert (first["claim"]["ref"], first["score"]) == (pair.one, 1) and len(first["terms"]) >= 4
    assert count(pair.client) == before


def test_what_is_not_is_stored(pair: Pair) -> None:
    response = pair.post("Nobody has said such a thing of heliotropes.", "?unless_match=0.5")
    assert response.status == 201
    assert pair.client.get(response.header("Location")).status == 200
    again = pair.post("Nobody has said such a thing of heliotropes.", "?unless_match=1")
    assert again.status == 409
    assert pair.post("Nobody has said such a thing of heliotropes.", "").status == 201


def test_texts_without_words_are_stored(pair: Pair) -> None:
    assert pair.post("It is what it is.").status == 201
    assert pair.post("😀").status == 201
    assert pair.post("😀").status == 201


def test_what_the_new_one_names_does_not_stand_in_its_way(pair: Pair) -> None:
    relations = [{"claim": pair.one, "relation": "duplicates"}]
    assert pair.post(pair.text).status == 409
    assert pair.post(pair.text, relations=relations).status == 201
    assert pair.post(pair.text, relations=relations).status == 409  # for the one before is not named


@pytest.mark.parametrize("query", ["?unless_match=1.5", "?unless_match=-0.1", "?unless_match=x", "?unless_match="])
def test_no_score(pair: Pair, query: str) -> None:
    response = pair.post("Anything", query)
    assert response.status == 400
    assert [fault["parameter"] for fault in response.json["errors"]] == ["unless_match"]


def test_faults_go_first(pair: Pair) -> None:
    response = pair.client.post("/v1/claims?unless_match=0.9", {"text": pair.text, "topics": 7, "more": 1})
    assert response.status == 422 and {fault["pointer"] for fault in response.json["errors"]} == {"/topics", "/more"}
    assert pair.client.post("/v1/claims?unless_match=0.9", b"{").status == 400
    missing = pair.post("Of nobody known is tourmaline", about=["nobody-known"])
    assert missing.status == 422 and missing.json["type"] == "/problems/unknown-reference"


def test_suggestions(pair: Pair) -> None:
    assert pair.matches(pair.one) == []
    pair.record_other()
    assert pair.matches(pair.one, "?min_score=0.5") == [pair.other]
    assert pair.matches(pair.other, "?limit=1") == [pair.one]
    assert pair.matches(pair.other, "?min_score=1") == []


def test_rejected_ones_are_not_suggested_again(pair: Pair) -> None:
    pair.record_other()
    for _ in range(2):  # to say so twice is to say so
        response = pair.reject(pair.one, pair.other)
        assert response.status == 200
        assert (response.json["claim"]["ref"], response.json["match"]["ref"], response.json["rejected"]) == (pair.one, pair.other, True)
    assert pair.matches(pair.one) == [] and pair.matches(pair.other) == []
    assert pair.reject(pair.other, pair.one, rejected=False).json["rejected"] is False
    assert pair.matches(pair.one) == [pair.other] and pair.matches(pair.other) == [pair.one]


def test_confirmed_ones_are_not_suggested_again(pair: Pair) -> None:
    pair.record_other(relations=[{"claim": pair.one, "relation": "duplicates"}])
    assert pair.matches(pair.one) == [] and pair.matches(pair.other) == []
    assert pair.client.request("PATCH", f"/v1/claims/{pair.other}", {
        "relations": [{"claim": pair.one, "relation": "supports"}]}).status == 200
    assert pair.matches(pair.one) == [pair.other]


def test_rejections_outlive_deletions(pair: Pair) -> None:
    pair.record_other()
    assert pair.reject(pair.one, pair.other).status == 200
    assert pair.client.delete(f"/v1/claims/{pair.other}").status == 204
    assert pair.client.post(f"/v1/claims/{pair.other}/restore", None).status == 200
    assert pair.matches(pair.one) == []


def test_rejecting_what_was_merged(pair: Pair) -> None:
    pair.record_other()
    gone = pair.other + "-gone"
    assert pair.client.put(f"/v1/claims/{gone}", {"text": "Something else."}).status == 201
    assert pair.client.post(f"/v1/claims/{gone}/merge", {"into": pair.other}).status == 200
    response = pair.reject(pair.one, gone)
    assert response.status == 200 and response.json["match"]["ref"] == pair.other
    assert pair.matches(pair.one) == []


def test_a_claim_without_words(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("PUT", "/v1/claims/wordless", {"text": "…!"}, 201),
        step("GET", "/v1/claims/wordless/matches", json={"data": []}),
    ])


@pytest.mark.parametrize("body, pointer, code", [
    ({}, "/match", "required"), ({"match": 1}, "/match", "wrong_type"), ({"match": "?"}, "/match", "invalid_reference"),
    ({"match": "x", "rejected": 1}, "/rejected", "wrong_type"), ({"match": "x", "a~b": 1}, "/a~0b", "unknown_field"), ([], "", "wrong_type"),
])
def test_bad_rejections(pair: Pair, body: Any, pointer: str, code: str) -> None:
    response = pair.client.post(f"/v1/claims/{pair.one}/reject", body)
    assert response.status == 422
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in response.json["errors"]]


def test_rejections_of_what_is_not_there(pair: Pair) -> None:
    play(pair.client, [
        step("POST", f"/v1/claims/{pair.one}/reject", {"match": "nobody"}, 422, problem(422, "unknown-reference", ("/match", "unknown_reference"))),
        step("POST", f"/v1/claims/{pair.one}/reject", {"match": pair.one}, 422, problem(422, "invalid-record", ("/match", "same_record"))),
        step("POST", "/v1/claims/nobody/reject", {"match": pair.one}, 404, problem(404, "not-found")),
        step("GET", "/v1/claims/nobody/matches", None, 404, problem(404, "not-found")),
        step("GET", f"/v1/claims/{pair.one}/matches?min_score=2", None, 400, problem(400, "invalid-parameter", ("min_score", "out_of_range"))),
    ])


def test_sent_again_under_its_key(pair: Pair) -> None:
    """The second is answered as the first was, though the claim is there by then."""
    body, key = {"text": pair.alike}, {"Idempotency-Key": pair.other}
    first = pair.client.post("/v1/claims?unless_match=1", body, headers=key)
    again = pair.client.post("/v1/claims?unless_match=1", body, headers=key)
    assert (first.status, again.status) == (201, 201) and first.json["id"] == again.json["id"]
    assert pair.client.post("/v1/claims?unless_match=1", body, headers={"Idempotency-Key": pair.one}).status == 409
