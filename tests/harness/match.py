"""What was expected against what came: a subset of JSON, with words for what is not known beforehand."""
import re
from typing import Any


class Absent:
    """Expects that the member is not there."""

    def __repr__(self) -> str:
        return "ABSENT"


class Matching:
    """Expects a string that matches the whole pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)

    def __call__(self, value: Any) -> bool:
        return isinstance(value, str) and self.pattern.fullmatch(value) is not None

    def __repr__(self) -> str:
        return f"Matching({self.pattern.pattern})"


ABSENT = Absent()
UUID = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
UUID_OF_REF = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID_OF_TIME = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
TEXT = Matching(r"(?s).+")


def differences(expected: Any, actual: Any, where: str = "") -> list[str]:
    """Every place where `actual` is not as expected: objects may hold more than expected, arrays may not."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = []
        for name, value in expected.items():
            pointer = f"{where}/{name}"
            if value is ABSENT:
                found += [f"{pointer} should not be there, is {actual[name]!r}"] if name in actual else []
            elif name not in actual:
                found.append(f"{pointer} is missing")
            else:
                found += differences(value, actual[name], pointer)
        return found
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{where or '/'} has {len(actual)} items for {len(expected)}: {actual!r}"]
        return [line for index, pair in enumerate(zip(expected, actual))
                for line in differences(*pair, f"{where}/{index}")]
    if callable(expected):
        holds = isinstance(actual, expected) if isinstance(expected, type) else expected(actual)
        return [] if holds else [f"{where or '/'} is {actual!r}, not {expected!r}"]
    # 1 == True in Python, not in JSON
    same = expected == actual and isinstance(expected, bool) == isinstance(actual, bool)
    return [] if same else [f"{where or '/'} is {actual!r}, not {expected!r}"]


def at(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer."""
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document
