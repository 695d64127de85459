"""Pages while others write: whatever stands in a list all the time, with the same place in it, is seen once and only once."""
import random
import threading
from typing import Any, Iterator

import pytest

from api.test_every_filter import FIELDS, orders
from harness.client import Client
from harness.patience import wait_for
from harness.random_records import Maker, bring_in, descriptions
from harness.server import Server

EACH = 60
PAGE = 7


@pytest.fixture(scope="module")
def lasting(server: Server) -> Iterator[dict[str, set[str]]]:
    """The ids that are there all the time."""
    with server.client() as client:
        bring_in(client, Maker(7).lines(EACH))
        yield {plural: {row["id"] for row in client.get(f"/v1/{plural}?limit=1000").json["data"]} for plural in FIELDS}


class Writer(threading.Thread):
    """Makes records, and deletes what it made, without a pause until it is told to stop."""

    def __init__(self, server: Server, seed: int) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.maker = Maker(seed)
        self.random = random.Random(seed)
        self.halt = threading.Event()
        self.written = 0
        self.wrong = ""

    def body(self, record: dict[str, Any]) -> dict[str, Any]:
        """One of that kind, which refers to what lasts."""
        self.maker.refs = {each["name"]: [f"{each['name']}-0"] for each in descriptions()}
        body = self.maker.record(record, 1)
        del body["type"]
        return {name: value for name, value in body.items() if name not in ("ref", "part_of")}

    def run(self) -> None:
        made: list[str] = []
        with self.server.client() as client:
            while not self.halt.is_set():
                if len(made) > 30 or (made and self.random.random() < 0.4):
                    response = client.delete(made.pop(self.random.randrange(len(made))))
                else:
                    record = self.random.choice(descriptions())
                    response = client.post(f"/v1/{record['plural']}", self.body(record))
                    made += [response.header("Location") or ""] if response.status == 201 else []
                if response.status not in (201, 204):
                    self.wrong = str(response)
                    return
                self.written += 1

    def await_more(self) -> None:
        """Waits until something was written from now on."""
        mark = self.written
        wait_for("a write", lambda: self.written > mark or self.wrong, every=0.001)
        assert not self.wrong, self.wrong


@pytest.fixture(scope="module")
def restless(server: Server, lasting: dict[str, set[str]]) -> Iterator[Writer]:
    writer = Writer(server, 11)
    writer.start()
    yield writer
    writer.halt.set()
    writer.join(60)
    assert not writer.wrong, writer.wrong


@pytest.mark.parametrize("plural, word", orders(), ids=[f"{plural} by {word}" for plural, word in orders()])
def test_nothing_twice_and_nothing_lost(client: Client, restless: Writer, lasting: dict[str, set[str]], plural: str,
                                        word: str) -> None:
    seen: list[str] = []
    target = f"/v1/{plural}?limit={PAGE}&sort={word}&fields=id"
    while target:
        response = client.get(target)
        assert response.status == 200, str(response)
        seen += [row["id"] for row in response.json["data"]]
        link = response.header("Link")
        target = link[1:].partition(">")[0] if link else ""
        restless.await_more()
    assert len(set(seen)) == len(seen)
    assert lasting[plural] <= set(seen)
