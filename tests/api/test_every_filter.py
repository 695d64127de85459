"""Every filter that the API's description declares, and every order, held against a model in Python on records made at random:
what the description gains is tested without a word here."""
import random
from datetime import datetime, timedelta, timezone
from typing import Any, Iterator, Optional
from urllib.parse import quote

import pytest

from contract.operations import document
from harness.client import Client
from harness.random_records import Maker, bring_in, descriptions
from harness.server import Server

EACH = 40
ALL = "&limit=1000&sort=created_at"
Row = dict[str, Any]

FIELDS = {record["plural"]: {field["name"]: field for field in record["fields"]} for record in descriptions()}


def parameters(plural: str) -> list[dict[str, Any]]:
    return [each for each in document()["paths"][f"/v1/{plural}"]["get"]["parameters"] if each.get("in") == "query"]


def filters() -> list[tuple[str, str]]:
    general = ("limit", "cursor", "fields", "expand", "format", "sort", "count", "q")
    return [(plural, each["name"]) for plural in FIELDS for each in parameters(plural) if each["name"] not in general]


def orders() -> list[tuple[str, str]]:
    return [(plural, word) for plural in FIELDS for each in parameters(plural) if each["name"] == "sort"
            for word in each["schema"]["enum"]]


@pytest.fixture(scope="module")
def rows(server: Server) -> Iterator[dict[str, list[Row]]]:
    """All records, as lists show them."""
    with server.client() as client:
        bring_in(client, Maker(20250428).lines(EACH))
        found = {plural: client.get(f"/v1/{plural}?{ALL}").json["data"] for plural in FIELDS}
    assert all(len(each) == EACH for each in found.values())
    yield found


def instant(text: str) -> datetime:
    """A date stands for its first moment."""
    text = text if "T" in text else text + "T00:00:00Z"
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def items(row: Row, name: str) -> list[Any]:
    """What a row has in a field, as values of a filter: nothing, one, or what a list holds, a link by its target."""
    value = row.get(name)
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [next(each[key] for key in each if key != "relation") if isinstance(each, dict) else each for each in listed]


def before_end(value: str, bound: str) -> bool:
    """Whether a moment is at or before the last of `bound`, which may be a day."""
    if "T" in bound:
        return instant(value) <= instant(bound)
    return instant(value) - instant(bound) < timedelta(days=1)


def same(value: Any, wanted: str, kind: str) -> bool:
    if kind == "time":
        return instant(value) >= instant(wanted) and before_end(value, wanted)
    if kind in ("integer", "number"):
        return value == float(wanted)
    return (str(value).lower() if kind == "boolean" else value) == wanted


def compares(value: Any, wanted: str, test: str, kind: str) -> bool:
    if kind == "time":
        return {"gte": instant(value) >= instant(wanted), "lt": instant(value) < instant(wanted),
                "lte": before_end(value, wanted), "gt": not before_end(value, wanted)}[test]
    return {"gte": value >= float(wanted), "gt": value > float(wanted), "lte": value <= float(wanted), "lt": value < float(wanted)}[test]


def fits(row: Row, name: str, test: str, wanted: list[str], kind: str) -> bool:
    held = items(row, name)
    if test == "null":
        return (not held) == (wanted == ["true"])
    if test in ("gte", "gt", "lte", "lt"):
        return any(compares(value, wanted[0], test, kind) for value in held)
    hits = [any(same(value, each, kind) for value in held) for each in wanted]
    return {"": any(hits), "not": not any(hits), "all": all(hits)}[test]


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, (int, float)) else value


def kind_of(plural: str, name: str) -> str:
    own = {"id": "text", "ref": "text", "created_at": "time", "updated_at": "time"}
    return own.get(name) or FIELDS[plural][name]["type"]


def tries(plural: str, parameter: str, rows: list[Row], source: random.Random) -> list[list[str]]:
    """Values that rows have, one and several, and some that none has."""
    name, _, test = parameter.partition(".")
    if test == "null":
        return [["true"], ["false"]]
    held = sorted({text_of(value) for row in rows for value in items(row, name)})
    kind = kind_of(plural, name)
    single = test in ("gte", "gt", "lte", "lt") or kind in ("time", "boolean")
    found = [[source.choice(held)] for _ in range(4)] if held else []
    if kind == "time":
        found += [[each[0][:10]] for each in found]
    if not single and held:
        found += [[source.choice(held) for _ in range(source.randrange(2, 5))] for _ in range(3)]
        if test == "all":  # what some row has
            found += [[text_of(value) for value in items(row, name)] for row in rows if len(items(row, name)) > 1][:3]
    if kind in ("reference", "link") or name in ("id", "ref"):
        found += [["nothing-has-this-ref"], ["nothing-has-this-ref", *(found[0] if found else [])]]
    return found


def asked(client: Client, plural: str, filters: dict[str, list[str]], more: str = "") -> list[str]:
    query = "&".join(
        f"{name}={quote(','.join(each.replace(chr(92), chr(92) * 2).replace(',', chr(92) + ',') for each in values), safe='')}"
        for name, values in filters.items())
    response = client.get(f"/v1/{plural}?{query}{more or ALL}")
    assert response.status == 200, f"{query}: {response}"
    return [row["id"] for row in response.json["data"]]


def expected(plural: str, rows: list[Row], filters: dict[str, list[str]]) -> list[str]:
    found = rows
    for parameter, wanted in filters.items():
        name, _, test = parameter.partition(".")
        found = [row for row in found if fits(row, name, test, wanted, kind_of(plural, name))]
    return [row["id"] for row in found]


@pytest.mark.parametrize("plural, parameter", filters(), ids=[f"{plural}?{name}" for plural, name in filters()])
def test_a_filter(client: Client, rows: dict[str, list[Row]], plural: str, parameter: str) -> None:
    source = random.Random(f"{plural} {parameter}")
    found = tries(plural, parameter, rows[plural], source)
    for wanted in found:
        assert asked(client, plural, {parameter: wanted}) == expected(plural, rows[plural], {parameter: wanted}), wanted
    assert found


@pytest.mark.parametrize("plural", FIELDS)
def test_refs_do_as_well_as_ids(client: Client, rows: dict[str, list[Row]], plural: str) -> None:
    refs = {row["id"]: row["ref"] for each in rows.values() for row in each if "ref" in row}
    for name, field in FIELDS[plural].items():
        if field["type"] in ("reference", "link"):
            ids = sorted({value for row in rows[plural] for value in items(row, name)})[:5]
            assert ids
            for test in ("", ".not"):
                assert asked(client, plural, {name + test: ids}) == asked(client, plural, {name + test: [refs[each] for each in ids]})


@pytest.mark.parametrize("plural", FIELDS)
def test_several_at_once(client: Client, rows: dict[str, list[Row]], plural: str) -> None:
    source = random.Random(plural)
    names = [name for each, name in filters() if each == plural]
    hits = 0
    for _ in range(60):
        chosen = {name: source.choice(tries(plural, name, rows[plural], source)) for name in source.sample(names, source.randrange(2, 5))}
        found = asked(client, plural, chosen)
        assert found == expected(plural, rows[plural], chosen), chosen
        hits += 0 < len(found) < EACH
    assert hits > 10, "hardly any of them had something to tell apart"


def key_of(plural: str, row: Row, name: str) -> Optional[Any]:
    value = row.get(name)
    if value is None:
        return None
    if kind_of(plural, name) == "time":
        return instant(value)
    return value[:300].encode() if isinstance(value, str) else value


@pytest.mark.parametrize("plural, word", orders(), ids=[f"{plural} by {word}" for plural, word in orders()])
def test_an_order(client: Client, rows: dict[str, list[Row]], plural: str, word: str) -> None:
    """By value, rows without one last, the id breaking ties; and the same page by page."""
    name, down = word.lstrip("-"), word.startswith("-")
    keyed = [(key_of(plural, row, name), row["id"]) for row in rows[plural]]
    with_value = sorted((each for each in keyed if each[0] is not None), reverse=down)
    without = sorted((each[1] for each in keyed if each[0] is None), reverse=down)
    wanted = [each[1] for each in with_value] + without
    assert asked(client, plural, {}, f"limit=1000&sort={word}") == wanted
    paged: list[str] = []
    target = f"/v1/{plural}?limit=7&sort={word}&fields=id"
    while target:
        response = client.get(target)
        assert response.status == 200, str(response)
        paged += [row["id"] for row in response.json["data"]]
        link = response.header("Link")
        target = link[1:].partition(">")[0] if link else ""
    assert paged == wanted
