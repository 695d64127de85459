"""A stream of events (WHATWG HTML, 9.2): text/event-stream, read as it comes."""
import json
from dataclasses import dataclass
from typing import Any, Iterator

from harness import record
from harness.client import Client
from harness.wire import Connection, Response


@dataclass
class Event:
    name: str
    id: str
    data: Any


class Events:
    """`stop` records what came, as one exchange, so that it is held against the API's description."""

    def __init__(self, client: Client, target: str, patience: float = 15, **headers: str) -> None:
        self.connection = Connection(client.address, patience)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.request = client.prepare("GET", target, headers={"Accept": "text/event-stream"} | named)
        self.connection.send(self.request)
        self.connection.waiting.clear()
        status, head = self.connection._head()
        self.response = Response(status, head, b"", [])
        self.text = b""
        self.body = bytearray()
        self.last_id = ""
        self.ended = False

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def blocks(self) -> Iterator[dict[str, str]]:
        """Whatever an empty line ends, heartbeats included; ends with the reply."""
        while True:
            while b"\n\n" in self.text:
                block, _, self.text = self.text.partition(b"\n\n")
                yield dict(line.split(": ", 1) for line in block.decode().split("\n"))
            size = int(self.connection._line().split(b";")[0], 16)
            piece = self.connection._take(size)
            assert self.connection._take(2) == b"\r\n"
            if size == 0:
                self.ended = True
                return
            self.text += piece
            self.body += piece

    def __iter__(self) -> Iterator[Event]:
        for block in self.blocks():
            self.last_id = block.get("id", self.last_id)
            if "data" in block:
                yield Event(block.get("event", "message"), self.last_id, json.loads(block["data"]))

    def take(self, count: int) -> list[Event]:
        """The next so many of them."""
        found: list[Event] = []
        for event in self:
            found.append(event)
            if len(found) == count:
                break
        return found

    def stop(self) -> None:
        self.response.body = bytes(self.body)
        record.exchange(self.request, self.response)
        self.connection.close()
