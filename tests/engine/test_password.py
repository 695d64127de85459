"""The database password from a file, against a server that speaks as much of PostgreSQL's protocol as asks for it."""
import pathlib
import socket
import struct
import threading
from typing import Iterator

import pytest

from harness.server import Server, run
from harness.workshop import Workshop


class Asker:
    """Asks everybody for their password in clear text, notes it, and turns them away."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.passwords: list[bytes] = []
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def conninfo(self, password: str = "") -> str:
        return "host=127.0.0.1 port={} user=u dbname=d sslmode=disable gssencmode=disable{}".format(
            self.listener.getsockname()[1], password and f" password={password}")

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                stream = connection.makefile("rwb")
                stream.read(struct.unpack("!i", stream.read(4))[0] - 4)  # the start-up message
                stream.write(b"R" + struct.pack("!ii", 8, 3))
                stream.flush()
                if stream.read(1) == b"p":
                    self.passwords.append(stream.read(struct.unpack("!i", stream.read(4))[0] - 4).rstrip(b"\0"))

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def asker() -> Iterator[Asker]:
    asker = Asker()
    yield asker
    asker.close()


@pytest.fixture
def secret(workshop: Workshop) -> pathlib.Path:
    return workshop.folder("secret") / "password"


@pytest.mark.parametrize("content, password", [
    (b"tr0ub4dor", b"tr0ub4dor"), (b"with a blank \n", b"with a blank "), (b"crlf\r\n", b"crlf"), (b"one\ntwo\n", b"one"),
    (b"'quoted\\' dbname=x", b"'quoted\\' dbname=x"), ("s\u00fc\u00df".encode(), "s\u00fc\u00df".encode()), (b"x" * 1024, b"x" * 1024)])
def test_it_is_sent(workshop: Workshop, asker: Asker, secret: pathlib.Path, content: bytes, password: bytes) -> None:
    secret.write_bytes(content)
    done = run(workshop, "migrate", database=asker.conninfo(), database_password_file=str(secret))
    assert done.returncode == 1 and asker.passwords == [password]
    assert content.decode().strip() not in done.stderr


def test_it_goes_before_the_one_in_the_conninfo(workshop: Workshop, asker: Asker, secret: pathlib.Path) -> None:
    secret.write_text("of-the-file")
    run(workshop, "migrate", database=asker.conninfo("of-the-conninfo"), database_password_file=str(secret))
    run(workshop, "migrate", database=asker.conninfo("of-the-conninfo"))
    assert asker.passwords == [b"of-the-file", b"of-the-conninfo"]


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\nlate", b"x" * 1025])
def test_a_file_without_a_password(workshop: Workshop, asker: Asker, secret: pathlib.Path, content: "bytes | None") -> None:
    if content is not None:
        secret.write_bytes(content)
    done = run(workshop, "migrate", database=asker.conninfo(), database_password_file=str(secret))
    assert done.returncode == 1 and not asker.passwords
    assert done.stderr.count("\n") == 1 and "STANCED_DATABASE_PASSWORD_FILE" in done.stderr


def test_the_service_reads_it_anew(workshop: Workshop, asker: Asker, secret: pathlib.Path) -> None:
    """…for every connection, so that a password can be changed under a running service."""
    from harness.patience import wait_for

    secret.write_text("old")
    server = Server(workshop, asker.conninfo(), migrate="off", database_password_file=str(secret)).ready()
    wait_for("the old password", lambda: b"old" in asker.passwords)
    secret.write_text("new")
    wait_for("the new password", lambda: b"new" in asker.passwords)
    secret.unlink()
    server.stop()
    assert "old" not in server.log() and "new" not in server.log()
