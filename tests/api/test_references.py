"""References between records: by id and by ref, forward only to what is there, and what they hold in place."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.client import Client
from harness.samples import SAMPLES, Sample, with_ids
from harness.scenario import play, problem, step
from harness.server import Server

NOBODY = "00000000-0000-4000-8000-000000000000"

# every reference a record can make: a body, and the pointers that must come back when it points nowhere
DANGLING = [
    ("actors", {"name": "A", "kind": "state", "part_of": "nobody", "owned_by": NOBODY}, ["/part_of", "/owned_by"]),
    ("sources", {"title": "T", "kind": "article", "publisher": "nobody",
                 "cites": [{"source": "speech", "relation": "cites"}, {"source": "nothing", "relation": "quotes"}]},
     ["/publisher", "/cites/1/source"]),
    ("claims", {"text": "T", "about": ["north", "nobody", NOBODY],
                "relations": [{"claim": "nothing", "relation": "refines"}]},
     ["/about/1", "/about/2", "/relations/0/claim"]),
    ("stances", {"claim": "nothing", "actor": "nobody", "position": "deny", "source": NOBODY, "origin": "nothing",
                 "speaker": "nobody", "addressee": "nobody"},
     ["/claim", "/actor", "/source", "/origin", "/speaker", "/addressee"]),
    ("reviews", {"claim": "nothing", "reviewer": "nobody", "rating_label": "x", "source": "nothing"},
     ["/claim", "/reviewer", "/source"]),
]


@pytest.mark.parametrize("plural, body, pointers", DANGLING, ids=[each[0] for each in DANGLING])
def test_every_missing_one_is_named(client: Client, world: dict[str, str], plural: str, body: dict,
                                    pointers: list[str]) -> None:
    refusal = problem(422, "unknown-reference", *[(pointer, "unknown_reference") for pointer in pointers])
    play(client, [
        step("POST", f"/v1/{plural}", body, status=422, json=refusal),
        step("PUT", f"/v1/{plural}/dangling", body, status=422, json=refusal),
        step("GET", f"/v1/{plural}/dangling", status=404),
    ])


def test_a_ref_means_a_record_of_the_kind_that_belongs_there(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("POST", "/v1/stances", {"claim": "north", "actor": "march", "position": "deny"}, status=422,
             json=problem(422, "unknown-reference", ("/claim", "unknown_reference"), ("/actor", "unknown_reference"))),
        step("POST", "/v1/stances", {"claim": "{north}", "actor": "{march}", "position": "deny"}, status=422,
             json=problem(422, "unknown-reference", ("/claim", "unknown_reference"), ("/actor", "unknown_reference"))),
        # the same ref in two kinds is two records
        step("PUT", "/v1/claims/north", {"text": "North is up."}, status=201, keep={"claim": "/id"},
             check=lambda response: response.json["id"] != world["north"]),
        step("GET", "/v1/actors/north", json={"name": "North"}),
        step("DELETE", "/v1/claims/{claim}", status=204),
    ], **world)


# what holds what: the record to be deleted, and a record that refers to it
HOLDERS = [
    ("actors", "held-1", {"name": "H", "kind": "state"}, "actors", {"name": "A", "kind": "person", "part_of": "held-1"}),
    ("actors", "held-2", {"name": "H", "kind": "group"}, "actors", {"name": "A", "kind": "media", "owned_by": "held-2"}),
    ("actors", "held-3", {"name": "H", "kind": "media"}, "sources",
     {"title": "T", "kind": "article", "publisher": "held-3"}),
    ("actors", "held-4", {"name": "H", "kind": "state"}, "claims", {"text": "T", "about": ["north", "held-4"]}),
    ("actors", "held-5", {"name": "H", "kind": "state"}, "stances",
     {"claim": "march", "actor": "north", "position": "deny", "addressee": "held-5"}),
    ("actors", "held-6", {"name": "H", "kind": "state"}, "reviews",
     {"claim": "march", "reviewer": "held-6", "rating_label": "x", "url": "https://example.org/"}),
    ("sources", "held-7", {"title": "H", "kind": "post"}, "sources",
     {"title": "T", "kind": "article", "cites": [{"source": "held-7", "relation": "republishes"}]}),
    ("sources", "held-8", {"title": "H", "kind": "post"}, "stances",
     {"claim": "march", "actor": "north", "position": "deny", "origin": "held-8"}),
    ("claims", "held-9", {"text": "H"}, "claims",
     {"text": "T", "relations": [{"claim": "held-9", "relation": "duplicates"}]}),
    ("claims", "held-10", {"text": "H"}, "stances", {"claim": "held-10", "actor": "north", "position": "deny"}),
    ("claims", "held-11", {"text": "H"}, "reviews",
     {"claim": "held-11", "reviewer": "north", "rating_label": "x", "source": "paper"}),
]


@pytest.mark.parametrize("plural, ref, body, by, holder", HOLDERS, ids=[f"{each[0]} by {each[3]} {each[1]}" for each in HOLDERS])
def test_what_is_referred_to_cannot_go(client: Client, world: dict[str, str], plural: str, ref: str, body: dict,
                                       by: str, holder: dict) -> None:
    play(client, [
        step("PUT", f"/v1/{plural}/{ref}", body, status=201, keep={"whole": ""}),
        step("POST", f"/v1/{by}", holder, status=201, keep={"holder": "/id"}),
        step("DELETE", f"/v1/{plural}/{ref}", status=409, json=problem(409, "still-referenced"),
             check=lambda response: by.rstrip("s") in response.body.decode()),
        step("GET", f"/v1/{plural}/{ref}", json="{whole}"),
        step("GET", f"/v1/{by}/{{holder}}"),
        step("DELETE", f"/v1/{by}/{{holder}}", status=204),
        step("DELETE", f"/v1/{plural}/{ref}", status=204),
    ])


@pytest.mark.parametrize("sample", [each for each in SAMPLES if "claim" in each.least], ids=lambda sample: sample.kind)
def test_a_claim_is_for_life(client: Client, world: dict[str, str], sample: Sample) -> None:
    moved = sample.full | {"claim": "treaty"}
    play(client, [
        step("PUT", "/v1/{plural}/settled", sample.full, status=201, keep={"whole": ""}),
        step("PUT", "/v1/{plural}/settled", moved, status=422,
             json=problem(422, "invalid-record", ("/claim", "immutable"))),
        step("GET", "/v1/{plural}/settled", json="{whole}"),
        step("DELETE", "/v1/{plural}/settled", status=204),
        # not even over a deletion: what the history says of it would be lost
        step("PUT", "/v1/{plural}/settled", with_ids(sample.full, world), status=201, json={"version": 3}),
    ], plural=sample.plural)


def part(client: Client, ref: str, of: str | None) -> int:
    body = {"name": ref, "kind": "group"} | ({"part_of": of} if of else {})
    return client.put(f"/v1/actors/{ref}", body).status


def test_part_of_has_no_cycles(client: Client, world: dict[str, str]) -> None:
    cycle = problem(422, "invalid-record", ("/part_of", "cycle"))
    group = {"name": "G", "kind": "group"}
    play(client, [
        step("PUT", "/v1/actors/ring-a", group, status=201),
        step("PUT", "/v1/actors/ring-a", group | {"part_of": "ring-a"}, status=422, json=cycle),
        step("PUT", "/v1/actors/ring-b", group | {"part_of": "ring-a"}, status=201),
        step("PUT", "/v1/actors/ring-c", group | {"part_of": "ring-b"}, status=201),
        step("PUT", "/v1/actors/ring-a", group | {"part_of": "ring-c"}, status=422, json=cycle),
        step("GET", "/v1/actors/ring-a", json={"version": 1}),
        # being owned is another matter
        step("PUT", "/v1/actors/ring-a", group | {"owned_by": "ring-c"}, json={"version": 2}),
    ])


def chain(client: Client, name: str, length: int) -> list[int]:
    refs = [f"{name}-{number}" for number in range(length)]
    return [part(client, ref, of) for ref, of in zip(refs, [None, *refs])]


def test_a_long_ring_is_refused_too(client: Client, world: dict[str, str]) -> None:
    """Walks end after 16 steps, so a ring must not be able to hide behind its length."""
    built = chain(client, "long", 40)
    assert set(built) <= {201, 422}
    assert 422 in [*built, part(client, "long-0", "long-39")]
    # nor behind being put together from two halves
    assert chain(client, "lower", 14) == chain(client, "upper", 14) == [201] * 14
    joined = part(client, "lower-0", "upper-13")
    assert 422 in [joined, part(client, "upper-0", "lower-13")]


def test_two_writers_cannot_close_a_cycle(server: Server, world: dict[str, str]) -> None:
    with server.client() as left, server.client() as right, ThreadPoolExecutor(2) as pool:
        for number in range(25):
            a, b = f"twin-a{number}", f"twin-b{number}"
            assert part(left, a, None) == part(left, b, None) == 201
            statuses = sorted(pool.map(part, (left, right), (a, b), (b, a)))
            assert statuses == [200, 422], f"round {number}"


def test_reference_by_id_in_any_case(client: Client, world: dict[str, str]) -> None:
    response = client.post("/v1/claims", {"text": "T", "about": [world["north"].upper()]})
    assert response.status == 201 and response.json["about"] == [world["north"]]
    assert client.get(f"/v1/actors/{world['north'].upper()}").json["id"] == world["north"]


def test_a_set_knows_ids_and_refs_for_the_same(client: Client, world: dict[str, str]) -> None:
    play(client, [
        step("POST", "/v1/claims", {"text": "T", "about": ["north", world["north"]]}, status=422,
             json=problem(422, "invalid-record", ("/about/1", "duplicate_item"))),
        step("POST", "/v1/claims", {"text": "T", "topics": ["a", "b", "a"]}, status=422,
             json=problem(422, "invalid-record", ("/topics/2", "duplicate_item"))),
    ])


def test_a_record_may_not_refer_to_itself_before_it_is_there(client: Client, world: dict[str, str]) -> None:
    """What a first write says about itself is either resolved or refused, never half stored."""
    response = client.put("/v1/claims/self", {"text": "T", "relations": [{"claim": "self", "relation": "duplicates"}]})
    assert response.status in (201, 422), str(response)
    assert client.get("/v1/claims/self").status == (200 if response.status == 201 else 404)
