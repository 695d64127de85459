"""One sample of each kind of record with every field, and the small world that they refer to."""
from dataclasses import dataclass, field
from typing import Any

from harness.client import Client

# what samples refer to, in an order in which it can be written
WORLD: dict[str, tuple[str, dict[str, Any]]] = {
    "north": ("actors", {"name": "North", "kind": "state"}),
    "south": ("actors", {"name": "South", "kind": "state"}),
    "ministry": ("actors", {"name": "Ministry", "kind": "government_body", "part_of": "north"}),
    "agency": ("actors", {"name": "Agency", "kind": "media"}),
    "speech": ("sources", {"title": "A speech", "kind": "speech"}),
    "paper": ("sources", {"title": "A paper", "kind": "article", "cites": [{"source": "speech", "relation": "quotes"}]}),
    "march": ("claims", {"text": "The North marches."}),
    "treaty": ("claims", {"text": "The treaty holds."}),
}

ATTRIBUTES = {"desk": "Söul 국", "tags": ["a", None, True, 1, 2.5, {"deep": []}], "empty": {}}


@dataclass
class Sample:
    kind: str
    plural: str
    least: dict[str, Any]     # nothing but what is required
    full: dict[str, Any]      # every field, with refs for references
    other: dict[str, Any]     # something else to replace it with
    defaults: dict[str, Any] = field(default_factory=dict)  # what a reply to `least` has all the same


SAMPLES = [
    Sample(
        "actor", "actors",
        least={"name": "Foreign ministry", "kind": "government_body"},
        full={"name": "Foreign ministry", "kind": "government_body", "aliases": ["MFA", "외무성"], "country": "KP",
              "part_of": "north", "owned_by": "south", "description": "Speaks \"for\" the state.\nAlways.",
              "same_as": ["https://www.wikidata.org/entity/Q1", "urn:example:a"], "reliability": "C",
              "attributes": ATTRIBUTES},
        other={"name": "Ministry of defence", "kind": "other", "aliases": ["외무성", "MFA"], "attributes": {"x": 1}},
        defaults={"aliases": [], "same_as": [], "attributes": {}}),
    Sample(
        "source", "sources",
        least={"title": "A report", "kind": "article"},
        full={"title": "A report", "kind": "press_release", "url": "https://example.org/a?b=c#d", "publisher": "agency",
              "author": "A. Author", "language": "zh-Hant-TW", "published_at": "2024-10-21",
              "retrieved_at": "2024-10-22T08:30:00Z", "archived_url": "https://archive.example.org/1",
              "first_hand": False,
              "cites": [{"source": "speech", "relation": "quotes"}, {"source": "paper", "relation": "translates"}],
              "attributes": ATTRIBUTES},
        other={"title": "Another", "kind": "interview", "cites": [{"source": "paper", "relation": "cites"}]},
        defaults={"first_hand": False, "cites": [], "attributes": {}}),
    Sample(
        "claim", "claims",
        least={"text": "It rains."},
        full={"text": "It rains in the North.", "language": "en", "topics": ["weather", "north.2024"],
              "about": ["north", "south"], "event_from": "2024-10-01", "event_to": "2024-10-21T23:59:59.250000Z",
              "location": "the North",
              "relations": [{"claim": "march", "relation": "supports"}, {"claim": "treaty", "relation": "contradicts"}],
              "attributes": ATTRIBUTES},
        other={"text": "It pours.", "about": ["south"]},
        defaults={"topics": [], "about": [], "relations": [], "attributes": {}}),
    Sample(
        "stance", "stances",
        least={"claim": "march", "actor": "north", "position": "deny"},
        full={"claim": "march", "actor": "north", "position": "deny", "degree": 0.75, "act": "reject",
              "source": "paper", "origin": "speech", "speaker": "ministry", "addressee": "south",
              "quote": "근거 없는 소문", "quote_language": "ko", "translation": "baseless rumours",
              "venue": "First Committee", "stated_at": "2024-10-21", "credibility": 2, "confidence": 90,
              "attributes": ATTRIBUTES},
        other={"claim": "march", "actor": "north", "position": "affirm", "stated_at": "2025-04-28T00:00:00Z"},
        defaults={"attributes": {}}),
    Sample(
        "review", "reviews",
        least={"claim": "march", "reviewer": "agency", "rating_label": "False", "url": "https://example.org/check"},
        full={"claim": "march", "reviewer": "agency", "rating_label": "Mostly false", "rating_value": 2,
              "rating_best": 5, "rating_worst": 0.5, "source": "paper", "url": "https://example.org/check",
              "reviewed_at": "2024-11-01T00:00:00Z", "summary": "No one saw them.", "attributes": ATTRIBUTES},
        other={"claim": "march", "reviewer": "south", "rating_label": "True", "source": "paper"},
        defaults={"attributes": {}}),
]


def build_world(client: Client) -> dict[str, str]:
    """Writes the world; returns the id of each of its refs."""
    ids = {}
    for ref, (plural, document) in WORLD.items():
        response = client.put(f"/v1/{plural}/{ref}", document)
        assert response.status in (200, 201), str(response)
        ids[ref] = response.json["id"]
    return ids


def with_ids(value: Any, ids: dict[str, str]) -> Any:
    """The document as a reply shows it: refs of the world as ids."""
    if isinstance(value, dict):
        return {name: with_ids(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [with_ids(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value
