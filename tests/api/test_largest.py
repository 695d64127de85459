"""Records of the largest size that the descriptions allow, out of characters that take the most room and do not compress: what
validation lets through, the storage and its indexes hold, and every format sends."""
import random
from typing import Any

import pytest

from harness.client import Client
from harness.random_records import descriptions, plural_of
from harness.samples import SAMPLES

ANY = {"actor": {"name": "N", "kind": "state"}, "source": {"title": "T", "kind": "article"}, "claim": {"text": "C"}}


def text(source: random.Random, length: int) -> str:
    return "".join(chr(source.randrange(0x20000, 0x2A000)) for _ in range(length))


def ascii_text(source: random.Random, length: int) -> str:
    return "".join(source.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))


def largest(source: random.Random, field: dict[str, Any]) -> Any:
    """One value; None for the types that have no size."""
    most = int(field.get("most", 0))
    if field["type"] == "text":
        return text(source, most)
    if field["type"] == "uri":
        return "https://example.org/" + ascii_text(source, most - 20)
    if field["type"] == "slug":
        return ascii_text(source, most)
    if field["type"] == "language":
        return "en-x-" + "-".join(ascii_text(source, 8) for _ in range(10))
    return None


@pytest.mark.patience(90)
@pytest.mark.parametrize("record", descriptions(), ids=lambda record: record["name"])
def test_the_largest(client: Client, world: dict[str, str], record: dict[str, Any]) -> None:
    source = random.Random(record["name"])
    sample = next(each for each in SAMPLES if each.kind == record["name"])
    made = dict(sample.least)
    targets: dict[str, list[str]] = {}
    for field in record["fields"]:
        if field["type"] in ("reference", "link") and "many" in field["flags"]:
            target = field["target"]
            if target not in targets:
                targets[target] = [client.post(f"/v1/{plural_of(target)}", ANY[target]).json["id"] for _ in range(field["items"])]
            made[field["name"]] = [{target: each, "relation": field["vocabulary"][0]} if field["type"] == "link" else each
                                   for each in targets[target]]
        elif field["type"] == "object":
            made[field["name"]] = {"a": "x" * (int(field["most"]) - len('{"a":""}'))}
        else:
            value = largest(source, field)
            if value is not None and "many" in field["flags"]:
                made[field["name"]] = [largest(source, field) for _ in range(field["items"])]
            elif value is not None:
                made[field["name"]] = value
    ref = "x" * 128
    response = client.put(f"/v1/{record['plural']}/{ref}", made)
    assert response.status == 201, str(response)[:3000]
    shown = response.json
    for name, value in made.items():
        if name not in ("claim", "actor", "reviewer"):
            assert shown[name] == value, name
    assert client.get(f"/v1/{record['plural']}/{ref}").json == shown
    for form, media in (("ndjson", "application/x-ndjson"), ("csv", "text/csv")):
        sent = client.get(f"/v1/{record['plural']}/{ref}?format={form}")
        assert sent.status == 200
        again = client.post(f"/v1/import?type={record['name']}", sent.body, headers={"Content-Type": media})
        assert again.status == 200 and again.json["unchanged"][record["name"]] == 1, str(again)[:2000]
    for field in record["fields"]:
        if "sort" in field["flags"]:
            page = client.get(f"/v1/{record['plural']}?sort=-{field['name']}&limit=1&fields=id,{field['name']}")
            assert page.status == 200
            following = page.json["next"]
            assert not following or client.get(f"/v1/{record['plural']}?sort=-{field['name']}&cursor={following}").status == 200
