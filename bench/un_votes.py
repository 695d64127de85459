"""The votes of the United Nations' General Assembly, 1946-2020, as records: countries are actors, roll calls claims, votes stances. Read
from the folder un_votes of STANCED_TEST_DATA (../shared/data when that is unset), and copied into the database's tables."""
import csv
import gzip
import os
import pathlib
import subprocess
import sys
import uuid
from typing import Iterator

POSITIONS = {"yes": "affirm", "no": "deny", "abstain": "decline"}
NAMESPACE = uuid.UUID("6f1d9a1c-6f2e-4a57-9d0b-0f3a2f6c3b11")


def folder() -> pathlib.Path:
    data = os.environ.get("STANCED_TEST_DATA")
    return (pathlib.Path(data) if data else pathlib.Path(__file__).resolve().parents[2] / "shared" / "data") / "un_votes"


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder() / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def made(*words: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(words)))


def copy(database: str, table: str, columns: str, lines: Iterator[list[str]]) -> None:
    """An empty cell is no value."""
    command = ["psql", database, "-qX", "-v", "ON_ERROR_STOP=1", "-c", f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, encoding="utf-8") as psql:
        csv.writer(psql.stdin).writerows(lines)
        psql.stdin.close()
        if psql.wait() != 0:
            sys.exit(f"{table} could not be filled")


NOW = "2024-01-01T00:00:00Z"


def load(database: str, most: int = 1 << 62) -> int:
    """Fills the tables with the roll calls in their order, as many as `most` votes hold; returns how many votes those are."""
    calls = {row["rcid"]: row for row in rows("un_roll_calls")}
    votes = []
    for row in rows("un_votes"):
        if len(votes) == most:
            break
        votes.append((row["country"], row["rcid"], POSITIONS[row["vote"]]))
    countries = sorted({country for country, _, _ in votes})
    copy(database, "actor", "id, ref, version, created_at, updated_at, name, kind",
         ([made("actor", name), f"country-{n}", "1", NOW, NOW, name, "state"] for n, name in enumerate(countries)))
    copy(database, "claim", "id, ref, version, created_at, updated_at, text",
         ([made("claim", rcid), f"roll-call-{rcid}", "1", NOW, NOW, (calls[rcid]["descr"] or calls[rcid]["short"] or "Roll call")[:4000]]
          for rcid in dict.fromkeys(rcid for _, rcid, _ in votes)))
    copy(database, "stance", "id, version, created_at, updated_at, claim_id, actor_id, position, stated_at, stated_at_is_date",
         ([made("stance", country, rcid), "1", NOW, NOW, made("claim", rcid), made("actor", country), position, calls[rcid]["date"] + "T00:00:00Z", "t"]
          for country, rcid, position in votes))
    subprocess.run(["psql", database, "-qX", "-c", "VACUUM ANALYZE actor, claim, stance"], check=True)
    return len(votes)
