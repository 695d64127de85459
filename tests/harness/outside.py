"""Data from outside the project, which is not shipped with it: the folder that STANCED_TEST_DATA names, or ../shared/data."""
import os
import pathlib

import pytest

from harness.server import TREE


def folder(name: str) -> pathlib.Path:
    """…of that name; skips the test where there is none."""
    given = os.environ.get("STANCED_TEST_DATA")
    found = (pathlib.Path(given) if given else TREE.parent / "shared" / "data") / name
    if not found.is_dir():
        pytest.skip(f"{found} is not there: STANCED_TEST_DATA names the folder with `{name}`")
    return found
