"""CSV that was not made for stanced comes in by a map: one that comes along, or one's own."""
import json
import os
import pathlib
from typing import Any
from urllib.parse import quote

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.server import run
from harness.wire import Response
from harness.workshop import Workshop

CSV = {"Content-Type": "text/csv"}
TREE = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("STANCED_TEST_DATA", TREE.parent / "shared" / "data"))
NDJSON = {"Content-Type": "application/x-ndjson"}


def send(client: Client, chosen: Any, table: str, more: str = "") -> Response:
    text = chosen if isinstance(chosen, str) else json.dumps(chosen)
    return client.post(f"/v1/import?map={quote(text)}{more}", table.encode(), headers=CSV)


def created(response: Response) -> dict[str, int]:
    assert response.status == 200, str(response)
    counts = json.loads(response.body.splitlines()[-1])
    return {name: count for name, count in counts["created"].items() if count}


def test_an_event_list_of_dna(client: Client) -> None:
    table = ('statement_id;time;document_title;person;organization;concept;agreement\n'
             '1;2005-01-26 00:00:00;"109; Bluestein";Joel Bluestein;"Energy, Inc.";CO2 legislation will not hurt the economy.;0\n'
             '2;2005-02-02 10:30:00;Hearing;;Sierra Club;CO2 legislation will not hurt the economy.;1\n'
             '3;2005-02-02 10:30:00;Hearing;Somebody;;Emissions should be regulated.;yes\n')
    assert created(send(client, "dna", table)) == {"actor": 4, "source": 2, "claim": 2, "stance": 2}
    stance = client.get("/v1/stances/dna-statement-1?expand=actor,speaker,claim,source").json
    assert (stance["actor"]["name"], stance["speaker"]["name"], stance["position"]) == ("Energy, Inc.", "Joel Bluestein", "deny")
    assert stance["stated_at"] == "2005-01-26" and stance["source"]["title"] == "109; Bluestein"
    assert client.get("/v1/stances/dna-statement-2").json.get("speaker") is None
    again = send(client, "dna", table)
    assert created(again) == {} and sum(again.json["updated"].values()) == 0


def test_votes_of_the_united_nations(client: Client) -> None:
    calls = ('rcid,session,importantvote,date,unres,amend,para,short,descr\n'
             '3,1,0,1946-01-01,R/1/66,1,0,"AMENDMENTS, RULES\x85",TO ADOPT\n4,1,0,1946-01-02,R/1/79,0,0,,ELECTIONS\n')
    votes = "rcid,country,country_code,vote\n3,United States,US,yes\n3,Canada,CA,no\n4,Côte d'Ivoire,CI,abstain\n4,Canada,CA,yes\n"
    assert created(send(client, "un-roll-calls", calls)) == {"claim": 2}
    assert client.get("/v1/claims/un-roll-call-3").json["text"] == "AMENDMENTS, RULES"
    assert created(send(client, "un-votes", votes)) == {"actor": 3, "stance": 4}
    positions = client.get("/v1/claims/un-roll-call-4/positions").json["data"]
    assert sorted((row["actor"]["name"], row["position"]) for row in positions) == [("Canada", "affirm"), ("Côte d'Ivoire", "decline")]


def test_a_map_of_ones_own(client: Client) -> None:
    chosen = {"delimiter": "\t", "records": [
        {"type": "actor", "fields": {"ref": {"slug": "own-{who}"}, "name": {"column": "who"}, "kind": "person",
                                     "country": {"column": "from", "values": {"Korea": "KR"}, "otherwise": "UA"}}},
        {"type": "claim", "if": "what", "fields": {"ref": {"slug": "own-{what}"}, "text": {"column": "what"},
                                                   "topics": ["own", {"slug": "{from}"}], "about": [{"slug": "own-{who}"}]}}]}
    table = "who\tfrom\twhat\tunused\nKim\tKorea\tIt rains.\tx\nIvan\t\t\ty\n"
    assert created(send(client, chosen, table)) == {"actor": 2, "claim": 1}
    assert client.get("/v1/claims/own-it-rains").json["topics"] == ["own", "korea"]
    assert [client.get(f"/v1/actors/own-{name}").json["country"] for name in ("kim", "ivan")] == ["KR", "UA"]


def test_faults_of_rows(client: Client) -> None:
    """A row of which one record is bad brings none; the others of mode=each are stored."""
    table = "rcid,country,country_code,vote\n3,Rowland,RO,maybe\n900,Norow,NO,yes\n3,Goodland,GO,no\n"
    send(client, "un-roll-calls", "rcid,session,importantvote,date,unres,amend,para,short,descr\n3,1,0,1946-01-01,R,1,0,S,D\n")
    response = send(client, "un-votes", table)
    assert response.status == 422
    assert [(fault["line"], fault["pointer"], fault["code"]) for fault in response.json["errors"]] == [
        (2, "/position", "not_in_vocabulary")]
    response = send(client, "un-votes", table, "&mode=each")
    *told, _ = [json.loads(line) for line in response.body.splitlines()]
    assert [(fault["line"], fault["pointer"], fault["code"]) for fault in told] == [
        (2, "/position", "not_in_vocabulary"), (3, "/claim", "unknown_reference")]
    assert [client.get(f"/v1/actors/un-{name}").status for name in ("rowland", "goodland")] == [404, 200]


@pytest.mark.parametrize("chosen, table, where, code", [
    ("nowhere", "a\n1\n", ("parameter", "map"), "not_in_vocabulary"),
    ("{", "a\n1\n", ("pointer", ""), "truncated"),
    ({"records": [{"type": "claim", "fields": {"name": "N"}}]}, "a\n1\n", ("pointer", "/records/0/fields/name"), "unknown_field"),
    ({"records": [{"type": "claim", "fields": {"text": {"column": "b"}}}]}, "a\n1\n", ("pointer", "/b"), "required"),
    ({"records": [{"type": "claim", "fields": {"text": {"column": "a"}}}]}, "a\nx\"y\n", None, "malformed"),
])
@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_what_is_wrong_is_told(client: Client, chosen: Any, table: str, where: Any, code: str, mode: str) -> None:
    response = send(client, chosen, table, f"&mode={mode}")
    if mode == "each" and where is None:
        assert json.loads(response.body.splitlines()[0])["code"] == code
        return
    assert response.status == 400, str(response)
    assert response.json["errors"][0]["code"] == code
    if where:
        assert response.json["errors"][0][where[0]] == where[1]


def test_a_map_goes_with_csv(client: Client) -> None:
    response = client.post("/v1/import?map=dna", b"{}\n", headers=NDJSON)
    assert response.status == 400 and response.json["errors"][0]["code"] == "conflicting_parameters"


def test_a_map_in_a_file(workshop: Workshop, empty_database: Database) -> None:
    folder = workshop.folder("map")
    (folder / "t.csv").write_text("a\nIt snows.\n")
    (folder / "m.json").write_text(json.dumps({"records": [{"type": "claim", "fields": {"text": {"column": "a"}}}]}))
    run(workshop, "migrate", database=empty_database.conninfo)
    done = run(workshop, "import", f"--map={folder}/m.json", str(folder / "t.csv"), database=empty_database.conninfo)
    assert json.loads(done.stdout)["created"]["claim"] == 1, done.stderr
    wrong = run(workshop, "import", f"--map={folder}/no.json", str(folder / "t.csv"), database=empty_database.conninfo)
    assert wrong.returncode == 1 and "no.json" in wrong.stderr


@pytest.mark.parametrize("name, path, counts", [
    ("un-roll-calls", "un_votes/un_roll_calls.csv.gz", {"claim": 6203}),
    ("emergent", "emergent/url-versions-2015-06-14-clean.csv", {"actor": 2595, "source": 2595, "claim": 300, "stance": 2595}),
    ("dna-statements", "dna/statements.csv", {"actor": 14, "source": 7, "claim": 6, "stance": 40}),
    ("claimreview-table", "claimreview/output_sample_afpfactcheck.csv", {"actor": 1, "claim": 49, "review": 49}),
    ("claimreview-table", "claimreview/output_sample_fullfact.csv", {"actor": 1, "claim": 34, "review": 34}),
    ("claimreview-table", "claimreview/output_sample_politifact.csv", {"actor": 1, "claim": 30, "review": 30}),
    ("claimreview-table", "claimreview/output_sample_snopes.csv", {"actor": 1, "claim": 25, "review": 25}),
])
def test_the_data_that_the_maps_are_for(workshop: Workshop, empty_database: Database, name: str, path: str,
                                        counts: dict[str, int]) -> None:
    if not (DATA / path).exists():
        pytest.skip(f"there is no {path} under STANCED_TEST_DATA")
    run(workshop, "migrate", database=empty_database.conninfo)
    done = run(workshop, "import", f"--map={name}", str(DATA / path), database=empty_database.conninfo, plain=60)
    assert done.returncode == 0, done.stderr
    assert {kind: count for kind, count in json.loads(done.stdout)["created"].items() if count} == counts
