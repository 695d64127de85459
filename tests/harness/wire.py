"""HTTP/1.1 as bytes on a socket: sends what it is told to, however wrong, and reads replies by the rules."""
import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, Optional

from harness import record
from harness.patience import seconds


class Closed(Exception):
    """The server closed the connection where a reply would have begun."""


class Truncated(Exception):
    """The server closed the connection in the middle of a reply."""


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self) -> bytes:
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{head}\r\n".encode() + self.body

    @staticmethod
    def read(data: bytes) -> "Request":
        """What can be made out of bytes that need not be a request at all."""
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ") + ["", ""]
        headers = dict(line.split(":", 1) for line in lines[1:] if ":" in line)
        return Request(words[0], words[1], {name: value.strip() for name, value in headers.items()}, body)


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    interim: list[int]  # statuses of the 1xx replies before it

    def header(self, name: str) -> Optional[str]:
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def closes(self) -> bool:
        return (self.header("Connection") or "").lower() == "close"

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.status} {self.body[:2000].decode('utf-8', 'replace')}"


class Connection:
    def __init__(self, address: tuple[str, int], patience: float = 15) -> None:
        self.address = address
        self.socket = socket.create_connection(address, timeout=seconds(patience))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.waiting: list[Request] = []

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: "Request | bytes") -> None:
        """Begins a request; `push` continues it."""
        data = request if isinstance(request, bytes) else request.encode()
        self.waiting.append(Request.read(data) if isinstance(request, bytes) else request)
        self.push(data)

    def push(self, data: bytes) -> None:
        self.socket.sendall(data)

    def receive(self) -> Response:
        request = self.waiting.pop(0) if self.waiting else Request("", "")
        interim: list[int] = []
        while True:
            status, headers = self._head()
            if status >= 200:
                break
            interim.append(status)
        response = Response(status, headers, b"", interim)
        response.body = self._body(request.method, response)
        record.exchange(request, response)
        return response

    def exchange(self, request: "Request | bytes") -> Response:
        self.send(request)
        return self.receive()

    def ended(self, drain: bool = False) -> bool:
        """Waits until the server closes; false when it sends something before (or does not close, with `drain`)."""
        try:
            while drain and self.socket.recv(65536):
                pass
            return drain or not self.buffer and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self.socket.close()

    def abort(self) -> None:
        """Resets the connection, as a client does whose process is killed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _fill(self, begun: bool) -> None:
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Truncated(repr(self.buffer[:200])) if begun or self.buffer else Closed()
        self.buffer += data

    def _take(self, length: int) -> bytes:
        while len(self.buffer) < length:
            self._fill(begun=True)
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            self._fill(begun=True)
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def _head(self) -> tuple[int, list[tuple[str, str]]]:
        while b"\r\n\r\n" not in self.buffer:
            self._fill(begun=False)
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status = first.split(" ")[:2]
        assert version == "HTTP/1.1", first
        headers = [(name, value.strip()) for name, value in (line.split(":", 1) for line in lines)]
        return int(status), headers

    def _body(self, method: str, response: Response) -> bytes:
        if method == "HEAD" or response.status in (204, 304):
            return b""
        if (response.header("Transfer-Encoding") or "").lower() == "chunked":
            return self._chunks()
        length = response.header("Content-Length")
        if length is not None:
            return self._take(int(length))
        assert response.closes, f"a reply without length on a connection that stays: {response.headers}"
        try:
            while True:
                self._fill(begun=False)
        except (Closed, Truncated):
            body, self.buffer = self.buffer, b""
            return body

    def _chunks(self) -> bytes:
        body = bytearray()  # in which many megabytes may come together
        while True:
            size = int(self._line().split(b";")[0], 16)
            body += self._take(size)
            assert self._take(2) == b"\r\n"
            if size == 0:
                return bytes(body)
