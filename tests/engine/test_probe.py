"""`stanced ready`: what a container's health check runs."""
import socket
import threading

import pytest

from harness.cluster import Database
from harness.server import Server, run
from harness.workshop import Workshop


def asked(workshop: Workshop, listen: str, word: str = "ready") -> "tuple[int, str]":
    done = run(workshop, word, listen=listen)
    assert not done.stdout
    return done.returncode, done.stderr


@pytest.mark.parametrize("word", ["ready", "--ready"])
def test_a_service_that_is_ready(workshop: Workshop, server: Server, word: str) -> None:
    assert asked(workshop, "127.0.0.1:{1}".format(*server.address), word) == (0, "")


@pytest.mark.parametrize("everywhere, asks", [("0.0.0.0", "0.0.0.0"), ("0.0.0.0", ""), ("[::]", "[::]"), ("[::1]", "[::1]")])
def test_a_service_on_all_addresses(workshop: Workshop, launch, database: Database, everywhere: str, asks: str) -> None:
    server = launch(database, listen=f"{everywhere}:0")
    assert asked(workshop, f"{asks}:{server.address[1]}") == (0, "")


def test_a_database_that_is_not_migrated(workshop: Workshop, launch, empty_database: Database) -> None:
    server = launch(empty_database, migrate="off")
    status, said = asked(workshop, "127.0.0.1:{1}".format(*server.address))
    assert status == 1 and "503" in said


def test_nobody_there(workshop: Workshop) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        status, said = asked(workshop, "127.0.0.1:{}".format(unused.getsockname()[1]))
    assert status == 1 and said.startswith("stanced: not ready on ") and said.count("\n") == 1
    status, said = asked(workshop, "nonsense")
    assert status == 1 and "nonsense" in said


@pytest.mark.parametrize("answer", [b"", b"HTTP", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 500 Oh\r\n\r\n"])
def test_something_else_there(workshop: Workshop, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        def serve() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        status, said = asked(workshop, "127.0.0.1:{}".format(other.getsockname()[1]))
        thread.join()
    assert status == 1 and said.startswith("stanced: not ready on ")
