"""The records that the description's examples are, and those that they refer to."""
from typing import Any, Optional

from contract.operations import document
from harness.client import Client

KINDS = {"actors": "Actor", "sources": "Source", "claims": "Claim", "stances": "Stance", "reviews": "Review"}
LEAST: dict[str, dict[str, Any]] = {
    "actors": {"name": "Example", "kind": "other"},
    "sources": {"title": "Example", "kind": "other"},
    "claims": {"text": "Example."},
}
REFERS = {"part_of": "actors", "owned_by": "actors", "publisher": "actors", "about": "actors", "actor": "actors",
          "speaker": "actors", "addressee": "actors", "reviewer": "actors", "source": "sources", "origin": "sources",
          "cites": "sources", "claim": "claims", "relations": "claims"}


def example(plural: str) -> dict[str, Any]:
    """The body that the description shows for a new record."""
    return dict(document()["paths"][f"/v1/{plural}"]["post"]["requestBody"]["content"]["application/json"]["example"])


def referred(body: dict[str, Any]) -> list[tuple[str, str]]:
    """What it refers to, as (plural, ref)."""
    found = []
    for name, plural in REFERS.items():
        value = body.get(name, [])
        for item in value if isinstance(value, list) else [value]:
            found.append((plural, item if isinstance(item, str) else next(item[key] for key in ("source", "claim") if key in item)))
    return found


def create(client: Client, plural: str, body: dict[str, Any]) -> None:
    reply = client.post(f"/v1/{plural}", body)
    assert reply.status in (201, 409), reply


def put(client: Client, plural: str, ref: str, body: dict[str, Any]) -> None:
    target, body = f"/v1/{plural}/{ref}", {name: value for name, value in body.items() if name != "ref"}
    reply = client.put(target, body)
    if reply.status == 422 and plural in ("stances", "reviews"):  # it was made again, of another claim
        client.delete(target)
        reply = client.put(target, body)
    assert reply.status in (200, 201), reply


def build(client: Client, without: Optional[str] = None) -> None:
    """Makes the examples what they are again, and leaves out that of one kind."""
    for plural in KINDS:
        for other, ref in referred(example(plural)):
            create(client, other, {"ref": ref, **LEAST[other]})
    for plural in KINDS:
        if plural != without:
            put(client, plural, example(plural)["ref"], example(plural))
    if without:
        clear(client, without)


def clear(client: Client, plural: str) -> None:
    """Takes the example of this kind away, with what of the other examples refers to it."""
    ref = example(plural)["ref"]
    for other in reversed(KINDS):
        body = example(other)
        if (plural, ref) in referred(body):
            client.delete(f"/v1/{other}/{body['ref']}")
    reply = client.delete(f"/v1/{plural}/{ref}")
    assert reply.status in (204, 404), reply
