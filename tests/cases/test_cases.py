"""Bad input, a folder each: it is refused in so many words, nothing is stored, and the server goes on."""
import pathlib
import socket
from typing import Any, Callable

import pytest

from harness.cases import Case, all_in
from harness.cluster import Database
from harness.match import differences
from harness.samples import build_world
from harness.scenario import Errors
from harness.server import Server
from harness.wire import Closed, Connection, Request, Response

CASES = all_in(pathlib.Path(__file__).parent)
RECORDS = "actor", "source", "claim", "stance", "review", "change", "claim_about", "claim_relation"


@pytest.fixture(scope="module")
def stored(server: Server, database: Database) -> Callable[[], tuple]:
    """Counts of everything that is stored."""
    with server.client() as client:
        build_world(client)
    counts = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in RECORDS)
    return lambda: database.query(counts)[0]


def judge(case: Case, response: Response) -> list[str]:
    expected = case.expected
    if expected["status"] is None:  # silence, or a word of protest
        return [] if response.status == 400 else [f"status {response.status}, not 400"]
    wrong = [] if response.status == expected["status"] else [f"status {response.status}, not {expected['status']}"]
    for name, value in expected.get("headers", {}).items():
        wrong += differences(value, response.header(name), f"header {name}")
    if "type" in expected:
        document: dict[str, Any] = {"type": f"/problems/{expected['type']}", "status": expected["status"], "title": str,
                                    "request_id": response.header("X-Request-Id")}
        if "errors" in expected:
            document["errors"] = Errors(tuple((where, code) for where, code in expected["errors"]))
        wrong += differences("application/problem+json", response.header("Content-Type"), "header Content-Type")
        wrong += differences(document, response.json)
    if "json" in expected:
        wrong += differences(expected["json"], response.json)
    return wrong


def rest_of_connection(connection: Connection, host: str, response: Response, expected: str) -> list[str]:
    """Closed where the reply said so, and usable otherwise. "cut" is for replies that libmicrohttpd makes by itself: it
    repeats the head of some in place of the body's end."""
    if expected == "cut":
        return [] if connection.ended(drain=True) else ["the connection was not closed"]
    if response.closes or expected == "closed":
        return [] if connection.ended() else ["the connection was not closed"]
    if expected == "open or closed":
        return []
    again = connection.exchange(Request("GET", "/healthz", {"Host": host}))
    return [] if again.status == 200 else [f"the connection was not usable any more: {again}"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(server: Server, stored: Callable[[], tuple], case: Case) -> None:
    before = stored()
    host = "{}:{}".format(*server.address)
    with Connection(server.address) as connection:
        connection.send(case.encode(host))
        if case.hangs_up:
            connection.socket.shutdown(socket.SHUT_WR)
        try:
            response = connection.receive()
        except Closed:
            wrong = [] if case.expected["status"] is None else ["the connection was closed without a reply"]
        else:
            wrong = judge(case, response)
            wrong += rest_of_connection(connection, host, response, case.expected.get("connection", ""))
            wrong = wrong and [*wrong, f"reply: {response}", f"{response.headers}"]
    assert not wrong, "\n".join(wrong)
    with server.client() as client:
        assert client.get("/healthz").status == 200
    assert stored() == before, "something was stored"
