"""The data set of claim matching (CLEF 2020 CheckThat! task 2): tweets, and which of the fact-checked claims each repeats. Found under
STANCED_TEST_DATA, or ../shared/data beside the checkout; it is not part of the repository."""
import csv
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time

FOLDER = pathlib.Path(os.environ.get("STANCED_TEST_DATA") or pathlib.Path(__file__).parents[2] / "shared" / "data") / "claim_matching"

# How a claim and the title of its fact-check become a record.
LAYOUTS = {
    "attribute": lambda claim, title: {"text": claim, "attributes": {"title": title}},
    "joined": lambda claim, title: {"text": f"{title.rstrip()} {claim}"},
    "behind": lambda claim, title: {"text": f"{claim} {title}"},
    "alone": lambda claim, title: {"text": claim},
}


def need() -> None:
    """Leaves, saying so, where the data set is not there."""
    if not FOLDER.is_dir():
        print(f"match: skipped: there is no {FOLDER}; set STANCED_TEST_DATA to the folder with claim_matching in it")
        sys.exit(0)


def table(name: str) -> list[list[str]]:
    csv.field_size_limit(1 << 24)
    with open(FOLDER / name, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


def claims() -> list[tuple[str, str, str]]:
    """(number, claim, title)"""
    return [(row[0], row[1], row[2]) for row in table("verified_claims.docs.tsv")]


def tweets(part: str) -> list[tuple[str, set[str]]]:
    """(tweet, numbers of the claims that it repeats)"""
    relevant: dict[str, set[str]] = {}
    for line in (FOLDER / part / "tweet-vclaim-pairs.qrels").read_text().splitlines():
        tweet, _, claim, _ = line.split("\t")
        relevant.setdefault(tweet, set()).add(claim)
    return [(row[1], relevant[row[0]]) for row in table(f"{part}/tweets.queries.tsv") if row[0] in relevant]


def twins() -> dict[str, set[str]]:
    """Number of a claim → numbers of those that are the same word for word. Some of the set were recorded twice, and only one of them is said to be
    right; they are told apart where places are counted, and not where it is asked what a score is worth."""
    by_words: dict[str, set[str]] = {}
    words = {number: " ".join(re.findall(r"\w+", claim.lower())) for number, claim, _ in claims()}
    for number, text in words.items():
        by_words.setdefault(text, set()).add(number)
    return {number: by_words[text] for number, text in words.items()}


class Service:
    """A service of its own on the database of STANCED_DATABASE."""

    def __init__(self) -> None:
        binary = pathlib.Path(os.environ.get("BUILD", "build")) / "stanced"
        self.process = subprocess.Popen([binary, "serve"], stderr=subprocess.PIPE, text=True,
                                        env=os.environ | {"STANCED_LISTEN": "127.0.0.1:0", "STANCED_LOG_FORMAT": "json"})
        self.port = next(json.loads(line)["port"] for line in self.process.stderr if '"event":"listening"' in line)
        self.pump = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        made = subprocess.run([binary, "key", "add", "--role", "editor", "--name", f"bench-{os.getpid()}"], check=True, text=True, capture_output=True)
        self.key = made.stdout.strip().split()[-1]
        self.wait()

    def wait(self) -> None:
        """Until the service knows the key; over a connection of its own, for it closes one on which nothing comes for long."""
        for _ in range(300):
            self.connection.close()
            self.connection.request("GET", "/v1/claims?limit=1", headers={"Authorization": f"Bearer {self.key}"})
            response = self.connection.getresponse()
            response.read()
            if response.status == 200:
                return
            time.sleep(0.1)
        sys.exit("void: the service does not take its key")

    def ask(self, method: str, target: str, body: bytes | None = None, kind: str = "application/json") -> dict:
        self.connection.request(method, target, body, {"Authorization": f"Bearer {self.key}", "Content-Type": kind})
        response = self.connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            sys.exit(f"void: {method} {target}: {response.status} {answer[:500]!r}")
        return json.loads(answer) if answer else {}

    def match(self, text: str, **options: object) -> list[dict]:
        return self.ask("POST", "/v1/claims/match", json.dumps({"text": text} | options).encode())["data"]

    def load(self, layout: str) -> None:
        """The claims of the data set, in place of those of another layout."""
        rows = claims()
        for first in range(0, len(rows), 1000):
            lines = [json.dumps({"type": "claim", "ref": f"vclaim-{number}"} | LAYOUTS[layout](claim.strip(), title.strip()))
                     for number, claim, title in rows[first:first + 1000]]
            self.ask("POST", "/v1/import", "\n".join(lines).encode(), "application/x-ndjson")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.pump.wait()


def quality(ranked: list[tuple[list[str], set[str]]]) -> dict[str, float]:
    """Means over (claims in the order found, those that are right): average precision among the first 1, 3 and 5, and the reciprocal rank of
    the first right one."""
    def precision(found: list[str], right: set[str], most: int) -> float:
        hits = 0
        total = 0.0
        for place, claim in enumerate(found[:most], 1):
            if claim in right:
                hits += 1
                total += hits / place
        return total / min(len(right), most)

    def reciprocal(found: list[str], right: set[str]) -> float:
        return next((1 / place for place, claim in enumerate(found, 1) if claim in right), 0.0)

    count = len(ranked)
    means = {f"MAP@{most}": sum(precision(*each, most) for each in ranked) / count for most in (1, 3, 5)}
    return means | {"MRR": sum(reciprocal(*each) for each in ranked) / count}
