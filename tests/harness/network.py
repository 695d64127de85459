"""Networks of votes, computed from the formulas alone: dense, one pair after the other. What the service answers is held against this."""
import datetime
import math
from dataclasses import dataclass, field
from typing import Any, Iterable, Optional

POLARITY = {"affirm": 1, "deny": -1}


@dataclass(frozen=True)
class Stance:
    claim: str
    actor: str
    position: str
    stated_at: Optional[str] = None  # a date
    degree: Optional[float] = None
    source: Optional[str] = None
    speaker: Optional[str] = None
    addressee: Optional[str] = None

    @property
    def q(self) -> float:
        return POLARITY.get(self.position, 0) * (1 if self.degree is None else self.degree)


@dataclass(frozen=True)
class Vote:
    row: str
    column: str
    q: float
    day: Optional[str]
    source: Optional[str]


@dataclass
class Network:
    rows: list[str]
    columns: list[str]
    weights: dict[tuple[str, str], float]  # one-mode: both ways; two-mode: (row, column)
    statements: int = 0
    dropped: int = 0
    non_votes: int = 0
    without_node: int = 0
    counts: dict[str, int] = field(default_factory=dict)


def period(day: Optional[str], duplicates: str) -> Any:
    if day is None:
        return None
    date = datetime.date.fromisoformat(day)
    return {"week": date.isocalendar()[:2], "month": (date.year, date.month), "year": date.year}[duplicates]


def filtered(votes: Iterable[Vote], duplicates: str, with_q: bool) -> list[Vote]:
    """The first of each key, in the order of time; of one time, the lower q."""
    ordered = sorted(votes, key=lambda vote: (vote.day is None, vote.day or "", vote.q))
    if duplicates == "include":
        return ordered
    kept, keys = [], set()
    for number, vote in enumerate(ordered):
        if duplicates == "source":
            scope = vote.source if vote.source is not None else ("none", number)
        else:
            scope = None if duplicates == "across" else period(vote.day, duplicates)
        key = (vote.row, vote.column, scope, vote.q if with_q else None)
        if key not in keys:
            keys.add(key)
            kept.append(vote)
    return kept


def counted(votes: Iterable[Vote]) -> dict[str, dict[str, dict[float, int]]]:
    """row → column → q → how often."""
    cells: dict[str, dict[str, dict[float, int]]] = {}
    for vote in votes:
        levels = cells.setdefault(vote.row, {}).setdefault(vote.column, {})
        levels[vote.q] = levels.get(vote.q, 0) + 1
    return cells


def one_mode(votes: list[Vote], rows: list[str], aggregation: str, normalization: str) -> dict[tuple[str, str], float]:
    cells = counted(votes)
    if aggregation == "ignore" and normalization.endswith("_textbook"):
        cells = {row: {column: {1.0: sum(levels.values())} for column, levels in of.items()} for row, of in cells.items()}
    if normalization == "jaccard_textbook":
        cells = {row: {column: {q: 1 for q in levels} for column, levels in of.items()} for row, of in cells.items()}
    weights = {}
    for one in rows:
        for other in rows:
            if one == other:
                continue
            a, b = cells.get(one, {}), cells.get(other, {})
            use = agree = disagree = 0.0
            for column in set(a) & set(b):
                for q1, n1 in a[column].items():
                    for q2, n2 in b[column].items():
                        use += n1 * n2
                        agree += n1 * n2 * (1 - abs(q1 - q2) / 2)
                        disagree += n1 * n2 * abs(q1 - q2) / 2
            value = {"ignore": use, "congruence": agree, "conflict": disagree, "subtract": agree - disagree}[aggregation]
            flat_a = {(column, q): n for column, levels in a.items() for q, n in levels.items()}
            flat_b = {(column, q): n for column, levels in b.items() for q, n in levels.items()}
            n_a, n_b = sum(flat_a.values()), sum(flat_b.values())
            if normalization == "average":
                norm = (n_a + n_b) / 2
            elif normalization.startswith("jaccard"):
                norm = (sum(n for cell, n in flat_a.items() if cell not in flat_b)
                        + sum(n for cell, n in flat_b.items() if cell not in flat_a)
                        + sum(n * flat_b[cell] for cell, n in flat_a.items() if cell in flat_b))
            elif normalization == "cosine":
                norm = n_a * n_b
            elif normalization == "cosine_textbook":
                norm = math.sqrt(sum(n * n for n in flat_a.values())) * math.sqrt(sum(n * n for n in flat_b.values()))
            else:
                norm = 1
            weights[one, other] = value / norm if norm else 0.0
    return weights


def two_mode(votes: list[Vote], rows: list[str], columns: list[str], aggregation: str,
             normalization: str) -> dict[tuple[str, str], float]:
    cells = counted(votes)
    weights, numbers = {}, {}
    for row in rows:
        for column in columns:
            levels = cells.get(row, {}).get(column, {})
            numbers[row, column] = (len(levels) > 0) if aggregation == "combine" else sum(levels.values())
            if aggregation == "ignore":
                value = float(sum(levels.values()))
            elif aggregation == "subtract":
                value = sum(q * n for q, n in levels.items())
            else:
                value = (1 if any(q > 0 for q in levels) else 0) + (2 if any(q < 0 for q in levels) else 0)
            weights[row, column] = value
    for row in rows:
        for column in columns:
            norm = 1
            if normalization == "activity":
                norm = sum(numbers[row, each] for each in columns)
            elif normalization == "prominence":
                norm = sum(numbers[each, column] for each in rows)
            weights[row, column] = weights[row, column] / norm if norm else 0.0
    return weights


def current(stances: list[Stance], node: str) -> list[Stance]:
    """Where each stands on each claim: the last of its stances; of one day, the one that stands later in the list."""
    last: dict[tuple[str, str], tuple[int, Stance]] = {}
    for number, stance in sorted(enumerate(stances), key=lambda each: (each[1].stated_at or "", each[0])):
        key = (getattr(stance, node), stance.claim)
        before = last.get(key)
        undated_only = before is None or before[1].stated_at is None
        if stance.position == "report" and before and before[1].position != "report" and not (undated_only and stance.stated_at):
            continue
        last[key] = (number, stance)
    return [stance for _, stance in last.values()]


def network(stances: list[Stance], mode: str, *, node: str = "actor", positions: str = "all", qualifier: str = "position",
            aggregation: str = "ignore", normalization: str = "no", duplicates: str = "include", duplicate_key: str = "auto",
            isolates: bool = False, min_statements: int = 0, window: Optional[tuple[str, str]] = None) -> Network:
    """Of stances that filters have let through. `window`: the first and the last day of one window of a series."""
    made = Network([], [], {})
    there = [stance for stance in stances if getattr(stance, node) is not None]
    if positions == "current":
        taken = current(there, node)
        made.without_node = len(stances) - len(there)
        made.non_votes = sum(stance.q == 0 for stance in taken)
    else:
        taken = stances
        made.non_votes = sum(stance.q == 0 for stance in stances)
        made.without_node = sum(stance.q != 0 and getattr(stance, node) is None for stance in stances)
    votes = []
    for stance in taken:
        who = getattr(stance, node)
        if stance.q == 0 or who is None:
            continue
        row, column = (stance.claim, who) if mode == "claims" else (who, stance.claim)
        votes.append(Vote(row, column, 1.0 if qualifier == "none" else stance.q, stance.stated_at, stance.source))
    kept = filtered(votes, duplicates, aggregation != "ignore" or duplicate_key == "position")
    made.dropped = len(votes) - len(kept)
    of_row: dict[str, int] = {}
    for vote in kept:
        of_row[vote.row] = of_row.get(vote.row, 0) + 1
    kept = [vote for vote in kept if of_row[vote.row] >= min_statements]
    made.statements = len(kept)
    every_row = {stance.claim if mode == "claims" else getattr(stance, node) for stance in there}
    every_column = {stance.claim for stance in there}
    shown = {vote.row for vote in kept} | (every_row if isolates and min_statements <= 0 else set())
    columns = {vote.column for vote in kept} | (every_column if isolates else set())
    if window:
        kept = [vote for vote in kept if vote.day is not None and window[0] <= vote.day <= window[1]]
        made.statements = len(kept)
    made.rows, made.columns = sorted(shown), sorted(columns)
    if mode == "affiliation":
        made.weights = two_mode(kept, made.rows, made.columns, aggregation, normalization)
    else:
        made.weights = one_mode(kept, made.rows, aggregation, normalization)
    made.counts = {row: sum(vote.row == row for vote in kept) for row in made.rows}
    return made
