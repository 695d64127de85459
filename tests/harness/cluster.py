"""The PostgreSQL under the tests: a cluster of their own by default, or the one that STANCED_TEST_DATABASE names."""
import itertools
import os
import pathlib
import subprocess
from typing import Any, Optional

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from harness.patience import seconds, wait_for
from harness.workshop import Workshop

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "server" / "cluster"


class Database:
    def __init__(self, cluster: "Cluster", name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.admin = make_dsn(cluster.conninfo, dbname=name)
        # what the server under test gets: no more rights than it needs
        self.conninfo = make_dsn(self.admin, user=cluster.owner) if cluster.owner else self.admin
        self.session: Optional[Any] = None

    def connect(self) -> Any:
        """A session of its own, for a test that holds locks: nothing is committed by itself."""
        return psycopg2.connect(self.admin, application_name="test")

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

    def sessions(self) -> int:
        """How many the server under test has here, whatever they do."""
        return self.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                          "AND backend_type = 'client backend' AND application_name <> 'test'")

    def drop(self) -> None:
        if self.session is not None:
            self.session.close()
        self.cluster.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class Cluster:
    """A PostgreSQL that was there already."""

    names = itertools.count(1)

    def __init__(self, conninfo: str, owner: str = "") -> None:
        self.conninfo = conninfo  # of somebody who may create databases
        self.owner = owner        # of the databases, where that is somebody else

    def administer(self, sql: str) -> None:
        session = psycopg2.connect(self.conninfo, application_name="test")
        session.autocommit = True
        try:
            session.cursor().execute(sql)
        finally:
            session.close()

    def database(self) -> Database:
        name = f"stanced_test_{os.getpid()}_{next(self.names)}"
        self.administer(f'CREATE DATABASE "{name}"' + (f' OWNER "{self.owner}"' if self.owner else ""))
        return Database(self, name)

    def close(self) -> None:
        pass


class OwnCluster(Cluster):
    """A cluster of our own, kept by the script that `make run` uses too; tests may take it away and give it back."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.folder = workshop.folder("pg") / "cluster"
        self.output = self.folder.with_name("output")
        with open(self.output, "wb") as output:
            # it lasts as long as its standard input is open, hence no longer than we do
            self.process = subprocess.Popen(
                [SCRIPT, "run", "--ephemeral", self.folder, "--", "cat"], stdin=subprocess.PIPE, stdout=output,
                stderr=output, env=workshop.environment(), start_new_session=True)
        made = wait_for("PostgreSQL to start", self._conninfo, plain=60)
        super().__init__(make_dsn(made, user="postgres", dbname="postgres"), owner=parse_dsn(made)["user"])

    def _conninfo(self) -> str:
        assert self.process.poll() is None, self.output.read_text()
        file = self.folder / "database"
        return file.read_text().strip() if file.exists() else ""

    def _script(self, *words: str) -> None:
        done = subprocess.run([SCRIPT, *words, self.folder], env=self.workshop.environment(), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds(60))
        assert done.returncode == 0, done.stdout

    def start(self) -> None:
        self._script("start")

    def stop(self, mode: str = "fast") -> None:
        self._script("stop", "--mode", mode)

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        status = self.process.wait(timeout=seconds(60))
        assert status == 0 and not self.folder.exists(), self.output.read_text()
