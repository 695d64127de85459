"""A pytest plugin that watches the servers during each test: their logs are shown with a failure, and a sanitizer's
report or an unexpected end is one."""
from typing import Iterator

import pytest

from harness.server import started as servers


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    servers[:] = [server for server in servers if server.process.poll() is None]
    for server in servers:
        server.mark = server.log_path.stat().st_size


@pytest.fixture(autouse=True)
def servers_stay_sound() -> Iterator[None]:
    yield
    complaints = [line for server in servers for line in server.complaints()]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = (yield).get_result()
    if report.failed:
        for server in (each for each in servers if each.log_path.exists()):  # not at the very end, when all is swept away
            report.sections.append((f"log of {server.folder.name}", server.log(server.mark)[-8000:]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """A file's tests stay together, since they share a server."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)
