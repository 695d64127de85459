"""Load: writers and readers on connections of their own, that remember what the server has told them."""
import threading
import time
from dataclasses import dataclass
from typing import Optional

from harness.client import Client
from harness.cluster import Database
from harness.patience import wait_for
from harness.wire import Closed, Connection, Response, Truncated


@dataclass
class Outcome:
    method: str
    sent_at: float           # when all of the request had been handed to the kernel
    done_at: float
    status: int = 0          # 0: no reply
    cut: str = ""            # how the connection ended: "closed" where a reply would have begun, "truncated" within it


class Load:
    """Runs while the block runs. A writer puts numbers under refs of its own, one after the other."""

    def __init__(self, address: tuple[str, int], writers: int = 4, readers: int = 2, refs: int = 10) -> None:
        self.address = address
        self.refs = refs
        self.ending = threading.Event()
        self.outcomes: list[Outcome] = []
        self.acknowledged: set[tuple[str, int, int]] = set()  # ref, number, version
        self.surprises: list[str] = []
        self.threads = [threading.Thread(target=self._run, args=(self._write, n)) for n in range(writers)]
        self.threads += [threading.Thread(target=self._run, args=(self._read, n)) for n in range(readers)]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def more(self, count: int, plain: float = 20) -> None:
        """Waits until so many more writes have been acknowledged."""
        wanted = len(self.acknowledged) + count
        wait_for(f"{count} more writes to succeed", lambda: len(self.acknowledged) >= wanted, plain)

    def _run(self, act: object, thread: int) -> None:
        number = 0
        client: Optional[Client] = None
        while not self.ending.is_set():
            number += 1
            try:
                client = client or Client(self.address, patience=30)
                act(client, thread, number)  # type: ignore[operator]
            except (Closed, Truncated, OSError):
                client = None
                self.ending.wait(0.02)  # there is nobody at the moment
        if client:
            client.close()

    def _ask(self, client: Client, method: str, target: str, body: object = None) -> Response:
        outcome = Outcome(method, 0, 0)
        if client.connection is None:
            client.connection = Connection(client.address, client.patience)
        request = client.prepare(method, target, body)
        client.connection.send(request)
        outcome.sent_at = time.monotonic()
        try:
            response = client.connection.receive()
            outcome.status = response.status
        except (Closed, Truncated) as end:
            outcome.cut = type(end).__name__.lower()
            raise
        except OSError as error:
            outcome.cut = repr(error)
            raise
        finally:
            outcome.done_at = time.monotonic()
            self.outcomes.append(outcome)
        if response.closes:
            client.close()
        if response.status == 503:
            if not response.header("Retry-After"):
                self.surprises.append(f"503 without Retry-After: {response}")
            self.ending.wait(0.02)
        elif response.status not in (200, 201):
            self.surprises.append(f"{method} {target}: {response}")
        return response

    def _write(self, client: Client, thread: int, number: int) -> None:
        ref = f"load-{thread}-{number % self.refs}"
        body = {"name": ref, "kind": "group", "attributes": {"number": number}}
        response = self._ask(client, "PUT", f"/v1/actors/{ref}", body)
        if response.status in (200, 201):
            document = response.json
            if document["attributes"] != {"number": number}:
                self.surprises.append(f"another's answer: {document} for {body}")
            self.acknowledged.add((ref, number, document["version"]))

    def _read(self, client: Client, thread: int, number: int) -> None:
        ref = ("north", "south", "ministry")[number % 3]
        response = self._ask(client, "GET", f"/v1/actors/{ref}")
        if response.status == 200 and response.json["ref"] != ref:
            self.surprises.append(f"another's answer: {response} for {ref}")

    def verify(self, database: Database) -> None:
        """Every write that was answered 2xx is stored, as that version; and nothing strange was answered."""
        assert not self.surprises, "\n".join(self.surprises[:10])
        assert self.acknowledged
        stored = set(database.query(
            "SELECT ref, (record -> 'attributes' ->> 'number')::int, version FROM change WHERE ref LIKE 'load-%%'"))
        lost = self.acknowledged - stored
        assert not lost, f"{len(lost)} of {len(self.acknowledged)} acknowledged writes are lost: {sorted(lost)[:10]}"
        gaps = database.query("SELECT ref, count(*), max(version) FROM change WHERE ref LIKE 'load-%%' GROUP BY ref "
                              "HAVING count(*) <> max(version)")
        assert not gaps, f"versions with gaps: {gaps}"
        differing = database.query(
            "SELECT ref FROM actor JOIN LATERAL (SELECT version, record FROM change WHERE kind = 'actor' AND "
            "change.id = actor.id ORDER BY version DESC LIMIT 1) latest ON true WHERE ref LIKE 'load-%%' "
            "AND (actor.version <> latest.version OR actor.attributes <> latest.record -> 'attributes')")
        assert not differing, f"records that differ from their history: {differing}"
