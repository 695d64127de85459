"""Merges at random, one after the other, against a model: after each, every record is what the model says, in the version that it says."""
import json
import random
from typing import Any, Optional

import pytest

from harness.client import Client

Document = dict[str, Any]
MERGED = ("actors", "sources", "claims")
LINKS = {"relations": ("claims", "claim"), "cites": ("sources", "source")}
SETS = {"about": "actors"}
ONES = {"part_of": "actors", "owned_by": "actors", "publisher": "actors", "claim": "claims", "actor": "actors", "speaker": "actors",
        "addressee": "actors", "reviewer": "actors", "source": "sources", "origin": "sources"}
LABELS = {"actors": "name", "sources": "title", "claims": "text"}
LISTS = {"actors": ["aliases", "same_as"], "sources": ["cites"], "claims": ["topics", "about", "relations"]}


class Model:
    def __init__(self, chance: random.Random, seed: int) -> None:
        self.chance = chance
        self.records: dict[str, dict[str, Document]] = {plural: {} for plural in (*MERGED, "stances", "reviews")}
        self.versions: dict[tuple[str, str], int] = {}
        self.gone: dict[tuple[str, str], str] = {}
        self.ending = f"-mm{seed}"
        self.fill()

    def some(self, plural: str) -> str:
        return self.chance.choice(sorted(self.records[plural]))

    def maybe(self, plural: str) -> Optional[str]:
        return self.some(plural) if self.records[plural] and self.chance.random() < 0.6 else None

    def few(self, plural: str) -> list[str]:
        return self.chance.sample(sorted(self.records[plural]), min(len(self.records[plural]), self.chance.randrange(4)))

    def links(self, plural: str, name: str, words: list[str]) -> list[Document]:
        return [{name: ref, "relation": word} for ref in self.few(plural) for word in self.chance.sample(words, self.chance.randrange(1, 3))]

    def add(self, plural: str, name: str, /, **fields: Any) -> None:
        ref = name + self.ending
        self.records[plural][ref] = {field: value for field, value in fields.items() if value not in (None, [])}
        self.versions[plural, ref] = 1

    def fill(self) -> None:
        for number in range(8):  # refers only to those before it, so that nothing runs in a circle at first
            self.add("actors", f"a{number}", name=f"A{number}", kind="other", aliases=self.chance.sample(["x", "y", "A1", "A2"], 2),
                     part_of=self.maybe("actors"), owned_by=self.maybe("actors"))
        for number in range(6):
            self.add("sources", f"s{number}", title=f"S{number}", kind="article", first_hand=False, publisher=self.maybe("actors"),
                     cites=self.links("sources", "source", ["cites", "quotes"]))
        for number in range(6):
            self.add("claims", f"c{number}", text=f"C{number}", about=self.few("actors"), topics=self.chance.sample(["t", "u", "v"], 2),
                     relations=self.links("claims", "claim", ["contradicts", "entails"]))
        for number in range(14):
            self.add("stances", f"t{number}", claim=self.some("claims"), actor=self.some("actors"), position="deny", quote=f"“{number}”",
                     source=self.maybe("sources"), origin=self.maybe("sources"), speaker=self.maybe("actors"), addressee=self.maybe("actors"))
        for number in range(5):
            self.add("reviews", f"r{number}", claim=self.some("claims"), reviewer=self.some("actors"), rating_label="R",
                     url="http://a.example/", source=self.maybe("sources"))

    def lines(self) -> bytes:
        return "".join(json.dumps({"type": plural[:-1], "ref": ref, **document}) + "\n"
                       for plural, records in self.records.items() for ref, document in records.items()).encode()

    def circle(self, one: str, into: str) -> bool:
        """Whether the one is above the other with somebody between."""
        actors, at, steps = self.records["actors"], self.records["actors"][into].get("part_of"), 1
        while at and at != one:
            at, steps = actors[at].get("part_of"), steps + 1
        return at == one and steps > 1

    def moved(self, plural: str, one: str, into: str, of: str, ref: str, document: Document) -> Document:
        """A document with the one in the place of the other, without what leads to itself or is there twice."""
        made: Document = {}
        for field, value in document.items():
            if ONES.get(field) == plural:
                value = into if value == one else value
                if of == plural and value == ref == into and document[field] == one:
                    continue
            elif SETS.get(field) == plural:
                value = list(dict.fromkeys(into if each == one else each for each in value))
            elif field in LINKS and LINKS[field][0] == plural:
                name = LINKS[field][1]
                ends = [(into if each[name] == one else each[name], each["relation"]) for each in value]
                value = [{name: end, "relation": word} for end, word in dict.fromkeys(ends) if not (ref == into and end == into)]
            made[field] = value
        return {field: value for field, value in made.items() if value != []}

    def merge(self, plural: str, one: str, into: str) -> None:
        goes = self.records[plural].pop(one)
        stays = self.records[plural][into]
        for field in LISTS[plural]:
            more = goes.get(field, [])
            if field == "aliases":
                more = [goes["name"], *more]
            united = list(stays.get(field, []))
            united += [each for each in more if each not in united and not (field == "aliases" and each == stays["name"])]
            deduped = []
            for each in united:
                if each not in deduped:
                    deduped.append(each)
            stays[field] = deduped
        for of, records in self.records.items():
            for ref, document in records.items():
                made = self.moved(plural, one, into, of, ref, document)
                if made != document or (of, ref) == (plural, into):
                    self.versions[of, ref] += 1
                records[ref] = made
        self.gone = {key: into if key[0] == plural and value == one else value for key, value in self.gone.items()}
        self.gone[plural, one] = into


def shown(document: Document, refs: dict[str, str]) -> Document:
    """A reply as the model has it: ids as refs, without what every record has, and what it has not."""
    def name(value: Any) -> Any:
        if isinstance(value, dict):
            return {field: name(each) for field, each in value.items()}
        if isinstance(value, list):
            return [name(each) for each in value]
        return refs.get(value, value) if isinstance(value, str) else value
    own = ("id", "ref", "version", "created_at", "updated_at")
    return {field: name(value) for field, value in document.items() if field not in own and value not in ([], {})}


@pytest.mark.parametrize("seed", range(8))
def test_merges_at_random(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    model = Model(chance, seed)
    reply = client.request("POST", "/v1/import", model.lines(), headers={"Content-Type": "application/x-ndjson"})
    assert reply.status == 200, reply
    refs = {}
    for plural, records in model.records.items():
        for ref in records:
            refs[client.get(f"/v1/{plural}/{ref}").json["id"]] = ref
    for _ in range(12):
        plural = chance.choice([each for each in MERGED if len(model.records[each]) > 1])
        one, into = chance.sample(sorted(model.records[plural]), 2)
        former = [ref for (kind, ref), now in model.gone.items() if kind == plural and now == into]
        reply = client.post(f"/v1/{plural}/{one}/merge", {"into": chance.choice([into, *former])})
        if plural == "actors" and model.circle(one, into):
            assert reply.status == 409 and reply.json["type"] == "/problems/merge-cycle", reply
        else:
            assert reply.status == 200, reply
            model.merge(plural, one, into)
        for of, records in model.records.items():
            for ref, document in records.items():
                found = client.get(f"/v1/{of}/{ref}").json
                assert shown(found, refs) == document, f"{of}/{ref} after {plural}: {one} into {into}"
                assert found["version"] == model.versions[of, ref], f"{of}/{ref} after {plural}: {one} into {into}"
    for (plural, ref), now in model.gone.items():
        assert client.get(f"/v1/{plural}/{ref}").header("Location") == f"/v1/{plural}/{now}"
    for claim in model.records["claims"]:  # each stance is listed once, where it belongs
        listed = client.get(f"/v1/stances?claim={claim}&limit=1000").json["data"]
        assert sorted(each["ref"] for each in listed) == sorted(ref for ref, each in model.records["stances"].items() if each["claim"] == claim)
