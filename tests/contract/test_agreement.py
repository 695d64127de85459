"""Vocabularies and limits are stated once, in the descriptions of the records. What follows from them says the same: the
constraints of the database, the API's description, and the words in which a value is refused."""
import json
import re
import subprocess
from typing import Any, Iterator

import pytest

from contract.operations import document
from harness.client import Client
from harness.cluster import Database
from harness.server import BINARY, Server
from harness.wire import Response

RECORDS: list[dict[str, Any]] = json.loads(subprocess.run([str(BINARY), "describe"], check=True, capture_output=True).stdout)
FIELDS = [(record, field) for record in RECORDS for field in record["fields"]]
of_field = pytest.mark.parametrize("record, field", FIELDS, ids=[f"{record['name']}.{field['name']}" for record, field in FIELDS])

TEXTS = ("text", "slug", "uri", "language")
NUMBERS = ("integer", "number")


def many(field: dict[str, Any]) -> bool:
    return "many" in field["flags"]


@pytest.fixture(scope="module")
def constraints(server: Server, database: Database) -> Iterator[dict[str, list[str]]]:
    """Table → the definitions of its checks."""
    found: dict[str, list[str]] = {}
    for table, text in database.query(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"):
        found.setdefault(table, []).append(text.replace('"', ""))
    yield found


def about(checks: list[str], expression: str) -> str:
    """The check of this expression; there is exactly one that compares it with constants."""
    found = [text for text in checks if re.search(rf"\({re.escape(expression)} (=|<|>|~)", text) and re.search(r"\d|'", text)
             and not re.search(rf"\({re.escape(expression)} [<>=]+ [a-z]", text)]
    assert len(found) == 1, f"{expression}: {found} of {checks}"
    return found[0]


def bounds(text: str, expression: str) -> dict[str, float]:
    """">=" → 1 and so on, as a check compares an expression with numbers."""
    plain = re.sub(r"::[a-z ]+|[()']", "", text)
    return {sign: float(value) for sign, value in
            re.findall(rf"{re.escape(re.sub('[()]', '', expression))} (<=|>=|<|>) (-?[\d.]+)", plain)}


def words(text: str) -> list[str]:
    return re.findall(r"'([^']*)'::text", text)


@of_field
def test_the_database_agrees(constraints: dict[str, list[str]], record: dict[str, Any], field: dict[str, Any]) -> None:
    checks = constraints[field.get("table", record["name"])]
    name = field["name"]
    if "vocabulary" in field:
        column = "relation" if field["type"] == "link" else name
        assert words(about(checks, column)) == field["vocabulary"]
    if many(field):
        expression = "ordinal" if "table" in field else f"cardinality({name})"
        assert bounds(about(checks, expression), expression)["<="] == field["items"]
    elif field["type"] in TEXTS:
        expected = {"<=": field["most"]} | ({">=": field["least"]} if field.get("least") else {})
        assert bounds(about(checks, f"char_length({name})"), f"char_length({name})") == expected
    elif field["type"] in NUMBERS:
        lower = ">" if "above" in field["flags"] else ">="
        found = bounds(about(checks, name), name)
        assert found == {lower: field["least"], "<=": field["most"]}


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the reference, and without what allows null."""
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"]:
        schema = next(each for each in schema["anyOf"] if each != {"type": "null"})
    if "$ref" in schema:
        return document()["components"]["schemas"][schema["$ref"].split("/")[-1]]
    return schema


@of_field
def test_the_description_of_the_api_agrees(record: dict[str, Any], field: dict[str, Any]) -> None:
    body = document()["components"]["schemas"][record["name"].capitalize() + "Body"]
    assert (field["name"] in body.get("required", [])) == ("required" in field["flags"])
    schema = resolve(body["properties"][field["name"]])
    if many(field):
        assert schema["maxItems"] == field["items"]
        schema = resolve(schema["items"])
    if field["type"] == "link":
        schema = resolve(schema["properties"]["relation"])
    if "vocabulary" in field:
        assert schema["enum"] == field["vocabulary"]
    elif field["type"] in TEXTS:
        assert schema["maxLength"] == field["most"] and schema.get("minLength", 0) == field.get("least", 0)
    elif field["type"] in NUMBERS:
        lower = "exclusiveMinimum" if "above" in field["flags"] else "minimum"
        assert (schema[lower], schema["maximum"]) == (field["least"], field["most"])


def faults(reply: Response, pointer: str) -> list[dict[str, Any]]:
    """Those at this place of the body or within it."""
    return [fault for fault in reply.json["errors"] if (fault["pointer"] + "/").startswith(pointer + "/")]


def refusal(client: Client, record: dict[str, Any], field: dict[str, Any], value: Any) -> tuple[str, str]:
    """Code and detail of the fault of just this value."""
    reply = client.post(f"/v1/{record['plural']}", {field["name"]: [value] if many(field) else value})
    assert reply.status == 422, reply
    fault = faults(reply, f"/{field['name']}" + ("/0" if many(field) else ""))[0]
    return fault["code"], fault["detail"]


@of_field
def test_the_words_of_a_refusal_agree(client: Client, record: dict[str, Any], field: dict[str, Any]) -> None:
    if "vocabulary" in field:
        target = field.get("target", "")
        value = {target: "x", "relation": "no-word"} if field["type"] == "link" else "no-word"
        code, detail = refusal(client, record, field, value)
        assert code == "not_in_vocabulary"
        assert [word for word in field["vocabulary"] if f"{word}" not in detail] == [], detail
    elif field["type"] == "text":
        code, detail = refusal(client, record, field, "x" * (field["most"] + 1))
        assert code == "too_long" and str(field["most"]) in detail
    elif field["type"] in NUMBERS:
        for value, limit in ((field["least"] - 1, field["least"]), (field["most"] + 1, field["most"])):
            code, detail = refusal(client, record, field, value)
            assert code == "out_of_range" and str(limit) in detail, detail
    if many(field):
        reply = client.post(f"/v1/{record['plural']}", {field["name"]: [None] * (field["items"] + 1)})
        fault = next(fault for fault in reply.json["errors"] if fault["code"] == "too_many")
        assert fault["pointer"] == f"/{field['name']}" and str(field["items"]) in fault["detail"]


@of_field
def test_at_the_limit_it_is_taken(client: Client, record: dict[str, Any], field: dict[str, Any]) -> None:
    """What the words promise holds: the limit itself is no fault."""
    values: list[Any] = []
    if field["type"] == "text":
        values = ["이" * field["most"], "x" * int(field["least"])]
    elif field["type"] in NUMBERS:
        values = [field["most"]] + ([] if "above" in field["flags"] else [field["least"]])
    elif field["type"] == "word":
        values = field["vocabulary"]
    for value in values:
        reply = client.post(f"/v1/{record['plural']}", {field["name"]: [value] if many(field) else value, "no_such_field": 1})
        assert faults(reply, f"/{field['name']}") == []


@of_field
def test_the_schemas_of_filters_agree(record: dict[str, Any], field: dict[str, Any]) -> None:
    operation = document()["paths"][f"/v1/{record['plural']}"]["get"]
    found = [each for each in operation["parameters"] if each.get("name") == field["name"]]
    assert bool(found) == ("filter" in field["flags"])
    if found and field["type"] == "word":
        assert found[0]["schema"]["items"]["enum"] == field["vocabulary"]
