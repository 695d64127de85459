"""`make run`: from a fresh clone to a service with the example in it, again and again, through crashes and refusals."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
from typing import Any, Callable, Iterator

import pytest

from harness.checkout import SANITIZE, Run, copy
from harness.patience import seconds, wait_for
from harness.workshop import Workshop, marked_processes

pytestmark = pytest.mark.patience(120)

START_AGAIN = 15  # seconds; most of them go to a machine that is busy with other tests


@pytest.fixture(scope="module")
def tree(workshop: Workshop) -> pathlib.Path:
    return copy(workshop.folder("tree"))


@pytest.fixture
def data(workshop: Workshop) -> pathlib.Path:
    return workshop.folder("data") / "var"


@pytest.fixture
def make(workshop: Workshop, tree: pathlib.Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(data: pathlib.Path, **more: Any) -> Run:
        runs.append(Run(workshop, more.pop("tree", tree), data, **more))
        return runs[-1]

    yield start
    for run in runs:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGTERM)
            run.wait()
        assert not run.complaints(), run.complaints()


def nothing_runs(workshop: Workshop, data: pathlib.Path) -> bool:
    """No PostgreSQL of this folder is alive, nor a server."""
    return not [command for command in marked_processes(str(workshop.root)).values()
                if str(data) in command or "stanced serve" in command and "127.0.0.1:0" not in command]


def quit_by(run: Run, workshop: Workshop, data: pathlib.Path, which: signal.Signals = signal.SIGINT) -> None:
    os.killpg(run.process.pid, which)
    run.wait()
    wait_for("everything to have ended", lambda: nothing_runs(workshop, data), plain=5)


def refusal(run: Run, *words: str) -> None:
    """It said one sentence of its own, and failed with status 1 (which make reports as its own 2)."""
    assert run.wait() in (1, 2), run.said()
    own = [line for line in run.errors.read_text().splitlines() if line.startswith("stanced: ")]
    assert len(own) == 1 and own[0].endswith("."), run.said()
    assert not [line for line in run.errors.read_text().splitlines() if not line.startswith(("stanced: ", "make"))]
    for word in words:
        assert word in own[0], own[0]


def test_first_and_second_run(make, data: pathlib.Path, workshop: Workshop) -> None:
    run = make(data).ready(plain=100)
    with run.client() as client:
        assert len(client.get("/v1/stances").json["data"]) == 15
        assert client.put("/v1/actors/mine", {"name": "Mine", "kind": "person"}).status == 201
        assert client.delete("/v1/stances/" + client.get("/v1/stances").json["data"][0]["id"]).status == 204
    commands = [line.strip() for line in run.output.read_text().splitlines() if line.strip().startswith("curl ")]
    assert len(commands) == 3, run.output.read_text()
    for command in commands:
        assert f":{run.address[1]}/" in command
        if shutil.which("curl"):
            done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", command], capture_output=True, text=True,
                                  timeout=seconds(20))
            assert done.returncode == 0 and done.stdout.strip() and "/problems/" not in done.stdout, f"{command}: {done}"
    quit_by(run, workshop, data)
    start = time.monotonic()
    run = make(data).ready()
    assert time.monotonic() - start < seconds(START_AGAIN)
    with run.client() as client:
        assert client.get("/v1/actors/mine").json["name"] == "Mine"
        assert len(client.get("/v1/stances").json["data"]) == 14, "the example is loaded once"
    quit_by(run, workshop, data, signal.SIGTERM)


def test_ctrl_c_is_no_failure(make, tree: pathlib.Path, data: pathlib.Path, workshop: Workshop) -> None:
    """Without make, which has a status of its own for it."""
    run = make(data, command=("server/run",), STANCED_BINARY=f"{tree}/build/{SANITIZE.replace(',', '-')}/stanced").ready()
    run.interrupt()
    assert run.wait() == 0, run.said()
    assert nothing_runs(workshop, data)


def test_crashes_leave_what_the_next_start_recovers(make, data: pathlib.Path, workshop: Workshop) -> None:
    run = make(data).ready(plain=100)
    with run.client() as client:
        assert client.put("/v1/actors/survivor", {"name": "S", "kind": "person"}).status == 201
    server, = run.servers()
    os.kill(server, signal.SIGKILL)
    assert run.wait() != 0
    wait_for("PostgreSQL to have ended", lambda: nothing_runs(workshop, data))
    run = make(data).ready()
    # now everything at once, as when the machine loses its power
    with run.client() as client:
        assert client.get("/v1/actors/survivor").status == 200
        assert client.put("/v1/actors/survivor", {"name": "T", "kind": "person"}).status == 200
        for process in marked_processes(str(workshop.root)):
            if in_session(process, run) or str(data) in command_of(process):
                kill(process)
    run.process.wait()
    run = make(data).ready()
    with run.client() as client:
        assert client.get("/v1/actors/survivor").json["name"] == "T"
    quit_by(run, workshop, data)


def in_session(process: int, run: Run) -> bool:
    try:
        return os.getsid(process) == run.process.pid
    except ProcessLookupError:
        return False


def command_of(process: int) -> str:
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def test_a_port_in_use(make, data: pathlib.Path, workshop: Workshop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refusal(make(data, listen=f"127.0.0.1:{port}"), str(port))
    assert nothing_runs(workshop, data)


def test_two_at_once_in_one_folder(make, data: pathlib.Path, workshop: Workshop) -> None:
    run = make(data).ready(plain=100)
    refusal(make(data), str(data))
    with run.client() as client:
        assert client.get("/v1/actors/north-korea").status == 200
    quit_by(run, workshop, data)


def test_folders_that_cannot_be_used(make, workshop: Workshop) -> None:
    refusal(make(pathlib.Path("/proc/nowhere/var")), "/proc/nowhere/var")
    file = workshop.folder("file") / "var"
    file.write_text("not a folder")
    refusal(make(file), str(file))


def test_folders_with_awkward_names(make, workshop: Workshop) -> None:
    """Blanks, quotes, and a path that is too long for a socket."""
    data = workshop.folder("awkward") / ("it's a \"long\" name, " + "x" * 120) / "var"
    run = make(data).ready(plain=100)
    with run.client() as client:
        assert client.get("/v1/actors/north-korea").status == 200
    quit_by(run, workshop, data)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become somebody else")
def test_as_an_ordinary_user(make, tree: pathlib.Path, workshop: Workshop) -> None:
    mine = shutil.copytree(tree, workshop.folder("home") / "tree")
    for path in [mine.parent, mine, *mine.rglob("*")]:
        shutil.chown(path, "nobody", "nogroup")
    run = make(mine / "var", tree=mine, user="nobody", group="nogroup").ready(plain=100)
    with run.client() as client:
        assert client.get("/v1/actors/north-korea").status == 200
    quit_by(run, workshop, mine / "var")
    refusal(make(tree / "not-mine", tree=mine, user="nobody", group="nogroup"), "not-mine")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, as whom PostgreSQL does not run")
def test_below_a_folder_that_only_root_may_enter(make, workshop: Workshop) -> None:
    closed = workshop.folder("root")
    closed.chmod(0o700)
    data = closed / "var"
    run = make(data).ready(plain=100)
    with run.client() as client:
        assert client.get("/v1/actors/north-korea").status == 200
    quit_by(run, workshop, data)
