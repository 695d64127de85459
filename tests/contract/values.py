"""Values by the JSON Schemas of the API's description, and values that are not."""
import json
import random
import string
import uuid
from typing import Any

WORDS = ["North", "Korea", "troops", "이북", "Söul", "a", "x" * 300, "'; DROP TABLE claim; --", "<b>", "%s%n", "=1+1", "\u202e", "😀",
         "-", "\\", "a,b", "q\"q", "null", "\u0301", "Ǆ"]
ODD: list[Any] = [None, True, False, 0, -1, 1, 1.5, 1e308, -0.0, 2**63, 2**64, "", " ", "\t", "\u0000", "\ud800", "\uffff", [], {}, [[]],
                  [None], {"": ""}, "2024-02-30", "9999-12-31T23:59:59+00:01", "0000-01-01", "a" * 5000, ["x"] * 300, {"a": {"b": {"c": []}}}]


class Values:
    def __init__(self, source: random.Random, document: dict[str, Any], refs: list[str]) -> None:
        self.random = source
        self.document = document
        self.refs = refs

    def text(self) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randrange(1, 4)))

    def slug(self) -> str:
        return self.random.choice(string.ascii_lowercase) + "".join(
            self.random.choice(string.ascii_lowercase + string.digits + "-._") for _ in range(self.random.randrange(8)))

    def ref(self) -> str:
        return self.random.choice(self.refs) if self.random.random() < 0.8 else self.slug()

    def date(self) -> str:
        return f"{self.random.choice([1, 1000, 1970, 2023, 2024, 2025, 9998]):04d}-{self.random.randrange(1, 13):02d}-{self.random.randrange(1, 29):02d}"

    def moment(self) -> str:
        fraction = self.random.choice(["", ".5", ".123456", ".000001"])
        zone = self.random.choice(["Z", "+00:00", "+09:00", "-12:30"])
        return f"{self.date()}T{self.random.randrange(24):02d}:{self.random.randrange(60):02d}:{self.random.randrange(60):02d}{fraction}{zone}"

    def of_path(self, name: str, valid: bool) -> str:
        if valid or self.random.random() < 0.7:
            return self.ref() if self.random.random() < 0.9 else str(uuid.UUID(int=self.random.getrandbits(128)))
        return self.random.choice([self.text(), "x" * 200, "..", " ", "\n", "A", "é"])

    def of_parameter(self, parameter: dict[str, Any], valid: bool) -> str:
        if not valid:
            return self.random.choice(["", "x", "-1", "1e9", "0x1", "null", "true", ",", ",,", "\\", "2024-13-01", "🙂", "a" * 3000, self.text()])
        schema = parameter["schema"]
        if schema.get("type") == "array":
            return ",".join(self.plain(schema["items"]).replace("\\", "\\\\").replace(",", "\\,")
                            for _ in range(self.random.randrange(1, 4)))
        return self.plain(schema)

    def plain(self, schema: dict[str, Any]) -> str:
        value = self.of_schema(schema)
        return value if isinstance(value, str) else json.dumps(value)

    def of_schema(self, schema: dict[str, Any]) -> Any:
        """A value that the schema allows."""
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            if name in ("Ref", "Reference"):
                return self.ref()
            if name == "Moment":
                return self.moment()
            return self.of_schema(self.document["components"]["schemas"][name])
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self.of_schema(self.random.choice(schema[key]))
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = self.random.choice(kind)
        return getattr(self, f"_{kind}", self._anything)(schema)

    def _null(self, schema: dict[str, Any]) -> None:
        return None

    def _boolean(self, schema: dict[str, Any]) -> bool:
        return self.random.random() < 0.5

    def _integer(self, schema: dict[str, Any]) -> int:
        return self.random.randint(schema.get("minimum", -10), schema.get("maximum", 1000))

    def _number(self, schema: dict[str, Any]) -> float:
        least = schema.get("minimum", schema.get("exclusiveMinimum", -10))
        value = round(self.random.uniform(least, schema.get("maximum", 1000)), 4)
        return value if value > least or "minimum" in schema or "exclusiveMinimum" not in schema else schema["maximum"]

    def _string(self, schema: dict[str, Any]) -> str:
        if schema.get("format") == "date":
            return self.date()
        if schema.get("format") == "uuid":
            return str(uuid.UUID(int=self.random.getrandbits(128)))
        if schema.get("format") == "uri":
            return f"https://example.org/{self.slug()}?{self.slug()}#x"
        pattern = schema.get("pattern", "")
        if pattern.startswith("^[a-z0-9][a-z0-9._-]"):
            return self.slug()
        if pattern == "^[A-Z]{2}$":
            return self.random.choice(["KP", "KR", "UA", "US"])
        if pattern.startswith("^[A-Za-z0-9]+(-"):
            return self.random.choice(["en", "ko", "zh-Hant-TW", "de-CH-1901"])
        return self.text()[: schema.get("maxLength", 100)] or "x"

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        made = [self.of_schema(schema.get("items", {})) for _ in range(self.random.randrange(schema.get("minItems", 0), 4))]
        if schema.get("uniqueItems"):
            made = [each for i, each in enumerate(made) if each not in made[:i]]
        return made

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        required = schema.get("required", [])
        made = {name: self.of_schema(each) for name, each in schema.get("properties", {}).items()
                if name in required or self.random.random() < 0.35}
        if "properties" not in schema and self.random.random() < 0.5:
            made[self.slug()] = self.text()
        return made

    def _anything(self, schema: dict[str, Any]) -> Any:
        return self.random.choice(["x", 1, None, True])

    def broken(self, value: Any) -> Any:
        """The same with something odd somewhere."""
        if not isinstance(value, dict) or self.random.random() < 0.05:
            return self.random.choice(ODD)
        value = dict(value)
        for _ in range(self.random.randrange(1, 3)):
            name = self.random.choice(list(value) + ["id", "ref", "no_such_field", "version", ""])
            if self.random.random() < 0.2:
                value.pop(name, None)
            else:
                value[name] = self.random.choice(ODD)
        return value

    def damaged(self, data: bytes) -> bytes:
        """The same bytes with some other ones among them, or some missing."""
        if not data:
            return b"\xff"
        at = self.random.randrange(len(data))
        other = self.random.choice([b"", b"\x00", b"\xff", b'"', b"{", b"}", b"[" * 40, b"\\u0000", b"\\ud800", b",", b"\n", b"\r\n", b"1e999"])
        return data[:at] + other + data[at + self.random.randrange(3):]
