"""The folder that a pytest process works in, and the certainty that nothing of it stays behind.

Everything that the tests start carries the folder's name in its environment. A sweeper, a process of its own, waits
until the pytest process is gone in whatever way, ends what still carries that name, and removes the folder."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MARK = "STANCED_TEST_WORKSHOP"


class Workshop:
    def __init__(self) -> None:
        # short, because a Unix socket's path may have no more than 107 bytes
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="st-"))
        self.root.chmod(0o711)  # PostgreSQL may run as another user and must get through
        self.count = 0
        self.sweeper = subprocess.Popen(
            [sys.executable, __file__, str(self.root)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def folder(self, name: str) -> pathlib.Path:
        self.count += 1
        folder = self.root / f"{name}{self.count}"
        folder.mkdir()
        return folder

    def environment(self, **more: str) -> dict[str, str]:
        """The environment for a child: ours, without settings of stanced that happen to be set outside."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("STANCED_", "PG")) and name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
        return kept | {MARK: str(self.root)} | more

    def close(self) -> str:
        """Ends it all; returns what should have been ended by the tests themselves."""
        leftovers, _ = self.sweeper.communicate()
        return leftovers.strip()


def marked_processes(root: str) -> dict[int, str]:
    """Process id → command line of everything that was started from the workshop and is alive."""
    mark = f"{MARK}={root}".encode()
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
    return found


def end(root: str) -> None:
    # SIGQUIT first: PostgreSQL then gives back its shared memory
    for which in (signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + 5
        for process in marked_processes(root):
            try:
                os.kill(process, which)
            except ProcessLookupError:
                pass
        while marked_processes(root) and time.monotonic() < deadline:
            time.sleep(0.05)


def sweep(root: str) -> None:
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_IGN)
    sys.stdin.read()  # ends when the pytest process does
    try:
        for process, command in marked_processes(root).items():
            print(f"process {process} was left running: {command}", flush=True)
    except BrokenPipeError:
        pass
    end(root)
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sweep(sys.argv[1])
