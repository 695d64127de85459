"""Waiting: every time in the suite is that of a plain build, and stretched for slower ones (sanitizers, busy machines)."""
import os
import time
from typing import Callable, TypeVar

# STANCED_SANITIZE is what `make SANITIZE=…` says that the binary was built with
OF_BUILD = {"": 1.0, "thread": 8.0}.get(os.environ.get("STANCED_SANITIZE", ""), 5.0)
SLOWNESS = float(os.environ.get("STANCED_TEST_SLOWNESS") or OF_BUILD)

T = TypeVar("T")


def seconds(plain: float) -> float:
    return plain * SLOWNESS


def wait_for(what: str, condition: Callable[[], T], plain: float = 10, every: float = 0.02) -> T:
    """Polls until `condition` returns something true, and returns that."""
    deadline = time.monotonic() + seconds(plain)
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds(plain):g} s in vain for {what}")
        time.sleep(every)
