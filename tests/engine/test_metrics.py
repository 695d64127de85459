"""/metrics: what was done is what is counted, in a format that Prometheus' own library reads."""
from typing import Any, Optional

from prometheus_client.parser import text_string_to_metric_families

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.server import Server
from harness.wire import Connection


class Scrape:
    def __init__(self, client: Client) -> None:
        response = client.get("/metrics")
        assert response.status == 200 and (response.header("Content-Type") or "").startswith("text/plain; version=0.0.4")
        self.families = list(text_string_to_metric_families(response.body.decode()))
        self.samples = {(sample.name, *sorted(sample.labels.items())): sample.value
                        for family in self.families for sample in family.samples}
        assert len(self.samples) == sum(len(family.samples) for family in self.families), "a sample comes twice"

    def value(self, name: str, **labels: str) -> Optional[float]:
        return self.samples.get((name, *sorted(labels.items())))

    def requests(self, method: str, route: str, status: int) -> float:
        return self.value("stanced_requests_total", method=method, route=route, status=str(status)) or 0


def test_every_family_is_described(client: Client) -> None:
    families = Scrape(client).families
    names = [family.name for family in families]
    assert len(set(names)) == len(names) and len(names) > 15
    for family in families:
        assert family.documentation.endswith(".") and family.type in ("counter", "gauge", "histogram"), family
        assert family.name.startswith(("stanced_", "process_"))


def test_requests_are_counted_by_route_and_status(client: Client) -> None:
    before = Scrape(client)
    assert client.put("/v1/actors/counted", {"name": "N", "kind": "group"}).status == 201
    for _ in range(3):
        assert client.get("/v1/actors/counted").status == 200
    assert client.get("/v1/actors/not-there").status == 404
    assert client.get("/v1/no/such/route").status == 404
    assert client.get("/v1/actors?nonsense=1").status == 400
    after = Scrape(client)

    def more(*key: Any) -> float:
        return after.requests(*key) - before.requests(*key)

    route = "/v1/actors/{actor}" if after.requests("GET", "/v1/actors/{actor}", 200) else "/v1/actors/{id}"
    assert (more("PUT", route, 201), more("GET", route, 200), more("GET", route, 404)) == (1, 3, 1)
    assert (more("other", "none", 404), more("GET", "/v1/actors", 400)) == (1, 1)
    assert more("GET", "/metrics", 200) == 1, "a scrape counts when it is over"
    refused = [scrape.value("stanced_refusals_total", problem="invalid-parameter") or 0 for scrape in (before, after)]
    assert refused[1] - refused[0] == 1


def test_labels_do_not_grow_with_what_clients_send(client: Client) -> None:
    client.get("/v1/actors/x")
    client.get("/v1/nothing")
    client.request("BREW", "/v1/actors/x")
    before = set(Scrape(client).samples)
    for number in range(50):
        client.get(f"/v1/actors/x{number}")
        client.get(f"/v1/nothing{number}")
        client.request(f"BREW{number}", f"/v1/actors/x{number}")
    assert set(Scrape(client).samples) == before


def test_histograms(client: Client) -> None:
    scrape = Scrape(client)
    client.get("/v1/actors?limit=1")
    after = Scrape(client)
    seen = 0
    for family in after.families:
        if family.type != "histogram":
            continue
        for lane in ("read", "write", "slow", None):
            labels = {"lane": lane} if lane else {}
            buckets = [(float(sample.labels["le"]), sample.value) for sample in family.samples
                       if sample.name.endswith("_bucket") and sample.labels.get("lane") == lane]
            if not buckets:
                continue
            seen += 1
            assert buckets == sorted(buckets) and buckets[-1][0] == float("inf")
            assert [count for _, count in buckets] == sorted(count for _, count in buckets)
            assert buckets[-1][1] == after.value(family.name + "_count", **labels)
            assert (after.value(family.name + "_sum", **labels) or 0) >= 0
    assert seen == 3 * 3 + 1
    counts = [each.value("stanced_request_database_seconds_count", lane="read") or 0 for each in (scrape, after)]
    assert counts[1] - counts[0] == 1
    assert (after.value("stanced_loop_turn_seconds_count") or 0) > (scrape.value("stanced_loop_turn_seconds_count") or 0)


def test_states(launch, database: Database, lock) -> None:
    server: Server = launch(database, loops=1, slow_connections=1, queue=5)
    with server.client() as client:
        wait_for("the connections", lambda: Scrape(client).value("stanced_database_connections_ready", lane="read") == 2)
        assert Scrape(client).value("stanced_loops") == 1
        assert Scrape(client).value("stanced_queue_requests", lane="slow") == 0
        held = lock("LOCK TABLE actor IN ACCESS EXCLUSIVE MODE")
        waiting = [Connection(client.address, 30) for _ in range(4)]
        for connection in waiting:
            connection.send(client.prepare("GET", "/v1"))
        wait_for("one to run and three to wait", lambda: (
            Scrape(client).value("stanced_pipeline_requests", lane="slow"),
            Scrape(client).value("stanced_queue_requests", lane="slow")) == (1, 3))
        assert (Scrape(client).value("stanced_client_connections") or 0) >= 5
        assert (Scrape(client).value("stanced_requests_open") or 0) >= 4
        held.rollback()
        assert [connection.receive().status for connection in waiting] == [200] * 4
        for connection in waiting:
            connection.close()
        wait_for("all of it to be over", lambda: (
            Scrape(client).value("stanced_pipeline_requests", lane="slow"),
            Scrape(client).value("stanced_queue_requests", lane="slow")) == (0, 0))
        assert (Scrape(client).value("stanced_client_connections_accepted_total") or 0) >= 5


def test_lost_connections(launch, database: Database) -> None:
    server: Server = launch(database, loops=1)
    with server.client() as client:
        wait_for("the connections", lambda: Scrape(client).value("stanced_database_connections_ready", lane="read") == 2)
        assert Scrape(client).value("stanced_database_connections_lost_total", lane="read") == 0
        database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND application_name = 'stanced'")
        wait_for("the loss to be counted",
                 lambda: Scrape(client).value("stanced_database_connections_lost_total", lane="read") == 2)
        wait_for("them to come back", lambda: Scrape(client).value("stanced_database_connections_ready", lane="read") == 2)


def test_build_info(client: Client, server: Server) -> None:
    scrape = Scrape(client)
    version = server.events("listening")[0]["version"]
    assert scrape.value("stanced_build_info", version=version) == 1
    assert (scrape.value("process_start_time_seconds") or 0) > 1_700_000_000
    assert (scrape.value("process_cpu_seconds_total") or 0) > 0
