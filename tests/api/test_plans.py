"""What a page costs on large tables: PostgreSQL explains every statement that the service runs, and none of them may read more
than a page needs, within reason. The examples are the README's own, and the filters and orders that the descriptions call indexed."""
import json
import re
from typing import Any, Iterator
from xml.etree import ElementTree

import pytest

from harness.client import Client
from harness.cluster import Cluster
from harness.server import TREE, Server, run
from harness.wire import Response
from harness.workshop import Workshop

ROWS = 200_000
READ_MOST = ROWS // 10  # rows of any kind, in all steps of a statement; a page with all that it refers to takes hundreds

# half of the stances are of one actor, all of them old; a word, a topic and a position are common, others rare
FILL = f"""
INSERT INTO actor (id, ref, version, created_at, updated_at, name, kind, country, aliases, part_of_id)
    SELECT gen_random_uuid(), 'a' || n, 1, now() - n * interval '1 minute', now(), 'Actor ' || n,
           (ARRAY['state', 'person', 'media'])[1 + n % 3], (ARRAY['KR', 'UA', 'US', 'FR'])[1 + n % 4], ARRAY['alias-' || n],
           CASE WHEN n % 10 = 0 THEN (SELECT id FROM actor WHERE ref = 'russia') END
    FROM generate_series(1, {ROWS // 10}) n;
INSERT INTO claim (id, ref, version, created_at, updated_at, text, topics, event_from, event_from_is_date)
    SELECT gen_random_uuid(), 'c' || n, 1, now() - n * interval '1 minute', now() - n * interval '1 second',
           'Claim ' || n || CASE WHEN n % 3 = 0 THEN ' on troops' ELSE ' on word' || n END,
           ARRAY[CASE WHEN n % 3 = 0 THEN 'troops' ELSE 'topic-' || n % 5000 END], now() - n * interval '1 hour', true
    FROM generate_series(1, {ROWS // 2}) n;
INSERT INTO claim_about (claim_id, ordinal, target_id)
    SELECT claim.id, 1 + (actor.ref = 'russia')::int, actor.id FROM claim JOIN actor ON actor.ref IN ('north-korea', 'russia')
    WHERE claim.ref LIKE 'c%000'
    UNION ALL
    SELECT claim.id, 3, actor.id FROM claim JOIN actor ON actor.ref = 'a' || (1 + substr(claim.ref, 2)::int % 500)
    WHERE claim.ref ~ '^c[0-9]+$';
INSERT INTO source (id, ref, version, created_at, updated_at, title, kind, url, publisher_id, published_at, published_at_is_date)
    SELECT gen_random_uuid(), 's' || n, 1, now() - n * interval '1 minute', now(), 'Source ' || n,
           (ARRAY['article', 'speech', 'post'])[1 + n % 3], 'https://example.org/' || n,
           CASE WHEN n % 2 = 0 THEN (SELECT id FROM actor WHERE ref = 'yonhap') ELSE (SELECT id FROM actor WHERE ref = 'a7') END,
           CASE WHEN n % 7 > 0 THEN now() - n * interval '1 minute' END, CASE WHEN n % 7 > 0 THEN false END
    FROM generate_series(1, {ROWS // 2}) n;
INSERT INTO source_citation (source_id, ordinal, target_id, relation)
    SELECT s.id, 1, t.id, 'cites' FROM source s JOIN source t ON t.ref = 's' || (substr(s.ref, 2)::int / 100 + 1)
    WHERE s.ref ~ '^s[0-9]+$' AND s.id <> t.id;
INSERT INTO stance (id, ref, version, created_at, updated_at, claim_id, actor_id, position, source_id, quote, stated_at,
                    stated_at_is_date, confidence)
    SELECT gen_random_uuid(), 't' || n, 1, now() - n * interval '1 minute', now() - n * interval '1 second',
           CASE WHEN n % 4 = 0 THEN first.id ELSE c.id END, CASE WHEN n > {ROWS // 2} THEN north.id ELSE a.id END,
           CASE WHEN n % 2000 = 0 THEN 'retract' WHEN n % 3 = 0 THEN 'deny' ELSE 'affirm' END, s.id,
           CASE WHEN n % 50 = 0 THEN 'said word' || n % 1000 END,
           CASE WHEN n % 5 > 0 THEN now() - n * interval '1 minute' END, CASE WHEN n % 5 > 0 THEN false END, n % 100
    FROM generate_series(1, {ROWS}) n
    JOIN (SELECT id, row_number() OVER () AS place FROM actor WHERE ref LIKE 'a%') a ON a.place = 1 + n % 5000
    JOIN (SELECT id, row_number() OVER () AS place FROM claim WHERE ref LIKE 'c%') c ON c.place = 1 + n % 50000
    JOIN (SELECT id, row_number() OVER () AS place FROM source WHERE ref LIKE 's%') s ON s.place = 1 + n % 50000
    CROSS JOIN (SELECT id FROM actor WHERE ref = 'north-korea') north
    CROSS JOIN (SELECT id FROM claim WHERE ref = 'dprk-military-support') first;
INSERT INTO review (id, ref, version, created_at, updated_at, claim_id, reviewer_id, rating_label, url, reviewed_at,
                    reviewed_at_is_date)
    SELECT gen_random_uuid(), 'r' || n, 1, now() - n * interval '1 minute', now(), c.id, a.id, 'Label ' || n % 7,
           'https://example.org/' || n, now() - n * interval '1 minute', true
    FROM generate_series(1, {ROWS // 4}) n
    JOIN (SELECT id, row_number() OVER () AS place FROM claim WHERE ref LIKE 'c%') c ON c.place = 1 + n % 50000
    JOIN (SELECT id, row_number() OVER () AS place FROM actor WHERE ref LIKE 'a%') a ON a.place = 1 + n % 500;
"""

LARGE = {"actor", "claim", "claim_about", "source", "source_citation", "stance", "review"}

EXPLAINED = {"session_preload_libraries": "auto_explain", "auto_explain.log_min_duration": "0", "auto_explain.log_analyze": "on",
             "auto_explain.log_format": "xml", "auto_explain.log_level": "notice", "auto_explain.log_timing": "off",
             "auto_explain.log_nested_statements": "on"}


@pytest.fixture(scope="module")
def large(workshop: Workshop, cluster: Cluster) -> Iterator[Server]:
    database = cluster.database()
    assert run(workshop, "migrate", database=database.conninfo).returncode == 0
    with_example = Server(workshop, database.conninfo).ready()
    with with_example.client() as client:
        example = (TREE / "examples" / "dprk-troops-2024.ndjson").read_bytes()
        assert client.post("/v1/import", example, headers={"Content-Type": "application/x-ndjson"}).status == 200
    with_example.stop()
    database.query("SET synchronous_commit = off;" + FILL.replace("%", "%%"))
    database.query("VACUUM ANALYZE")
    for name, value in EXPLAINED.items():
        cluster.administer(f"ALTER DATABASE \"{database.name}\" SET {name} = '{value}'")
    # one connection of each kind, so that the same statement comes often enough for a plan without its values
    server = Server(workshop, database.conninfo, loops=1, read_connections=1, slow_connections=1)
    yield server.ready()
    server.stop()
    database.drop()


NAMESPACE = "{http://www.postgresql.org/2009/explain}"


def plans(log: str) -> list[ElementTree.Element]:
    """What auto_explain sent to the service, and that libpq printed."""
    # whose words come in pieces, with the service's own lines between them
    alone = re.sub(r'\{"time":"[^\n]*\}\n', "", log)
    return [ElementTree.fromstring(text) for text in re.findall(r"<explain.*?</explain>", alone, re.DOTALL)]


def number(node: ElementTree.Element, name: str) -> float:
    return float(node.findtext(NAMESPACE + name) or 0)


def cost(plan: ElementTree.Element) -> tuple[float, list[str]]:
    """Rows that were read from tables and indexes, and the tables that were read from one end to the other."""
    read = 0.0
    scanned = []
    for node in plan.iter(f"{NAMESPACE}Plan"):
        kind = node.findtext(f"{NAMESPACE}Node-Type") or ""
        if "Scan" not in kind or kind in ("Subquery Scan", "Function Scan"):
            continue
        loops = number(node, "Actual-Loops")
        removed = number(node, "Rows-Removed-by-Filter") + number(node, "Rows-Removed-by-Index-Recheck")
        read += (number(node, "Actual-Rows") + removed) * loops
        table = node.findtext(f"{NAMESPACE}Relation-Name") or ""
        if kind == "Seq Scan" and table in LARGE and loops > 0:
            scanned.append(table)
    return read, scanned


def explained(server: Server, client: Client, target: str) -> tuple[list[ElementTree.Element], Response]:
    """Asks often enough for PostgreSQL to consider a plan that does not know the values. What it says of a statement may come
    after the reply, but not after the next one over the same connection."""
    mark = len(server.log_path.read_bytes())
    for _ in range(7):
        response = client.get(target)
        assert response.status == 200, str(response)
    found = plans(server.log(mark))
    assert len(found) >= 6, server.log(mark)[-2000:]
    return found, response


def examine(server: Server, client: Client, target: str, most: float = READ_MOST) -> None:
    """The page, and the one behind it."""
    found, response = explained(server, client, target)
    for plan in found:
        read, scanned = cost(plan)
        shown = f"{target}: {read:.0f} rows read, scanned {scanned}\n{ElementTree.tostring(plan, 'unicode')[:8000]}"
        assert not scanned and read <= most, shown
    link = response.header("Link")
    if link and "cursor=" not in target:
        examine(server, client, link[1:].partition(">")[0], most)


def readme_targets() -> list[str]:
    text = (TREE / "README.md").read_text()
    return re.findall(r"\$B(/v1/(?:actors|sources|claims|stances|reviews)\?[^\"\s]+)\"", text)


def test_the_readme_shows_lists() -> None:
    assert len(readme_targets()) >= 8


@pytest.mark.patience(120)
@pytest.mark.parametrize("target", readme_targets())
def test_the_readmes_lists(large: Server, target: str) -> None:
    with large.client() as client:
        # a count looks at every row that it counts
        examine(large, client, target.replace("&count=exact", ""))


MORE = [
    "/v1/stances", "/v1/claims?limit=200", "/v1/stances?sort=updated_at", "/v1/stances?sort=-stated_at", "/v1/stances?sort=stated_at",
    "/v1/stances?actor=north-korea", "/v1/stances?actor=north-korea&sort=stated_at", "/v1/stances?actor=a7", "/v1/stances?actor=nobody",
    "/v1/stances?actor=north-korea&position=retract", "/v1/stances?claim=dprk-military-support", "/v1/stances?claim=c77",
    "/v1/stances?position=retract", "/v1/stances?position=decline", "/v1/stances?position=affirm", "/v1/stances?source=s77",
    "/v1/stances?q=word50", "/v1/stances?stated_at=2024-10-21", "/v1/stances?ref=t1,t2,t3&expand=claim,actor,source",
    "/v1/stances?expand=claim,actor,source,origin,speaker,addressee", "/v1/stances?sort=stated_at&expand=actor",
    "/v1/stances?count=estimated&actor=north-korea", "/v1/claims?topics=troops", "/v1/claims?topics=topic-4242",
    "/v1/claims?topics=nothing", "/v1/claims?q=word4242", "/v1/claims?about=north-korea&expand=about",
    "/v1/claims?sort=-event_from", "/v1/claims?relations=dprk-military-support", "/v1/sources?url=https://example.org/4242",
    "/v1/sources?publisher=yonhap", "/v1/sources?publisher=yonhap&sort=-published_at", "/v1/sources?cites=s4",
    "/v1/sources?kind=speech", "/v1/sources?sort=-published_at&expand=publisher", "/v1/actors?sort=name", "/v1/actors?sort=-name",
    "/v1/actors?name=Actor+4242", "/v1/actors?aliases=alias-4242", "/v1/actors?part_of=russia", "/v1/actors?country=KP",
    "/v1/actors?q=4242", "/v1/reviews?reviewer=a7", "/v1/reviews?claim=c77", "/v1/reviews?sort=-reviewed_at",
]


@pytest.mark.patience(120)
@pytest.mark.parametrize("target", MORE)
def test_more_lists(large: Server, target: str) -> None:
    with large.client() as client:
        examine(large, client, target)


MATCHED = ["Claim 4243 on word4243", "claim on troops", "claim", "troops", "the", "word77 word78 word79 word80 troops on claim 77", "zebra",
           " ".join(f"word{n}" for n in range(100)), "'a' & 'b' | !'c'", "😀"]


@pytest.mark.patience(120)
@pytest.mark.parametrize("text", MATCHED)
def test_what_says_the_same_is_found_by_its_rare_words(large: Server, text: str) -> None:
    """The first request counts the words of a part of the claims, which is done once."""
    with large.client() as client:
        assert client.post("/v1/claims/match", {"text": "word1"}).status == 200
        mark = len(large.log_path.read_bytes())
        for _ in range(7):
            response = client.post("/v1/claims/match", {"text": text})
            assert response.status == 200, str(response)
        client.get("/v1/claims?limit=1")
        for plan in plans(large.log(mark)):
            read, scanned = cost(plan)
            assert "claim" not in scanned and read <= 5_000, f"{text}: {read:.0f} rows read\n{ElementTree.tostring(plan, 'unicode')[:8000]}"
    if "4243" in text:
        assert [term["term"] for term in response.json["data"][0]["terms"]] == ["claim", "4243", "word4243"]
        assert response.json["data"][0]["score"] == 1


# words that a third of the claims have, alone and beside rare ones; phrases, exclusions, mistakes, filters, beginnings
SEARCHES = [
    "/v1/search?q=troops", "/v1/search?q=word4242", "/v1/search?q=troops+word4242", "/v1/search?q=claim+troops", "/v1/search?q=claim+or+troops",
    "/v1/search?q=%22claim+troops%22", "/v1/search?q=claim+-troops", "/v1/search?q=said+word50&type=stance", "/v1/search?q=vladivostock",
    "/v1/search?q=troop*", "/v1/search?q=claim&topics=topic-42", "/v1/search?q=troops&from=2024-10-01&to=2024-12-31", "/v1/search?q=Hwang+Jun+Kok",
    "/v1/suggest?q=tro", "/v1/suggest?q=cl", "/v1/suggest?q=north+k", "/v1/suggest?q=claim+4", "/v1/suggest?q=vladivostock",
]


@pytest.mark.patience(120)
@pytest.mark.parametrize("target", SEARCHES)
def test_searches(large: Server, target: str) -> None:
    with large.client() as client:
        examine(large, client, target)


def test_what_is_called_indexed_is(large: Server, workshop: Workshop) -> None:
    """Every field with the flag `index` has an index that begins with its column."""
    described = json.loads(run(workshop, "describe").stdout)
    with large.client() as client:
        for record in described:
            for field in record["fields"]:
                if "index" in field["flags"]:
                    examine(large, client, f"/v1/{record['plural']}?{field['name']}={unlikely(field)}", 20_000)


def unlikely(field: dict[str, Any]) -> str:
    """A value that fits the field and that few rows have, if any."""
    kinds = {"text": "Nobody", "slug": "nothing", "uri": "https://example.net/", "country": "KP", "time": "1999-12-31",
             "reference": "nothing", "link": "nothing", "integer": "77", "number": "0.123"}
    return kinds.get(field["type"]) or field["vocabulary"][-1]


def test_the_judge_sees_a_scan(large: Server) -> None:
    """A filter that no index leads to is what the others must not be."""
    with large.client() as client:
        found, _ = explained(large, client, "/v1/stances?venue=nowhere")
        read = max(cost(plan)[0] for plan in found)
        assert read >= ROWS
