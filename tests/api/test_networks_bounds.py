"""What is too much for one network is refused by name, and never an endless wait."""
from typing import Iterator

import pytest

from harness.client import Client
from harness.cluster import Database
from harness.scenario import play, problem, step
from harness.server import Server

# a claim of which 1,500 actors speak, an actor that speaks of 1,500 claims, and much to say of each
MANY = """
    INSERT INTO actor (id, ref, version, created_at, updated_at, name, kind, attributes)
        SELECT gen_random_uuid(), 'many-actor-' || n, 1, now(), now(), 'Actor', 'group', jsonb_build_object('x', repeat('y', 12000))
        FROM generate_series(1, 1500) n;
    INSERT INTO claim (id, ref, version, created_at, updated_at, text)
        SELECT gen_random_uuid(), 'many-claim-' || n, 1, now(), now(), 'Claim' FROM generate_series(1, 1500) n;
    INSERT INTO stance (id, version, created_at, updated_at, claim_id, actor_id, position)
        SELECT gen_random_uuid(), 1, now(), now(), claim.id, actor.id, 'affirm' FROM claim, actor
        WHERE claim.ref = 'many-claim-1' AND actor.ref LIKE 'many-actor-%' OR claim.ref LIKE 'many-claim-%' AND actor.ref = 'many-actor-1';
    ANALYZE;
"""


@pytest.fixture(scope="module")
def many(server: Server, database: Database) -> Iterator[Client]:
    database.query(MANY.replace("%", "%%"))
    with server.client() as client:
        yield client


@pytest.mark.parametrize("mode", ["actors", "claims"])
def test_too_many_ties(many: Client, mode: str) -> None:
    refused = problem(422, "reply-too-large", detail="A network has at most 1000000 ties; filter, or ask for min_statements.")
    play(many, [step("GET", f"/v1/networks/{mode}", status=422, json=refused),
                step("GET", f"/v1/networks/{mode}?min_statements=2", json={"edges": []})])


def test_too_much_to_say(many: Client) -> None:
    refused = problem(422, "reply-too-large", detail="What there is to say of the nodes is more than 16 MiB; filter for fewer.")
    play(many, [step("GET", "/v1/networks/affiliation", status=422, json=refused),
                step("GET", "/v1/networks/affiliation?min_statements=2", check=lambda reply: len(reply.json["edges"]) == 1500)])
