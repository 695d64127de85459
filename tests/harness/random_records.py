"""Records made at random from the descriptions (`stanced describe`), with texts that formats trip over. A seed makes the same again."""
import json
import random
import subprocess
from functools import lru_cache
from typing import Any

from harness.client import Client
from harness.server import BINARY

LETTERS = "abcXYZ éßöΩж한국말中文字אבע😀🇰🇵"
AWKWARD = "\"',;\\=+-@\t\r\n|{}[]()<>&%$#!?.:/`~^*_ \u00a0\u2028\ufeff\u200d\u0301"
WHOLE = ["null", "true", "1", "0.5", "1e400", "[1]", "{}", "=1+1", "'=1", "''", "'", "\"\"", "a,b", "2024-10-21", "\ufeffmark", "-", "--",
         "+1", "@a", "NULL", "\\N", "x\r\ny", "x\ry", "\tx", " x", "x ", "'@", "\r=x", "\nx"]
LANGUAGES = ["en", "ko", "zh-Hant-TW", "de-CH-1901", "x-private"]
COUNTRIES = ["KP", "KR", "UA", "US", "FR"]


@lru_cache(maxsize=None)
def descriptions() -> list[dict[str, Any]]:
    done = subprocess.run([str(BINARY), "describe"], check=True, capture_output=True, timeout=60)
    return json.loads(done.stdout)


def plural_of(kind: str) -> str:
    return next(record["plural"] for record in descriptions() if record["name"] == kind)


class Maker:
    """Records that refer only to earlier ones of the same maker, so that they can be stored in their order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.refs: dict[str, list[str]] = {record["name"]: [] for record in descriptions()}

    def lines(self, count: int) -> list[dict[str, Any]]:
        """`count` of each kind, for an import."""
        return [self.record(description, number) for description in descriptions() for number in range(count)]

    def record(self, description: dict[str, Any], number: int) -> dict[str, Any]:
        kind = description["name"]
        made: dict[str, Any] = {"type": kind}
        for field in description["fields"]:
            if "required" in field["flags"] or self.random.random() < 0.6:
                made[field["name"]] = self.field(field)
        made = {name: value for name, value in made.items() if value is not None}
        self.agree(kind, made)
        if number == 0 or self.random.random() < 0.8:
            made["ref"] = f"{kind}-{number}"
            self.refs[kind].append(made["ref"])
        return made

    def agree(self, kind: str, made: dict[str, Any]) -> None:
        """What no single field can say."""
        if kind == "claim" and made.get("event_from", "") > made.get("event_to", ""):
            made.pop("event_to", None)
        if kind == "review":
            made.setdefault("url", "https://example.org/")
            names = [name for name in ("rating_worst", "rating_value", "rating_best") if name in made]
            for name, value in zip(names, sorted(made[name] for name in names)):
                made[name] = value

    def field(self, field: dict[str, Any]) -> Any:
        if "many" not in field["flags"]:
            return self.value(field)
        items = [self.value(field) for _ in range(self.random.choice([0, 1, 1, 2, 3, 5]))]
        items = [item for item in items if item is not None]
        seen = [item.get(field["target"]) if isinstance(item, dict) else item for item in items]
        return [item for i, item in enumerate(items) if seen[i] not in seen[:i]]

    def value(self, field: dict[str, Any]) -> Any:
        if "vocabulary" in field and field["type"] != "link":
            return self.random.choice(field["vocabulary"])
        return getattr(self, field["type"])(field)

    def text(self, field: dict[str, Any]) -> str:
        if self.random.random() < 0.3:
            return self.random.choice(WHOLE)
        letters = [self.random.choice(LETTERS if self.random.random() < 0.6 else AWKWARD) for _ in range(self.random.randrange(1, 30))]
        letters.insert(self.random.randrange(len(letters) + 1), "x")  # something that can be seen
        return "".join(letters)[: int(field["most"])]

    def slug(self, _: dict[str, Any]) -> str:
        return self.random.choice(["troops", "law", "0", "a.b_c-d", "x" * 128, "weather"])

    def uri(self, field: dict[str, Any]) -> str:
        tail = self.random.choice(["", "a?b=c,d#e", "%20'=", "'", "a;b=c", "x" * 300])
        return self.random.choice(["https://example.org/", "http://example.org:8080/"]) + tail if (
            "web" in field["flags"] or self.random.random() < 0.7) else "urn:example:" + (tail or "x")

    def language(self, _: dict[str, Any]) -> str:
        return self.random.choice(LANGUAGES)

    def country(self, _: dict[str, Any]) -> str:
        return self.random.choice(COUNTRIES)

    def time(self, _: dict[str, Any]) -> str:
        date = f"{self.random.choice([1, 1969, 2023, 2024, 9999]):04d}-{self.random.randrange(1, 3):02d}-{self.random.randrange(1, 4):02d}"
        return date + self.random.choice(["", "", "T00:00:00Z", "T23:59:59.999999Z", "T09:30:00.5Z"])

    def integer(self, field: dict[str, Any]) -> int:
        return self.random.randint(int(field["least"]), int(field["most"]))

    def number(self, field: dict[str, Any]) -> float:
        most = field["most"]
        return self.random.choice([most, most / 2, most / 3, 1e-9, 1.0])

    def boolean(self, _: dict[str, Any]) -> bool:
        return self.random.random() < 0.5

    def object(self, _: dict[str, Any]) -> dict[str, Any]:
        leaves: list[Any] = [None, True, 0, -1, 2.5, 1e-7, "", self.text({"most": 50}), [], {}, [None, [1]], {"a": {"b": ""}}]
        return {self.text({"most": 20}): self.random.choice(leaves) for _ in range(self.random.randrange(4))}

    def reference(self, field: dict[str, Any]) -> Any:
        known = self.refs[field["target"]]
        return self.random.choice(known) if known else None

    def link(self, field: dict[str, Any]) -> Any:
        known = self.refs[field["target"]]
        return {field["target"]: self.random.choice(known), "relation": self.random.choice(field["vocabulary"])} if known else None


def bring_in(client: Client, lines: list[dict[str, Any]]) -> None:
    """Stores them with one import."""
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    response = client.post("/v1/import", body, headers={"Content-Type": "application/x-ndjson"})
    assert response.status == 200, str(response)
