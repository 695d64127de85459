"""Merging: two records of a kind become one, and everything that was said of either is said of that one."""
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterator

import pytest

from contract.operations import Operation, operations
from harness.client import Client
from harness.cluster import Cluster, Database
from harness.patience import wait_for
from harness.scenario import play, problem, step
from harness.server import Server
from harness.wire import Connection, Response
from harness.workshop import Workshop

NOBODY = "01234567-89ab-7cde-8f01-23456789abcd"


class Story:
    """Records under refs of their own: {x} in a body or a target stands for the ref x of this test."""

    count = 0

    def __init__(self, client: Client) -> None:
        Story.count += 1
        self.client = client
        self.ending = f"-m{Story.count}"
        self.ids: dict[str, str] = {}

    def ref(self, name: str) -> str:
        return name + self.ending

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.ref(value[1:-1]) if value.startswith("{") and value.endswith("}") else value
        if isinstance(value, dict):
            return {name: self.fill(each) for name, each in value.items()}
        return [self.fill(each) for each in value] if isinstance(value, list) else value

    def put(self, plural: str, name: str, /, **body: Any) -> str:
        reply = self.client.put(f"/v1/{plural}/{self.ref(name)}", self.fill(body))
        assert reply.status in (200, 201), reply
        self.ids[name] = reply.json["id"]
        return self.ids[name]

    def actor(self, name: str, /, **body: Any) -> str:
        return self.put("actors", name, **{"name": name, "kind": "other", **body})

    def claim(self, name: str, /, **body: Any) -> str:
        return self.put("claims", name, **{"text": f"Claim {name}.", **body})

    def source(self, name: str, /, **body: Any) -> str:
        return self.put("sources", name, **{"title": f"Source {name}", "kind": "speech", **body})

    def stance(self, name: str, claim: str, actor: str, position: str = "affirm", /, **body: Any) -> str:
        return self.put("stances", name, claim=f"{{{claim}}}", actor=f"{{{actor}}}", position=position, **body)

    def get(self, plural: str, name: str, more: str = "") -> Response:
        return self.client.get(f"/v1/{plural}/{self.ref(name)}{more}")

    def merge(self, plural: str, one: str, into: str, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/v1/{plural}/{self.ref(one)}/merge", {"into": self.ref(into)}, headers=named)

    def merged(self, plural: str, one: str, into: str) -> dict[str, Any]:
        reply = self.merge(plural, one, into)
        assert reply.status == 200, reply
        return reply.json

    def moved(self, method: str, target: str, body: Any = None) -> str:
        """Where it is answered to go to."""
        reply = self.client.request(method, target, body)
        assert reply.status == 308, reply
        return reply.header("Location") or ""

    def operations(self, plural: str, name: str) -> list[str]:
        return [each["operation"] for each in self.get(plural, name, "/history").json["data"]]


@pytest.fixture
def story(client: Client) -> Story:
    return Story(client)


def test_all_that_refers_to_an_actor(story: Story) -> None:
    story.actor("one", aliases=["First"])
    story.actor("two", aliases=["Second", "one"])
    story.actor("part", part_of="{one}")
    story.actor("owned", owned_by="{one}")
    story.source("published", publisher="{one}")
    story.claim("about", about=["{two}", "{part}", "{one}"])
    story.stance("held", "about", "one", quote="Just so.", speaker="{one}", addressee="{two}")
    story.stance("voiced", "about", "part", speaker="{part}", addressee="{one}")
    story.put("reviews", "review", claim="{about}", reviewer="{one}", rating_label="R", url="http://a.example/")
    stance = story.get("stances", "held").json
    told = story.merged("actors", "one", "two")
    two = story.ids["two"]
    assert told["merged"] == {"id": story.ids["one"], "ref": story.ref("one")}
    assert told["into"] == story.get("actors", "two").json
    assert told["into"]["aliases"] == ["Second", "one", "First"] and told["into"]["version"] == 2
    assert told["rewritten"] == {"actor": 2, "source": 1, "claim": 1, "stance": 2, "review": 1}
    assert told["folded"] == [{"kind": "claim", "field": "about", "count": 1}]
    assert told["left_out"] == {}
    assert story.get("actors", "part").json["part_of"] == two
    assert story.get("actors", "owned").json["owned_by"] == two
    assert story.get("sources", "published").json["publisher"] == two
    assert story.get("claims", "about").json["about"] == [two, story.ids["part"]]
    now = story.get("stances", "held").json
    changed = {"actor": two, "speaker": two, "version": 2, "updated_at": now["updated_at"]}
    assert now == stance | changed and now["addressee"] == two
    assert story.get("stances", "voiced").json["addressee"] == two
    assert story.get("reviews", "review").json["reviewer"] == two
    assert story.operations("actors", "one") == ["merge", "create"]
    assert story.operations("stances", "held") == ["update", "create"]


def test_claims_with_their_stances(story: Story, database: Database) -> None:
    """A stance's place is by its claim: it moves with everything in it, and leaves nothing behind."""
    story.actor("a")
    story.actor("b")
    story.source("source")
    story.claim("one", topics=["x", "y"], about=["{a}"], location="there", event_from="2024-10-01")
    story.claim("two", topics=["y", "z"], about=["{b}", "{a}"], location="here")
    story.claim("third", relations=[{"claim": "{one}", "relation": "supports"}, {"claim": "{two}", "relation": "supports"},
                                    {"claim": "{one}", "relation": "refines"}])
    full = {"quote": "근거 없는 소문", "translation": "Baseless.", "source": "{source}", "stated_at": "2024-10-21",
            "attributes": {"deep": [1, {"a": None}]}, "degree": 0.5}
    story.stance("s1", "one", "a", "deny", **full)
    story.stance("s2", "one", "b")
    story.stance("s3", "two", "b", "deny")
    story.put("reviews", "review", claim="{one}", reviewer="{a}", rating_label="R", url="http://a.example/")
    before = story.get("stances", "s1").json
    told = story.merged("claims", "one", "two")
    two = story.ids["two"]
    assert told["rewritten"] == {"actor": 0, "source": 0, "claim": 1, "stance": 2, "review": 1}
    assert told["into"]["topics"] == ["y", "z", "x"] and told["into"]["about"] == [story.ids["b"], story.ids["a"]]
    assert told["into"]["location"] == "here" and "event_from" not in told["into"]
    assert told["left_out"] == {"text": "Claim one.", "location": "there", "event_from": "2024-10-01"}
    assert {(each["kind"], each["field"], each["count"]) for each in told["folded"]} == {
        ("claim", "about", 1), ("claim", "relations", 1)}
    assert story.get("claims", "third").json["relations"] == [
        {"claim": two, "relation": "supports"}, {"claim": two, "relation": "refines"}]
    after = story.get("stances", "s1").json
    assert after == before | {"claim": two, "version": 2, "updated_at": after["updated_at"]}
    for name in ("s1", "s2", "s3"):
        assert database.query("SELECT claim_id::text FROM stance WHERE id = %s", story.ids[name]) == [(two,)]
    assert story.get("reviews", "review").json["claim"] == two
    rows = story.get("claims", "two", "/positions").json
    assert rows["counts"]["deny"] == 2 and rows["undated"] == 2
    assert story.client.get(f"/v1/stances?claim={story.ref('two')}&count=exact").json["total"] == 3


def test_what_was_found_not_to_be_the_same(story: Story, database: Database) -> None:
    """It is not the same as the survivor either, from both sides; whom both were, they now are."""
    for name in ("one", "two", "third", "fourth"):
        story.claim(name)
    for name, other in (("one", "third"), ("one", "two"), ("fourth", "one"), ("two", "fourth")):
        reply = story.client.post(f"/v1/claims/{story.ref(name)}/reject", {"match": story.ref(other)})
        assert reply.status in (200, 204), reply
    story.merged("claims", "one", "two")
    names = {value: name for name, value in story.ids.items()}
    rows = database.query("SELECT claim_id::text, other_id::text FROM claim_rejection WHERE claim_id = ANY (%s::uuid[])", list(names))
    found = {(names[claim], names[other]) for claim, other in rows if "one" not in (names[claim], names[other])}
    assert found == {("two", "third"), ("third", "two"), ("two", "fourth"), ("fourth", "two")}


def test_sources_with_their_citations(story: Story) -> None:
    story.source("root")
    story.source("one", cites=[{"source": "{root}", "relation": "quotes"}], url="https://a.example/1")
    story.source("two", cites=[{"source": "{one}", "relation": "cites"}])
    story.source("third", cites=[{"source": "{one}", "relation": "cites"}, {"source": "{two}", "relation": "cites"}])
    story.actor("a")
    story.claim("c")
    story.stance("s", "c", "a", source="{one}", origin="{one}")
    told = story.merged("sources", "one", "two")
    two = story.ids["two"]
    assert told["into"]["cites"] == [{"source": story.ids["root"], "relation": "quotes"}]
    assert told["left_out"] == {"title": "Source one", "url": "https://a.example/1"}
    assert story.get("sources", "third").json["cites"] == [{"source": two, "relation": "cites"}]
    stance = story.get("stances", "s").json
    assert stance["source"] == stance["origin"] == two
    assert {(each["kind"], each["field"], each["count"]) for each in told["folded"]} == {("source", "cites", 1)}
    assert sum(each["count"] for each in told["folded"]) == 2


def test_what_would_lead_to_itself_goes(story: Story) -> None:
    story.claim("one", relations=[{"claim": "{one}", "relation": "supports"}])
    story.claim("two", relations=[{"claim": "{one}", "relation": "contradicts"}])
    story.claim("one", relations=[{"claim": "{two}", "relation": "contradicts"}])
    told = story.merged("claims", "one", "two")
    assert told["into"]["relations"] == [] and told["folded"] == [{"kind": "claim", "field": "relations", "count": 2}]
    story.actor("whole")
    story.actor("part", part_of="{whole}", owned_by="{whole}")
    told = story.merged("actors", "whole", "part")
    assert "part_of" not in told["into"] and "owned_by" not in told["into"]
    assert sorted(each["field"] for each in told["folded"]) == ["owned_by", "part_of"]
    story.actor("above")
    story.actor("below", part_of="{above}")
    told = story.merged("actors", "below", "above")
    assert told["folded"] == [{"kind": "actor", "field": "part_of", "count": 1}] and told["left_out"] == {}


def test_a_circle_of_parts_is_refused(story: Story) -> None:
    story.actor("top")
    story.actor("middle", part_of="{top}")
    story.actor("bottom", part_of="{middle}")
    reply = story.merge("actors", "top", "bottom")
    assert reply.status == 409 and reply.json["type"] == "/problems/merge-cycle", reply
    assert " → ".join(story.ref(name) for name in ("bottom", "middle", "top")) in reply.json["detail"]
    assert story.operations("actors", "top") == ["create"]
    assert story.get("actors", "middle").json["part_of"] == story.ids["top"]
    assert story.merge("actors", "bottom", "top").status == 200


def test_a_chain_of_parts_that_grows_too_long(story: Story) -> None:
    story.actor("c0")
    for number in range(1, 17):  # c16 has sixteen above it
        story.actor(f"c{number}", part_of=f"{{c{number - 1}}}")
    story.actor("one")
    assert story.merge("actors", "one", "c16").status == 200
    story.actor("other")
    story.actor("child", part_of="{other}")
    reply = story.merge("actors", "other", "c16")
    assert reply.status == 422, reply
    assert [(each["pointer"], each["code"]) for each in reply.json["errors"]] == [("/into", "too_deep")]
    assert story.merge("actors", "other", "c15").status == 200


def test_aliases_that_do_not_fit(story: Story) -> None:
    story.actor("one", aliases=[f"A{n}" for n in range(60)])
    story.actor("two", aliases=[f"B{n}" for n in range(40)])
    reply = story.merge("actors", "one", "two")
    assert reply.status == 422, reply
    assert [(each["pointer"], each["code"]) for each in reply.json["errors"]] == [("/aliases", "too_many")]
    assert story.operations("actors", "one") == ["create"] and story.get("actors", "two").json["version"] == 1
    story.actor("two", aliases=[f"B{n}" for n in range(39)])
    assert len(story.merged("actors", "one", "two")["into"]["aliases"]) == 100


def test_the_old_address_leads_to_the_new_one(story: Story) -> None:
    story.actor("one")
    story.actor("two")
    story.merged("actors", "one", "two")
    old, new = f"/v1/actors/{story.ref('one')}", f"/v1/actors/{story.ref('two')}"
    body = {"name": "N", "kind": "other"}
    assert story.moved("GET", old) == new
    assert story.moved("HEAD", old) == new
    assert story.moved("GET", f"/v1/actors/{story.ids['one']}") == new
    assert story.moved("GET", f"{old}?fields=name&format=json") == f"{new}?fields=name&format=json"
    assert story.moved("PUT", old, body) == new
    assert story.moved("PUT", f"/v1/actors/{story.ids['one']}", body) == new
    assert story.moved("PATCH", old, {"name": "N"}) == new
    assert story.moved("DELETE", old) == new
    assert story.moved("POST", f"{old}/restore") == f"{new}/restore"
    assert story.moved("POST", f"{old}/merge", {"into": story.ref("two")}) == f"{new}/merge"
    assert story.moved("GET", f"{old}/positions?as_of=2024-01-01") == f"{new}/positions?as_of=2024-01-01"
    play(story.client, [
        step("PUT", old, body, status=308, send={"If-None-Match": "*"}),
        step("DELETE", old, status=308, send={"If-Match": "*"}),
        step("PATCH", old, {"nonsense": 1}, status=308, json=problem(308, "merged", detail=str)),
        step("POST", "/v1/actors", {"ref": story.ref("one"), **body}, status=409, json=problem(409, "ref-taken"), headers={"Location": old}),
        step("GET", new, json={"version": 2}),
    ])


def test_chains_of_merges_end_where_the_record_is(story: Story) -> None:
    for name in ("a", "b", "c", "d"):
        story.claim(name)
    story.merged("claims", "a", "b")
    story.merged("claims", "b", "c")
    assert story.merge("claims", "d", "a").status == 200  # into what it has become
    for name in ("a", "b", "d"):
        assert story.moved("GET", f"/v1/claims/{story.ref(name)}") == f"/v1/claims/{story.ref('c')}"
    assert story.client.delete(f"/v1/claims/{story.ref('c')}").status == 204
    play(story.client, [
        step("GET", f"/v1/claims/{story.ref('a')}", status=308, headers={"Location": f"/v1/claims/{story.ids['c']}"}),
        step("GET", f"/v1/claims/{story.ids['c']}", status=404),
        step("POST", f"/v1/claims/{story.ref('c')}/restore"),
        step("GET", f"/v1/claims/{story.ref('a')}", status=308, headers={"Location": f"/v1/claims/{story.ref('c')}"}),
    ])


def test_references_to_what_was_merged(story: Story) -> None:
    """In bodies and imports, by ref and by id."""
    for name in ("one", "two", "third"):
        story.actor(name)
    story.claim("old")
    story.claim("new")
    story.merged("actors", "one", "two")
    story.merged("claims", "old", "new")
    two, new = story.ids["two"], story.ids["new"]
    story.stance("s", "old", "one", speaker=story.ids["one"])
    stance = story.get("stances", "s").json
    assert (stance["claim"], stance["actor"], stance["speaker"]) == (new, two, two)
    play(story.client, [  # the claim that never changes is the same one
        step("PUT", f"/v1/stances/{story.ref('s')}", {"claim": story.ref("old"), "actor": two, "position": "deny"},
             json={"claim": new, "version": 2}),
        step("PATCH", f"/v1/stances/{story.ref('s')}", {"actor": story.ref("third")}, json={"version": 3}),
        step("PATCH", f"/v1/stances/{story.ref('s')}", {"actor": story.ref("one")}, json={"actor": two, "version": 4}),
        step("PUT", f"/v1/stances/{story.ref('s')}", {"claim": story.ref("old"), "actor": story.ref("one"), "position": "deny"},
             json={"version": 4}),
        step("POST", "/v1/claims", {"text": "T", "about": [story.ref("third"), story.ref("one"), story.ids["two"]],
                                    "relations": [{"claim": story.ref("old"), "relation": "supports"}]}, status=201,
             json={"about": [story.ids["third"], two], "relations": [{"claim": new, "relation": "supports"}]}),
    ])
    lines = [
        {"type": "stance", "ref": story.ref("i1"), "claim": story.ref("old"), "actor": story.ref("one"), "position": "affirm"},
        {"type": "claim", "ref": story.ref("i2"), "text": "T", "about": [story.ids["one"], story.ids["two"]]},
        {"type": "actor", "ref": story.ref("i3"), "name": "N", "kind": "other", "part_of": story.ref("one")}]
    reply = load(story.client, lines)
    assert reply.status == 200, reply
    assert story.get("stances", "i1").json["claim"] == new and story.get("stances", "i1").json["actor"] == two
    assert story.get("claims", "i2").json["about"] == [two]
    assert story.get("actors", "i3").json["part_of"] == two
    assert load(story.client, lines).json["unchanged"] == {"actor": 1, "source": 0, "claim": 1, "stance": 1, "review": 0}


def load(client: Client, lines: list[dict[str, Any]]) -> Response:
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return client.request("POST", "/v1/import", body, headers={"Content-Type": "application/x-ndjson"})


def test_imports_of_what_was_merged(story: Story) -> None:
    story.actor("one")
    story.actor("two")
    story.merged("actors", "one", "two")
    reply = load(story.client, [
        {"type": "actor", "ref": story.ref("new"), "name": "N", "kind": "other"},
        {"type": "actor", "ref": story.ref("one"), "name": "N", "kind": "other"}])
    assert reply.status == 422, reply
    assert [(each["line"], each["pointer"], each["code"]) for each in reply.json["errors"]] == [(2, "/ref", "merged")]
    assert story.get("actors", "new").status == 404
    nameless = story.client.post("/v1/actors", {"name": "Nameless", "kind": "other"}).json
    reply = story.client.post(f"/v1/actors/{nameless['id']}/merge", {"into": story.ref("two")})
    assert reply.status == 200 and "ref" not in reply.json["merged"], reply
    reply = load(story.client, [{"type": "actor", "id": nameless["id"], "name": "Nameless", "kind": "other"}])
    assert [(each["line"], each["pointer"], each["code"]) for each in reply.json["errors"]] == [(1, "/id", "merged")]


def test_a_circle_by_way_of_a_merge(story: Story) -> None:
    story.actor("one")
    story.actor("two")
    story.merged("actors", "one", "two")
    play(story.client, [
        step("PATCH", f"/v1/actors/{story.ref('two')}", {"part_of": story.ref("one")}, status=422,
             json=problem(422, "invalid-record", ("/part_of", "cycle"))),
    ])
    reply = load(story.client, [
        {"type": "actor", "ref": story.ref("two"), "name": "N", "kind": "other", "part_of": story.ref("x")},
        {"type": "actor", "ref": story.ref("x"), "name": "N", "kind": "other", "part_of": story.ref("one")}])
    assert reply.status == 422 and {each["code"] for each in reply.json["errors"]} == {"cycle"}, reply


def test_filters_by_what_was_merged(story: Story) -> None:
    for name in ("one", "two", "third"):
        story.actor(name)
    story.claim("old")
    story.claim("new")
    for number, actor in enumerate(("one", "two", "third")):
        story.stance(f"s{number}", "old", actor, stated_at=f"2024-10-0{number + 1}")
    story.merged("actors", "one", "two")
    story.merged("claims", "old", "new")
    one, old = story.ref("one"), story.ref("old")

    def found(query: str) -> list[str]:
        reply = story.client.get(f"/v1/stances?{query}&sort=stated_at")
        assert reply.status == 200, reply
        return [each["ref"].split("-")[0] for each in reply.json["data"]]

    assert found(f"claim={old}&actor={one}") == ["s0", "s1"]
    assert found(f"claim={old}") == found(f"claim={story.ids['old']}") == ["s0", "s1", "s2"]
    assert found(f"claim={old}&actor={one},{story.ref('third')}") == ["s0", "s1", "s2"]
    assert found(f"claim={old}&actor.not={one}") == ["s2"]
    assert found(f"claim={story.ref('new')}&speaker.null=true&actor={one}") == ["s0", "s1"]
    rows = story.client.get(f"/v1/reversals?claim={old}")
    assert rows.status == 200
    assert story.client.get(f"/v1/claims/{story.ref('new')}/positions?actor={one}").json["undated"] == 0
    assert [each["actor"]["ref"] for each in story.client.get(f"/v1/claims/{story.ref('new')}/positions?actor={one}").json["data"]] == [story.ref("two")]
    assert story.client.get(f"/v1/actors?id={one}").json["data"][0]["ref"] == story.ref("two")
    # a page after another, by cursor and by link, of the query as it was sent
    query = f"/v1/stances?claim={old}&sort=stated_at&limit=2"
    first = story.client.get(query)
    rest = story.client.get(f"{query}&cursor={first.json['next']}")
    assert [each["ref"].split("-")[0] for each in rest.json["data"]] == ["s2"], rest
    link = (first.header("Link") or "").split(">")[0][1:]
    assert story.client.get(link).json == rest.json


def test_history_versions_and_known_at(story: Story, database: Database) -> None:
    story.actor("a")
    story.actor("b")
    story.claim("old")
    story.claim("new")
    story.stance("s", "old", "a", "deny", stated_at="2024-10-01")
    story.stance("t", "new", "b", "affirm", stated_at="2024-10-01")
    then = story.get("stances", "t").json["updated_at"]
    old_id = story.ids["old"]
    reply = story.merge("claims", "old", "new", X_Request_Id="who-did-it")
    assert reply.status == 200
    story.merged("actors", "a", "b")
    last = story.get("claims", "old", "/history?record=true").json["data"][0]
    assert (last["operation"], last["into"], last["version"], last["request_id"]) == ("merge", story.ids["new"], 2, "who-did-it")
    assert last["changed"] == [] and last["record"]["text"] == "Claim old."
    assert story.get("claims", "old", "?version=1").json["text"] == "Claim old."
    assert story.get("claims", "old", "?version=2").status == 404
    assert story.get("stances", "s", "?version=1").json["claim"] == old_id
    changed = story.get("stances", "s", "/history").json["data"][1]["changed"]
    assert changed == [{"field": "claim", "old": old_id, "new": story.ids["new"]}]
    # what was said of either was said of the one that they are now
    rows = story.get("claims", "new", f"/positions?known_at={then}").json["data"]
    assert [(row["actor"]["ref"], row["position"], row["ambiguous"]) for row in rows] == [(story.ref("b"), "affirm", True)]
    expanded = story.get("stances", "s", "?expand=claim,actor").json
    assert expanded["claim"]["ref"] == story.ref("new") and expanded["actor"]["ref"] == story.ref("b")
    assert story.get("claims", "new", "/positions?as_of=2024-10-01").json["data"][0]["ambiguous"] is True
    rows = database.query("SELECT operation, into_id::text FROM change WHERE id = %s ORDER BY version", old_id)
    assert rows == [("create", None), ("merge", story.ids["new"])]


def test_a_stance_that_was_deleted_before_comes_back_to_the_survivor(story: Story) -> None:
    story.actor("a")
    story.claim("old")
    story.claim("new")
    story.stance("s", "old", "a")
    assert story.client.delete(f"/v1/stances/{story.ref('s')}").status == 204
    story.merged("claims", "old", "new")
    reply = story.client.request("POST", f"/v1/stances/{story.ref('s')}/restore")
    assert reply.status == 200 and reply.json["claim"] == story.ids["new"], reply
    assert story.client.delete(f"/v1/stances/{story.ref('s')}").status == 204


def test_what_cannot_be_merged(story: Story) -> None:
    story.actor("one")
    story.actor("two")
    story.actor("gone")
    story.claim("claim")
    assert story.client.delete(f"/v1/actors/{story.ref('gone')}").status == 204
    target = f"/v1/actors/{story.ref('one')}/merge"
    missing = problem(422, "unknown-reference", ("/into", "unknown_reference"))

    def refused(*errors: tuple[str, str]) -> dict[str, Any]:
        return problem(422, "invalid-record", *errors)

    play(story.client, [
        step("POST", target, {"into": story.ref("one")}, status=422, json=refused(("/into", "same_record"))),
        step("POST", target, {"into": NOBODY}, status=422, json=missing),
        step("POST", target, {"into": story.ref("gone")}, status=422, json=missing),
        step("POST", target, {"into": story.ids["claim"]}, status=422, json=missing),
        step("POST", target, {}, status=422, json=refused(("/into", "required"))),
        step("POST", target, {"into": None}, status=422, json=refused(("/into", "required"))),
        step("POST", target, {"into": 7, "a/b~c": 1}, status=422, json=refused(("/into", "wrong_type"), ("/a~1b~0c", "unknown_field"))),
        step("POST", target, {"into": "No Ref"}, status=422, json=refused(("/into", "invalid_reference"))),
        step("POST", target, [], status=422, json=refused(("", "wrong_type"))),
        step("POST", target, b"{", status=400, json=problem(400, "malformed-body", ("", "truncated"))),
        step("POST", f"/v1/actors/{NOBODY}/merge", {"into": story.ref("two")}, status=404, json=problem(404, "not-found")),
        step("POST", f"/v1/actors/{story.ref('gone')}/merge", {"into": story.ref("two")}, status=404),
        step("POST", f"/v1/stances/{NOBODY}/merge", {"into": NOBODY}, status=404, json=problem(404, "no-route")),
        step("GET", target, status=405, headers={"Allow": "POST, OPTIONS"}),
        step("POST", target + "?into=x", {"into": story.ref("two")}, status=400,
             json=problem(400, "invalid-parameter", ("into", "unknown_parameter"))),
    ])
    story.merged("actors", "one", "two")
    play(story.client, [  # what has become of both is the same one
        step("POST", f"/v1/actors/{story.ref('two')}/merge", {"into": story.ref("one")}, status=422,
             json=refused(("/into", "same_record"))),
    ])


def test_conditions(story: Story) -> None:
    story.actor("one")
    story.actor("two")
    tag = story.get("actors", "one").header("ETag") or ""
    story.actor("one", description="Changed meanwhile.")
    assert story.merge("actors", "one", "two", If_Match=tag).status == 412
    assert story.merge("actors", "one", "two", If_None_Match="*").status == 412
    assert story.operations("actors", "one") == ["update", "create"]
    assert story.merge("actors", "one", "two", If_Match=story.get("actors", "one").header("ETag") or "").status == 200


@pytest.fixture(scope="module")
def narrow(cluster: Cluster, workshop: Workshop) -> Iterator[Server]:
    """A service that merges little at a time."""
    database = cluster.database()
    server = Server(workshop, database.conninfo, merge_limit=3).ready()
    yield server
    server.stop()
    database.drop()


@pytest.mark.parametrize("plural", ["actors", "sources", "claims"])
def test_more_than_a_merge_may_change(narrow: Server, plural: str) -> None:
    with narrow.client() as client:
        story = Story(client)
        story.actor("a")
        story.source("s", publisher="{a}")
        story.claim("c", about=["{a}"])
        for number in range(4):
            story.stance(f"t{number}", "c", "a", source="{s}")
        name = {"actors": "a", "sources": "s", "claims": "c"}[plural]
        story.put(plural, "other", **{"actors": {"name": "O", "kind": "other"}, "sources": {"title": "O", "kind": "other"}, "claims": {"text": "O"}}[plural])
        reply = story.merge(plural, name, "other")
        assert reply.status == 409 and reply.json["type"] == "/problems/merge-too-large", reply
        uses = {(each["kind"], each["field"]): each for each in reply.json["references"]}
        stances = uses["stance", plural[:-1]]
        assert stances["count"] == 4 and stances["at_least"] is True
        assert len(client.get(stances["link"]).json["data"]) == 4
        assert story.operations(plural, name) == ["create"]
        for number in range(4):
            assert client.delete(f"/v1/stances/{story.ref(f't{number}')}").status == 204
        assert story.merge(plural, name, "other").status == 200


MOVABLE = [each for each in operations() if 308 in each.statuses]


@pytest.mark.parametrize("operation", MOVABLE, ids=str)
def test_every_address_of_a_merged_record_leads_on(story: Story, operation: Operation) -> None:
    plural = operation.path.split("/")[2]
    body = {"actors": {"name": "N", "kind": "other"}, "sources": {"title": "N", "kind": "other"}, "claims": {"text": "N"}}[plural]
    story.put(plural, "one", **body)
    story.put(plural, "two", **body)
    story.merged(plural, "one", "two")
    target = operation.target(**{operation.variables[0]: story.ref("one")})
    reply = story.client.request(operation.method.upper(), target, {"into": story.ref("two")} if target.endswith("/merge") else body if operation.media else None)
    assert reply.status == 308, reply
    assert reply.header("Location") == operation.target(**{operation.variables[0]: story.ref("two")})


def test_each_into_the_other_at_a_time(server: Server, story: Story) -> None:
    for number in range(6):
        story.claim(f"a{number}")
        story.claim(f"b{number}")

        def merge(names: tuple[str, str]) -> int:
            with server.client() as own:
                return own.post(f"/v1/claims/{story.ref(names[0])}/merge", {"into": story.ref(names[1])}).status

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(merge, [(f"a{number}", f"b{number}"), (f"b{number}", f"a{number}")]))
        # the other one finds that it names itself, or that it has moved
        assert statuses[0] == 200 and statuses[1] in (308, 422), statuses
        live = [name for name in (f"a{number}", f"b{number}") if story.get("claims", name).status == 200]
        assert len(live) == 1


def test_stances_that_are_written_meanwhile(server: Server, story: Story, database: Database) -> None:
    """None is lost: whoever was told that a stance is written finds it under the claim that its claim has become."""
    for name in ("a", "b", "old", "new"):
        story.actor(name) if name in "ab" else story.claim(name)
    for number in range(200):
        story.stance(f"before{number}", "old", "a")

    def write(worker: int) -> list[str]:
        done = []
        with server.client() as own:
            for number in range(60):
                ref = story.ref(f"w{worker}x{number}")
                body = {"claim": story.ref("old"), "actor": story.ref("b"), "position": "deny", "quote": f"{worker}/{number}"}
                reply = own.put(f"/v1/stances/{ref}", body)
                assert reply.status in (201, 409, 503), reply
                if reply.status == 201:
                    done.append(ref)
        return done

    def change(_: int) -> None:
        with server.client() as own:
            for number in range(100):
                reply = own.request("PATCH", f"/v1/stances/{story.ref(f'before{number}')}", {"quote": "changed"})
                assert reply.status in (200, 409, 503), reply

    with ThreadPoolExecutor(5) as pool:
        written = [pool.submit(write, worker) for worker in range(3)]
        changed = pool.submit(change, 0)
        reply = story.merge("claims", "old", "new")
        changed.result()
        refs = [ref for each in written for ref in each.result()]
    while reply.status in (409, 503):
        reply = story.merge("claims", "old", "new")
    assert reply.status == 200, reply
    assert len(refs) > 100
    held = dict(database.query("SELECT ref, claim_id::text FROM stance WHERE claim_id IN (%s, %s)", story.ids["old"], story.ids["new"]))
    assert set(held.values()) == {story.ids["new"]}
    assert set(refs) <= held.keys() and len(held) == len(refs) + 200


def test_a_reference_that_arrives_at_the_last_moment(server: Server, story: Story, database: Database) -> None:
    """A stance that is written, but not committed, when the merge looks: the merge waits, and takes it along."""
    story.actor("a")
    story.claim("old")
    story.claim("new")
    with database.connect() as other, ThreadPoolExecutor(1) as pool:
        other.cursor().execute("SELECT FROM claim WHERE id = %s FOR KEY SHARE", [story.ids["old"]])
        merging = pool.submit(server.client(30).post, f"/v1/claims/{story.ref('old')}/merge", {"into": story.ref("new")})
        wait_for("the merge to wait", lambda: database.statements(waiting=True))
        story.stance("late", "old", "a")
        other.rollback()
        assert merging.result().status == 200
    assert story.get("stances", "late").json["claim"] == story.ids["new"]
    assert story.client.get(f"/v1/stances?claim={story.ref('new')}&count=exact").json["total"] == 1


def test_who_leaves_takes_the_merge_along(server: Server, story: Story, database: Database) -> None:
    """Half a merge is none."""
    story.actor("a")
    story.claim("old")
    story.claim("new")
    story.stance("s", "old", "a")
    with database.connect() as other:
        other.cursor().execute("SELECT FROM claim WHERE id = %s FOR UPDATE", [story.ids["new"]])
        connection = Connection(server.address)
        connection.send(story.client.prepare("POST", f"/v1/claims/{story.ref('old')}/merge", {"into": story.ref("new")}))
        wait_for("the merge to wait", lambda: database.statements(waiting=True))
        connection.abort()
        wait_for("it to be given up", lambda: not database.statements(waiting=True))
        other.rollback()
    assert story.operations("claims", "old") == story.operations("stances", "s") == ["create"]
    assert story.get("stances", "s").json["claim"] == story.ids["old"]
    assert story.merge("claims", "old", "new").status == 200
