"""Filters, orders, counts and words: which rows a list has, and in which order."""
from typing import Any, Iterator
from urllib.parse import quote

import pytest

from harness.client import Client
from harness.samples import build_world
from harness.scenario import play, problem, step
from harness.server import Server

STANCES: dict[str, dict[str, Any]] = {
    "s1": {"position": "deny", "actor": "north", "stated_at": "2024-10-21", "confidence": 90, "source": "paper",
           "quote": "baseless rumours", "act": "reject"},
    "s2": {"position": "affirm", "actor": "north", "stated_at": "2024-10-21T23:59:59.999999Z", "confidence": 50},
    "s3": {"position": "affirm", "actor": "south", "stated_at": "2024-10-22", "degree": 0.5, "speaker": "ministry"},
    "s4": {"position": "decline", "actor": "south", "confidence": 50, "source": "speech", "act": "warn"},
    "s5": {"position": "report", "actor": "agency", "claim": "treaty", "stated_at": "2023-01-01T00:00:00Z",
           "quote": "근거 없는 소문", "venue": "Seoul"},
    "s6": {"position": "deny", "actor": "ministry", "claim": "treaty", "degree": 1},
}
CLAIMS: dict[str, dict[str, Any]] = {
    "march": {"text": "The North marches.", "topics": ["troops"], "about": ["north"], "location": "the border"},
    "treaty": {"text": "The treaty holds.", "topics": ["troops", "law"], "about": ["north", "south"]},
    "third": {"text": "Nothing, at all.", "language": "en",
              "relations": [{"claim": "march", "relation": "contradicts"}, {"claim": "treaty", "relation": "refines"}]},
}
ACTORS: dict[str, dict[str, Any]] = {
    "north": {"name": "North", "kind": "state", "aliases": ["DPRK", "the North, as such"], "country": "KP"},
    "south": {"name": "South", "kind": "state", "aliases": ["ROK"], "country": "KR"},
}


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[None]:
    with server.client() as client:
        build_world(client)
        for plural, records in (("claims", CLAIMS), ("actors", ACTORS), ("stances", STANCES)):
            for ref, record in records.items():
                body = {"claim": "march"} | record if plural == "stances" else record
                response = client.put(f"/v1/{plural}/{ref}", body)
                assert response.status in (200, 201), str(response)
    yield


def refs(client: Client, target: str) -> list[str]:
    response = client.get(target)
    assert response.status == 200, str(response)
    return [row["ref"] for row in response.json["data"]]


def found(client: Client, plural: str, query: str) -> str:
    """The refs of all rows, oldest first."""
    return " ".join(refs(client, f"/v1/{plural}?sort=created_at&limit=1000&{query}"))


FILTERS = [
    ("stances", "position=deny", "s1 s6"),
    ("stances", "position=deny,decline", "s1 s4 s6"),
    ("stances", "position.not=deny,decline", "s2 s3 s5"),
    ("stances", "actor=north", "s1 s2"),
    ("stances", "actor=north,agency", "s1 s2 s5"),
    ("stances", "actor=nobody", ""),
    ("stances", "actor=north&position=deny", "s1"),
    ("stances", "claim=treaty", "s5 s6"),
    ("stances", "source=paper", "s1"),
    ("stances", "source.null=true", "s2 s3 s5 s6"),
    ("stances", "source.null=false", "s1 s4"),
    ("stances", "source.not=paper", "s2 s3 s4 s5 s6"),
    ("stances", "act.not=reject", "s2 s3 s4 s5 s6"),
    ("stances", "quote.null=false", "s1 s5"),
    ("stances", "confidence=50", "s2 s4"),
    ("stances", "confidence=50,90", "s1 s2 s4"),
    ("stances", "confidence.gte=50", "s1 s2 s4"),
    ("stances", "confidence.gt=50", "s1"),
    ("stances", "confidence.lt=90&confidence.gte=10", "s2 s4"),
    ("stances", "confidence.not=50", "s1 s3 s5 s6"),
    ("stances", "confidence.null=true", "s3 s5 s6"),
    ("stances", "degree=0.5,1", "s3 s6"),
    ("stances", "degree.lte=5e-1", "s3"),
    ("stances", "stated_at=2024-10-21", "s1 s2"),
    ("stances", "stated_at=2024-10-21T00:00:00Z", "s1"),
    ("stances", "stated_at.not=2024-10-21", "s3 s4 s5 s6"),
    ("stances", "stated_at.gte=2024-10-21", "s1 s2 s3"),
    ("stances", "stated_at.gt=2024-10-21", "s3"),
    ("stances", "stated_at.lte=2024-10-21", "s1 s2 s5"),
    ("stances", "stated_at.lt=2024-10-21", "s5"),
    ("stances", "stated_at.lte=2024-10-21T09:00:00+09:00", "s1 s5"),
    ("stances", "stated_at.lt=2024-10-21T09:00:00%2B09:00", "s5"),
    ("stances", "stated_at.lte=9999-12-31", "s1 s2 s3 s5"),
    ("stances", "stated_at.null=true", "s4 s6"),
    ("stances", "venue=Seoul", "s5"),
    ("stances", "ref=s1,s2,nothing", "s1 s2"),
    ("stances", "id=s3", "s3"),
    ("stances", "ref.not=s1,s2,s3,s4,s5", "s6"),
    ("stances", "ref.null=true", ""),
    ("stances", "created_at.gt=2100-01-01", ""),
    ("stances", "created_at.gte=2024-01-01&updated_at.lt=2100-01-01", "s1 s2 s3 s4 s5 s6"),
    ("stances", "q=rumours", "s1"),
    ("stances", "q=RUMOURS+baseless", "s1"),
    ("stances", "q=" + quote("소문"), "s5"),
    ("stances", "q=rumours+or+seoul", "s1 s5"),
    ("stances", "q=baseless+-rumours", ""),
    ("stances", "q=" + quote("\"rumours baseless\""), ""),
    ("stances", "q=" + quote("'& | ! <-> :* ( \\"), ""),
    ("claims", "topics=troops", "march treaty"),
    ("claims", "topics=law,nothing", "treaty"),
    ("claims", "topics.all=troops,law", "treaty"),
    ("claims", "topics.not=law", "march third"),
    ("claims", "topics.null=true", "third"),
    ("claims", "topics.null=false", "march treaty"),
    ("claims", "about=south", "treaty"),
    ("claims", "about=south,north", "march treaty"),
    ("claims", "about.all=south,north", "treaty"),
    ("claims", "about.all=north", "march treaty"),
    ("claims", "about.not=south", "march third"),
    ("claims", "about.null=true", "third"),
    ("claims", "relations=march", "third"),
    ("claims", "relations.all=march,treaty", "third"),
    ("claims", "relations.null=true", "march treaty"),
    ("claims", "language=en", "third"),
    ("claims", "q=border", "march"),
    ("sources", "cites=speech", "paper"),
    ("sources", "first_hand=true", "speech"),
    ("sources", "kind=article,speech", "speech paper"),
    ("actors", "country=KP", "north"),
    ("actors", "aliases=ROK", "south"),
    ("actors", "aliases=the+North%5C,+as+such", "north"),
    ("actors", "part_of=north", "ministry"),
    ("actors", "name=North,South", "north south"),
    ("actors", "q=dprk", "north"),
    ("actors", "reliability.null=false", ""),
]


@pytest.mark.parametrize("plural, query, expected", FILTERS, ids=[f"{plural}?{query}" for plural, query, _ in FILTERS])
def test_filters(client: Client, filled: None, plural: str, query: str, expected: str) -> None:
    assert found(client, plural, query) == expected
    counted = client.get(f"/v1/{plural}?limit=1&count=exact&{query}").json
    assert counted["total"] == len(expected.split())


def test_ids_do_as_well_as_refs(client: Client, filled: None) -> None:
    north = client.get("/v1/actors/north").json["id"]
    assert found(client, "stances", f"actor={north.upper()}") == "s1 s2"
    assert found(client, "claims", f"about.all={north},south") == "treaty"
    assert found(client, "actors", f"id={north}") == "north"


ORDERS = [
    ("stances", "stated_at", "s5 s1 s2 s3", "s4 s6"),
    ("stances", "confidence", None, None),
    ("stances", "degree", "s3 s6", None),
    ("stances", "position", None, None),
    ("stances", "venue", "s5", None),
    ("actors", "name", "agency ministry north south", ""),
    ("sources", "title", "paper speech", ""),
    ("claims", "text", "third march treaty", ""),
]


@pytest.mark.parametrize("plural, field, values, nulls", ORDERS, ids=[f"{each[0]} by {each[1]}" for each in ORDERS])
def test_orders(client: Client, filled: None, plural: str, field: str, values: Any, nulls: Any) -> None:
    """Both ways, nulls last both ways, the id breaking ties; and page by page as in one."""
    for way in ("", "-"):
        rows = client.get(f"/v1/{plural}?sort={way}{field}").json["data"]
        with_value = [row for row in rows if field in row]
        without = [row for row in rows if field not in row]
        assert rows == with_value + without
        if values is not None:
            listed = values.split()
            assert [row["ref"] for row in with_value] == (listed if not way else listed[::-1])
        if nulls is not None:
            assert {row["ref"] for row in without} == set(nulls.split())
        keys = [(row[field], row["id"]) for row in with_value]
        if field != "stated_at":  # where a date stands for an instant
            assert keys == sorted(keys, reverse=bool(way))
        ids = [row["id"] for row in without]
        assert ids == sorted(ids, reverse=bool(way))
        for limit in (1, 2, 3, len(rows)):
            assert pages(client, f"/v1/{plural}?sort={way}{field}&limit={limit}") == rows, f"{way}{field} by {limit}"


def pages(client: Client, target: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    following = target
    for _ in range(100):
        response = client.get(following)
        assert response.status == 200, str(response)
        rows += response.json["data"]
        link = response.header("Link")
        assert (link is None) == (response.json["next"] is None)
        if link is None:
            return rows
        following = link[1:].partition(">")[0]
    raise AssertionError("it does not end")


def test_a_link_keeps_every_parameter(client: Client, filled: None) -> None:
    query = "actor=north,south&sort=-stated_at&fields=ref,actor&expand=actor&count=exact&limit=1&q=" + quote("-x \"y\" &=%+")
    response = client.get(f"/v1/stances?{query.replace('&q', '&stated_at.lte=2024-10-21T09:30:00+09:00&q')}")
    assert response.status == 200, str(response)
    plain = client.get(f"/v1/stances?{query.rpartition('&q')[0]}")
    rows = pages(client, f"/v1/stances?{query.rpartition('&q')[0]}")
    assert [row["ref"] for row in rows] == ["s3", "s2", "s1", "s4"]
    assert all(set(row) == {"ref", "actor"} and row["actor"]["name"] for row in rows)
    assert plain.json["total"] == 4


def test_long_requests_have_their_reply(client: Client, filled: None) -> None:
    """Where a link would repeat more than the reply's head has room for, the cursor stands elsewhere."""
    for length in (500, 1500, 2500, 3500, 5000, 6000):
        query = f"limit=1&venue.not={'x' * length}"
        response = client.get(f"/v1/stances?{query}")
        assert response.status == 200 and response.json["next"], length
        assert (response.header("Link") is not None) == (length < 2000)
        lines = client.get(f"/v1/stances?{query}&format=csv")
        assert lines.status == 200 and lines.header("X-Next-Cursor") == response.json["next"]
    assert client.get("/v1/actors?limit=1&ref.not=" + ",".join(f"{n:036}" for n in range(100))).status == 200


def test_filtered_pages_survive_changes(client: Client, filled: None) -> None:
    made = [client.post("/v1/stances", {"claim": "march", "actor": "agency", "position": "question",
                                        "stated_at": f"2020-01-0{day}"}).json["id"] for day in range(1, 7)]
    target = "/v1/stances?position=question&sort=-stated_at&limit=2"
    first = client.get(target).json
    assert [row["id"] for row in first["data"]] == [made[5], made[4]]
    client.delete(f"/v1/stances/{made[4]}")
    client.delete(f"/v1/stances/{made[3]}")
    client.post("/v1/stances", {"claim": "march", "actor": "agency", "position": "question", "stated_at": "2020-02-01"})
    undated = client.post("/v1/stances", {"claim": "march", "actor": "agency", "position": "question"}).json["id"]
    second = client.get(f"{target}&cursor={first['next']}").json
    assert [row["id"] for row in second["data"]] == [made[2], made[1]]
    third = client.get(f"{target}&cursor={second['next']}").json
    assert [row["id"] for row in third["data"]] == [made[0], undated] and third["next"] is None
    for row in client.get("/v1/stances?position=question").json["data"]:
        client.delete(f"/v1/stances/{row['id']}")


def test_cursors_belong_to_their_query(client: Client, filled: None) -> None:
    query = "actor=north,south&sort=-stated_at&limit=1"
    cursor = client.get(f"/v1/stances?{query}").json["next"]
    assert cursor
    wrong = problem(400, "invalid-cursor")
    play(client, [
        *[step("GET", f"/v1/stances?{other}&cursor={cursor}", status=400, json=wrong) for other in (
            "actor=north&sort=-stated_at", "actor=north,south&sort=stated_at", "actor=north,south", "sort=-stated_at",
            "actor=north,south&sort=-stated_at&position=deny", "actor.not=north,south&sort=-stated_at", "limit=1")],
        # the size and the shape of the page may change
        step("GET", f"/v1/stances?{query}&cursor={cursor}"),
        step("GET", f"/v1/stances?sort=-stated_at&fields=id&format=ndjson&count=exact&actor=north,south&cursor={cursor}"),
    ])


def test_counts(client: Client, filled: None) -> None:
    exact = client.get("/v1/stances?count=exact&limit=2").json
    assert exact["total"] == 6 and len(exact["data"]) == 2
    second = client.get(f"/v1/stances?count=exact&limit=2&cursor={exact['next']}").json
    assert second["total"] == 6  # of the list, not of the rest
    estimated = client.get("/v1/stances?count=estimated&actor=north&stated_at.gte=2024-01-01").json
    assert isinstance(estimated["total"], int) and estimated["total"] >= 0
    assert "total" not in client.get("/v1/stances").json
    lines = client.get("/v1/stances?count=exact&format=ndjson")
    assert lines.header("X-Total-Count") == "6"


def test_too_many_filters(client: Client, filled: None) -> None:
    many = [f"{field}.{test}=5" for field in ("confidence", "credibility", "degree") for test in ("gte", "gt", "lte", "lt", "not")]
    many += [f"stated_at.{test}=2024-10-21" for test in ("gte", "gt", "lte", "lt", "not")]
    assert client.get("/v1/stances?sort=-stated_at&expand=actor&count=exact&" + "&".join(many)).status == 200
    play(client, [step("GET", "/v1/stances?q=x&" + "&".join(many), status=400, json=problem(400, "invalid-parameter"))])
    assert client.get("/v1/actors?id=" + ",".join(f"a{n}" for n in range(100))).status == 200
    assert client.get("/v1/actors?id=" + ",".join(f"a{n}" for n in range(101))).status == 400
