"""Cursors that no list gave out: cut off, altered, or made by somebody who knows how. The service refuses them or goes on from a
place that is none; the database never has to."""
import base64
import random
import struct
from typing import Iterator, Optional

import pytest

from api.test_every_filter import FIELDS, orders
from harness.client import Client
from harness.random_records import Maker, bring_in
from harness.server import Server

MASK = (1 << 64) - 1
KEYS: list[Optional[bytes]] = [
    None, b"", b"0", b"1", b"-1", b"1.5", b"1e3", b"1e400", b"1e-320", b"NaN", b"Infinity", b"2147483647", b"2147483648", b"-2147483648",
    b"--1", b"1-", b"-", b"0x10", b" 1", b"1 ", b"now", b"infinity", b"2024-10-21", b"2024-10-21T09:30:00Z", b"2024-10-21T09:30:00.123456Z",
    b"2024-02-30T00:00:00Z", b"9999-12-31T23:59:59.999999Z", b"0001-01-01T00:00:00Z", b"0000-01-01T00:00:00Z", b"2024-10-21T24:00:00Z",
    b"2024-06-30T23:59:60Z", b"10000-01-01T00:00:00Z", b"a", "이".encode(), b"\xff", b"\xed\xa0\x80", b"' OR 1=1 --", b"$1", b"{}", b"x" * 2000]
IDS: list[Optional[bytes]] = [b"01234567-89ab-7cde-8f01-23456789abcd", b"01234567-89AB-7CDE-8F01-23456789ABCD", None, b"", b"x",
                              b"{01234567-89ab-7cde-8f01-23456789abcd}", b"0123456789ab7cde8f0123456789abcd"]


def fnv(total: int, data: bytes) -> int:
    for byte in data:
        total = (total ^ byte) * 0x100000001B3 & MASK
    return total


def forged(path: str, arguments: dict[str, str], keys: list[Optional[bytes]]) -> str:
    """As handlers/cursor.c makes them."""
    content = b"".join(bytes([key is not None]) + (key or b"") + b"\0" for key in keys)
    start = fnv(0xCBF29CE484222325, path.encode() + b"\0")
    together = sum(fnv(start, name.encode() + b"\0" + value.encode() + b"\0") for name, value in arguments.items()) & MASK
    total = fnv(fnv(start, struct.pack("<Q", together)), content)
    return base64.urlsafe_b64encode(struct.pack("<Q", total) + content).decode().rstrip("=")


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[None]:
    with server.client() as client:
        bring_in(client, Maker(3).lines(5))
    yield


def refused(client: Client, target: str) -> bool:
    response = client.get(target)
    if response.status != 200:
        assert response.status == 400 and response.json["type"] == "/problems/invalid-cursor", f"{target}: {response}"
    return response.status != 200


@pytest.mark.parametrize("plural, word", orders(), ids=[f"{plural} by {word}" for plural, word in orders()])
def test_forged(client: Client, filled: None, plural: str, word: str) -> None:
    path = f"/v1/{plural}"
    outcomes = set()
    for key in KEYS:
        for id in IDS[: 2 if key else None]:
            outcomes.add(refused(client, f"{path}?sort={word}&cursor={forged(path, {'sort': word}, [key, id])}"))
    assert outcomes == {True, False}, "none was taken: they are not made as the service makes them"
    for keys in ([], [b"a"], [b"a", IDS[0], b"a"]):
        assert refused(client, f"{path}?sort={word}&cursor={forged(path, {'sort': word}, keys)}")


@pytest.mark.parametrize("plural", FIELDS)
def test_altered(client: Client, filled: None, plural: str) -> None:
    source = random.Random(plural)
    cursor = client.get(f"/v1/{plural}?limit=1").json["next"]
    assert not refused(client, f"/v1/{plural}?cursor={cursor}")
    for length in range(len(cursor)):
        assert refused(client, f"/v1/{plural}?cursor={cursor[:length]}")
    for _ in range(300):
        at = source.randrange(len(cursor))
        other = source.choice("ABCXYZabcxyz0189-_".replace(cursor[at], ""))
        assert refused(client, f"/v1/{plural}?cursor={cursor[:at]}{other}{cursor[at + 1:]}")


def test_of_another_list(client: Client, filled: None) -> None:
    for plural in FIELDS:
        cursor = client.get(f"/v1/{plural}?limit=1").json["next"]
        for other in FIELDS:
            assert refused(client, f"/v1/{other}?cursor={cursor}") == (other != plural)
    assert refused(client, f"/v1/topics?cursor={cursor}")


def test_forged_topics(client: Client, filled: None) -> None:
    for key in KEYS:
        for second in (None, b"", b"x"):
            refused(client, f"/v1/topics?cursor={forged('/v1/topics', {}, [key, second])}")
