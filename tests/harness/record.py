"""The record of what was asked and answered: with STANCED_RECORD, every exchange becomes a line of that file, so that
replies can be held against the API's description afterwards."""
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.wire import Request, Response


def text(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_hex": body.hex()}


def exchange(request: "Request", response: "Response") -> None:
    path = os.environ.get("STANCED_RECORD")
    if not path:
        return
    line = json.dumps({
        "request": {"method": request.method, "target": request.target, "headers": request.headers}
                   | text(request.body),
        "response": {"status": response.status, "headers": response.headers} | text(response.body),
    }) + "\n"
    # one write in append mode: several pytest processes share the file
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
