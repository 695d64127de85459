"""Lists: order, limits, and cursors that neither skip nor repeat."""
import re
from urllib.parse import urljoin

import pytest

from harness.client import Client
from harness.samples import SAMPLES, Sample
from harness.scenario import play, problem, step
from harness.wire import Response

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def walk(client: Client, target: str) -> list[dict]:
    """All pages from `target` on, by `next`, one list; the Link header must say the same."""
    found: list[dict] = []
    path, _, query = target.partition("?")
    cursor = ""
    while True:
        response = client.get(f"{path}?{query}{cursor}".rstrip("?"))
        assert response.status == 200, str(response)
        page = response.json
        assert set(page) == {"data", "next"}
        found += page["data"]
        link = response.header("Link")
        if page["next"] is None:
            assert link is None
            return found
        assert page["data"], "an empty page has no next"
        assert re.fullmatch(r"[A-Za-z0-9_-]+", page["next"])
        followed = re.fullmatch(r'<([^<>]+)>; rel="next"', link or "")
        assert followed, f"Link: {link}"
        assert client.get(urljoin(path, followed[1])).body == client.get(f"{path}?{query}&cursor={page['next']}").body
        cursor = f"&cursor={page['next']}"


@EACH
def test_newest_first_page_by_page(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}"
    made = [client.post(target, sample.least).json["id"] for _ in range(7)]
    everything = client.get(f"{target}?limit=1000").json["data"]
    assert [row["id"] for row in everything[:7]] == made[::-1]
    order = [(row["created_at"], row["id"]) for row in everything]
    assert order == sorted(order, reverse=True)
    for limit in (1, 3, len(everything) - 1, len(everything), len(everything) + 1):
        assert walk(client, f"{target}?limit={limit}") == everything, f"limit {limit}"
    assert client.get(target).json["data"] == everything[:50]
    one = client.get(f"{target}/{made[0]}").json
    assert one in everything  # a list shows a record as its own page does


@EACH
def test_cursors_survive_inserts_and_deletes(client: Client, world: dict[str, str], sample: Sample) -> None:
    target = f"/v1/{sample.plural}"
    made = [client.post(target, sample.least).json["id"] for _ in range(6)]
    first = client.get(f"{target}?limit=2").json
    assert [row["id"] for row in first["data"]] == [made[5], made[4]]
    client.post(target, sample.least)                     # newer than the page: not ours to see
    assert client.delete(f"{target}/{made[4]}").status == 204  # the row that the cursor stands on
    assert client.delete(f"{target}/{made[2]}").status == 204  # one that is yet to come
    second = client.get(f"{target}?limit=2&cursor={first['next']}").json
    assert [row["id"] for row in second["data"]] == [made[3], made[1]]


def test_an_empty_list(client: Client, world: dict[str, str]) -> None:
    for row in client.get("/v1/reviews?limit=1000").json["data"]:
        client.delete(f"/v1/reviews/{row['id']}")
    play(client, [step("GET", "/v1/reviews", json={"data": [], "next": None},
                       check=lambda response: response.header("Link") is None)])


def refused(parameter: str) -> dict:
    def named(errors: list[dict]) -> bool:
        return [fault.get("parameter") for fault in errors] == [parameter]
    return problem(400, "invalid-parameter") | {"errors": named}


@pytest.mark.parametrize("query, parameter", [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=-1", "limit"), ("limit=", "limit"), ("limit=ten", "limit"),
    ("limit=1.5", "limit"), ("limit=+5", "limit"), ("limit=0x10", "limit"), ("limit=99999999999999999999", "limit"),
    ("limit=5&limit=6", "limit"), ("offset=5", "offset"), ("Limit=5", "Limit"), ("nonsense", "nonsense"),
])
def test_bad_parameters_are_named(client: Client, world: dict[str, str], query: str, parameter: str) -> None:
    play(client, [step("GET", f"/v1/actors?{query}", status=400, json=refused(parameter))])


def test_cursors_are_what_the_server_made(client: Client, world: dict[str, str]) -> None:
    cursor = client.get("/v1/actors?limit=1").json["next"]
    assert cursor
    flipped = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    bad = [flipped, cursor[:-1], cursor + "A", cursor[::-1], "x", "AAAA", "%22", "%C3%A9", "a" * 2000]
    wrong = problem(400, "invalid-cursor")
    play(client, [
        *[step("GET", f"/v1/actors?cursor={each}", status=400, json=wrong) for each in bad],
        step("GET", f"/v1/claims?cursor={cursor}", status=400, json=wrong),
        # the page size may change on the way
        step("GET", f"/v1/actors?limit=2&cursor={cursor}", check=lambda response: len(response.json["data"]) == 2),
    ])


def test_a_cursor_alone_keeps_nothing_back(client: Client, world: dict[str, str]) -> None:
    """The last page says that it is the last even when it is full."""
    count = len(client.get("/v1/sources?limit=1000").json["data"])

    def is_whole(response: Response) -> bool:
        return len(response.json["data"]) == count and response.json["next"] is None

    play(client, [step("GET", f"/v1/sources?limit={count}", check=is_whole)])
