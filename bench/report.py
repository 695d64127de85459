"""Figures as a table on the terminal, as JSON, and as bench/RESULTS.md with a plot."""
import datetime
import json
import os
import pathlib
import re

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build")).resolve()
TITLES = {"by_id": "A claim by its id", "list": "50 stances of an actor, newest first", "expanded": "A claim's stances with actors and sources",
          "positions": "Positions on a claim", "create": "A stance is created", "mixed": "A dashboard: nine reads of popular claims to one write",
          "repeated": "One claim again and again", "conditional": "The same, by somebody who has it (304)"}


def show(title: str, rows: dict) -> None:
    print(title)
    base = rows["stanced"]["rate"]
    for name, row in sorted(rows.items(), key=lambda item: -item[1]["rate"]):
        print(f"  {name:13} {row['rate']:10,.0f}/s  stanced is {base / row['rate']:6.2f} x   p50 {row['p50_ms']:7.2f} ms"
              + (f"   p99 {row['p99_ms']:7.2f} ms" if "p99_ms" in row else ""), flush=True)


def machine() -> str:
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return f"{os.cpu_count()} cores ({model[1] if model else 'unknown'}), {int(memory[1]) // 1048576 if memory else '?'} GiB"


def markdown(figures: dict) -> str:
    lines = ["# Results of `make bench`", "",
             "Everything in one run on one PostgreSQL with the same data and indexes, load generator included on the same machine; medians of "
             f"{figures['turns']} turns of {figures['seconds']:g} s. Compare within a table only. `make bench` writes this file anew.", "",
             f"{datetime.date.today().isoformat()} · {machine()} · {figures['claims']:,} claims, {figures['stances']:,} stances", "",
             "; ".join(figures["versions"]) + ".", "", "![Rates](results.svg)"]
    for key, rows in figures["results"].items():
        work, clients = key.split(" @ ")
        lines += ["", f"## {TITLES[work]}: {clients} connections", "", "| | requests/s | stanced is × faster | p50 ms | p99 ms |", "| --- | ---: | ---: | ---: | ---: |"]
        base = rows["stanced"]["rate"]
        for name, row in sorted(rows.items(), key=lambda item: -item[1]["rate"]):
            p99 = f"{row['p99_ms']:.2f}" if "p99_ms" in row else ""
            lines.append(f"| {name} | {row['rate']:,.0f} | {base / row['rate']:.2f} | {row['p50_ms']:.2f} | {p99} |")
    lines += ["", "## Peak memory of the largest process", "", "| | MiB |", "| --- | ---: |",
              *(f"| {name} | {kib / 1024:.1f} |" for name, kib in figures["peak_kib_of_largest_process"].items()), "", "## Who they are", "",
              "| | |", "| --- | --- |", *(f"| {name} | {about} |" for name, about in figures["about"].items()),
              "| pgbench | `pgbench -M prepared`, the same SQL without HTTP; its p50 is an average |"]
    return "\n".join(lines) + "\n"


def plot(figures: dict, path: pathlib.Path) -> None:
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "stanced"
    from matplotlib import pyplot
    results = figures["results"]
    columns = 2
    rows = -(-len(results) // columns)
    figure, axes = pyplot.subplots(rows, columns, figsize=(11, 2.6 * rows), squeeze=False)
    for axis, (key, some) in zip(axes.flat, results.items()):
        work, clients = key.split(" @ ")
        ordered = sorted(some.items(), key=lambda item: item[1]["rate"])
        axis.barh([name for name, _ in ordered], [row["rate"] for _, row in ordered],
                  color=["#1f6f8b" if name == "stanced" else "#b8c4c8" for name, _ in ordered])
        axis.set_title(f"{TITLES[work]} ({clients} connections)", fontsize=9)
        axis.set_xlabel("requests/s", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in list(axes.flat)[len(results):]:
        axis.remove()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def write(figures: dict) -> None:
    (BUILD / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")
    target = pathlib.Path(os.environ.get("BENCH_RESULTS", BUILD))
    (target / "RESULTS.md").write_text(markdown(figures))
    plot(figures, target / "results.svg")
    print(f"written to {BUILD / 'bench.json'}, {target / 'RESULTS.md'} and {target / 'results.svg'}")
