"""The PostgreSQL under the tests: a cluster of their own by default, or the one that STANCED_TEST_DATABASE names."""
import itertools
import os
import pathlib
import shutil
import subprocess
from typing import Any, Optional

import psycopg2
from psycopg2.extensions import make_dsn

from harness.patience import seconds
from harness.workshop import Workshop

BINARIES = next((path for path in sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


class Database:
    def __init__(self, cluster: "Cluster", name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.conninfo = make_dsn(cluster.conninfo, dbname=name)
        self.session: Optional[Any] = None

    def connect(self) -> Any:
        """A session of its own, for a test that holds locks: nothing is committed by itself."""
        return psycopg2.connect(self.conninfo, application_name="test")

    def query(self, sql: str, *values: Any) -> list[tuple]:
        """Runs a statement, committed at once; returns its rows."""
        if self.session is None or self.session.closed:
            self.session = self.connect()
            self.session.autocommit = True
        try:
            with self.session.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.OperationalError:
            self.session.close()  # PostgreSQL was restarted: the next call connects anew
            raise

    def value(self, sql: str, *values: Any) -> Any:
        return self.query(sql, *values)[0][0]

    def statements(self, like: str = "%", waiting: bool = False) -> list[tuple[int, str]]:
        """What the server under test runs here just now, as (process id, SQL)."""
        return self.query(
            "SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
            "AND application_name <> 'test' AND query LIKE %s AND (NOT %s OR wait_event_type = 'Lock')",
            like, waiting)

    def drop(self) -> None:
        if self.session is not None:
            self.session.close()
        self.cluster.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class Cluster:
    """A PostgreSQL that was there already."""

    names = itertools.count(1)

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo

    def administer(self, sql: str) -> None:
        session = psycopg2.connect(self.conninfo, application_name="test")
        session.autocommit = True
        try:
            session.cursor().execute(sql)
        finally:
            session.close()

    def database(self) -> Database:
        name = f"stanced_test_{os.getpid()}_{next(self.names)}"
        self.administer(f'CREATE DATABASE "{name}"')
        return Database(self, name)

    def close(self) -> None:
        pass


class OwnCluster(Cluster):
    """A cluster on a Unix socket in the workshop, which tests may stop and restart."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.folder = workshop.folder("pg")
        self.data = self.folder / "data"
        super().__init__(make_dsn(host=str(self.folder), user="postgres", dbname="postgres"))
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nfsync = off\n"
                "full_page_writes = off\nshared_buffers = 64MB\nmax_connections = 200\n")
        self.start()

    def _run(self, program: str, *arguments: Any) -> None:
        command = [str(BINARIES / program), *map(str, arguments)]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        done = subprocess.run(command, env=self.workshop.environment(), cwd="/", text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds(60))
        assert done.returncode == 0, done.stdout

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def close(self) -> None:
        self.stop("immediate")
