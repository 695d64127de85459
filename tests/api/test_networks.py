"""Networks, against the formulas (harness/network.py), against what others have published, and against what must always hold."""
import csv
import io
import itertools
import random
import xml.etree.ElementTree as ElementTree
from typing import Any, Iterator

import pytest

from harness.client import Client
from harness.network import Network, Stance, network
from harness.scenario import play, problem, step
from harness.server import Server

ONE_MODE = {"aggregation": ["ignore", "congruence", "conflict", "subtract"],
            "normalization": ["no", "average", "jaccard", "cosine", "jaccard_textbook", "cosine_textbook"]}
TWO_MODE = {"aggregation": ["ignore", "combine", "subtract"], "normalization": ["no", "activity", "prominence"]}
COMMON = {"qualifier": ["position", "none"], "duplicates": ["include", "source", "week", "month", "year", "across"],
          "duplicate_key": ["auto", "position"], "isolates": [False, True], "min_statements": [0, 2, 4],
          "node": ["actor", "speaker", "addressee"], "positions": ["all", "current"]}

DATES = ["2024-12-28", "2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-05", "2025-01-06", "2025-12-30", None]


def made_up(seed: int, count: int) -> list[Stance]:
    """Stances with everything in them: degrees, repetitions, opposites of one day, non-votes, ones without a time or a speaker."""
    chance = random.Random(seed)
    actors = [f"net-actor-{n}" for n in range(7)]
    return [Stance(claim=f"net-claim-{chance.randrange(6)}", actor=chance.choice(actors),
                   position=chance.choice(["affirm"] * 5 + ["deny"] * 4 + ["decline", "report", "question", "retract"]),
                   stated_at=chance.choice(DATES), degree=chance.choice([None, None, 1, 0.5, 0.3, 0.7]),
                   source=chance.choice([None, "net-source-0", "net-source-1", "net-source-2"]),
                   speaker=chance.choice([None, *actors]), addressee=chance.choice([None, *actors[:3]])) for _ in range(count)]


def store(client: Client, stances: list[Stance], topic: str) -> None:
    """One after the other, so that each was recorded later than the one before."""
    for ref in sorted({each for stance in stances for each in (stance.actor, stance.speaker, stance.addressee) if each}):
        assert client.put(f"/v1/actors/{ref}", {"name": f"Name of {ref}", "kind": "group"}).status in (200, 201)
    for ref in sorted({stance.claim for stance in stances}):
        assert client.put(f"/v1/claims/{ref}", {"text": f"Text of {ref}", "topics": [topic]}).status in (200, 201)
    for ref in sorted({stance.source for stance in stances if stance.source}):
        assert client.put(f"/v1/sources/{ref}", {"title": ref, "kind": "document"}).status in (200, 201)
    for number, stance in enumerate(stances):
        body = {name: value for name, value in vars(stance).items() if value is not None}
        response = client.put(f"/v1/stances/{topic}-{number}", body)
        assert response.status == 201, str(response)


def query_of(options: dict[str, Any]) -> str:
    return "&".join(f"{name}={str(value).lower()}" for name, value in options.items() if value not in (0, False))


def refs_of(reply: dict[str, Any]) -> dict[str, str]:
    return {node["id"]: node["ref"] for node in reply["nodes"]}


def weights_of(reply: dict[str, Any], edges: list[dict[str, Any]], both: bool) -> dict[tuple[str, str], float]:
    refs = refs_of(reply)
    weights: dict[tuple[str, str], float] = {}
    for edge in edges:
        pair = refs[edge["source"]], refs[edge["target"]]
        assert pair not in weights and edge["weight"] != 0
        weights[pair] = edge["weight"]
        if both:
            assert pair[::-1] not in weights
            weights[pair[::-1]] = edge["weight"]
    return weights


def differences(expected: dict[tuple[str, str], float], found: dict[tuple[str, str], float]) -> list[str]:
    return [f"{pair}: {expected.get(pair, 0)} expected, {found.get(pair, 0)} found" for pair in sorted({*expected, *found})
            if abs(expected.get(pair, 0) - found.get(pair, 0)) > 1e-9]


def compare(expected: Network, reply: dict[str, Any], mode: str, about: str) -> None:
    refs = [node["ref"] for node in reply["nodes"]]
    columns = expected.columns if mode == "affiliation" else []
    assert refs == expected.rows + columns, about
    assert not differences(expected.weights, weights_of(reply, reply["edges"], mode != "affiliation")), about
    found = {name: reply[name] for name in ("statements", "duplicates_dropped", "non_votes", "without_node")}
    assert found == {"statements": expected.statements, "duplicates_dropped": expected.dropped, "non_votes": expected.non_votes,
                     "without_node": expected.without_node}, about
    assert {node["ref"]: node["statements"] for node in reply["nodes"][:len(expected.rows)]} == expected.counts, about


class Made:
    def __init__(self, client: Client, stances: list[Stance], topic: str) -> None:
        self.client, self.stances, self.topic = client, stances, topic

    def reply(self, mode: str, query: str = "") -> dict[str, Any]:
        response = self.client.get(f"/v1/networks/{mode}?topics={self.topic}&{query}")
        assert response.status == 200, f"{query}: {response}"
        return response.json


@pytest.fixture(scope="module")
def made(server: Server) -> Iterator[Made]:
    with server.client() as client:
        stances = made_up(5, 160)
        store(client, stances, "net-made")
        yield Made(client, stances, "net-made")


@pytest.mark.patience(120)
@pytest.mark.parametrize("mode", ["actors", "claims", "affiliation"])
def test_by_the_formulas(made: Made, mode: str) -> None:
    """Every pair of aggregation and normalization, each with other options drawn around it."""
    own = TWO_MODE if mode == "affiliation" else ONE_MODE
    chance = random.Random(mode)
    for aggregation, normalization in itertools.product(own["aggregation"], own["normalization"]):
        for _ in range(40):
            options = {name: chance.choice(values) for name, values in COMMON.items()}
            if options["isolates"]:
                options["min_statements"] = 0  # whoever has none is left out then
            options |= {"aggregation": aggregation, "normalization": normalization}
            compare(network(made.stances, mode, **options), made.reply(mode, query_of(options)), mode, str(options))


def test_isolates_with_a_minimum(made: Made) -> None:
    some = made.reply("actors", "isolates=true&min_statements=2&position=affirm&claim=net-claim-0")
    assert some["nodes"] and all(node["statements"] >= 2 for node in some["nodes"])
    every = made.reply("actors", "isolates=true&position=affirm&claim=net-claim-0")
    assert len(every["nodes"]) == 7 > len(some["nodes"])


@pytest.mark.parametrize("window, size, windows", [
    ("days", 1, [("2025-01-05", "2025-01-05"), ("2025-01-06", "2025-01-06")]),
    ("days", 3, [("2024-12-30", "2025-01-01")]),
    ("weeks", 1, [("2024-12-23", "2024-12-29"), ("2024-12-30", "2025-01-05"), ("2025-12-29", "2026-01-04")]),
    ("weeks", 2, [("2024-12-23", "2025-01-05")]),
    ("months", 1, [("2024-12-01", "2024-12-31"), ("2025-06-01", "2025-06-30")]),
    ("months", 2, [("2024-12-01", "2025-01-31"), ("2025-11-01", "2025-12-31")]),
    ("years", 1, [("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")]),
    ("years", 2, [("2024-01-01", "2025-12-31")])])
@pytest.mark.parametrize("mode, more", [("actors", {"aggregation": "congruence", "normalization": "average"}),
                                        ("affiliation", {"aggregation": "subtract", "duplicates": "across"})])
def test_windows(made: Made, window: str, size: int, windows: list[tuple[str, str]], mode: str, more: dict[str, str]) -> None:
    reply = made.reply(mode, query_of({"window": window, "window_size": size, **more}))
    assert "edges" not in reply
    starts = [each["from"] for each in reply["series"]]
    assert starts == sorted(set(starts))
    found = {(each["from"], each["to"]): each for each in reply["series"]}
    dated = [stance for stance in made.stances if stance.stated_at]
    for bounds in windows:
        expected = network(dated, mode, window=bounds, **more)
        slice = found[bounds]
        assert not differences(expected.weights, weights_of(reply, slice["edges"], mode != "affiliation")), bounds
        assert slice["statements"] == expected.statements
        active = {node["id"]: node["statements"] for node in slice["nodes"]}
        assert {ref: active.get(id, 0) for id, ref in refs_of(reply).items() if ref in expected.counts} == expected.counts


def test_windows_of_votes(made: Made) -> None:
    """So many votes each, and all those of the same time as the first or the last."""
    dated = sorted((stance for stance in made.stances if stance.stated_at and stance.q), key=lambda stance: stance.stated_at or "")
    expected = []
    for number in range(len(dated) - 9):
        bounds = dated[number].stated_at, dated[number + 9].stated_at
        if bounds not in expected:
            expected.append(bounds)
    reply = made.reply("actors", "window=events&window_size=10&aggregation=conflict")
    assert [(each["from"], each["to"]) for each in reply["series"]] == expected
    for each in reply["series"]:
        whole = network([stance for stance in dated], "actors", aggregation="conflict", window=(each["from"], each["to"]))
        assert each["statements"] == whole.statements >= 10
        assert not differences(whole.weights, weights_of(reply, each["edges"], True))


def test_the_time_asked_for(made: Made) -> None:
    january = [stance for stance in made.stances if (stance.stated_at or "").startswith("2025-01")]
    until = [stance for stance in made.stances if stance.stated_at and stance.stated_at <= "2024-12-30"]
    options = {"aggregation": "congruence"}
    compare(network(january, "actors", **options), made.reply("actors", "aggregation=congruence&from=2025-01-01&to=2025-01-31"), "actors", "")
    for bound in ("to", "as_of", "stated_at.lte"):
        compare(network(until, "actors", **options), made.reply("actors", f"aggregation=congruence&{bound}=2024-12-30"), "actors", bound)
    series = made.reply("actors", "window=months&from=2024-11-15&to=2025-02-01")["series"]
    assert [(each["from"], each["to"]) for each in series] == [
        ("2024-11-01", "2024-11-30"), ("2024-12-01", "2024-12-31"), ("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28")]
    assert [each["statements"] > 0 for each in series] == [False, True, True, False]
    assert made.reply("actors", "window=years&window_size=5")["series"] == []


def test_filters(made: Made) -> None:
    for name, query, keep in [("actor", "actor=net-actor-1,net-actor-2", lambda stance: stance.actor in ("net-actor-1", "net-actor-2")),
                              ("source", "source.not=net-source-1", lambda stance: stance.source != "net-source-1"),
                              ("position", "position=affirm", lambda stance: stance.position == "affirm"),
                              ("degree", "degree.lt=0.6", lambda stance: stance.degree is not None and stance.degree < 0.6)]:
        chosen = [stance for stance in made.stances if keep(stance)]
        for duplicates in ("include", "across"):
            compare(network(chosen, "affiliation", aggregation="subtract", duplicates=duplicates),
                    made.reply("affiliation", f"{query}&aggregation=subtract&duplicates={duplicates}"), "affiliation", name)


def test_what_always_holds(made: Made) -> None:
    for mode in ("actors", "claims"):
        networks = {name: weights_of(reply, reply["edges"], True) for name in ONE_MODE["aggregation"]
                    for reply in [made.reply(mode, f"aggregation={name}")]}
        pairs = set().union(*networks.values())
        assert len(pairs) > 20
        for pair in pairs:
            ignore, congruence, conflict, subtract = (networks[name].get(pair, 0) for name in ONE_MODE["aggregation"])
            assert ignore == pytest.approx(congruence + conflict, abs=1e-9)
            assert subtract == pytest.approx(congruence - conflict, abs=1e-9)


def test_the_order_of_writing_changes_nothing(client: Client, made: Made) -> None:
    """The same records, with their refs and times, written in another order into a database of their own would be the same bytes; here
    the same stances stand on other claims, and all weights must come out the same."""
    chance = random.Random(3)
    moved = [Stance(**{**vars(stance), "claim": stance.claim.replace("claim", "moved")}) for stance in made.stances]
    chance.shuffle(moved)
    store(client, moved, "net-moved")
    other = Made(client, moved, "net-moved")
    for query in ("", "aggregation=congruence&normalization=jaccard", "aggregation=subtract&duplicates=week&normalization=average",
                  "duplicates=month&normalization=jaccard", "window=months&aggregation=conflict"):
        one, two = made.reply("actors", query), other.reply("actors", query)
        for reply in (one, two):
            reply["edges"] = reply.get("edges") or [edge for each in reply["series"] for edge in each["edges"]]
        assert one["nodes"] == two["nodes"]
        assert [(edge["source"], edge["target"]) for edge in one["edges"]] == [(edge["source"], edge["target"]) for edge in two["edges"]]
        assert [edge["weight"] for edge in one["edges"]] == pytest.approx([edge["weight"] for edge in two["edges"]], rel=1e-12)


def test_many_alike_are_counted_by_bits(client: Client) -> None:
    """Votes without degrees, none twice, many on every claim: the other way of counting, and the same sums."""
    chance = random.Random(8)
    stances = [Stance(f"bit-claim-{claim}", f"bit-actor-{actor}", chance.choice(["affirm", "deny"]), "2025-01-01")
               for claim in range(12) for actor in range(12) if chance.random() < 0.9]
    store(client, stances, "net-bits")
    bits = Made(client, stances, "net-bits")
    for aggregation, normalization in itertools.product(ONE_MODE["aggregation"], ONE_MODE["normalization"]):
        options = {"aggregation": aggregation, "normalization": normalization}
        compare(network(stances, "actors", **options), bits.reply("actors", query_of(options)), "actors", str(options))


# --- Formats


def table(client: Client, target: str) -> list[list[str]]:
    response = client.get(target)
    assert response.status == 200 and (response.header("Content-Type") or "").startswith("text/csv")
    return list(csv.reader(io.StringIO(response.body.decode())))


def test_csv(made: Made) -> None:
    reply = made.reply("actors", "aggregation=subtract")
    names = {node["id"]: (node["id"], node["ref"], node["label"]) for node in reply["nodes"]}
    lines = table(made.client, "/v1/networks/actors?topics=net-made&aggregation=subtract&format=csv")
    assert lines[0] == ["source_id", "source_ref", "source_label", "target_id", "target_ref", "target_label", "weight"]
    assert [(*line[:6], float(line[6])) for line in lines[1:]] == [
        (*names[edge["source"]], *names[edge["target"]], edge["weight"]) for edge in reply["edges"]]
    series = table(made.client, "/v1/networks/actors?topics=net-made&window=years&format=csv")
    assert series[0][:2] == ["from", "to"] and {line[0] for line in series[1:]} == {"2024-01-01", "2025-01-01"}


def test_matrices(made: Made) -> None:
    for mode, query in [("actors", "aggregation=congruence"), ("affiliation", "aggregation=subtract"), ("claims", "isolates=true")]:
        reply = made.reply(mode, query)
        labels = {node["id"]: node["label"] for node in reply["nodes"]}
        claims = [node["label"] for node in reply["nodes"] if node["type"] == "claim"]
        actors = [node["label"] for node in reply["nodes"] if node["type"] == "actor"]
        rows, columns = (actors, claims) if mode == "affiliation" else (actors or claims,) * 2
        head, *lines = table(made.client, f"/v1/networks/{mode}?topics=net-made&{query}&format=matrix")
        assert head == ["", *columns] and [line[0] for line in lines] == rows
        found = {(line[0], column): float(cell) for line in lines for column, cell in zip(columns, line[1:])}
        expected = {pair: 0.0 for pair in found}
        for edge in reply["edges"]:
            expected[labels[edge["source"]], labels[edge["target"]]] = edge["weight"]
            if mode != "affiliation":
                expected[labels[edge["target"]], labels[edge["source"]]] = edge["weight"]
        assert found == expected
    head, *lines = table(made.client, "/v1/networks/actors?topics=net-made&window=years&format=matrix")
    assert head[:3] == ["from", "to", ""] and len(lines) == 2 * (len(head) - 3)


GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def graphs(text: bytes) -> list[tuple[dict[str, dict[str, Any]], list[tuple[str, str, dict[str, Any]]]]]:
    """Nodes and edges of each graph, their data by the names and types of their keys."""
    root = ElementTree.fromstring(text)
    kinds = {"string": str, "long": int, "double": float, "boolean": lambda word: {"true": True, "false": False}[word]}
    keys = {key.get("id"): (key.get("for"), key.get("attr.name"), kinds[key.get("attr.type") or ""]) for key in root.iter(f"{GRAPHML}key")}

    def data(element: ElementTree.Element, domain: str) -> dict[str, Any]:
        found = {}
        for each in element.iter(f"{GRAPHML}data"):
            of, name, kind = keys[each.get("key")]
            assert of == domain
            found[name] = kind(each.text or "")
        return found

    return [({node.get("id"): data(node, "node") for node in graph.iter(f"{GRAPHML}node")},
             [(edge.get("source"), edge.get("target"), data(edge, "edge")) for edge in graph.iter(f"{GRAPHML}edge")])
            for graph in root.iter(f"{GRAPHML}graph")]


def test_graphml(client: Client, made: Made) -> None:
    odd = "<&\">\ufffe 'Söul' 국"
    attributes = {"seats": 4, "share": 0.5, "governs": True, "mixed": "x", "kind": "own", "list": [1], "empty": None, "<&": 1}
    for ref, more in [("net-actor-0", attributes), ("net-actor-1", {"seats": 2.5, "mixed": 1})]:
        body = {"name": odd + ref, "kind": "state", "country": "KR", "aliases": ["a", "b"], "attributes": more}
        assert client.put(f"/v1/actors/{ref}", body).status == 200
    try:
        reply = made.reply("actors", "aggregation=congruence&normalization=average")
        response = client.get("/v1/networks/actors?topics=net-made&aggregation=congruence&normalization=average",
                              headers={"Accept": "application/graphml+xml"})
        assert response.header("Content-Type") == "application/graphml+xml; charset=utf-8"
        (nodes, edges), = graphs(response.body)
        assert set(nodes) == {node["id"] for node in reply["nodes"]}
        assert [(source, target, data["weight"]) for source, target, data in edges] == [
            (edge["source"], edge["target"], edge["weight"]) for edge in reply["edges"]]
        assert all(edge[2].keys() == {"weight"} for edge in edges)
        by_ref = {data["ref"]: data for data in nodes.values()}
        zero = by_ref["net-actor-0"]
        assert zero["label"] == odd.replace("\ufffe", "\ufffd") + "net-actor-0"
        assert {name: zero[name] for name in ("type", "kind", "country", "aliases", "governs", "share", "list", "attributes.kind", "<&")} == {
            "type": "actor", "kind": "state", "country": "KR", "aliases": '["a", "b"]', "governs": True, "share": 0.5, "list": "[1]",
            "attributes.kind": "own", "<&": 1}
        assert (zero["seats"], by_ref["net-actor-1"]["seats"]) == (4.0, 2.5) and isinstance(zero["seats"], float)
        assert (zero["mixed"], by_ref["net-actor-1"]["mixed"]) == ("x", "1") and "empty" not in zero
        in_json = next(node for node in reply["nodes"] if node["ref"] == "net-actor-0")
        assert in_json["attributes"] == attributes and in_json["aliases"] == ["a", "b"] and in_json["statements"] == zero["statements"]
    finally:
        for ref in ("net-actor-0", "net-actor-1"):
            client.put(f"/v1/actors/{ref}", {"name": f"Name of {ref}", "kind": "group"})
    assert len(graphs(client.get("/v1/networks/actors?topics=net-made&window=years&format=graphml").body)) == 2
    (nodes, edges), = graphs(client.get("/v1/networks/affiliation?topics=net-made&format=graphml").body)
    types = {id: data["type"] for id, data in nodes.items()}
    assert edges and all((types[source], types[target]) == ("actor", "claim") for source, target, _ in edges)


def test_networkx_reads_it(made: Made) -> None:
    networkx = pytest.importorskip("networkx", reason="networkx is not installed")
    text = made.client.get("/v1/networks/actors?topics=net-made&aggregation=conflict&format=graphml").body
    graph = networkx.read_graphml(io.BytesIO(text))
    reply = made.reply("actors", "aggregation=conflict")
    assert not graph.is_directed() and graph.number_of_nodes() == len(reply["nodes"])
    assert all(graph[edge["source"]][edge["target"]]["weight"] == edge["weight"] for edge in reply["edges"])


# --- What is refused


def test_bad_input(client: Client) -> None:
    def refused(query: str, *errors: tuple[str, str], mode: str = "actors") -> Any:
        return step("GET", f"/v1/networks/{mode}?{query}", status=400, json=problem(400, "invalid-parameter", *errors))
    play(client, [
        refused("aggregation=combine", ("aggregation", "not_in_vocabulary")),
        refused("aggregation=congruence", ("aggregation", "not_in_vocabulary"), mode="affiliation"),
        refused("normalization=activity&node=me&limit=3", ("normalization", "not_in_vocabulary"), ("node", "not_in_vocabulary"),
                ("limit", "unknown_parameter")),
        refused("min_statements=0&window_size=x&from=soon", ("min_statements", "out_of_range"), ("window_size", "out_of_range"),
                ("from", "not_a_time")),
        step("GET", "/v1/networks/claims", status=406, send={"Accept": "application/x-ndjson"}, json=problem(406, "not-acceptable")),
        step("GET", "/v1/networks/parties", status=404),
    ])


def test_too_many_windows(made: Made) -> None:
    play(made.client, [step("GET", "/v1/networks/actors?topics=net-made&window=days&from=2000-01-01", status=400,
                            json=problem(400, "invalid-parameter", ("window", "too_many")))])


def test_nothing_there(client: Client) -> None:
    for mode in ("actors", "claims", "affiliation"):
        for query in ("", "&window=days", "&duplicates=week", "&positions=current", "&normalization=no"):
            reply = client.get(f"/v1/networks/{mode}?topics=net-nothing{query}").json
            assert reply["nodes"] == [] and reply.get("edges", reply.get("series")) == [] and reply["statements"] == 0
        assert client.get(f"/v1/networks/{mode}?topics=net-nothing&format=matrix").body == b"\r\n"


def test_what_was_known(made: Made) -> None:
    """Of the history: all of it by now, nothing of it by then."""
    now, then = made.reply("actors", "known_at=2100-01-01&aggregation=subtract"), made.reply("actors", "known_at=2020-01-01")
    assert (now["nodes"], now["edges"]) == tuple(made.reply("actors", "aggregation=subtract")[name] for name in ("nodes", "edges"))
    assert (then["nodes"], then["edges"], then["known_at"]) == ([], [], "2020-01-01")
    matrix = made.client.get("/v1/matrix?topics=net-made&known_at=2100-01-01").json
    assert matrix["data"] and matrix["data"] == made.client.get("/v1/matrix?topics=net-made").json["data"]
