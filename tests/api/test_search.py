"""Search and suggestions: what is found in which script, in which order, and how it is shown."""
import csv
import io
import json
import unicodedata
from typing import Any, Iterator
from urllib.parse import quote

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.scenario import play, problem, step
from harness.server import TREE, Server

LINES: list[dict[str, Any]] = [
    {"type": "actor", "ref": "ruritania", "name": "Ruritania", "kind": "state", "aliases": ["루리타니아", "Руритания", "Руританія"]},
    {"type": "actor", "ref": "hentzau", "name": "Rupert Joon-kook Hentzau", "kind": "person", "description": "Count, once of Strelsau"},
    {"type": "actor", "ref": "lukasz", "name": "Łukasz Müller", "kind": "person"},
    {"type": "source", "ref": "gazette", "kind": "article", "title": "Ruritania denies <everything> & more", "author": "Anthony Hope",
     "published_at": "1894-05-01", "language": "en"},
    {"type": "claim", "ref": "duel", "text": "The duel at Zenda was fought with 12,000 francs at stake.", "topics": ["duel"],
     "event_from": "1894-04-01", "language": "en", "location": "Zenda"},
    {"type": "claim", "ref": "ko-duel", "text": "루리타니아는 대북제재를 어겼다.", "topics": ["sanctions"], "language": "ko-KR"},
    {"type": "claim", "ref": "ru-duel", "text": "Ёлка стоит в Замке Зенда, и войска ушли.", "topics": ["castle"], "language": "ru"},
    {"type": "claim", "ref": "uk-duel", "text": "Київ бачив її війська.", "topics": ["castle"], "language": "uk"},
    {"type": "stance", "ref": "said", "claim": "duel", "actor": "hentzau", "position": "deny", "stated_at": "1894-04-02",
     "quote": "Ich war nie in Überlingen", "quote_language": "de", "translation": "I was never in Überlingen", "venue": "Strelsau Opera"},
]


@pytest.fixture(scope="module")
def found(server: Server) -> Iterator[Client]:
    with server.client() as client:
        body = "".join(json.dumps(line) + "\n" for line in LINES).encode()
        assert client.post("/v1/import", body, headers={"Content-Type": "application/x-ndjson"}).status == 200
        yield client


def rows(client: Client, text: str, more: str = "", path: str = "search") -> list[dict[str, Any]]:
    reply = client.get(f"/v1/{path}?q={quote(text, safe='')}{more}")
    assert reply.status == 200, str(reply)
    return reply.json["data"]


def refs(client: Client, text: str, more: str = "", path: str = "search") -> str:
    return " ".join(row["ref"] for row in rows(client, text, more, path))


@pytest.mark.parametrize("text, expected", [
    ("francs", "duel"), ("FRANCS Zenda", "duel"), ("franc", "duel"), ("12000", "duel"), ("12,000 francs", "duel"),
    ("\"duel at Zenda\"", "duel"), ("\"Zenda duel\"", ""), ("duel -francs", ""), ("francs or everything", "duel gazette"),
    ("fran*", "duel"), ("hope", "gazette"), ("Strelsau", "hentzau said"),
    # accents and letters
    ("lukasz muller", "lukasz"), ("Łukasz Müller", "lukasz"), ("uberlingen", "said"), ("ÜBERLINGEN", "said"),
    # Korean: with and without particles, within a word, any of the names
    ("루리타니아", "ruritania ko-duel"), ("루리타니아에서", "ruritania ko-duel"), ("제재", "ko-duel"), ("대북제재", "ko-duel"), ("북제", "ko-duel"),
    ("제재북", ""),
    # Cyrillic: endings, ё and е, і and и
    ("елка", "ru-duel"), ("ЁЛКИ", "ru-duel"), ("войсками", "ru-duel"), ("Руритании", "ruritania"), ("Руританією", "ruritania"),
    ("київ", "uk-duel"), ("військ", "uk-duel"), ("війська -київ", ""),
    # mistakes
    ("Joon Kok Hentzau", "hentzau"), ("Rupert Jun Kook", "hentzau"), ("Uberlingn", "said"), ("Zemda", ""), ("Zendla francs", "duel"),
    ("Ruritanai", "gazette ruritania"), ("Hentzua", "hentzau"),
    # nothing there
    ("nowhere", ""), ("the", "duel"), ("q", ""), ("שלום", ""), ("مرحبا Zenda", ""),
])
def test_what_is_found(found: Client, text: str, expected: str) -> None:
    assert sorted(refs(found, text).split()) == sorted(expected.split())


def test_the_best_comes_first(found: Client) -> None:
    """A name that is just that comes before a title with other words in it, and a name before a description."""
    assert refs(found, "ruritania") == "ruritania gazette"
    assert rows(found, "ruritania")[0]["score"] == 1
    assert refs(found, "strelsau") == "hentzau said" or refs(found, "strelsau") == "said hentzau"
    scores = [row["score"] for row in rows(found, "zenda or ruritania or strelsau")]
    assert scores == sorted(scores, reverse=True) and len(scores) >= 5 and all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("text, field, fragment", [
    ("everything", "title", "Ruritania denies &lt;<mark>everything</mark>&gt; &amp; more"),
    ("루리타니아", "aliases", "<mark>루리타니아</mark>"),
    ("제재 어겼다", "text", "루리타니아는 대북<mark>제재</mark>를 <mark>어겼다</mark>."),
    ("strelsau opera", "venue", "<mark>Strelsau</mark> <mark>Opera</mark>"),
    ("never", "translation", "I was <mark>never</mark> in Überlingen"),
])
def test_where_it_stands(found: Client, text: str, field: str, fragment: str) -> None:
    row = next(row for row in rows(found, text) if row["field"] == field)
    assert row["fragment"] == fragment


def test_a_row(found: Client) -> None:
    row = rows(found, "überlingen")[0]
    assert row | {"id": "", "score": 0, "fragment": ""} == {
        "type": "stance", "id": "", "ref": "said", "score": 0, "field": "quote", "fragment": "", "time": "1894-04-02", "language": "de",
        "claim": {"id": row["claim"]["id"], "ref": "duel", "text": LINES[4]["text"]},
        "actor": {"id": row["actor"]["id"], "ref": "hentzau", "name": "Rupert Joon-kook Hentzau"}}
    assert rows(found, "12000")[0]["text"] == LINES[4]["text"]
    assert rows(found, "everything")[0]["title"] == LINES[3]["title"]
    assert rows(found, "lukasz")[0]["name"] == "Łukasz Müller"


@pytest.mark.parametrize("more, expected", [
    ("", "duel gazette hentzau lukasz ruritania said"), ("&type=claim", "duel"), ("&type=actor,source", "gazette hentzau lukasz ruritania"),
    ("&type=stance", "said"), ("&topics=duel,none", "duel said"), ("&topics=none", ""), ("&from=1894-04-02", "gazette said"),
    ("&to=1894-04-02", "duel said"), ("&from=1894-04-01T00:00:00Z&to=1894-04-01", "duel"), ("&from=1894-04-02T00:00:01Z&to=1894-04-30", ""),
    ("&language=en", "duel gazette"), ("&language=DE", "said"), ("&language=e", ""),
])
def test_filters(found: Client, more: str, expected: str) -> None:
    if more == "&language=e":
        play(found, [step("GET", "/v1/search?q=x&language=e", status=400, json=problem(400, "invalid-parameter", ("language", "invalid_language")))])
        return
    text = "zenda or ruritania or rupert or lukasz or überlingen"
    assert " ".join(sorted(refs(found, text, more).split())) == expected
    assert refs(found, "루리타니아", "&language=ko") == "ko-duel"


def test_pages(found: Client) -> None:
    text = quote("zenda or ruritania or rupert or lukasz or überlingen")
    whole = found.get(f"/v1/search?q={text}").json["data"]
    paged: list[dict[str, Any]] = []
    target: Any = f"/v1/search?q={text}&limit=2"
    while target:
        reply = found.get(target)
        assert reply.status == 200 and len(reply.json["data"]) <= 2
        paged += reply.json["data"]
        cursor = reply.json["next"]
        assert (cursor is None) == (reply.header("Link") is None)
        target = cursor and f"/v1/search?q={text}&limit=2&cursor={cursor}"
    assert paged == whole and len(whole) == 6


def test_formats(found: Client) -> None:
    whole = rows(found, "ruritania")
    lines = found.get("/v1/search?q=ruritania&format=ndjson")
    assert [json.loads(line) for line in lines.body.decode().splitlines()] == whole
    table = list(csv.DictReader(io.StringIO(found.get("/v1/search?q=ruritania&format=csv").body.decode())))
    assert [(row["type"], row["ref"], row["fragment"]) for row in table] == [(row["type"], row["ref"], row["fragment"]) for row in whole]
    table = list(csv.DictReader(io.StringIO(found.get("/v1/suggest?q=ruritania&format=csv").body.decode())))
    assert [row["name"] or row["title"] for row in table] == ["Ruritania", LINES[3]["title"]]


@pytest.mark.parametrize("typed, expected", [
    ("r", "ruritania hentzau"), ("rur", "gazette ruritania"), ("ruritania den", "gazette ruritania"), ("joon", "hentzau"), ("루리", "ruritania ko-duel"),
    ("루", "ruritania ko-duel"), ("Рурит", "ruritania"), ("müll", "lukasz"), ("Rupret Hentzau", "hentzau"), ("Rupert Jun Kook", "hentzau"),
    ("zen", "duel"), ("ze", ""), ("strel", ""), ("!", ""), ("😀", ""), ("Lukas Muler", "lukasz"), ("fracns", "duel"),
])
def test_suggestions(found: Client, typed: str, expected: str) -> None:
    assert sorted(refs(found, typed, path="suggest").split()) == sorted(expected.split())


def test_fewer_suggestions(found: Client) -> None:
    assert refs(found, "rur", "&limit=1", "suggest") == "ruritania"


HARD = ["a" * 500, "x " * 32, "가" * 500, "😀" * 500 + "", "'", "''", "\\", "\\'", "a\\'b", "'a':*&b", "a & b | !c", "(a", "a)", ":*", "*", "**", "a**",
        "%", "_", "% _", "\"", "\"\"", "\" \"", "\"a", "a\"b\"c", "-", "--", "- a", "-\"a b\"", "or", "or or or", "a or", "or a", "a or -b",
        "; DROP TABLE claim; --", "$1", "{}", "{a,b}", "<b>x</b>", "a\tb\nc", "a\u200bb", "\u202eabc", "e\u0301", "ﬁ", "ß", "İ", "ǅ",
        "שלום עולם", "مرحبا", "नमस्ते", "ไทย", "中文", "日本語テキスト", "a1b2c3", "1e5", "0x1f", "::1", "http://example.org/x?y=z", "a@b.c", "#NorthKorea",
        "한", "ㅎ", "한a글", "\ufffd", "𝔘𝔫𝔦", "the of and", "-a", "-a -b"]


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
@pytest.mark.parametrize("path", ["search", "suggest", "claims", "actors"])
def test_hard_texts(found: Client, path: str, text: str) -> None:
    reply = found.get(f"/v1/{path}?q={quote(text, safe='')}")
    assert reply.status == 200 or (reply.status == 400 and reply.json["errors"][0]["parameter"] == "q"), str(reply)


@pytest.mark.parametrize("path", ["search", "suggest"])
def test_refusals(found: Client, path: str) -> None:
    def refused(target: str, *faults: tuple[str, str]) -> Any:
        return step("GET", target, status=400, json=problem(400, "invalid-parameter", *faults))
    play(found, [
        refused(f"/v1/{path}", ("q", "required")),
        refused(f"/v1/{path}?q=", ("q", "blank")),
        refused(f"/v1/{path}?q=%20%E2%80%8B", ("q", "blank")),
        refused(f"/v1/{path}?q=" + "a" * 501, ("q", "too_long")),
        refused(f"/v1/{path}?q=" + "a+" * 33, ("q", "too_many")),
        refused(f"/v1/{path}?q=a&limit=0", ("limit", "out_of_range")),
        refused(f"/v1/{path}?q=%ff", ("q", "malformed")),
        step("GET", f"/v1/{path}?q=" + "a" * 100_000, status=414),
        step("GET", f"/v1/{path}?q=a", status=406, send={"Accept": "image/png"}),
    ])


def test_refusals_of_a_search(found: Client) -> None:
    play(found, [
        step("GET", "/v1/search?q=%F0%9F%98%80", status=400, json=problem(400, "invalid-parameter", ("q", "blank"))),
        step("GET", "/v1/search?q=-duel", status=400, json=problem(400, "invalid-parameter", ("q", "blank"))),
        step("GET", "/v1/search?q=duel&type=review", status=400, json=problem(400, "invalid-parameter", ("type", "not_in_vocabulary"))),
        step("GET", "/v1/search?q=duel&from=yesterday", status=400, json=problem(400, "invalid-parameter", ("from", "not_a_time"))),
        step("GET", "/v1/search?q=duel&cursor=x", status=400, json=problem(400, "invalid-cursor")),
    ])


def test_every_way_to_write_is_seen(client: Client) -> None:
    """Created, changed, merged, deleted and put back."""
    first = {"name": "Quixotania", "kind": "state"}
    assert client.put("/v1/actors/quix", first).status == 201
    assert refs(client, "quixotania") == "quix"
    assert client.request("PATCH", "/v1/actors/quix", {"name": "Dulcineia"}).status == 200
    assert refs(client, "quixotania") == "" and refs(client, "dulcineia") == "quix" and refs(client, "dulc", path="suggest") == "quix"
    assert client.put("/v1/actors/sancho", {"name": "Barataria", "kind": "state"}).status == 201
    assert client.post("/v1/actors/quix/merge", {"into": "sancho"}).status == 200
    assert refs(client, "dulcineia") == "sancho"
    assert client.delete("/v1/actors/sancho").status == 204
    assert refs(client, "barataria") == "" and refs(client, "dulcineia") == ""
    assert client.post("/v1/actors/sancho/restore", None).status == 200
    assert refs(client, "barataria") == "sancho"


def test_both_sides_fold_alike(server: Server, database: Database) -> None:
    """What the database makes of a text, a search finds: every letter of these scripts, small and capital."""
    ranges = [(0x41, 0x5B), (0xC0, 0xD7), (0xD8, 0xF7), (0xF8, 0x180), (0x386, 0x3CF), (0x400, 0x460), (0x490, 0x4A0), (0xAC00, 0xAC20)]
    # of a few, the compatibility form has punctuation in it
    letters = [chr(point) for first, last in ranges for point in range(first, last)
               if chr(point).isalpha() and unicodedata.normalize("NFKD", chr(point))[-1] != "\u00b7" and point != 0x149]
    with server.client() as client:
        for number in range(0, len(letters), 8):
            word = "".join(letters[number:number + 8])
            assert client.put(f"/v1/claims/fold-{number}", {"text": f"Word {word} here."}).status == 201
            assert f"fold-{number}" in refs(client, f"\"{word}\"", "&type=claim").split(), word


def test_the_example_can_be_asked(launch: Any, empty_database: Database) -> None:
    """In the scripts of those who are spoken of."""
    server = launch(empty_database)
    with server.client() as client:
        example = (TREE / "examples" / "dprk-troops-2024.ndjson").read_bytes()
        assert client.post("/v1/import", example, headers={"Content-Type": "application/x-ndjson"}).status == 200
        for text, ref in [("북한은", "north-korea"), ("КНДР", "north-korea"), ("Україна", "ukraine"), ("Россия", "russia"), ("росії", "russia"),
                          ("황준국", "hwang-joon-kook"), ("Hwang Jun Kook", "hwang-joon-kook"), ("Vladivostock", "dprk-1500-vladivostok")]:
            assert refs(client, text).split()[:1] == [ref], text
            assert ref in refs(client, text, path="suggest").split(), text
