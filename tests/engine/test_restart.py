"""PostgreSQL going away and coming back: the server recovers by itself, and every 2xx write is there."""
import time
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import OwnCluster
from harness.load import Load
from harness.match import differences
from harness.patience import seconds, wait_for
from harness.samples import build_world
from harness.scenario import problem


@pytest.mark.patience(90)
def test_restarts_under_load(own_cluster: OwnCluster, launch: Any) -> None:
    database = own_cluster.database()
    server = launch(database)
    with server.client() as client:
        build_world(client)
    with Load(server.address) as load:
        load.more(50)
        for mode in ("fast", "immediate", "immediate"):
            own_cluster.restart(mode)
            load.more(100, plain=30)
    load.verify(database)
    assert {outcome.status for outcome in load.outcomes} <= {200, 201, 503}, "a reply was cut"
    assert server.process.poll() is None


@pytest.mark.patience(90)
def test_sessions_ended_under_load(own_cluster: OwnCluster, launch: Any) -> None:
    """An operator ends single sessions (or a firewall does): the others go on meanwhile."""
    database = own_cluster.database()
    server = launch(database)
    with server.client() as client:
        build_world(client)
    with Load(server.address) as load:
        for _ in range(10):
            load.more(20)
            database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                           "AND application_name <> 'test' ORDER BY random() LIMIT 3")
        load.more(50)
    load.verify(database)
    assert {outcome.status for outcome in load.outcomes} <= {200, 201, 503}


def refusal(client: Client, method: str, target: str, body: Any = None) -> dict[str, Any]:
    start = time.monotonic()
    response = client.request(method, target, body)
    assert time.monotonic() - start < seconds(8), f"{method} {target} took too long to be refused"
    assert response.status == 503, str(response)
    assert int(response.header("Retry-After") or 0) > 0
    return response.json


@pytest.mark.patience(90)
def test_while_the_database_is_away(own_cluster: OwnCluster, launch: Any) -> None:
    server = launch(own_cluster.database())
    with server.client() as client:
        build_world(client)
        assert client.get("/readyz").status == 200
        own_cluster.stop()
        requests = [("GET", "/v1/claims/march"), ("GET", "/v1/claims"), ("GET", "/v1/claims/march/positions"),
                    ("PUT", "/v1/actors/north", {"name": "N", "kind": "state"}), ("DELETE", "/v1/actors/agency")]
        wait_for("the loss to be noticed", lambda: client.get("/readyz").status == 503)
        for request in requests:
            document = refusal(client, *request)
            assert not differences(problem(503, "database-away"), document), document
        assert client.get("/healthz").status == 200
        refusal(client, "GET", "/readyz")
        # what needs no database is answered as ever
        assert client.post("/v1/actors", {}).status == 422
        assert client.get("/v1/nothing").status == 404
        own_cluster.start()
        wait_for("the server to be ready again", lambda: client.get("/readyz").status == 200)
        wait_for("every lane to be back",
                 lambda: [client.request(*request).status for request in requests[:4]] == [200] * 4)
        assert client.get("/v1/actors/agency").status == 200


@pytest.mark.patience(90)
def test_away_for_a_while_with_clients_at_the_door(own_cluster: OwnCluster, launch: Any) -> None:
    """Neither the outage nor its end makes anybody wait for long."""
    database = own_cluster.database()
    server = launch(database)
    with server.client() as client:
        build_world(client)
    with Load(server.address) as load:
        load.more(20)
        own_cluster.stop("immediate")
        time.sleep(seconds(1.5))
        own_cluster.start()
        load.more(50, plain=30)
    load.verify(database)
    slowest = max(outcome.done_at - outcome.sent_at for outcome in load.outcomes)
    assert slowest < seconds(8)
