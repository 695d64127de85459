"""How the process starts, and how it declines to: one sentence, exit status 1."""
import re
import socket
import subprocess
from typing import Any

import pytest

from harness.client import Client
from harness.cluster import Cluster, Database
from harness.server import TREE, Server, run
from harness.workshop import Workshop


def sentence(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """It failed with status 1, and said one sentence that has these words in it."""
    assert done.returncode == 1, f"{done.returncode}: {done.stderr}"
    said = done.stderr.strip()
    assert said.count("\n") == 0 and said.startswith("stanced: "), said
    assert len(said) < 400 and said.endswith("."), said
    for word in words:
        assert word in said, said


def serve(workshop: Workshop, database: str, **settings: Any) -> "subprocess.CompletedProcess[str]":
    return run(workshop, "serve", database=database, **({"listen": "127.0.0.1:0"} | settings))


def migrations(database: Database) -> list[tuple]:
    return database.query("SELECT number, name, checksum, applied_at FROM schema_migration ORDER BY number")


def test_two_at_once_migrate_once(workshop: Workshop, empty_database: Database) -> None:
    servers = [Server(workshop, empty_database.conninfo) for _ in range(4)]
    for server in servers:
        server.ready()
    applied = migrations(empty_database)
    assert [number for number, *_ in applied] == list(range(1, len(applied) + 1)) and applied
    for server in servers:
        with server.client() as client:
            assert client.get("/readyz").status == 200
        server.stop()
    assert migrations(empty_database) == applied


def test_migrating_by_hand(workshop: Workshop, empty_database: Database) -> None:
    first = run(workshop, "migrate", database=empty_database.conninfo)
    assert first.returncode == 0, first.stderr
    applied = migrations(empty_database)
    second = run(workshop, "migrate", database=empty_database.conninfo)
    assert second.returncode == 0 and "up to date" in second.stdout
    assert migrations(empty_database) == applied


def test_an_unmigrated_database_is_not_ready(launch, empty_database: Database) -> None:
    server = launch(empty_database, migrate="off")
    with server.client() as client:
        assert client.get("/healthz").status == 200
        response = client.get("/readyz")
        assert response.status == 503, str(response)


@pytest.mark.parametrize("damage, words", [
    ("UPDATE schema_migration SET checksum = repeat('0', 64) WHERE number = 1", ["0001", "edited"]),
    ("INSERT INTO schema_migration VALUES (9000, '9000_from_the_future', 'x', now())", ["9000_from_the_future"]),
    ("DELETE FROM schema_migration; INSERT INTO schema_migration VALUES (2, '0002_something', 'x', now())", []),
], ids=["edited", "unknown", "missing"])
def test_a_strange_history_stops_the_start(workshop: Workshop, empty_database: Database, damage: str,
                                           words: list[str]) -> None:
    assert run(workshop, "migrate", database=empty_database.conninfo).returncode == 0
    empty_database.query(damage)
    before = migrations(empty_database)
    sentence(serve(workshop, empty_database.conninfo), *words)
    sentence(run(workshop, "migrate", database=empty_database.conninfo), *words)
    assert migrations(empty_database) == before


def test_a_port_in_use(workshop: Workshop, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence(serve(workshop, database.conninfo, listen=f"127.0.0.1:{port}"), str(port))


def test_a_port_that_another_stanced_has(workshop: Workshop, server: Server, database: Database) -> None:
    """Several loops share a port; several servers must not."""
    sentence(serve(workshop, database.conninfo, listen="{}:{}".format(*server.address)), str(server.address[1]))


def test_addresses(workshop: Workshop, launch, database: Database) -> None:
    for wrong in ("127.0.0.1", "nonsense", "127.0.0.1:http", "127.0.0.1:99999", "192.0.2.1:0", ":"):
        sentence(serve(workshop, database.conninfo, listen=wrong), wrong)
    server = launch(database, listen="[::1]:0")
    assert server.address[0] == "::1"
    with Client(server.address) as client:
        assert client.get("/healthz").status == 200


@pytest.mark.parametrize("conninfo", [
    "host=/nonexistent dbname=x", "host=127.0.0.1 port=1 dbname=x connect_timeout=2", "nonsense", "postgresql://127.0.0.1:1/x"])
def test_a_database_that_is_not_there(workshop: Workshop, conninfo: str) -> None:
    sentence(serve(workshop, conninfo), "database")
    sentence(run(workshop, "migrate", database=conninfo), "database")


def test_a_database_that_does_not_exist(workshop: Workshop, database: Database) -> None:
    sentence(serve(workshop, database.conninfo.replace(database.name, "nowhere")), "nowhere")


def test_a_conninfo_as_uri(launch, workshop: Workshop, cluster: Cluster, database: Database) -> None:
    from urllib.parse import quote

    from psycopg2.extensions import parse_dsn

    parts = parse_dsn(database.conninfo)
    uri = "postgresql://{user}@/{dbname}?host={host}".format(
        user=parts.get("user", "postgres"), dbname=parts["dbname"], host=quote(parts.get("host", "/var/run/postgresql"), ""))
    for name in set(parts) - {"user", "dbname", "host"}:
        uri += f"&{name}={quote(parts[name], '')}"
    server = Server(workshop, uri)
    with server.ready().client() as client:
        assert client.get("/readyz").status == 200
    server.stop()


@pytest.mark.parametrize("name, value", [
    ("loops", "-1"), ("loops", "257"), ("loops", "two"), ("queue", "0"), ("queue", "1e3"), ("read_timeout", "5"),
    ("read_timeout", "0s"), ("idle_timeout", "99999999999h"), ("log_format", "yaml"), ("migrate", "yes"),
    ("read_connections", " 2"), ("clients", "99999999999999999999")])
def test_settings_that_do_not_fit(workshop: Workshop, database: Database, name: str, value: str) -> None:
    sentence(serve(workshop, database.conninfo, **{name: value}), f"STANCED_{name.upper()}", value)


def test_the_readme_shows_the_table_of_settings(workshop: Workshop) -> None:
    shown = re.findall(r"^  (STANCED_\w+) +(.*) \((.*)\)$", run(workshop, "--help").stdout, re.MULTILINE)
    assert len(shown) > 20
    readme = (TREE / "README.md").read_text().splitlines()
    rows = [line for line in readme if line.startswith("| `STANCED_")]
    assert rows == [f"| `{name}` | {meaning} | " + ("(unset) |" if value == "unset" else f"`{value}` |")
                    for name, meaning, value in shown]


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "now"], ["migrate", "1"], ["--nonsense"], []])
def test_wrong_words(workshop: Workshop, words: list[str]) -> None:
    done = run(workshop, *words)
    assert done.returncode == 2 and "stanced" in done.stderr and not done.stdout


def test_help_and_version(workshop: Workshop) -> None:
    text = run(workshop, "--help")
    assert text.returncode == 0 and not text.stderr
    for word in ("serve", "migrate", "import", "STANCED_LISTEN", "STANCED_DATABASE", "STANCED_DATA", "127.0.0.1:8080"):
        assert word in text.stdout
    version = run(workshop, "--version")
    assert version.returncode == 0 and re.fullmatch(r"stanced \d+\.\d+\.\d+\S*\n", version.stdout)


def test_import_from_the_command_line(workshop: Workshop, empty_database: Database) -> None:
    assert run(workshop, "migrate", database=empty_database.conninfo).returncode == 0
    file = workshop.folder("import") / "records.ndjson"
    file.write_text('{"type": "actor", "ref": "a", "name": "A", "kind": "group"}\n')
    done = run(workshop, "import", str(file), database=empty_database.conninfo)
    assert done.returncode == 0, done.stderr
    assert empty_database.query("SELECT ref FROM actor") == [("a",)]
    file.write_text('{"type": "actor", "ref": "b", "name": "B", "kind": "group"}\n{"type": "actor"}\n')
    done = run(workshop, "import", str(file), database=empty_database.conninfo)
    assert done.returncode == 1 and '"line":2' in done.stderr
    assert empty_database.query("SELECT ref FROM actor") == [("a",)]
    sentence(run(workshop, "import", str(file) + ".missing", database=empty_database.conninfo), "missing")
    sentence(run(workshop, "import", str(file), database="host=/nonexistent"), "database")


