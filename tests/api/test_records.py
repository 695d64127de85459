"""The life of a record, the same for all five kinds."""
import copy

import pytest

from harness.client import Client
from harness.match import ABSENT, MOMENT, UUID_OF_REF, UUID_OF_TIME
from harness.samples import SAMPLES, Sample, with_ids
from harness.scenario import play, problem, step
from harness.wire import Response

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def ends_with_newline(response: Response) -> bool:
    return response.body.endswith(b"}\n") and response.body.count(b"\n") == 1


@EACH
def test_life_under_a_ref(client: Client, world: dict[str, str], sample: Sample) -> None:
    one = "/v1/{plural}/{ref}"
    by_id = "/v1/{plural}/{id}"
    full, other = with_ids(sample.full, world), with_ids(sample.other, world)
    gone = {name: ABSENT for name in sample.full if name not in sample.other and name not in sample.defaults}
    play(client, [
        step("GET", one, status=404, json=problem(404, "not-found")),
        step("DELETE", one, status=404, json=problem(404, "not-found")),
        step("PUT", one, sample.full, status=201,
             json=full | {"id": UUID_OF_REF, "ref": "{ref}", "version": 1, "created_at": MOMENT, "updated_at": MOMENT},
             keep={"id": "/id", "created": "/created_at", "whole": ""}, check=ends_with_newline),
        step("GET", one, json="{whole}", headers={"Content-Type": "application/json"}, check=ends_with_newline),
        step("GET", by_id, json="{whole}"),
        # the same again, by ref or by id, with refs or ids within: nothing changes
        step("PUT", one, sample.full, json="{whole}"),
        step("PUT", by_id, sample.full, json="{whole}"),
        step("PUT", one, full, json="{whole}"),
        # what was read may be sent back as it is
        step("PUT", one, "{whole}", json="{whole}"),
        # a replacement leaves nothing of the old
        step("PUT", one, sample.other, json=other | gone | {"id": "{id}", "version": 2, "created_at": "{created}"}),
        step("PUT", by_id, sample.full, json=full | {"ref": "{ref}", "version": 3}),
        step("DELETE", one, status=204, check=lambda response: response.body == b""),
        step("GET", one, status=404),
        step("GET", by_id, status=404),
        step("DELETE", by_id, status=404),
        # made again, it goes on where it stood
        step("PUT", one, sample.full, status=201, json=full | {"id": "{id}", "version": 5}, keep={"again": "/created_at"}),
        step("DELETE", by_id, status=204),
        step("POST", "/v1/{plural}", sample.least | {"ref": "{ref}"}, status=201,
             json={"id": "{id}", "version": 7}, headers={"Location": "/v1/{plural}/{ref}"}),
        step("DELETE", one, status=204),
        step("PUT", by_id, sample.full, status=404, json=problem(404, "not-found")),
    ], plural=sample.plural, ref=f"life-of-{sample.kind}")


@EACH
def test_life_without_a_ref(client: Client, world: dict[str, str], sample: Sample) -> None:
    one = "/v1/{plural}/{id}"
    shown = with_ids(sample.least, world) | sample.defaults
    absent = {name: ABSENT for name in ["ref", *sample.full] if name not in shown}
    play(client, [
        step("POST", "/v1/{plural}", sample.least, status=201,
             json=shown | absent | {"id": UUID_OF_TIME, "version": 1},
             keep={"id": "/id", "whole": ""}, check=lambda response:
             response.header("Location") == f"/v1/{sample.plural}/{response.json['id']}"),
        step("GET", one, json="{whole}"),
        step("POST", "/v1/{plural}", sample.least, status=201, json={"version": 1},
             check=lambda response: response.json["id"] > ""),
        step("PUT", one, sample.full, json=with_ids(sample.full, world) | {"id": "{id}", "ref": ABSENT, "version": 2}),
        step("PUT", one, sample.full | {"ref": "another"}, status=422,
             json=problem(422, "invalid-record", ("/ref", "immutable"))),
        step("DELETE", one, status=204),
        step("GET", one, status=404),
    ], plural=sample.plural)


@EACH
def test_post_under_a_ref(client: Client, world: dict[str, str], sample: Sample) -> None:
    play(client, [
        step("POST", "/v1/{plural}", sample.full | {"ref": "{ref}"}, status=201, keep={"id": "/id", "whole": ""},
             json={"id": UUID_OF_REF, "ref": "{ref}", "version": 1}, headers={"Location": "/v1/{plural}/{ref}"}),
        step("POST", "/v1/{plural}", sample.other | {"ref": "{ref}"}, status=409, json=problem(409, "ref-taken"),
             headers={"Location": "/v1/{plural}/{ref}"}),
        step("GET", "/v1/{plural}/{ref}", json="{whole}"),
        step("PUT", "/v1/{plural}/{ref}", sample.full | {"id": "{id}", "ref": "{ref}"}, json="{whole}"),
        step("PUT", "/v1/{plural}/{ref}", sample.full | {"ref": "someone-else"}, status=422,
             json=problem(422, "invalid-record", ("/ref", "immutable"))),
        step("PUT", "/v1/{plural}/{ref}", sample.full | {"id": world["north"], "ref": "{ref}"}, status=422,
             json=problem(422, "invalid-record", ("/id", "immutable"))),
        step("POST", "/v1/{plural}", sample.full | {"id": "{id}"}, status=422,
             json=problem(422, "invalid-record", ("/id", "read_only"))),
        step("GET", "/v1/{plural}/{ref}", json="{whole}"),
    ], plural=sample.plural, ref=f"posted-{sample.kind}")


@EACH
def test_members_come_in_the_order_of_the_description(client: Client, world: dict[str, str], sample: Sample) -> None:
    response = client.put(f"/v1/{sample.plural}/order", dict(reversed(sample.full.items())))
    own = ["id", "ref", "version", "created_at", "updated_at"]
    assert list(response.json) == own + list(sample.full)


@EACH
def test_a_null_is_no_value(client: Client, world: dict[str, str], sample: Sample) -> None:
    """Clients in many languages write null for what they do not have."""
    nulls = {name: None for name in sample.full if name not in sample.least}
    response = client.post(f"/v1/{sample.plural}", sample.least | nulls)
    if response.status == 422:  # refused throughout, or accepted throughout
        assert {fault["pointer"] for fault in response.json["errors"]} == {f"/{name}" for name in nulls}
    else:
        assert response.status == 201, str(response)
        assert not set(nulls) - set(sample.defaults) & set(response.json)


@EACH
def test_the_store_never_lags_behind_the_reply(client: Client, world: dict[str, str], sample: Sample) -> None:
    """A thousand people reading what they wrote: each write is followed at once by its read, on another connection."""
    document = copy.deepcopy(sample.full)
    with Client(client.address) as reader:
        for number in range(20):
            document["attributes"] = {"number": number}
            written = client.put(f"/v1/{sample.plural}/swift", document)
            assert reader.get(f"/v1/{sample.plural}/swift").json == written.json
            assert written.json["version"] == number + 1
