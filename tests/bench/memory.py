"""What larderd has in memory: at rest, with many slow clients, under a limit, and at most in all of the rows."""

import time

from bench.measure import Measure, at_least, at_most
from bench.servers import MIB
from bench.slow import read_slowly
from harness.images import Content

SETTLE_SECONDS = 1
BYTES_PER_SECOND = 1_000_000
LIMIT_MIB, STACK_KIB = 64, 512


def at_rest(bench):
    resident = Measure("resident memory, idle", "MiB", **at_most(24))
    anonymous = Measure("  of that anonymous", "MiB", **at_most(8))
    with bench.upstream() as upstream:
        for _ in range(bench.runs):
            with bench.larderd(upstream) as daemon:
                assert daemon.client().get("/v2/").status == 200
                time.sleep(SETTLE_SECONDS)
                resident.add("larderd", daemon.process.resident_bytes() / MIB)
                anonymous.add("larderd", daemon.process.resident_bytes("RssAnon") / MIB)
    return [resident, anonymous]


def slow_clients(bench):
    return with_slow_clients(bench, 48)


def limited(bench):
    """The kernel gives no more than the configuration says: all private memory counts, with the stacks of the threads
    in their whole size, so that these are made smaller."""
    script = bench.fresh("limited") / "larderd"
    limits = f"ulimit -d {LIMIT_MIB << 10}; ulimit -s {STACK_KIB}"
    script.write_text(f'#!/bin/sh\n{limits}; exec "{bench.binary}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    bench.binary = script
    return with_slow_clients(bench, LIMIT_MIB, {"larder": {"memoryLimit": f"{LIMIT_MIB}MiB"}})


def with_slow_clients(bench, most_mib, settings=None):
    count, size = (200, 2_000_000) if bench.quick else (1000, 5_000_000)
    what = f", limit {LIMIT_MIB} MiB" if settings else ""
    peak = Measure(f"{count:,} clients at 1 MB/s, {size // 10**6} MB blob{what}: peak", "MiB", **at_most(most_mib))
    served = Measure("  served whole", "clients", **at_least(count))
    duration = Measure("  until the last", "s")
    blob = Content(bytes(range(250)) * (size // 250))
    with bench.upstream() as upstream, bench.larderd(upstream, settings=settings) as daemon:
        assert daemon.client().push_blob("slow/app", blob).status == 201
        begun = time.monotonic()
        path = f"/v2/slow/app/blobs/{blob.digest}"
        served.add("larderd", read_slowly(daemon.address, path, count, BYTES_PER_SECOND))
        duration.add("larderd", time.monotonic() - begun)
        peak.add("larderd", daemon.process.resident_bytes("VmHWM") / MIB)
    return [peak, served, duration]


def peak_of_rows(peaks):
    """The most that any larderd had in memory until the end of its row, by row."""
    row = max(peaks, key=peaks.get)
    measure = Measure(f'peak of all larderds, in the row "{row}"', "MiB", **at_most(48))
    measure.add("larderd", peaks[row] / MIB)
    return measure


ROWS = {"idle": at_rest, "slow": slow_clients, "limit": limited}
