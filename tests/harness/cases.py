"""Cases: folders with a `request` and what is expected of its reply.

A request whose first line has no HTTP version is completed: Host, the tests' key, a JSON Content-Type and the right Content-Length are added
where its head does not give them. With a version it is sent as it stands, lines ending in CRLF; the file's last
newline is not part of the body. In both, <<…>> stands for what would read badly in a file:

    <<bytes ff fe>>       these bytes
    <<32 times [>>        a text again and again
    <<length>>            the length of the body, <<length+1>> one more
    <<host>>              the server's address and port
    <<key>>               the tests' key
    <<hang up>>           at the end: the client closes its sending side here
"""
import json
import pathlib
import re
from dataclasses import dataclass
from typing import Any, Optional

from harness.keys import BEARER

DIRECTIVE = re.compile(rb"<<(.+?)>>", re.DOTALL)
EXPECTED = {"status", "type", "errors", "headers", "json", "connection", "why"}


@dataclass
class Case:
    name: str
    request: bytes
    expected: dict[str, Any]
    hangs_up: bool

    def __str__(self) -> str:
        return self.name

    def encode(self, host: str) -> bytes:
        head, blank, body = self.request.partition(b"\n\n")
        body = expand(body, host, None)
        lines = head.split(b"\n")
        if b" HTTP/" not in lines[0]:
            lines = complete(lines, bool(blank))
        head = expand(b"\r\n".join(lines), host, len(body))
        return head + b"\r\n\r\n" + body


def complete(lines: list[bytes], has_body: bool) -> list[bytes]:
    given = {line.split(b":")[0].strip().lower() for line in lines[1:]}
    added = {b"Host": b"<<host>>", b"Authorization": BEARER.encode()}
    if has_body:
        added |= {b"Content-Type": b"application/json", b"Content-Length": b"<<length>>"}
    more = [name + b": " + value for name, value in added.items() if name.lower() not in given]
    return [lines[0] + b" HTTP/1.1", *more, *lines[1:]]


def expand(text: bytes, host: str, length: Optional[int]) -> bytes:
    def one(found: "re.Match[bytes]") -> bytes:
        directive = found[1]
        if directive == b"host":
            return host.encode()
        if directive == b"key":
            return BEARER.encode()
        if directive.startswith(b"bytes "):
            return bytes.fromhex(directive[6:].decode())
        if repeated := re.fullmatch(rb"(\d+) times (.+)", directive, re.DOTALL):
            return repeated[2] * int(repeated[1])
        if counted := re.fullmatch(rb"length(?:\+(\d+))?", directive):
            assert length is not None, "<<length>> is for the head"
            return str(length + int(counted[1] or 0)).encode()
        raise ValueError(f"<<{directive.decode()}>> is no directive")
    return DIRECTIVE.sub(one, text)


def read(folder: pathlib.Path) -> Case:
    expected = json.loads((folder / "expect.json").read_text())
    assert set(expected) <= EXPECTED, f"{folder.name}: {set(expected) - EXPECTED}"
    request = (folder / "request").read_bytes().removesuffix(b"\n")
    whole = request.removesuffix(b"<<hang up>>")
    return Case(folder.name, whole, expected, hangs_up=whole != request)


def all_in(folder: pathlib.Path) -> list[Case]:
    return [read(each.parent) for each in sorted(folder.glob("*/request"))]
