"""Scenario tables: a test as a list of steps, each a request and what must come of it.

In a step's strings, {name} stands for what an earlier step kept or the table was given; a string that is only {name}
may stand for any JSON value."""
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from harness.client import Client
from harness.match import at, differences
from harness.wire import Response

NAME = re.compile(r"\{(\w+)\}")
PLACES = ("pointer", "parameter", "header")


@dataclass
class Step:
    method: str
    target: str
    body: Any = None
    status: int = 200
    json: Any = None                                            # a subset of the reply's document
    headers: dict[str, Any] = field(default_factory=dict)       # of the reply
    send: dict[str, str] = field(default_factory=dict)          # headers of the request
    keep: dict[str, str] = field(default_factory=dict)          # name → JSON pointer into the reply
    check: Optional[Callable[[Response], bool]] = None


def step(method: str, target: str, body: Any = None, status: int = 200, json: Any = None, **more: Any) -> Step:
    return Step(method, target, body, status, json, **more)


def fill(value: Any, memory: dict[str, Any]) -> Any:
    if isinstance(value, str):
        whole = NAME.fullmatch(value)
        if whole and whole[1] in memory:
            return memory[whole[1]]
        return NAME.sub(lambda found: str(memory.get(found[1], found[0])), value)
    if isinstance(value, dict):
        return {name: fill(each, memory) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, memory) for each in value]
    return value


def judge(step: Step, response: Response, memory: dict[str, Any]) -> list[str]:
    if response.status != step.status:
        return [f"status is {response.status}, not {step.status}"]
    wrong = []
    for name, expected in fill(step.headers, memory).items():
        wrong += differences(expected, response.header(name), f"header {name}")
    if step.json is not None:
        wrong += differences(fill(step.json, memory), response.json)
    if step.check is not None and not step.check(response):
        wrong.append("the step's own check does not hold")
    return wrong


def play(client: Client, steps: list[Step], **memory: Any) -> dict[str, Any]:
    """Takes the steps one after the other; returns what was kept."""
    for number, each in enumerate(steps, 1):
        target = fill(each.target, memory)
        body = fill(each.body, memory)
        response = client.request(each.method, target, body, headers=fill(each.send, memory))
        wrong = judge(each, response, memory)
        assert not wrong, "\n  ".join(
            [f"step {number}: {each.method} {target} {body!r}", *wrong, f"reply: {response}", f"{response.headers}"])
        memory |= {name: at(response.json, pointer) for name, pointer in each.keep.items()}
    return memory


def problem(status: int, slug: str, *errors: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The document of a refusal; `errors` are (pointer, parameter or header, code), all of them, in any order."""
    document: dict[str, Any] = {"type": f"/problems/{slug}", "status": status, "title": str, "request_id": str} | more
    if errors:
        document["errors"] = Errors(errors)
    return document


class Errors:
    """Expects exactly these faults: (pointer, parameter or header, code) each, with a sentence."""

    def __init__(self, errors: tuple[tuple[str, str], ...]) -> None:
        self.errors = sorted(errors)

    def __call__(self, value: Any) -> bool:
        found = [(next(fault[name] for name in PLACES if name in fault), fault["code"]) for fault in value]
        return sorted(found) == self.errors and all(fault.get("detail") for fault in value)

    def __repr__(self) -> str:
        return f"faults {self.errors}"
