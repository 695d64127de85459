"""README's commands, typed in one after the other as its reader would: each works, with the status that it says, and what is
shown as its answer is its answer."""
import csv
import gzip
import io
import json
import os
import pathlib
import re
import subprocess
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Iterator

import pytest

from harness import sanitizers
from harness.cluster import Database
from harness.keys import KEY
from harness.patience import seconds
from harness.server import BINARY, TREE, Server, run
from harness.workshop import Workshop

ADDRESS = "127.0.0.1:8080"
ELSEWHERE = ("make run", "make test")  # test_make_run.py, and this

# The files that README leaves to its reader, in small.
VOTES = '{"type": "actor", "ref": "gromit", "name": "Gromit", "kind": "other"}\n'
TABLES: dict[str, list[dict[str, Any]]] = {
    "coded.csv": [{"claim": "moon-cheese", "actor": "wallace", "position": "affirm", "quote": "Cheese, Gromit!"}],
    "un_roll_calls.csv.gz": [{"rcid": 3, "session": 1, "importantvote": 0, "date": "1946-01-01", "unres": "R/1/66", "amend": 1, "para": 0,
                              "short": "AMENDMENTS, RULES", "descr": "TO ADOPT"}],
    "un_votes.csv.gz": [{"rcid": 3, "country": "Canada", "country_code": "CA", "vote": "no"}],
    "url-versions-2015-06-14-clean.csv": [{"id": 0, "claimHeadline": "A burger kept for 20 years", "articleHeadline": "World's oldest burger",
                                           "articleHeadlineStance": "for", "articleId": "8bb1", "claimId": "d54a"}],
    "output_sample_snopes.csv": [{"claimReview_author_name": "snopes", "claimReview_claimReviewed": "It rains cheese.",
                                  "claimReview_url": "https://example.org/cheese", "claimReview_datePublished": "2021-07-21",
                                  "rating_alternateName": "False", "rating_ratingValue": "", "rating_bestRating": "", "rating_worstRating": "",
                                  "creativeWork_author_name": "Wallace", "creativeWork_datePublished": "", "extra_title": "", "extra_tags": ""}],
}
FEED = {"@context": "https://schema.org", "@type": "ClaimReview", "url": "https://example.org/cheese-review", "datePublished": "2021-07-21",
        "claimReviewed": "It rains cheese.", "author": {"@type": "Organization", "name": "Checkers", "url": "https://example.org/"},
        "reviewRating": {"@type": "Rating", "alternateName": "False"}}
EVENTS = ("statement_id;time;document_title;person;organization;concept;agreement\n"
          "1;2005-01-26 00:00:00;Hearing;Joel Bluestein;Energy;CO2 legislation will not hurt the economy.;0\n")


@dataclass
class Command:
    line: int
    text: str
    shown: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """What the comment behind it says; 0 where it says none."""
        said = re.search(r"# .*?\b([1-5]\d\d)\b", self.text.splitlines()[-1])
        return int(said[1]) if said else 0

    def __str__(self) -> str:
        return f"{self.line}: {self.text}"


def commands() -> list[Command]:
    """A line with `$ ` begins one, which goes on while its lines end in a pipe or a backslash; the rest is what it shows."""
    found: list[Command] = []
    inside = False
    for number, line in enumerate((TREE / "README.md").read_text().splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append(Command(number, line[2:]))
        elif inside and found[-1].text.endswith(("|", "\\")):
            found[-1].text += "\n" + line
        elif inside:
            found[-1].shown.append(line)
    return [each for each in found if not each.text.startswith(ELSEWHERE)]


COMMANDS = commands()


def provide(folder: pathlib.Path) -> None:
    for name, rows in TABLES.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        data = text.getvalue().encode()
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (folder / "votes.ndjson.gz").write_bytes(gzip.compress(VOTES.encode()))
    (folder / "events.csv").write_text(EVENTS)
    for name in ("feed.json", "feed.jsonld"):
        (folder / name).write_text(json.dumps(FEED))
    (folder / "examples").symlink_to(TREE / "examples")
    (folder / "stanced").symlink_to(BINARY)
    (folder / "var").mkdir()
    (folder / "var" / "key").write_text(KEY + "\n")


@dataclass
class Outcome:
    exit_status: int
    answer: list[str]
    statuses: list[int]
    said: str


@pytest.fixture(scope="module")
def outcomes(workshop: Workshop, server: Server, database: Database) -> Iterator[dict[int, Outcome]]:
    """By line. All of them are run in one shell, on the example, as `make run` leaves it."""
    loaded = run(workshop, "import", str(TREE / "examples" / "dprk-troops-2024.ndjson"), database=database.conninfo)
    assert loaded.returncode == 0, loaded.stderr
    folder = workshop.folder("readme")
    provide(folder)
    environment = workshop.environment(STANCED_DATABASE=database.conninfo, PATH=f"{folder}:{os.environ['PATH']}")
    environment |= sanitizers.options(folder, environment)
    script = ['curl() { command curl -sS -w "%{stderr}HTTP %{http_code}\\n" "$@"; }']
    for command in COMMANDS:
        text = command.text.replace(ADDRESS, "%s:%d" % server.address)
        # braces and not parentheses: what it sets stays
        script.append(f"{{ {text}\n}} >out.{command.line} 2>err.{command.line}; echo $? >status.{command.line}")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", "\n".join(script)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds(60))
    assert done.returncode == 0 and not done.stdout, done.stdout

    def outcome(line: int) -> Outcome:
        said = (folder / f"err.{line}").read_text()
        return Outcome(int((folder / f"status.{line}").read_text()), (folder / f"out.{line}").read_text().splitlines(),
                       [int(each) for each in re.findall(r"^HTTP (\d+)$", said, re.M)], said)

    yield {command.line: outcome(command.line) for command in COMMANDS}


def test_there_are_some() -> None:
    assert len(COMMANDS) > 30 and sum(bool(each.shown) for each in COMMANDS) >= 8
    assert {each.status for each in COMMANDS} >= {0, 201, 308, 412}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: f"line {each.line}")
def test_it_works(outcomes: dict[int, Outcome], command: Command) -> None:
    outcome = outcomes[command.line]
    assert outcome.exit_status == 0, f"{command}\n{outcome}"
    assert "Warning" not in outcome.said, f"{command}\n{outcome}"  # curl's, of a file that is not there
    if command.status:
        assert outcome.statuses[-1] == command.status, f"{command}\n{outcome}"
    else:
        assert all(200 <= status < 300 for status in outcome.statuses), f"{command}\n{outcome}"
    if command.shown:
        assert outcome.answer == command.shown, f"{command}\n{outcome}"


@pytest.mark.parametrize("command", [each for each in COMMANDS if each.text.startswith("curl -i")], ids=lambda each: f"line {each.line}")
def test_heads_are_as_told(outcomes: dict[int, Outcome], command: Command) -> None:
    head = list(takewhile(bool, outcomes[command.line].answer))
    for name, value in re.findall(r"\b(Location): (\S+)", command.text.rpartition("# ")[2]):
        assert f"{name}: {value}" in head, f"{command}\n{head}"
