"""The sample of Discourse Network Analyzer, and the figures that its manual and its tests publish. And, as far as the formulas of its
Exporter.java go, every network of the sample."""
import csv
import itertools
import json
import pathlib
import re
from typing import Any, Callable, Iterator

import pytest

from harness import outside
from harness.client import Client
from harness.network import Stance, network
from harness.server import Server


def ref(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@pytest.fixture(scope="module")
def sample() -> pathlib.Path:
    return outside.folder("dna")


@pytest.fixture(scope="module")
def rows(sample: pathlib.Path) -> list[dict[str, str]]:
    with open(sample / "statements.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dna(server: Server, sample: pathlib.Path, rows: list[dict[str, str]]) -> Iterator[Client]:
    """Organizations are the actors, persons speak for them, documents are the sources with their section as author."""
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        for name, kind in ((row["organization"], "organization"), (row["person"], "person")):
            lines[f"actor {name}"] = {"type": "actor", "ref": ref(name), "name": name, "kind": kind}
        lines[f"claim {row['concept']}"] = {"type": "claim", "ref": ref(row["concept"]), "text": row["concept"]}
        lines[f"source {row['document_id']}"] = {
            "type": "source", "ref": f"document-{row['document_id']}", "title": row["document_title"], "kind": "document"}
        lines[f"stance {row['statement_id']}"] = {
            "type": "stance", "ref": f"statement-{row['statement_id']}", "claim": ref(row["concept"]), "actor": ref(row["organization"]),
            "speaker": ref(row["person"]), "source": f"document-{row['document_id']}", "stated_at": row["document_date"],
            "position": "affirm" if row["agreement"] == "1" else "deny"}
    body = "".join(json.dumps(line) + "\n" for line in lines.values()).encode()
    with server.client() as client:
        response = client.post("/v1/import", body, headers={"Content-Type": "application/x-ndjson"})
        assert response.status == 200, str(response)
        yield client


Cells = dict[tuple[str, str], float]


@pytest.fixture
def cells(dna: Client) -> Callable[..., Cells]:
    """All cells of a matrix, by the names of its rows and columns."""
    def read(mode: str, query: str = "", **at: str) -> Cells:
        response = dna.get(f"/v1/networks/{mode}?format=matrix&{query}")
        assert response.status == 200, str(response)
        head, *lines = csv.reader(response.body.decode().splitlines())
        skip = head.index("")
        return {(line[skip], name): float(cell) for line in lines if line[:skip] == list(at.values())
                for name, cell in zip(head[skip + 1:], line[skip + 1:])}
    return read


def dimensions(cells: Cells) -> list[int]:
    return [len({pair[side] for pair in cells}) for side in (0, 1)]


EPA, ASE, EEA = "Environmental Protection Agency", "Alliance to Save Energy", "Energy and Environmental Analysis, Inc."
NPRA, SIERRA, PIRG, SENATE = ("National Petrochemical & Refiners Association", "Sierra Club", "U.S. Public Interest Research Group",
                              "Senate")
ECONOMY, SHOULD = "CO2 legislation will not hurt the economy.", "There should be legislation to regulate emissions."
EMISSIONS, CAP = "Emissions legislation should regulate CO2.", "Cap and trade is the solution."


def test_published_sums(cells: Callable[..., Cells]) -> None:
    two, one = cells("affiliation"), cells("actors")
    assert (dimensions(two), sum(two.values())) == ([7, 6], 40)
    assert (dimensions(one), sum(one.values())) == ([7, 7], 276)
    assert (two[EEA, ECONOMY], two[EEA, CAP]) == (2, 0)
    assert (one[EPA, ASE], one[EPA, EEA]) == (10, 2)
    average = cells("actors", "aggregation=congruence&normalization=average")
    assert dimensions(average) == [7, 7] and sum(average.values()) == pytest.approx(25.80243612596554, abs=1e-9)
    fewer = cells("actors", f"aggregation=congruence&normalization=average&claim.not={ref(SHOULD)}&actor.not=senate,sierra-club")
    assert dimensions(fewer) == [5, 5] and sum(fewer.values()) == pytest.approx(9.80952380952381, abs=1e-9)
    section = cells("actors", "aggregation=congruence&normalization=average&source=document-4,document-5,document-6,document-7")
    assert dimensions(section) == [4, 4]


def test_published_persons(sample: pathlib.Path, cells: Callable[..., Cells]) -> None:
    with open(sample / "published_person_by_person_no_qualifier.csv", encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    published = {(line[0], name): float(cell) for line in lines for name, cell in zip(head[1:], line[1:])}
    found = cells("actors", "node=speaker&qualifier=none")
    assert found == published and sum(found.values()) == 276


def test_published_qualifiers(cells: Callable[..., Cells]) -> None:
    between = {name: cells("actors", f"aggregation={name}")[SENATE, SIERRA] for name in ("ignore", "congruence", "conflict", "subtract")}
    assert between == {"ignore": 7, "congruence": 2, "conflict": 5, "subtract": -3}
    two = cells("affiliation", "aggregation=subtract")
    assert (two[NPRA, ECONOMY], two[NPRA, SHOULD]) == (-2, -2)


def test_published_duplicates(cells: Callable[..., Cells]) -> None:
    """The manual of DNA 2 keeps what differs in the qualifier; DNA 3 does not, under `ignore`."""
    assert cells("affiliation", "duplicates=across&duplicate_key=position")[EEA, EMISSIONS] == 2
    assert cells("affiliation", "duplicates=across")[EEA, EMISSIONS] == 1


def test_published_series(dna: Client, cells: Callable[..., Cells]) -> None:
    def day(date: str) -> Cells:
        return cells("affiliation", "duplicates=across&window=days", start=date, end=date)
    february = day("2005-02-02")
    assert [february[EPA, claim] for claim in (ECONOMY, EMISSIONS, SHOULD)] == [1, 0, 1]
    assert [february[SENATE, claim] for claim in (ECONOMY, EMISSIONS, SHOULD)] == [1, 1, 1]
    climate = "Climate change is caused by greenhouse gases (CO2).", "Climate change is real and anthropogenic."
    assert [day("2005-02-10")[ASE, claim] for claim in (climate[0], EMISSIONS, SHOULD)] == [1, 1, 1]
    columns = (ECONOMY, CAP, *climate, EMISSIONS, SHOULD)
    last = day("2005-02-16")
    assert [[last[name, claim] for claim in columns] for name in (NPRA, SIERRA, PIRG)] == [
        [1, 0, 0, 0, 0, 1], [1, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]]
    series = dna.get("/v1/networks/affiliation?duplicates=across&window=days").json["series"]
    assert len(series) == 22 and [each["from"] for each in series if each["statements"]] == [
        "2005-01-26", "2005-02-02", "2005-02-10", "2005-02-16"]


def test_published_integer_scale(client: Client, dna: Client) -> None:
    """Two votes at -4 and three at +2 on a scale from -5 to 5: 2·3·(1 - 6/10) = 2.4 of congruence."""
    for name in ("scale-one", "scale-other"):
        assert client.put(f"/v1/actors/{name}", {"name": name, "kind": "other"}).status == 201
    assert client.put("/v1/claims/scale", {"text": "On a scale.", "topics": ["scale"]}).status == 201
    for number, (actor, position, degree) in enumerate([("scale-one", "deny", 0.8)] * 2 + [("scale-other", "affirm", 0.4)] * 3):
        assert client.put(f"/v1/stances/scale-{number}", {"claim": "scale", "actor": actor, "position": position, "degree": degree}).status == 201
    edge, = client.get("/v1/networks/actors?topics=scale&aggregation=congruence").json["edges"]
    assert edge["weight"] == pytest.approx(2.4, abs=1e-9)


@pytest.mark.patience(120)
def test_every_network_of_the_sample(dna: Client, rows: list[dict[str, str]]) -> None:
    stances = [Stance(claim=row["concept"], actor=row["organization"], position="affirm" if row["agreement"] == "1" else "deny",
                      stated_at=row["document_date"], source=row["document_id"], speaker=row["person"]) for row in rows]
    compared = 0
    for mode, aggregations, normalizations in [
            ("actors", ("ignore", "congruence", "conflict", "subtract"), ("no", "average", "jaccard", "cosine", "jaccard_textbook", "cosine_textbook")),
            ("claims", ("ignore", "congruence", "conflict", "subtract"), ("no", "average", "jaccard", "cosine")),
            ("affiliation", ("ignore", "combine", "subtract"), ("no", "activity", "prominence"))]:
        for aggregation, normalization, duplicates, node in itertools.product(
                aggregations, normalizations, ("include", "source", "week", "month", "year", "across"), ("actor", "speaker")):
            options = {"aggregation": aggregation, "normalization": normalization, "duplicates": duplicates, "node": node}
            expected = network(stances, mode, **options)
            query = "&".join(f"{name}={value}" for name, value in options.items())
            reply = dna.get(f"/v1/networks/{mode}?claim.not=scale&{query}").json
            labels = {each["id"]: each["label"] for each in reply["nodes"]}
            found: Cells = {}
            for edge in reply["edges"]:
                pair = labels[edge["source"]], labels[edge["target"]]
                found |= {pair: edge["weight"]} if mode == "affiliation" else {pair: edge["weight"], pair[::-1]: edge["weight"]}
            assert all(found.get(pair, 0) == pytest.approx(weight, abs=1e-9) for pair, weight in expected.weights.items()), query
            assert found.keys() <= expected.weights.keys()
            compared += 1
    assert compared == 588
