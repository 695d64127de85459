"""Fixtures: a workshop and a PostgreSQL per process, a database and a server per file, a connection per test."""
import os
import sys
from typing import Any, Callable, Iterator

import pytest

sys.dont_write_bytecode = True

from harness.client import Client
from harness.cluster import Cluster, Database, OwnCluster
from harness.patience import seconds
from harness.server import BINARY, Server
from harness.workshop import Workshop

pytest_plugins = ["harness.watch"]

LONGEST_FIRST = ["run/", "engine/"]


def pytest_configure() -> None:
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} has not been built; STANCED_BINARY may name another")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, part in enumerate(LONGEST_FIRST) if item.nodeid.startswith(part)), len(LONGEST_FIRST))

    items.sort(key=rank)
    for item in items:
        patience = item.get_closest_marker("patience")
        item.add_marker(pytest.mark.timeout(seconds(patience.args[0] if patience else 40)))


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    workshop = Workshop()
    yield workshop
    leftovers = workshop.close()
    assert not leftovers, leftovers


@pytest.fixture(scope="session")
def cluster(workshop: Workshop) -> Iterator[Cluster]:
    outside = os.environ.get("STANCED_TEST_DATABASE")
    cluster = Cluster(outside) if outside else OwnCluster(workshop)
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    database = cluster.database()
    yield database
    database.drop()


@pytest.fixture(scope="module")
def server(workshop: Workshop, database: Database) -> Iterator[Server]:
    server = Server(workshop, database.conninfo)
    yield server.ready()
    server.stop()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database of this test alone."""
    database = cluster.database()
    yield database
    database.drop()


@pytest.fixture
def launch(workshop: Workshop) -> Iterator[Callable[..., Server]]:
    """Starts servers for this test alone: launch(database, **settings)."""
    started: list[Server] = []

    def start(database: Database, **settings: Any) -> Server:
        started.append(Server(workshop, database.conninfo, **settings))
        return started[-1].ready()

    yield start
    for server in started:
        server.stop()
