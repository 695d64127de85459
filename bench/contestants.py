"""Who takes part: how each is started, spoken to and stopped. Each serves on a port of 127.0.0.1 that is free when asked for."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build")).resolve()
NODE = HERE / "peers" / "node"
CORES = os.cpu_count() or 1
BY_HAND = {"by_id", "list", "expanded", "positions", "create", "conditional", "repeated", "mixed"}
GENERATED = {"by_id", "list", "expanded", "create"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def parts_of(conninfo: str) -> dict[str, str]:
    """A libpq conninfo of key=value words, as server/cluster gives it."""
    return dict(word.replace("'", "").split("=", 1) for word in conninfo.split())


@dataclass
class Contestant:
    name: str
    dialect: str
    works: set[str]
    command: Callable[[int], list[str]]  # from the port that it shall serve on
    pool: int = 16  # database connections in all; what served each best on two cores
    about: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    process: Optional[subprocess.Popen] = None
    port: int = 0

    def start(self) -> None:
        self.port = free_port()
        parts = parts_of(os.environ["STANCED_DATABASE"])
        folder, user, name = parts["host"], parts.get("user", ""), parts["dbname"]
        port = parts.get("port", "5432")
        environment = os.environ | {
            "PEER_PORT": str(self.port), "PEER_POOL": str(self.pool), "PEER_USER": user, "PEER_NAME": name, "PEER_FOLDER": folder,
            "PEER_SOCKET": f"{folder}/.s.PGSQL.{port}", "PEER_DATABASE": f"postgresql://{user}@/{name}?host={folder.replace('/', '%2F')}&port={port}",
            "STANCED_LISTEN": f"127.0.0.1:{self.port}", "STANCED_LOG_FORMAT": "json", "NODE_ENV": "production",
            "PLT_TELEMETRY": "false"} | self.environment
        with open(BUILD / f"bench-{self.name}.log", "wb") as log:
            self.process = subprocess.Popen(self.command(self.port), stdout=log, stderr=log, env=environment, start_new_session=True)
        self._await()

    def _await(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                time.sleep(0.5)
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{self.name} did not start; see {BUILD / f'bench-{self.name}.log'}")

    def stop(self) -> None:
        if self.process is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, number)
                except ProcessLookupError:
                    break
                try:
                    self.process.wait(10)
                except subprocess.TimeoutExpired:
                    continue
            self.process = None

    def memory(self) -> int:
        """Peak resident set of its largest process, in KiB (VmHWM)."""
        most = 0
        group = os.getpgid(self.process.pid)
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                if os.getpgid(int(status.parent.name)) == group:
                    found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
                    most = max(most, int(found[1]) if found else 0)
            except (ProcessLookupError, FileNotFoundError):
                continue
        return most


def go(_: int) -> list[str]:
    binary = BUILD / "peer-go"
    subprocess.run(["go", "build", "-o", binary, HERE / "peers" / "go" / "main.go"], check=True,
                   env=os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(BUILD / "go-cache")})
    return [str(binary)]


def node(script: str) -> Callable[[int], list[str]]:
    return lambda _: [str(NODE / "node_modules/.bin/node"), str(HERE / "peers" / script)]


def everybody(size: int) -> list[Contestant]:
    """In the order of a turn; `size`: bytes of the bare reply's body."""
    return [
        Contestant("stanced", "rest", BY_HAND, lambda _: [str(BUILD / "stanced"), "serve"], about="this service, as it starts by default"),
        Contestant("go", "rest", BY_HAND, go, about="net/http and pgx"),
        Contestant("bun", "rest", BY_HAND, lambda _: [str(NODE / "node_modules/.bin/bun"), str(NODE / "bun.mjs")],
                   about="Bun.serve and Bun.sql, a process per core"),
        Contestant("fastify", "rest", BY_HAND, node("node/fastify.mjs"), about="Fastify and pg, a process per core"),
        Contestant("fastapi", "rest", BY_HAND,
                   lambda port: ["/usr/bin/python3", "-m", "uvicorn", "app:app", "--app-dir", str(HERE / "peers" / "fastapi"), "--port",
                                 str(port), "--workers", str(CORES), "--loop", "uvloop", "--http", "httptools", "--no-access-log"], about="FastAPI, asyncpg, uvicorn with uvloop and httptools, a process per core"),
        Contestant("platformatic", "platformatic", GENERATED, node("node/platformatic.mjs"),
                   about="Platformatic DB: REST and GraphQL from the tables; its record lacks the lists, its create writes no history"),
        Contestant("postgraphile", "graphql", GENERATED, node("postgraphile/postgraphile.mjs"),
                   about="PostGraphile 4, a process per core; its create writes no history"),
        Contestant("bare", "bare", {"by_id", "repeated", "conditional"}, lambda port: [str(BUILD / "bare"), str(port), str(CORES), str(size)],
                   about="libmicrohttpd answering as many bytes from memory: the limit"),
    ]


def version_lines() -> list[str]:
    """What was measured, by name and version."""
    def said(*command: str) -> str:
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]
        except (OSError, subprocess.CalledProcessError, IndexError):
            return "absent"
    packages = {}
    for lock in (HERE / "peers").glob("*/package-lock.json"):
        packages |= json.loads(lock.read_text())["packages"]
    wanted = ("bun", "fastify", "pg", "@platformatic/db", "postgraphile")
    return [said(str(BUILD / "stanced"), "--version"), said("psql", "--version"), said("go", "version"), "node " + said(str(NODE / "node_modules/.bin/node"), "--version"),
            *(f"{name} {packages[f'node_modules/{name}']['version']}" for name in wanted),
            "fastapi " + said("dpkg-query", "-W", "-f", "${Version}", "python3-fastapi")]
