"""Runs the rows and prints the table. The same figures go to a JSON file."""

import argparse
import json
import os
import pathlib
import sys
import tempfile
import threading
import time

from bench import admin, busy, cold, compare, console, dashboard, failing, hot, keeping, memory, polling, push, scale, secured, stalls, viewers
from bench.measure import as_document, render
from bench.seeds import Seeds
from bench.servers import MIB, Bench
from harness.process import forget_proxies

ROUNDS = 5  # of a comparison
ROOT = pathlib.Path(__file__).resolve().parents[2]
THEMES = (dashboard, cold, failing, polling, hot, secured, busy, stalls, keeping, memory, scale, push, admin, viewers, console)
ROWS = {name: row for theme in THEMES for name, row in theme.ROWS.items()}


def options():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of smaller loads, about a minute")
    parser.add_argument("--only", choices=sorted(ROWS), action="append", help="this row alone (may be repeated)")
    parser.add_argument("--soak-seconds", type=float, help="how long stalls and console-soak take: 600 are an hour of a console")
    parser.add_argument("--before", type=pathlib.Path, help="compare with this larderd instead of with its peers")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench.json", help="where the figures go")
    return parser.parse_args()


def against(chosen, binary):
    """The rows with the other larderd and this one. What is stored is made by the one that it is for."""
    binaries = {compare.BEFORE: chosen.before.absolute(), compare.NOW: binary}
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as shared:
        seeds = {}
        for number, one in enumerate(binaries.values()):
            directory = pathlib.Path(shared) / str(number)
            directory.mkdir()
            seeds[one] = Seeds(directory, one)

        def run_row(name, one):
            with tempfile.TemporaryDirectory(prefix="larder-bench-") as directory:
                bench = Bench(directory, one, chosen.quick, seeds[one], chosen.soak_seconds)
                bench.runs = 1
                return ROWS[name](bench)

        return compare.compare(chosen.only or ROWS, binaries, run_row, ROUNDS)


def main():
    chosen = options()
    binary = pathlib.Path(os.environ.get("LARDERD", ROOT / "build/release/backend/daemon/larderd"))
    forget_proxies()
    if chosen.before:
        print(against(chosen, binary))
        return
    measures, peaks = [], {}
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as shared:
        seeds = Seeds(shared, binary)
        # The first row leaves the processors to them.
        making = threading.Thread(target=scale.make_stores, args=(seeds, chosen.quick))
        if not chosen.only:
            making.start()
        for name in chosen.only or ROWS:
            begun = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="larder-bench-") as directory:
                bench = Bench(directory, binary, chosen.quick, seeds, chosen.soak_seconds)
                measures += ROWS[name](bench)
            peaks[name] = bench.peak_bytes
            if making.is_alive():
                making.join()
            peak = f"peak of larderd {bench.peak_bytes / MIB:.1f} MiB"
            print(f"{name}: {time.monotonic() - begun:.0f} s, {peak}", file=sys.stderr, flush=True)
    measures.append(memory.peak_of_rows(peaks))
    print(render(measures))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    document = {"quick": chosen.quick, "cores": os.cpu_count(), "measures": as_document(measures)}
    chosen.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nMedians of {1 if chosen.quick else 3} run(s); the figures are in {chosen.json}")


if __name__ == "__main__":
    main()
