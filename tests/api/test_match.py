"""Which recorded claims say the same as a text."""
import itertools
import json
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.cluster import Cluster
from harness.server import Server, run
from harness.wire import Response
from harness.workshop import Workshop

CLAIMS = {
    "troops": "North Korea has sent 12,000 soldiers to Russia to fight in Kursk.",
    "shells": "North Korea has supplied Russia with artillery shells.",
    "cheese": "The moon is made of green cheese.",
    "butterflies": "Brown butterflies survived the Australian bushfires in wombat burrows.",
    "korean": "북한군이 러시아 쿠르스크에서 우크라이나군과 싸우고 있다",
    "ukrainian": "Північна Корея відправила військових до Росії.",
    "arabic": "كوريا الشمالية أرسلت جنودا إلى روسيا",
    "chinese": "朝鲜向俄罗斯派遣了军队",
    "spoken": "Ça n'est pas vrai, déclare le président.",
}


@pytest.fixture(scope="module")
def recorded(workshop: Workshop, cluster: Cluster) -> Iterator[Server]:
    """A database of its own, where nobody else's claims are found."""
    database = cluster.database()
    server = Server(workshop, database.conninfo).ready()
    with server.client() as client:
        for ref, text in CLAIMS.items():
            assert client.put(f"/v1/claims/{ref}", {"text": text}).status == 201
        assert client.put("/v1/claims/titled", {
            "text": "A claim that a photograph makes.", "location": "Pago Pago",
            "attributes": {"title": "Did a wombat rescue koalas?", "more": [{"deep": "sanctuary"}], "url": "https://example.org/platypus"},
        }).status == 201
    yield server
    server.stop()
    database.drop()


@pytest.fixture
def client(recorded: Server) -> Iterator[Client]:
    with recorded.client() as client:
        yield client


def match(client: Client, text: str, **options: Any) -> list[dict[str, Any]]:
    response = client.post("/v1/claims/match", {"text": text} | options)
    assert response.status == 200, str(response)
    return response.json["data"]


def refs(rows: list[dict[str, Any]]) -> list[str]:
    return [row["claim"]["ref"] for row in rows]


@pytest.mark.parametrize("text, ref", [
    ("12000 North Korean soldiers are fighting for Russia in Kursk region now", "troops"),
    ("RT @someone: WOW!! #NorthKorea sends artillery shells to Russia https://t.co/abcdef 😀", "shells"),
    ("How are butterflies surviving the #AustralianFires? Look into a wombat's burrow", "butterflies"),
    ("the moon: cheese?", "cheese"),
    ("북한군이 쿠르스크에 있다", "korean"),
    ("ПІВНІЧНА КОРЕЯ ВІДПРАВИЛА солдатів", "ukrainian"),
    ("أرسلت كوريا الشمالية جنودا", "arabic"),
    ("朝鲜军队在俄罗斯", "chinese"),
    ("declare par le PRESIDENT: ca", "spoken"),
    ("koalas were rescued by a wombat?", "titled"),
    ("pago", "titled"),
    ("sanctuary", "titled"),
])
def test_what_says_the_same_comes_first(client: Client, text: str, ref: str) -> None:
    rows = match(client, text)
    assert refs(rows)[0] == ref, json.dumps(rows, ensure_ascii=False)
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("ref", CLAIMS)
def test_a_claim_itself_has_the_highest_score(client: Client, ref: str) -> None:
    first = match(client, CLAIMS[ref].upper() + " !")[0]
    assert (first["claim"]["ref"], first["claim"]["text"], first["score"]) == (ref, CLAIMS[ref], 1)


def test_terms_are_those_that_both_have(client: Client) -> None:
    row = match(client, "Artillery shells from North Korea, Moscow says")[0]
    assert row["claim"]["ref"] == "shells"
    assert [term["term"] for term in row["terms"]] == ["artillery", "shells", "north", "korea"]
    assert all(0 < term["weight"] <= 1 for term in row["terms"])


def test_limits(client: Client) -> None:
    text = "North Korea Russia wombat cheese moon"
    everything = match(client, text)
    assert len(everything) >= 4
    assert match(client, text, limit=2) == everything[:2]
    least = everything[1]["score"]
    assert match(client, text, min_score=least) == [row for row in everything if row["score"] >= least]
    assert match(client, text, min_score=1) == []


def test_signals(client: Client) -> None:
    row = match(client, "North Korean artillery", signals=True)[0]
    assert row["signals"]["numbers"] == 0 and 0 < row["signals"]["bm25"]
    assert "signals" not in match(client, "North Korean artillery")[0]


@pytest.mark.parametrize("text", [
    "x", "the", "It is what it is, and that is that.", "😀😀🔥", "?!", "https://example.org/platypus", "@", "#", "0", "'", "\\", "a\tb\nc",
    "'; DROP TABLE claim; --", "$1 :: tsquery", "a & b | !c <-> d:*", "(((", "%_%", "\u202eevil\u202c",
    "שלום עולם", "Привет мир 你好 안녕 hello", "\u0301\u0301\u0301", "ß", "𝐅𝐚𝐤𝐞 𝐧𝐞𝐰𝐬", "Ａ", "ﷺ", "word " * 4000, "z" * 20000, "京" * 20000,
    "1,2" * 5000, "''''''" * 3000, "😀" * 20000, " ".join(f"w{n}" for n in range(3000)),
])
def test_any_text_is_answered(client: Client, text: str) -> None:
    assert isinstance(match(client, text), list)


def test_nothing_to_look_for(client: Client) -> None:
    assert match(client, "It is what it is.") == []
    assert match(client, "zebra xylophone") == []


BAD = [
    ({}, "/text", "required"), ({"text": None}, "/text", "required"), ({"text": 7}, "/text", "wrong_type"),
    ({"text": ""}, "/text", "blank"), ({"text": " \n"}, "/text", "blank"), ({"text": "x" * 100_000}, "/text", "too_long"),
    ({"text": "x", "limit": 0}, "/limit", "out_of_range"), ({"text": "x", "limit": 101}, "/limit", "out_of_range"),
    ({"text": "x", "limit": 1.5}, "/limit", "wrong_type"), ({"text": "x", "min_score": 1.1}, "/min_score", "out_of_range"),
    ({"text": "x", "min_score": "1"}, "/min_score", "wrong_type"), ({"text": "x", "signals": 1}, "/signals", "wrong_type"),
    ({"text": "x", "a/b": 1}, "/a~1b", "unknown_field"), ([], "", "wrong_type"), ("x", "", "wrong_type"),
]


@pytest.mark.parametrize("body, pointer, code", BAD)
def test_bad_requests(client: Client, body: Any, pointer: str, code: str) -> None:
    response = client.post("/v1/claims/match", body)
    assert response.status == 422, str(response)
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in response.json["errors"]]


def test_every_fault_is_named(client: Client) -> None:
    response = client.post("/v1/claims/match", {"limit": "x", "signals": 3, "extra": 1})
    assert {fault["pointer"] for fault in response.json["errors"]} == {"/text", "/limit", "/signals", "/extra"}


def test_what_is_no_request(client: Client) -> None:
    assert client.post("/v1/claims/match", b"{").status == 400
    assert client.post("/v1/claims/match", b"{}", headers={"Content-Type": "text/plain"}).status == 415
    assert client.post("/v1/claims/match?limit=3", {"text": "x"}).status == 400


# --- Every way in which a claim is written keeps the index

names = itertools.count(1)


def word() -> str:
    """A word that no claim has yet."""
    return "".join(chr(ord("b") + int(digit)) for digit in f"{next(names):05}") + "quartz"


def found(client: Client, text: str) -> list[str]:
    return refs(match(client, text))


def test_written_in_every_way(client: Client) -> None:
    ref, first, second, third = (word() for _ in range(4))
    created: Response = client.post("/v1/claims", {"ref": ref, "text": f"It says {first}."})
    assert created.status == 201 and found(client, first) == [ref]
    assert client.put(f"/v1/claims/{ref}", {"text": f"It says {second}."}).status == 200
    assert found(client, first) == [] and found(client, second) == [ref]
    patched = client.request("PATCH", f"/v1/claims/{ref}", {"attributes": {"title": f"Is it {third}?"}})
    assert patched.status == 200
    assert found(client, third) == [ref] and found(client, second) == [ref]
    assert client.delete(f"/v1/claims/{ref}").status == 204
    assert found(client, second) == []
    assert client.post(f"/v1/claims/{ref}/restore", None).status == 200
    assert found(client, third) == [ref]
    line = json.dumps({"type": "claim", "ref": ref, "text": f"It says {first}."}).encode()
    assert client.post("/v1/import", line, headers={"Content-Type": "application/x-ndjson"}).status == 200
    assert found(client, first) == [ref] and found(client, second) == []


def test_claims_from_before(workshop: Workshop, cluster: Cluster) -> None:
    """Those that were there when the migration came are found as well: it makes the index from what is there."""
    database = cluster.database()
    assert run(workshop, "migrate", database=database.conninfo).returncode == 0
    database.query("DROP INDEX claim_match")
    database.query("INSERT INTO claim (id, ref, version, created_at, updated_at, text)"
                   " VALUES (gen_random_uuid(), 'old', 1, now(), now(), 'An obsidian claim')")
    database.query("CREATE INDEX claim_match ON claim USING gin (claim_terms(text, location, attributes))")
    server = Server(workshop, database.conninfo).ready()
    with server.client() as client:
        assert found(client, "obsidian") == ["old"]
    server.stop()
    database.drop()


def test_counts_of_words_follow_the_claims(workshop: Workshop, cluster: Cluster) -> None:
    """A word weighs less once many claims have it."""
    database = cluster.database()
    server = Server(workshop, database.conninfo).ready()

    def load(first: int, past: int, text: str) -> None:
        lines = "\n".join(json.dumps({"type": "claim", "ref": f"n{n}", "text": text.format(n)}) for n in range(first, past))
        assert client.post("/v1/import", lines.encode(), headers={"Content-Type": "application/x-ndjson"}).status == 200

    def weight(term: str, number: int) -> float:
        return next(each["weight"] for each in match(client, f"{term} n{number}")[0]["terms"] if each["term"] == term)

    with server.client() as client:
        load(0, 300, "Granite n{}")
        common = weight("granite", 1)
        load(300, 2000, "Basalt n{}")
        assert weight("granite", 1) > common  # three hundred of two thousand, after three hundred of as many
        assert weight("basalt", 301) < weight("granite", 1)
    server.stop()
    database.drop()
