"""A fuzzer made from the API's description: requests that are valid by it, and requests that are broken in one place or many.
Whatever is sent, the service answers, with a status that the description declares, and never with one from 500 up.

It is run by `make contract-fuzz`, as a test of its own. A failure names the seed, which makes the same requests again."""
import gzip
import json
import os
import random
import time
from collections import Counter
from typing import Any, Callable, Optional
from urllib.parse import quote

import pytest

from contract.operations import Operation, document, operations
from contract.values import Values
from contract.world import KINDS, build, example, referred
from harness.client import Client
from harness.keys import KEY
from harness.patience import seconds
from harness.server import Server
from harness.wire import Closed, Connection, Request, Response, Truncated

SEED = int(os.environ.get("FUZZ_SEED") or 20241021)
REQUESTS = int(os.environ.get("FUZZ_REQUESTS") or 24000)
REBUILD = 500  # requests
LEAST_RATE = 100  # requests a second on a plain build, below which something hangs

# what the HTTP library answers by itself, before there is a request to speak of
BY_THE_LIBRARY = {400, 405, 411, 413, 414, 431, 501, 505}


class Fuzzer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        refs = sorted({ref for plural in KINDS for _, ref in referred(example(plural))} | {example(plural)["ref"] for plural in KINDS})
        self.values = Values(self.random, document(), refs)
        self.all = operations()
        self.tags: list[str] = []     # entity tags that replies had
        self.cursors: list[str] = []

    def request(self) -> tuple[Request, Optional[Operation], bool]:
        """A request, the operation that it is of, and whether it is valid by the description."""
        operation = self.random.choice(self.all)
        valid = self.random.random() < 0.5
        headers = {"Host": "fuzz.example"}
        if valid or self.random.random() < 0.9:
            headers["Authorization"] = f"Bearer {KEY}"
        elif self.random.random() < 0.5:
            headers["Authorization"] = self.random.choice(["", "Bearer", "Bearer " + "x" * 60, f"Basic {KEY}", f"Bearer {KEY[:-1]}", f"Bearer {KEY} {KEY}"])
        target = self.path(operation, valid) + self.query(operation, valid)
        body, media = self.body(operation, valid)
        if media:
            headers["Content-Type"] = media
        if body is not None:
            headers["Content-Length"] = str(len(body))
        self.conditions(headers, valid)
        request = Request(operation.method.upper(), target, headers, body or b"")
        if not valid and self.random.random() < 0.2:
            request = self.mangled(request)
            return request, None, False
        return request, operation, valid

    def path(self, operation: Operation, valid: bool) -> str:
        values = {name: self.values.of_path(name, valid) for name in operation.variables}
        return operation.target(**values)

    def query(self, operation: Operation, valid: bool) -> str:
        chosen = [each for each in operation.parameters if self.random.random() < 3 / (len(operation.parameters) + 3)]
        parts = []
        for parameter in chosen:
            if parameter["name"] == "cursor":
                value = self.random.choice(self.cursors) if self.cursors else ""
                if not value and valid:
                    continue
            elif parameter["name"] == "wait":  # or it would
                value = "0" if valid else self.random.choice(["0", "-1", "x", "1.5", "9" * 30])
            else:
                value = self.values.of_parameter(parameter, valid or self.random.random() < 0.5)
            name = parameter["name"] if valid or self.random.random() < 0.9 else self.values.text()
            parts.append(f"{quote(name, safe='')}={quote(value, safe=',')}")
        if not valid and parts and self.random.random() < 0.1:
            parts.append(self.random.choice(parts))
        return "?" + "&".join(parts) if parts else ""

    def body(self, operation: Operation, valid: bool) -> tuple[Optional[bytes], str]:
        if not operation.media:
            return (None, "") if valid or self.random.random() < 0.8 else (b"{}", "application/json")
        media = self.random.choice(sorted(operation.media))
        schema = operation.media[media].get("schema", {})
        if "json" in media and "nd" not in media and not media.endswith("jsonl"):
            value = self.values.of_schema(schema)
            if not valid:
                value = self.values.broken(value)
            data = json.dumps(value, ensure_ascii=self.random.random() < 0.5).encode("utf-8", "surrogatepass")
        else:
            data = self.lines(media)
        if not valid and self.random.random() < 0.2:
            data = self.values.damaged(data)
        if not valid and self.random.random() < 0.1:
            media = self.random.choice(["text/plain", "", "application/json", "text/csv", "a" * 200])
        return data, media

    def lines(self, media: str) -> bytes:
        """A few lines for an import."""
        made = []
        for _ in range(self.random.randrange(1, 4)):
            plural = self.random.choice(list(KINDS))
            record = self.values.of_schema({"$ref": f"#/components/schemas/{KINDS[plural]}Body"})
            made.append({"type": plural.removesuffix("s"), **record})
        if "csv" in media:
            names = sorted({name for line in made for name in line})
            cell = lambda value: value if isinstance(value, str) else json.dumps(value)
            rows = [names] + [[cell(line[name]) if name in line else "" for name in names] for line in made]
            return "".join(",".join('"' + each.replace('"', '""') + '"' for each in row) + "\r\n" for row in rows).encode("utf-8", "replace")
        return "".join(json.dumps(line) + "\n" for line in made).encode()

    def conditions(self, headers: dict[str, str], valid: bool) -> None:
        for name in ("If-Match", "If-None-Match"):
            if self.random.random() < 0.08:
                headers[name] = self.random.choice(self.tags + ["*", '"x"', 'W/"x", "y"'] + ([] if valid else ['"', ",,", "x" * 300]))
        if self.random.random() < 0.05:
            headers["Idempotency-Key"] = self.random.choice(["a", "b", "c" * 255] + ([] if valid else ["d" * 256, "e f"]))
        if self.random.random() < 0.1:
            headers["Accept"] = self.random.choice(["*/*", "text/csv", "application/x-ndjson;q=0.5", "text/html"] + ([] if valid else ["image/png", ";;,q=", "*"]))
        if self.random.random() < 0.2:
            headers["Accept-Encoding"] = "gzip"

    def mangled(self, request: Request) -> Request:
        """Broken beyond what the description speaks of."""
        target = request.target
        at = self.random.randrange(len(target))
        broken = self.random.choice(["%", "%zz", "%00", "%ff", "//", "/..", "?", "&", "=", ";", "é", "'", "%2f", "{", "\\"])
        target = target[:at] + broken + target[at + self.random.randrange(3):]
        if not target.startswith("/"):
            target = "/" + target
        method = self.random.choice([request.method] * 3 + ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
        headers = dict(request.headers)
        if self.random.random() < 0.2:
            headers["X-Request-Id"] = self.random.choice(["", "x" * 129, "ü", "a b"])
        target = target.replace(" ", "%20")
        return Request(method, target, headers, request.body)

    def learn(self, response: Response) -> None:
        tag = response.header("ETag")
        if tag and self.random.random() < 0.05:
            self.tags = [*self.tags[-20:], tag]
        link = response.header("Link")
        if link and "cursor=" in link and self.random.random() < 0.3:
            self.cursors = [*self.cursors[-20:], link.split("cursor=")[1].split(">")[0]]


def unsayable(operation: Operation, fault: dict[str, Any]) -> bool:
    """What no description says: which parameters go together, which texts name something, such as a time zone, and how much would come of it,
    and that what goes by batches takes no key."""
    schema = next((each["schema"] for each in operation.parameters if each["name"] == fault.get("parameter")), {})
    free = schema.get("type") == "string" and not {"enum", "pattern", "format"} & set(schema)
    much = fault["code"] == "too_many" and schema.get("type") != "array"
    return free or much or fault["code"] in ("conflicting_parameters", "not_taken")


def complaint(request: Request, operation: Optional[Operation], valid: bool, response: Response) -> str:
    """What is wrong with the reply; "" for nothing."""
    status = response.status
    if status >= 500:
        return "a fault of the service"
    problem = response.header("Content-Type") == "application/problem+json"
    if status >= 400 and not problem:
        return "" if status in BY_THE_LIBRARY and not valid else "no problem document"
    if status >= 400 and request.method != "HEAD":
        packed = response.header("Content-Encoding") == "gzip"
        document = json.loads(gzip.decompress(response.body) if packed else response.body)
        if document["status"] != status or not document["type"].startswith("/problems/"):
            return "an odd problem document"
    if operation is None:
        return ""
    if status not in operation.statuses:
        return "a status that is not declared"
    unsaid = status == 400 and any(unsayable(operation, each) for each in document.get("errors", []))
    if valid and status == 400 and not unsaid and document["type"] not in ("/problems/invalid-cursor",):
        return "refused as malformed, and it is valid by the description"
    if valid and status in (405, 413, 415):
        return "refused, and it is valid by the description"
    return ""


@pytest.mark.patience(240)
def test_whatever_is_sent_is_answered(server: Server) -> None:
    fuzzer = Fuzzer(SEED)
    statuses: Counter[int] = Counter()
    began = time.monotonic()
    connection: Optional[Connection] = None
    for number in range(REQUESTS):
        if number % REBUILD == 0:  # much is deleted on the way
            with server.client() as client:
                build(client)
        request, operation, valid = fuzzer.request()
        for attempt in (1, 2):
            try:
                connection = connection or Connection(server.address)
                response = connection.exchange(request)
                break
            except (Closed, Truncated, ConnectionError) as reason:
                if connection:
                    connection.close()
                connection = None
                # a broken request may have left the connection before to be closed; a second time is no accident
                assert attempt == 1, f"seed {SEED}, request {number}: {reason!r} to {request.encode()[:2000]!r}"
        statuses[response.status] += 1
        wrong = complaint(request, operation, valid, response)
        assert not wrong, f"seed {SEED}, request {number}: {wrong}\n{request.encode()[:3000]!r}\n{response}"
        fuzzer.learn(response)
        if response.closes:
            connection.close()
            connection = None
    if connection:
        connection.close()
    took = time.monotonic() - began
    print(f"\nfuzz: seed {SEED}, {REQUESTS} requests in {took:.0f} s: "
          + ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())))
    assert took < seconds(REQUESTS / LEAST_RATE)
    assert statuses[200] > REQUESTS / 20 and statuses[201] > REQUESTS / 100, "most requests never got far"
    with server.client() as client:
        assert client.get("/healthz").status == 200
