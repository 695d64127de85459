"""Contradictions: small cases worked out by hand, and random ones against a model that looks at all pairs."""
import csv
import io
import json
import random
from typing import Any, Optional

import pytest

from harness.client import Client
from harness.scenario import play, problem, step
from harness.wire import Response

COUNT = iter(range(1, 1_000_000))
Short = tuple[str, ...]


def load(client: Client, lines: list[dict[str, Any]]) -> None:
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    reply = client.request("POST", "/v1/import", body, headers={"Content-Type": "application/x-ndjson"})
    assert reply.status == 200, reply


class Case:
    """Claims, actors and stances of a test's own; what is asked is asked of its topic alone."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.topic = f"case-{next(COUNT)}"
        self.lines: list[dict[str, Any]] = []

    def ref(self, name: str) -> str:
        return f"{name}.{self.topic}"

    def claim(self, name: str, **relations: list[str]) -> None:
        links = [{"claim": self.ref(other), "relation": relation} for relation, others in relations.items() for other in others]
        self.lines.append({"type": "claim", "ref": self.ref(name), "text": f"Claim {name}.", "topics": [self.topic], "relations": links})

    def actors(self, *names: str) -> None:
        self.lines += [{"type": "actor", "ref": self.ref(name), "name": name.upper(), "kind": "other"} for name in names]

    def say(self, actor: str, claim: str, position: str, when: Optional[str] = None, **more: Any) -> None:
        line = {"type": "stance", "claim": self.ref(claim), "actor": self.ref(actor), "position": position, **more}
        self.lines.append(line | ({"stated_at": when} if when else {}))

    def load(self) -> "Case":
        load(self.client, self.lines)
        return self

    def get(self, query: str = "") -> Response:
        reply = self.client.get(f"/v1/contradictions?topics={self.topic}{query}")
        assert reply.status == 200, reply
        return reply

    def short(self, row: dict[str, Any]) -> Short:
        """kind, claim, other claim, actor, other actor[, path]"""
        names = (row[part]["ref"].split(".")[0] for part in ("claim", "other_claim", "actor", "other_actor"))
        path = [">".join(each["ref"].split(".")[0] for each in row["path"])] if "path" in row else []
        return (row["kind"], *names, *path)

    def rows(self, query: str = "") -> set[Short]:
        found = [self.short(row) for row in self.get(query + "&limit=1000").json["data"]]
        assert len(found) == len(set(found))
        return set(found)


@pytest.fixture
def case(client: Client) -> Case:
    made = Case(client)
    made.actors("a", "b", "c", "d")
    return made


def test_opposite_sides_of_one_claim(case: Case) -> None:
    case.claim("x")
    case.say("a", "x", "affirm", "2024-01-01", quote="Yes.", degree=0.5)
    case.say("b", "x", "deny", "2024-01-02", quote="No.")
    case.say("c", "x", "deny")
    for number, position in enumerate(("question", "decline", "unable_to_verify", "report")):
        case.actors(f"n{number}")
        case.say(f"n{number}", "x", position, "2024-01-03")
    case.load()
    assert case.rows() == {("opposed", "x", "x", "a", "b"), ("opposed", "x", "x", "a", "c")}
    row = next(row for row in case.get().json["data"] if row["other_actor"]["ref"].startswith("b"))
    assert (row["stance"]["position"], row["stance"]["quote"], row["stance"]["degree"]) == ("affirm", "Yes.", 0.5)
    assert (row["other_stance"]["position"], row["other_stance"]["stated_at"]) == ("deny", "2024-01-02")
    assert row["claim"] == row["other_claim"] and row["actor"]["name"] == "A"
    assert case.rows("&as_of=2024-01-01") == set()
    assert case.rows("&as_of=2024-01-02") == {("opposed", "x", "x", "a", "b")}
    assert case.rows(f"&actor={case.ref('a')},{case.ref('c')}") == {("opposed", "x", "x", "a", "c")}
    assert case.rows(f"&actor={case.ref('a')}") == set()
    assert case.rows("&kind=contradicted,entailed") == set()


def test_only_current_positions_count(case: Case) -> None:
    """Reversed, retracted, reported since, and both at one time."""
    for name in ("reversed", "retracted", "reported", "tied", "tied-later", "declined"):
        case.claim(name)
        case.say("a", name, "affirm", "2024-01-01")
    case.say("b", "reversed", "deny", "2024-01-01")
    case.say("b", "reversed", "affirm", "2024-02-01")
    case.say("b", "retracted", "deny", "2024-01-01")
    case.say("b", "retracted", "retract", "2024-02-01")
    case.say("b", "reported", "deny", "2024-01-01")
    case.say("b", "reported", "report", "2024-02-01")
    case.say("b", "declined", "deny", "2024-01-01")
    case.say("b", "declined", "decline", "2024-02-01")
    for name in ("tied", "tied-later"):
        case.say("b", name, "deny", "2024-01-01")
        case.say("b", name, "affirm", "2024-01-01T00:00:00Z")
    case.say("b", "tied-later", "deny", "2024-03-01")
    case.load()
    expected = {("opposed", name, name, "a", "b") for name in ("reported", "tied-later")}
    assert case.rows() == expected
    assert case.rows("&as_of=2024-01-31") == {("opposed", name, name, "a", "b") for name in ("reversed", "retracted", "reported", "declined")}


def test_a_stance_without_a_time_serves_where_there_is_no_other(case: Case) -> None:
    case.claim("x")
    case.claim("y")
    for name in ("x", "y"):
        case.say("a", name, "affirm", "2024-01-01")
        case.say("b", name, "deny")
    case.say("b", "y", "affirm", "1999-01-01")
    case.load()
    assert case.rows() == {("opposed", "x", "x", "a", "b")}


def test_claims_that_contradict_each_other(case: Case) -> None:
    case.claim("x", contradicts=["y", "x"])
    case.claim("y")
    case.claim("z", contradicts=["y"], supports=["x"])
    for actor, claims in {"a": "xy", "b": "yz", "c": "xz", "d": "xyz"}.items():
        for name in claims:
            case.say(actor, name, "affirm")
    case.say("c", "y", "deny")
    case.load()
    found = {(kind, *sorted(claims), one, other) for kind, *claims, one, other in case.rows("&kind=contradicted")}
    assert found == {("contradicted", "x", "y", "a", "a"), ("contradicted", "y", "z", "b", "b"),
                     ("contradicted", "x", "y", "d", "d"), ("contradicted", "y", "z", "d", "d")}
    assert {row[0] for row in case.rows()} == {"contradicted", "opposed"}
    stances = case.get("&kind=contradicted").json["data"]
    assert all(row["stance"]["position"] == row["other_stance"]["position"] == "affirm" and "path" not in row for row in stances)


def test_what_follows_from_a_claim(case: Case) -> None:
    """By the shortest way, to a depth of eight, and round a circle once."""
    chain = [f"c{number}" for number in range(10)]
    for name, following in zip(chain, chain[1:]):
        case.claim(name, entails=[following])
    case.claim("c9", entails=["c0"])  # and round again
    case.claim("detour", entails=["c1"])
    case.lines[-1]["relations"].append({"claim": case.ref("c0"), "relation": "entails"})
    case.say("a", "c0", "affirm")
    case.say("a", "c8", "deny")
    case.say("a", "c9", "deny")
    case.say("b", "detour", "affirm")
    case.say("b", "c2", "deny")
    case.say("c", "c2", "affirm")  # does not lead back in fewer than eight steps
    case.say("c", "c1", "deny")
    case.say("d", "c9", "affirm")
    case.say("d", "c9", "deny", "2024-01-01")
    case.say("d", "c0", "deny")
    case.load()
    whole = ">".join(chain[:9])
    assert case.rows("&kind=entailed") == {
        ("entailed", "c0", "c8", "a", "a", whole), ("entailed", "detour", "c2", "b", "b", "detour>c1>c2")}
    # what the filter leaves out is not looked at, but relations are
    assert case.rows(f"&kind=entailed&claim={case.ref('c0')},{case.ref('c8')}") == {("entailed", "c0", "c8", "a", "a", whole)}
    assert case.rows(f"&kind=entailed&claim={case.ref('c0')}") == set()


def test_a_claim_that_entails_itself_and_one_that_entails_what_it_contradicts(case: Case) -> None:
    case.claim("x", entails=["x", "y"], contradicts=["y"])
    case.claim("y", entails=["x"])
    case.say("a", "x", "affirm")
    case.say("a", "y", "affirm")
    case.say("b", "x", "affirm")
    case.say("b", "y", "deny")
    case.load()
    found = {(row[0], *sorted(row[1:3]), *row[3:]) for row in case.rows()}
    assert found == {("contradicted", "x", "y", "a", "a"), ("entailed", "x", "y", "b", "b", "x>y"), ("opposed", "y", "y", "a", "b")}


def test_as_it_was_known(case: Case, client: Client) -> None:
    case.claim("x", contradicts=["y"])
    case.claim("y")
    case.say("a", "x", "affirm", "2024-01-01", ref=case.ref("first"))
    case.say("b", "x", "deny", "2024-01-01", ref=case.ref("second"))
    case.load()
    then = client.get(f"/v1/stances/{case.ref('second')}").json["updated_at"]
    assert client.delete(f"/v1/stances/{case.ref('second')}").status == 204
    load(client, [{"type": "stance", "claim": case.ref("y"), "actor": case.ref("a"), "position": "affirm"}])
    assert {row[0] for row in case.rows()} == {"contradicted"}
    assert case.rows(f"&known_at={then}") == {("opposed", "x", "x", "a", "b")}
    # what is one now was one then
    assert client.post(f"/v1/claims/{case.ref('x')}/merge", {"into": case.ref("y")}).status == 200
    assert case.rows() == set()
    assert case.rows(f"&known_at={then}") == {("opposed", "y", "y", "a", "b")}


def walk(case: Case, query: str) -> list[Short]:
    """All rows, page by page; the cursor and the link lead to the same."""
    found: list[Short] = []
    target = f"/v1/contradictions?topics={case.topic}{query}"
    following: Optional[str] = target
    while following:
        reply = case.client.get(following)
        assert reply.status == 200, reply
        found += [case.short(row) for row in reply.json["data"]]
        cursor = reply.json["next"]
        following = f"{target}&cursor={cursor}" if cursor else None
        link = reply.header("Link")
        assert (link is None) == (cursor is None)
        if link and len(found) % 3 == 0:
            following = link.split(">")[0][1:]
    return found


def model(stances: list[tuple[str, str, str, Optional[str]]], relations: set[tuple[str, str, str]]) -> set[Short]:
    """All of it, by looking at every pair. Stances in the order in which they were recorded: actor, claim, position, time."""
    votes: dict[tuple[str, str], str] = {}
    for actor, claim in {each[:2] for each in stances}:
        own = [(place, position, when) for place, (*whose, position, when) in enumerate(stances) if whose == [actor, claim]]
        dated = [each for each in own if each[2]] or own
        dated.sort(key=lambda each: (each[2] or "", each[0]))
        current = next((each for each in reversed(dated) if each[1] != "report"), dated[-1])
        side: set[str] = set()
        for _, position, when in dated:
            if when == current[2]:
                side = set() if position == "retract" else side | {position} & {"affirm", "deny"}
        if current[1] in ("affirm", "deny") and len(side) < 2:
            votes[actor, claim] = current[1]
    claims = sorted({claim for _, claim, _, _ in stances} | {end for _, *ends in relations for end in ends})
    actors = sorted({actor for actor, *_ in stances})

    def holds(actor: str, claim: str, vote: str) -> bool:
        return votes.get((actor, claim)) == vote

    found: set[Short] = set()
    for x in claims:
        found |= {("opposed", x, x, one, other) for one in actors for other in actors if holds(one, x, "affirm") and holds(other, x, "deny")}
        for y in claims:
            if x < y and ({("contradicts", x, y), ("contradicts", y, x)} & relations):
                found |= {("contradicted", x, y, one, one) for one in actors if holds(one, x, "affirm") and holds(one, y, "affirm")}
        reached, edge = {x: 0}, [x]
        for depth in range(1, 9):
            edge = sorted({end for kind, start, end in relations if kind == "entails" and start in edge and end not in reached})
            reached |= dict.fromkeys(edge, depth)
        found |= {("entailed", x, y, one, one, str(depth)) for y, depth in reached.items() if y != x
                  for one in actors if holds(one, x, "affirm") and holds(one, y, "deny")}
    return found


@pytest.mark.parametrize("seed", range(6))
def test_against_the_model(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    case = Case(client)
    claims = [f"x{number}" for number in range(chance.choice([3, 9, 80]))]
    actors = [f"a{number}" for number in range(5)]
    case.actors(*actors)
    relations = {(chance.choice(["entails", "entails", "contradicts", "supports"]), chance.choice(claims), chance.choice(claims))
                 for _ in range(len(claims) * 2)}
    for name in claims:
        links: dict[str, list[str]] = {}
        for kind, start, end in sorted(relations):
            if start == name:
                links.setdefault(kind, []).append(end)
        case.claim(name, **links)
    case.load()
    stances = []
    positions = ["affirm", "affirm", "deny", "deny", "decline", "report", "retract"]
    for _ in range(len(claims) * 6):
        when = chance.choice([None, "2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"])
        stances.append((chance.choice(actors), chance.choice(claims), chance.choice(positions), when))
        # one by one, for the order in which they are recorded decides between those of one time
        actor, claim, position, when = stances[-1]
        body = {"actor": case.ref(actor), "claim": case.ref(claim), "position": position, "degree": 1 - len(stances) / 1000}
        assert client.post("/v1/stances", body | ({"stated_at": when} if when else {})).status == 201

    def plain(row: Short) -> Short:
        if row[0] == "entailed":
            steps = row[5].split(">")
            assert (steps[0], steps[-1]) == row[1:3]
            assert all(("entails", *each) in relations for each in zip(steps, steps[1:]))
            return (*row[:5], str(len(steps) - 1))
        return (row[0], *sorted(row[1:3]), *row[3:]) if row[0] == "contradicted" else row

    expected = model(stances, relations)
    for limit in (1, 7, 1000):
        found = walk(case, f"&limit={limit}")
        assert len(found) == len(set(found))
        assert {plain(row) for row in found} == expected
    asked = walk(case, "&limit=5&kind=entailed,contradicted")
    assert {plain(row) for row in asked} == {row for row in expected if row[0] != "opposed"}
    assert {plain(row) for row in walk(case, "&limit=50&known_at=2999-01-01")} == expected


def test_formats(case: Case) -> None:
    case.claim("x", entails=["y"])
    case.claim("y")
    case.say("a", "x", "affirm", "2024-01-01")
    case.say("a", "y", "deny", "2024-01-01")
    case.say("b", "x", "deny", "2024-01-01", quote="=1+1, \"no\"\n")
    case.load()
    rows = case.get().json["data"]
    assert [json.loads(line) for line in case.get("&format=ndjson").body.decode().splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(case.get("&format=csv").body.decode(), newline="")))
    assert [row["kind"] for row in table] == [row["kind"] for row in rows]
    for found, row in zip(table, rows):
        assert found["claim_ref"] == row["claim"]["ref"] and found["other_actor_name"] == row["other_actor"]["name"]
        assert found["other_stance_quote"] == ("'" + row["other_stance"]["quote"] if "quote" in row["other_stance"] else "")
        assert json.loads(found["path"] or "null") == row.get("path")


def test_cursors_that_were_forged(case: Case) -> None:
    for name in ("x", "y"):
        case.claim(name)
        case.say("a", name, "affirm")
        case.say("b", name, "deny")
    case.load()
    cursor = case.get("&limit=1").json["next"]
    target = f"/v1/contradictions?topics={case.topic}&limit=1"
    bad = problem(400, "invalid-cursor")
    play(case.client, [
        step("GET", f"{target}&cursor={cursor}", json={"next": None}),
        step("GET", f"{target}&kind=opposed&cursor={cursor}", status=400, json=bad),
        step("GET", f"/v1/contradictions?limit=1&cursor={cursor}", status=400, json=bad),
        step("GET", f"{target}&cursor={cursor[:-4]}AAAA", status=400, json=bad),
        step("GET", f"{target}&cursor=", status=400, json=bad),
        step("GET", f"{target}&kind=opposed,other", status=400, json=problem(400, "invalid-parameter", ("kind", "not_in_vocabulary"))),
        step("GET", f"{target}&position=affirm", status=400, json=problem(400, "invalid-parameter", ("position", "unknown_parameter"))),
    ])


def test_more_relations_than_are_followed(case: Case) -> None:
    """Every claim of one layer entails every one of the next; what is found is right, and the reply says that there may be more."""
    layers = [["x"], [f"y{number}" for number in range(150)], [f"z{number}" for number in range(150)]]
    for layer, following in zip(layers, [*layers[1:], []]):
        for name in layer:
            case.claim(name, entails=following)
    case.say("a", "x", "affirm")
    case.say("a", "y7", "deny")
    case.say("a", "z7", "deny")
    case.load()
    reply = case.get("&kind=entailed").json
    assert reply["truncated"] is True
    found = [case.short(row) for row in reply["data"]]
    assert ("entailed", "x", "y7", "a", "a", "x>y7") in found
    assert all(row[5].split(">")[0] == "x" and row[5].endswith(row[2]) for row in found)
    assert case.get("&kind=opposed").json["truncated"] is False


def test_more_than_a_reply_holds(case: Case) -> None:
    case.claim("x")
    for number in range(30):
        case.actors(f"y{number}", f"n{number}")
        case.say(f"y{number}", "x", "affirm", quote="y" * 20000)
        case.say(f"n{number}", "x", "deny", quote="n" * 20000)
    case.load()
    reply = case.client.get(f"/v1/contradictions?topics={case.topic}&limit=1000")
    assert reply.status == 422 and reply.json["type"] == "/problems/reply-too-large", reply
    assert len(case.get("&limit=100").json["data"]) == 100
