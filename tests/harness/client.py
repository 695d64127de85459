"""A client of the API: JSON in and out over one connection that is kept as long as HTTP allows."""
import json
from typing import Any, Optional

from harness.keys import KEY
from harness.wire import Connection, Request, Response


class Client:
    def __init__(self, address: tuple[str, int], patience: float = 15, key: Optional[str] = KEY) -> None:
        self.address = address
        self.key = key
        self.patience = patience
        self.connection: Optional[Connection] = None

    def request(self, method: str, target: str, body: Any = None, headers: Optional[dict[str, str]] = None) -> Response:
        """`body` is sent as JSON, or as it is when it is bytes."""
        if self.connection is None:
            self.connection = Connection(self.address, self.patience)
        try:
            response = self.connection.exchange(self.prepare(method, target, body, headers))
        except BaseException:
            self.close()
            raise
        if response.closes:
            self.close()
        return response

    def prepare(self, method: str, target: str, body: Any = None,
                headers: Optional[dict[str, str]] = None) -> Request:
        made = {"Host": "{}:{}".format(*self.address)}
        data = b""
        if self.key is not None:
            made["Authorization"] = f"Bearer {self.key}"
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            made |= {"Content-Type": "application/json", "Content-Length": str(len(data))}
        return Request(method, target, made | (headers or {}), data)

    def get(self, target: str, **more: Any) -> Response:
        return self.request("GET", target, **more)

    def post(self, target: str, body: Any, **more: Any) -> Response:
        return self.request("POST", target, body, **more)

    def put(self, target: str, body: Any, **more: Any) -> Response:
        return self.request("PUT", target, body, **more)

    def delete(self, target: str, **more: Any) -> Response:
        return self.request("DELETE", target, **more)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
