"""The operations of the API's description, as the binary under test prints it."""
import json
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional
from urllib.parse import quote

from harness.server import BINARY

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=None)
def document() -> dict[str, Any]:
    done = subprocess.run([str(BINARY), "openapi"], check=True, capture_output=True, timeout=60)
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Operation:
    path: str
    method: str
    id: str

    def __str__(self) -> str:
        return self.id

    @property
    def described(self) -> dict[str, Any]:
        return document()["paths"][self.path][self.method]

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in self.described["responses"] if status != "default"]

    @property
    def variables(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return [each for each in self.described["parameters"] if each.get("in") == "query"]

    @property
    def media(self) -> dict[str, Any]:
        """Media type → what is said of it, of the body that it takes; empty for none."""
        return self.described.get("requestBody", {}).get("content", {})

    def target(self, **values: str) -> str:
        """The path with these values, or else the examples."""
        target = self.path
        for name in self.variables:
            value = values.get(name) or self.example(name)
            target = target.replace("{" + name + "}", quote(value, safe=""))
        return target

    def query(self, name: str = "") -> str:
        """The examples of the parameters that it needs, and of this one."""
        wanted = [each for each in self.parameters if each.get("required") or each["name"] == name]
        return "?" + "&".join(f"{each['name']}={value_of(each)}" for each in wanted) if wanted else ""

    def example(self, name: str) -> str:
        found = [each.get("example") for each in self.described["parameters"] if each.get("name") == name]
        return found[0] if found and found[0] else "example"

    def body(self) -> tuple[Optional[bytes], str]:
        """The example of its body with its media type; no body where it takes none."""
        for media, described in self.media.items():
            if "example" in described:
                return json.dumps(described["example"]).encode(), media
        return (b"", next(iter(self.media))) if self.media else (None, "")


def operations() -> list[Operation]:
    return [Operation(path, method, item[method]["operationId"])
            for path, item in document()["paths"].items() for method in METHODS if method in item]


def value_of(parameter: dict[str, Any]) -> str:
    """The example of a parameter as it stands in a query."""
    example = parameter["example"]
    values = example if isinstance(example, list) else [example]
    return quote(",".join(str(each).lower() if isinstance(each, bool) else str(each) for each in values), safe=",")
