"""A copy of the source tree, as a new user has it after cloning, and `make run` in it."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
from typing import Any, Optional

from harness import sanitizers
from harness.client import Client
from harness.patience import seconds, wait_for
from harness.server import BINARY, TREE
from harness.workshop import Workshop, marked_processes

SANITIZE = os.environ.get("STANCED_SANITIZE", "")


def copy(folder: pathlib.Path) -> pathlib.Path:
    """All that git knows or would know, and what is built already, so that only little is built again."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TREE, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (TREE / name).exists():  # known to git, but deleted just now
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TREE / name, folder / name)
    build = folder / "build" / SANITIZE.replace(",", "-")
    shutil.copytree(BINARY.parent, build, ignore=lambda path, _: [] if pathlib.Path(path) != BINARY.parent else [
        each.name for each in BINARY.parent.iterdir() if each.is_dir() and each.name != "obj"])
    return folder


class Run:
    """A `make run` that is under way."""

    def __init__(self, workshop: Workshop, tree: pathlib.Path, data: pathlib.Path, listen: str = "127.0.0.1:0",
                 user: Optional[str] = None, group: str = "", command: tuple[str, ...] = ("make", "run"), **more: str) -> None:
        self.folder = workshop.folder("make")
        self.output = self.folder / "output"
        self.errors = self.folder / "errors"
        self.workshop = workshop
        self.data = data
        environment = workshop.environment(STANCED_LISTEN=listen, STANCED_DATA=str(data), **more)
        environment |= sanitizers.options(self.folder, environment)
        if SANITIZE:
            environment["SANITIZE"] = SANITIZE
            command = (*command, f"SANITIZE={SANITIZE}") if command[0] == "make" else command
        if user:
            command = ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *command)
            environment["HOME"] = str(tree)
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(command, cwd=tree, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=errors, start_new_session=True)
        self.address: tuple[str, int] = ("", 0)

    def said(self) -> str:
        return self.output.read_text() + self.errors.read_text()

    def ready(self, plain: float = 60) -> "Run":
        def listening() -> Optional[dict[str, Any]]:
            for line in self.errors.read_text().rpartition("\n")[0].splitlines():
                if '"event":"listening"' in line:
                    return json.loads(line)
            assert self.process.poll() is None, f"it ended with status {self.process.returncode}:\n{self.said()}"
            return None
        event = wait_for("it to serve", listening, plain)
        self.address = (event["address"], event["port"])
        return self

    def client(self) -> Client:
        return Client(self.address, key=(self.data / "key").read_text().strip())

    def interrupt(self) -> None:
        """Ctrl-C: the terminal sends it to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, plain: float = 30) -> int:
        return self.process.wait(timeout=seconds(plain))

    def servers(self) -> list[int]:
        """Process ids of the stanced that runs here."""
        return [process for process, command in marked_processes(str(self.workshop.root)).items()
                if "stanced serve" in command and self._is_ours(process)]

    def _is_ours(self, process: int) -> bool:
        return self.address[1] in listening_ports(process)

    def complaints(self) -> list[str]:
        return sanitizers.reports(self.folder, self.said())


def listening_ports(process: int) -> set[int]:
    """TCP ports on which a process listens."""
    sockets = set()
    for descriptor in pathlib.Path(f"/proc/{process}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[8:-1])
    ports = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in sockets:
                ports.add(int(words[1].rpartition(":")[2], 16))
    return ports
