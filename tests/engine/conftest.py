"""Fixtures of the engine's tests: servers with settings of their own, over a database that holds the sample world."""
from typing import Any, Callable, Iterator

import pytest

from harness.cluster import Database, OwnCluster
from harness.samples import build_world
from harness.server import Server
from harness.workshop import Workshop

Launch = Callable[..., Server]


@pytest.fixture(scope="module")
def world(server: Server) -> dict[str, str]:
    with server.client() as client:
        return build_world(client)


@pytest.fixture
def with_world(launch: Launch, database: Database) -> Callable[..., Server]:
    """Starts a server over the module's database, in which the sample world then is."""

    def start(**settings: Any) -> Server:
        server = launch(database, **settings)
        with server.client() as client:
            build_world(client)
        return server

    return start


@pytest.fixture
def lock(database: Database) -> Iterator[Callable[[str], Any]]:
    """Takes a lock by a statement, and holds it until the returned session rolls back."""
    sessions = []

    def take(sql: str) -> Any:
        session = database.connect()
        sessions.append(session)
        session.cursor().execute(sql)
        return session

    yield take
    for session in sessions:
        session.close()


@pytest.fixture
def own_cluster(workshop: Workshop) -> Iterator[OwnCluster]:
    """A PostgreSQL that this test may stop and restart."""
    cluster = OwnCluster(workshop)
    yield cluster
    cluster.close()
