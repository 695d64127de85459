"""README's commands for a backup and for its return: the service over the copy answers as the one over the original."""
import hashlib
import re
import subprocess
from typing import Any

from harness.client import Client
from harness.cluster import Cluster, Database
from harness.patience import seconds
from harness.samples import SAMPLES, build_world
from harness.server import TREE, Server
from harness.workshop import Workshop


def block() -> str:
    """The commands under README's heading."""
    section = (TREE / "README.md").read_text().split("\n## Backups\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0]


def written(client: Client) -> None:
    """All kinds of records, changed, deleted, put back and merged."""
    build_world(client)
    for sample in SAMPLES:
        target = f"/v1/{sample.plural}/the-sample" if sample.kind in ("actor", "source", "claim") else f"/v1/{sample.plural}"
        method = "PUT" if "the-sample" in target else "POST"
        assert client.request(method, target, sample.full).status == 201
    assert client.put("/v1/actors/the-sample", {"name": "Other", "kind": "other"}).status == 200
    assert client.put("/v1/actors/gone", {"name": "Gone", "kind": "person"}).status == 201
    assert client.delete("/v1/actors/gone").status == 204
    assert client.put("/v1/claims/double", {"text": "The North marches on."}).status == 201
    assert client.post("/v1/claims/double/merge", {"into": "march"}).status == 200


def tables(database: Database) -> dict[str, tuple[int, str]]:
    """By name: how many rows there are, and what is in them."""
    names = [name for (name,) in database.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")]
    found = {}
    for name in names:
        rows = [row for (row,) in database.query(f'SELECT t::text FROM "{name}" t ORDER BY 1')]
        found[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def answers(client: Client) -> list[Any]:
    targets = [f"/v1/{sample.plural}?sort=created_at&limit=1000" for sample in SAMPLES]
    targets += ["/v1", "/v1/actors/the-sample/history?record=true", "/v1/actors/gone/history", "/v1/claims/double/history",
                "/v1/claims/march/positions", "/v1/claims?q=marches"]
    return [(target, client.get(target).status, client.get(target).json) for target in targets]


def test_there_and_back(workshop: Workshop, cluster: Cluster, server: Server, database: Database,
                        empty_database: Database, launch) -> None:
    with server.client() as client:
        written(client)
        before = answers(client)
    stored = tables(database)
    assert stored["change"][0] > 15 and stored["api_key"][0] >= 1
    folder = workshop.folder("backup")
    environment = workshop.environment(STANCED_DATABASE=database.conninfo, EMPTY_DATABASE=empty_database.conninfo)
    done = subprocess.run(["bash", "-e", "-u", "-c", block()], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds(60))
    assert done.returncode == 0, done.stdout
    assert tables(empty_database) == stored
    restored = launch(empty_database)  # with the same keys, and nothing to migrate
    with restored.client() as client:
        assert answers(client) == before
        target = "/v1/actors/the-sample"
        version = client.get(target).json["version"]
        assert client.put(target, {"name": "Once more", "kind": "other"}).json["version"] == version + 1
        assert client.put("/v1/actors/gone", {"name": "Back", "kind": "person"}).json["version"] == 3
    assert tables(database) == stored, "a backup changes nothing"
