"""Provenance: from which first-hand sources a claim's stances come, and how many origins that makes."""
import csv
import io
import itertools
import json
from typing import Any, Iterator, Optional

import pytest

from harness.client import Client
from harness.scenario import play, problem, step

names = itertools.count(1)


class Story:
    """A claim of its own with the actors, sources and stances around it; refs are given without the story's own ending."""

    def __init__(self, client: Client) -> None:
        self.client, self.number = client, next(names)
        self.put("claims", "claim", text="It is so.")

    def ref(self, name: str) -> str:
        return f"{name}-{self.number}"

    def put(self, plural: str, name: str, /, **body: Any) -> None:
        response = self.client.put(f"/v1/{plural}/{self.ref(name)}", body)
        assert response.status in (200, 201), str(response)

    def actor(self, name: str, **belongs: str) -> None:
        self.put("actors", name, name=name, kind="organization", **{key: self.ref(to) for key, to in belongs.items()})

    def source(self, name: str, *cites: str, publisher: Optional[str] = None, kind: str = "article") -> None:
        self.put("sources", name, title=name, kind=kind, **({"publisher": self.ref(publisher)} if publisher else {}),
                 cites=[{"source": self.ref(cited), "relation": "cites"} for cited in cites])

    def say(self, actor: str, position: str, source: Optional[str] = None, **more: Any) -> None:
        if source:
            more["source"] = self.ref(source)
        if "origin" in more:
            more["origin"] = self.ref(more["origin"])
        body = {"claim": self.ref("claim"), "actor": self.ref(actor), "position": position, "stated_at": "2024-10-21"}
        response = self.client.post("/v1/stances", body | more)
        assert response.status == 201, str(response)

    def reply(self, query: str = "") -> Any:
        response = self.client.get(f"/v1/claims/{self.ref('claim')}/provenance{query}")
        assert response.status == 200, str(response)
        return response.json

    def rows(self, query: str = "") -> dict[str, Any]:
        return {row["position"]: row for row in self.reply(query)["data"]}

    def bare(self, records: list[dict[str, str]]) -> list[str]:
        return [record["ref"].removesuffix(f"-{self.number}") for record in records]


@pytest.fixture
def story(client: Client) -> Iterator[Story]:
    yield Story(client)


def relay(story: Story) -> None:
    """A speech, a report of it, and an article after the report."""
    for actor in ("north", "agency", "outlet"):
        story.actor(actor)
    story.source("speech", publisher="north", kind="speech")
    story.source("report", "speech", publisher="agency")
    story.source("article", "report", publisher="outlet")


def test_a_relay_is_one_origin(story: Story) -> None:
    relay(story)
    story.say("north", "deny", "article")
    story.say("agency", "deny", "report")
    story.say("outlet", "deny", "article")
    row = story.rows()["deny"]
    assert (row["stances"], row["unknown"], row["independent_origins"], row["finding"]) == (3, 0, 1, "one origin")
    origin, = row["origins"]
    assert story.bare(origin["sources"]) == ["speech"] and origin["joins"] == [] and "reason" not in row
    paths = {stance["actor"]["name"]: story.bare(stance["paths"][0]["sources"]) for stance in origin["stances"]}
    assert paths == {"north": ["article", "report", "speech"], "agency": ["report", "speech"],
                     "outlet": ["article", "report", "speech"]}


def test_a_claim_of_which_nobody_has_spoken(story: Story) -> None:
    reply = story.reply()
    assert (reply["data"], reply["sources"], reply["cycles"], reply["truncated"]) == ([], 0, [], False)


def test_unknown_counts_for_nothing(story: Story) -> None:
    relay(story)
    story.source("rumour", publisher="outlet")
    story.say("outlet", "affirm", "rumour")
    story.say("agency", "affirm")
    row = story.rows()["affirm"]
    assert (row["stances"], row["unknown"], row["independent_origins"]) == (2, 2, 0)
    assert row["finding"] == "no origin known" and len(row["unknown_stances"]) == 2


def test_what_is_distinct_is_not_called_independent(story: Story) -> None:
    relay(story)
    story.source("post", publisher="agency", kind="statement")
    story.say("north", "affirm", "speech")
    story.say("agency", "affirm", "post")
    row = story.rows()["affirm"]
    assert row["independent_origins"] == 2 and row["finding"] == "distinct, independence not established"
    assert row["reason"]
    story.actor("group")
    story.actor("north", part_of="group")
    story.actor("agency", owned_by="group")
    row = story.rows()["affirm"]
    assert row["independent_origins"] == 1
    join, = row["origins"][0]["joins"]
    assert join["reason"] == "shared_owner" and story.bare([join["actor"]]) == ["group"]


def test_joined_by_what_both_lead_to(story: Story) -> None:
    relay(story)
    story.source("leak")
    story.source("one", "leak", publisher="agency", kind="statement")
    story.source("two", "leak", publisher="outlet", kind="statement")
    story.say("agency", "affirm", "one")
    story.say("outlet", "affirm", "two")
    row = story.rows()["affirm"]
    join, = row["origins"][0]["joins"]
    assert row["independent_origins"] == 1
    assert join["reason"] == "shared_upstream" and story.bare([join["source"]]) == ["leak"]


def test_narrowed_to_their_own_and_the_origin_that_is_given(story: Story) -> None:
    relay(story)
    story.actor("south")
    story.source("charge", publisher="south", kind="speech")
    story.source("digest", "speech", "charge", publisher="agency")
    story.say("south", "affirm", "digest")
    stance, = story.rows()["affirm"]["origins"][0]["stances"]
    assert (stance["basis"], stance["candidates"]) == ("narrowed", 1)
    assert story.bare(stance["paths"][0]["sources"]) == ["digest", "charge"]
    story.say("outlet", "deny", "digest")
    stance, = story.rows()["deny"]["origins"][0]["stances"]
    assert (stance["basis"], stance["candidates"]) == ("reachable", 2)
    story.say("outlet", "question", "digest", origin="charge")
    stance, = story.rows()["question"]["origins"][0]["stances"]
    assert (stance["basis"], stance["candidates"]) == ("origin", 1)


def test_cycles_are_flagged(story: Story) -> None:
    relay(story)
    story.source("mirror")
    story.source("echo", "mirror")
    story.source("mirror", "echo", "speech")
    story.source("self", kind="speech")
    story.source("self", "self", kind="speech")
    story.say("outlet", "affirm", "echo")
    story.say("outlet", "affirm", "self")
    reply = story.reply()
    assert sorted(sorted(story.bare(cycle["sources"])) for cycle in reply["cycles"]) == [["echo", "mirror"], ["self"]]
    assert reply["data"][0]["independent_origins"] == 2


def test_confirmed_by_others_needs_two_origins(story: Story) -> None:
    relay(story)
    story.say("north", "deny", "article", credibility=1)
    warning, = story.rows()["deny"]["warnings"]
    assert warning["code"] == "credibility_not_supported"
    story.source("witness", publisher="outlet", kind="statement")
    story.say("outlet", "deny", "witness", credibility=2)
    row = story.rows()["deny"]
    assert (row["independent_origins"], row["warnings"]) == (2, [])


def test_a_chain_past_the_bound(story: Story) -> None:
    relay(story)
    before = "speech"
    for link in range(17):
        story.source(f"link{link}", before)
        before = f"link{link}"
    story.say("outlet", "deny", "link15")
    reply = story.reply()
    assert (reply["truncated"], reply["data"][0]["independent_origins"]) == (False, 1)
    story.say("outlet", "affirm", "link16")
    reply = story.reply()
    assert (reply["truncated"], reply["bounds_met"]) == (True, [{"bound": "depth", "most": 16}])
    assert {row["position"]: row["unknown"] for row in reply["data"]} == {"affirm": 1, "deny": 0}


def test_filters_dates_and_formats(story: Story) -> None:
    relay(story)
    story.say("north", "deny", "speech")
    story.say("agency", "report", "report", stated_at="2024-11-01")
    assert story.rows("?as_of=2024-10-31").keys() == {"deny"}
    assert story.rows(f"?actor={story.ref('agency')}").keys() == {"report"}
    assert story.rows("?known_at=2024-10-31") == {}
    target = f"/v1/claims/{story.ref('claim')}/provenance"
    rows = list(csv.DictReader(io.StringIO(story.client.get(f"{target}?format=csv").body.decode(), newline="")))
    assert [row["position"] for row in rows] == ["deny", "report"]
    assert json.loads(rows[0]["origins"]) == story.rows()["deny"]["origins"]
    lines = story.client.get(f"{target}?format=ndjson").body.decode().splitlines()
    assert [json.loads(line) for line in lines] == story.reply()["data"]


def test_questions_that_cannot_be_answered(client: Client, world: dict[str, str]) -> None:
    target = "/v1/claims/march/provenance"
    play(client, [
        step("GET", "/v1/claims/nothing/provenance", status=404, json=problem(404, "not-found")),
        step("GET", f"{target}?as_of=2024-13-01", status=400),
        step("GET", f"{target}?position=deny", status=400),
        step("GET", f"{target}?depth=20", status=400),
        step("GET", target, json={"data": list}),
    ], **world)
