"""kill -9 under load: whatever was answered 2xx is there, and the next start goes on."""
import pytest

from harness.cluster import Database
from harness.load import Load
from harness.patience import wait_for
from harness.samples import build_world


@pytest.mark.patience(90)
def test_killed_under_load(launch, empty_database: Database) -> None:
    for _ in range(3):
        server = launch(empty_database)
        with server.client() as client:
            build_world(client)
        with Load(server.address, writers=8) as load:
            load.more(150)
            server.kill()
        # what the killed server had under way may still be committed
        wait_for("the last writes to end", lambda: not empty_database.sessions())
        load.verify(empty_database)
        empty_database.query("DELETE FROM actor WHERE ref LIKE 'load-%%'")
        empty_database.query("DELETE FROM change WHERE ref LIKE 'load-%%'")
    server = launch(empty_database)
    with server.client() as client:
        assert client.get("/v1/actors/north").status == 200
