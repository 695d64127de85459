"""ClaimReview (schema.org) in and out: in any of its wrappings, and nothing lost on the way round."""
import copy
import json
from typing import Any, Callable

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.server import Server
from harness.wire import Response

LINKED = {"Content-Type": "application/ld+json"}


def review(number: int, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org", "@type": "ClaimReview", "url": f"https://example.org/checks/{number}",
        "datePublished": "2021-07-28", "claimReviewed": f"The sky of number {number} is green.",
        "author": {"@type": "Organization", "name": "Full Facts", "url": "https://example.org/", "logo": {"@type": "ImageObject"}},
        "reviewRating": {"@type": "Rating", "ratingValue": "1", "bestRating": 5, "worstRating": 1, "alternateName": "False"},
        "itemReviewed": {
            "@type": "Claim", "@id": f"https://example.org/claims/{number}", "datePublished": "2021-07-20",
            "author": {"@type": "Person", "name": "Somebody", "sameAs": ["https://example.org/somebody"]},
            "appearance": [{"@type": "CreativeWork", "url": "https://example.org/said"}],
            "firstAppearance": {"@type": "NewsArticle", "url": "https://example.org/first"}}} | more


def send(client: Client, document: Any, query: str = "") -> Response:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return client.post(f"/v1/import{query}", body, headers=LINKED)


def made(response: Response, what: str = "created") -> dict[str, int]:
    assert response.status == 200, str(response)
    counts = json.loads(response.body.splitlines()[-1])
    return {name: count for name, count in counts[what].items() if count}


def within(part: Any, whole: Any) -> bool:
    """Everything of the one is in the other; a number may have been a text."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name == "@context" or within(each, whole.get(name)) for name, each in part.items())
    if isinstance(part, str) and isinstance(whole, (int, float)):
        return float(part) == whole
    return part == whole


WRAPPINGS: list[Callable[[list[dict]], Any]] = [
    lambda items: items,
    lambda items: {"@context": "https://schema.org", "@graph": items},
    lambda items: {"@type": "DataFeed", "dataFeedElement": items, "dateModified": "2021-08-01"},
    lambda items: {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": items}]},
    lambda items: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": each} for each in items]},
]


@pytest.mark.parametrize("number", range(len(WRAPPINGS)))
def test_wrappings(client: Client, number: int) -> None:
    items = [review(100 * number + each, author={"@type": "Person", "name": f"Author {number}"}) for each in range(3)]
    assert made(send(client, WRAPPINGS[number](items))) == {"actor": 1, "claim": 3, "review": 3}
    again = send(client, WRAPPINGS[number](items))
    assert made(again) == made(again, "updated") == {}


def only_one(client: Client, item: dict[str, Any]) -> dict[str, Any]:
    assert send(client, item).status == 200
    return client.get(f"/v1/reviews?url={item['url']}").json["data"][0]


def test_nothing_is_lost(client: Client) -> None:
    item = review(900)
    record = only_one(client, item)
    assert record["rating_label"] == "False" and record["rating_value"] == 1 and record["reviewed_at"] == "2021-07-28"
    alone = client.get(f"/v1/reviews/{record['id']}?format=jsonld")
    assert alone.header("Content-Type") == "application/ld+json"
    assert alone.json["@context"] == "https://schema.org" and within(item, alone.json), str(alone)
    graph = client.get(f"/v1/claims/{record['claim']}", headers={"Accept": "application/ld+json"}).json
    assert len(graph["@graph"]) == 1 and within(item, graph["@graph"][0])
    feed = client.get(f"/v1/reviews?format=jsonld&url={item['url']}")
    assert feed.json["@type"] == "DataFeed" and within(item, feed.json["dataFeedElement"][0])
    # what goes out comes in and changes nothing
    for document in (alone.json, graph, feed.json):
        assert made(send(client, document)) == made(send(client, document), "updated") == {}


def test_into_another_place(client: Client, launch: Callable[..., Server], empty_database: Database) -> None:
    send(client, [review(number) for number in range(950, 955)])
    feed = client.get("/v1/reviews?format=jsonld&limit=1000").json
    with launch(empty_database).client() as other:
        assert made(send(other, feed))["review"] == len(feed["dataFeedElement"])
        there = other.get("/v1/reviews?format=jsonld&limit=1000").json
        key = lambda item: item["@id"]
        assert sorted(there["dataFeedElement"], key=key) == sorted(feed["dataFeedElement"], key=key)


def test_a_claim_that_is_there_is_not_made_less(client: Client) -> None:
    client.put("/v1/claims/known", {"text": "It is known.", "topics": ["known"], "language": "en"})
    item = review(960)
    item["itemReviewed"]["@id"] = "/v1/claims/known"
    item["claimReviewed"] = "It is known, in other words."
    assert made(send(client, item), "created")["review"] == 1
    claim = client.get("/v1/claims/known").json
    assert (claim["text"], claim["topics"], claim["version"]) == ("It is known.", ["known"], 1)


def test_a_stance_is_no_review(client: Client) -> None:
    client.put("/v1/claims/denied", {"text": "Denied.", "language": "en"})
    client.put("/v1/actors/denier", {"name": "D", "kind": "state"})
    client.post("/v1/stances", {"claim": "denied", "actor": "denier", "position": "deny"})
    graph = client.get("/v1/claims/denied?format=jsonld").json["@graph"]
    assert graph == [{"@type": "Claim", "@id": "/v1/claims/denied", "text": "Denied.", "inLanguage": "en"}]
    assert made(send(client, {"@graph": graph})) == {}
    assert client.get("/v1/claims/nowhere?format=jsonld").status == 404


def test_who_said_it_and_where(client: Client) -> None:
    """The first to affirm it; denials and reports say nothing of that."""
    client.put("/v1/claims/said", {"text": "It was said."})
    for name, kind in (("sayer", "person"), ("checker", "media"), ("denier-2", "state")):
        client.put(f"/v1/actors/{name}", {"name": name.title(), "kind": kind})
    for name in ("late", "early"):
        client.put(f"/v1/sources/said-{name}", {"title": name, "kind": "article", "url": f"https://example.org/{name}"})
    stances = [("affirm", "checker", "late", "2024-02-01"), ("affirm", "sayer", "early", "2024-01-01"),
               ("deny", "denier-2", "early", "2023-01-01")]
    for position, actor, source, date in stances:
        client.post("/v1/stances", {"claim": "said", "actor": actor, "position": position, "source": f"said-{source}", "stated_at": date})
    alone = client.get("/v1/claims/said?format=jsonld").json["@graph"][0]
    early = {"@type": "CreativeWork", "@id": "/v1/sources/said-early", "url": "https://example.org/early"}
    late = {"@type": "CreativeWork", "@id": "/v1/sources/said-late", "url": "https://example.org/late"}
    assert alone["author"] == {"@type": "Person", "@id": "/v1/actors/sayer", "name": "Sayer"}
    assert alone["appearance"] == [early, late] and alone["firstAppearance"] == early
    client.put("/v1/reviews/said-review", {"claim": "said", "reviewer": "checker", "rating_label": "True", "source": "said-late"})
    one = client.get("/v1/reviews/said-review?format=jsonld").json
    assert one["itemReviewed"] == alone and one["url"] == "https://example.org/late"
    assert client.get("/v1/claims/said?format=jsonld").json["@graph"] == [{name: each for name, each in one.items() if name != "@context"}]
    # it follows from the stances, and so is not kept a second time
    again = send(client, one)
    assert made(again) == {}
    assert client.get("/v1/reviews/said-review").json["attributes"] == {}


def test_pages_of_the_feed(client: Client) -> None:
    send(client, [review(number) for number in range(970, 975)])
    seen: list[str] = []
    target = "/v1/reviews?format=jsonld&limit=2&sort=created_at"
    while target:
        page = client.get(target)
        seen += [item["@id"] for item in page.json["dataFeedElement"]]
        link = page.header("Link")
        target = link[1:].partition(">")[0] if link else ""
    assert len(seen) == len(set(seen)) == client.get("/v1/reviews?count=exact&limit=1").json["total"]


def without(item: dict[str, Any], *path: str) -> dict[str, Any]:
    changed = copy.deepcopy(item)
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


@pytest.mark.parametrize("item, status, pointer, code", [
    (without(review(1), "claimReviewed"), 422, "/claimReviewed", "required"),
    (without(review(1), "author"), 422, "/author/name", "required"),
    (without(review(1), "url"), 422, "/url", "required"),
    (without(review(1), "@type"), 422, "/@type", "required"),
    (review(1) | {"reviewRating": {}}, 422, "/reviewRating/alternateName", "required"),
    (review(1) | {"padding": "x" * 20000}, 422, "/attributes", "too_long"),
    ({"@type": "Person"}, 422, "/@type", "not_in_vocabulary"),
    (b"[{]", 400, "", "malformed"),
    (b'[{"@type": "ClaimReview"', 400, "", "truncated"),
    (b"nothing", 400, "", "malformed"),
], ids=str)
def test_faults(client: Client, item: Any, status: int, pointer: str, code: str) -> None:
    before = client.get("/v1/reviews?count=exact&limit=1").json["total"]
    response = send(client, item)
    assert response.status == status, str(response)
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in response.json["errors"]], str(response)
    assert client.get("/v1/reviews?count=exact&limit=1").json["total"] == before


def test_good_items_are_stored(client: Client) -> None:
    items = [review(980), without(review(981), "claimReviewed"), review(982)]
    response = send(client, items, "?mode=each")
    *told, counts = [json.loads(line) for line in response.body.splitlines()]
    assert [(fault["line"], fault["pointer"]) for fault in told] == [(2, "/claimReviewed")]
    assert counts["created"]["review"] == 2 and counts["refused"] == 1


def test_formats(client: Client) -> None:
    record = only_one(client, review(990))
    for target, status in (("/v1/claims?format=jsonld", 400), ("/v1/actors?format=jsonld", 400),
                           (f"/v1/reviews/{record['id']}?format=jsonld&fields=url", 400),
                           (f"/v1/reviews/{record['id']}?format=jsonld&version=1", 400),
                           (f"/v1/claims/{record['claim']}?format=jsonld&version=1", 400),
                           (f"/v1/claims/{record['claim']}?format=jsonld&expand=about", 400)):
        assert client.get(target).status == status, target
    assert client.get("/v1/claims", headers={"Accept": "application/ld+json"}).status == 406
