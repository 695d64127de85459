"""A running `stanced`: started on a free port, watched, and stopped in every way that a server can be stopped."""
import json
import os
import pathlib
import signal
import subprocess
from typing import Any, Optional

from harness import keys, sanitizers
from harness.client import Client
from harness.patience import seconds, wait_for
from harness.workshop import Workshop

TREE = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("STANCED_BINARY", TREE / "build" / "stanced")).resolve()

started: list["Server"] = []  # watched by harness/watch.py


class Server:
    def __init__(self, workshop: Workshop, database: str, log_to: Optional[int] = None, **settings: Any) -> None:
        """`settings` are those of --help without their prefix: read_depth=1. `log_to` is for a test that reads the log itself."""
        self.folder = workshop.folder("server")
        self.database = database
        self.log_path = self.folder / "log"
        named = {f"STANCED_{name.upper()}": str(value) for name, value in settings.items()}
        environment = workshop.environment(
            STANCED_LISTEN="127.0.0.1:0", STANCED_DATABASE=database, STANCED_DATA=str(self.folder), STANCED_KEY_FAILURES="0")
        environment |= sanitizers.options(self.folder, environment) | named
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "serve"], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log if log_to is None else log_to, start_new_session=True)
        self.mark = 0
        self.expected_end = False
        self.address: tuple[str, int] = ("", 0)
        started.append(self)

    def ready(self) -> "Server":
        """Waits for the line that says where it listens."""
        event = wait_for("the server to listen", self._listening, plain=20)
        self.address = (event["address"], event["port"])
        if keys.put(self.database, "tests", "admin", keys.KEY):
            with self.client() as client:
                keys.known(client)
        return self

    def _listening(self) -> Optional[dict[str, Any]]:
        assert self.process.poll() is None, f"the server ended at its start:\n{self.log()}"
        return next(iter(self.events("listening")), None)

    def client(self, patience: float = 15, **more: Any) -> Client:
        return Client(self.address, patience, **more)

    def log(self, since: int = 0) -> str:
        return self.log_path.read_bytes()[since:].decode(errors="replace")

    def events(self, name: str, since: int = 0) -> list[dict[str, Any]]:
        """The log's lines of one kind."""
        # a line that is being written just now has no end yet
        lines = self.log(since).rpartition("\n")[0].splitlines()
        parsed = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in parsed if line.get("event") == name]

    def signal(self, which: signal.Signals) -> None:
        self.expected_end = True
        self.process.send_signal(which)

    def wait(self, plain: float = 20) -> int:
        return self.process.wait(timeout=seconds(plain))

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        """An orderly end, which has to be one."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                status = self.wait()
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server did not stop on SIGTERM:\n{self.log()[-4000:]}") from None
            assert status == 0, "\n".join(
                [f"exit status {status} after SIGTERM:", *sanitizers.reports(self.folder, ""), self.log()[-4000:]])
        assert not self.complaints(), "\n".join(self.complaints())

    def complaints(self) -> list[str]:
        """What makes any test fail: a sanitizer's report, or an end that nobody asked for."""
        found = sanitizers.reports(self.folder, self.log(self.mark))
        if self.process.poll() is not None and not self.expected_end:
            self.expected_end = True
            found.append(f"the server ended by itself with status {self.process.returncode}")
        return found


def run(workshop: Workshop, *arguments: str, database: str = "", plain: float = 20,
        **settings: Any) -> subprocess.CompletedProcess[str]:
    """Runs the binary to its end, as from a command line."""
    folder = workshop.folder("run")
    environment = workshop.environment(**{f"STANCED_{name.upper()}": str(value) for name, value in settings.items()})
    environment |= sanitizers.options(folder, environment)
    if database:
        environment["STANCED_DATABASE"] = database
    done = subprocess.run([str(BINARY), *arguments], env=environment, cwd=folder, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds(plain))
    said = sanitizers.reports(folder, done.stderr)
    assert not said, "\n".join(said)
    return done
