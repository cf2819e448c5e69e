"""What the dashboard costs a browser: Chromium on this machine, by tests/web/measure.mjs."""

import os
import pathlib

from bench.measure import Measure, at_most
from bench.servers import MIB
from demo.traffic import Traffic
from demo.world import ADMIN, World
from harness.client import Client
from harness.peers import run

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "web/measure.mjs"
REPOSITORIES = 10_000
ENDED = 500


def measured(what, url, *account, seconds=0):
    env = {**os.environ, "SECONDS": str(seconds)}
    return float(run("node", SCRIPT, what, url, *account, env=env, timeout=300).stdout)


def first_screen(bench):
    """Without a log-in, which a person would be slower at than the page."""
    measure = Measure("dashboard: first screen usable", "ms", **at_most(300))
    with bench.upstream(throttled=False) as upstream, bench.larderd(upstream) as daemon:
        for _ in range(bench.runs):
            measure.add("larderd", measured("first-screen", f"http://{daemon.address}"))
    return [measure]


def live_view(bench):
    """The overview under the demo's traffic."""
    seconds = 10 if bench.quick else 60
    measure = Measure(f"dashboard: {seconds} s of live view, growth of the heap", "MiB", **at_most(5))
    with World(bench.binary, bench.fresh("demo")) as world:
        traffic = Traffic(world)
        traffic.start()
        account = (ADMIN, world.passwords[ADMIN])
        grown = measured("heap", f"http://{world.larderd.address}", *account, seconds=seconds)
        measure.add("larderd", grown / MIB)
        traffic.stop()
    return [measure]


def scrolling(bench):
    measure = Measure(f"dashboard: {REPOSITORIES:,} repositories scrolled, longest task", "ms", **at_most(50))
    with bench.larderd(data=bench.seeds.catalog(REPOSITORIES)) as daemon:
        for _ in range(bench.runs):
            measure.add("larderd", measured("scroll", f"http://{daemon.address}"))
    return [measure]


def slowed(bench):
    """On a machine of a quarter of the speed: many repositories, and as many ended pulls as are remembered."""
    paint = Measure(f"dashboard: {REPOSITORIES:,} repositories on a CPU slowed 4 times, first paint", "ms", **at_most(300))
    task = Measure(f"dashboard: the same and {ENDED} ended pulls, longest task", "ms", **at_most(50))
    with bench.larderd(data=bench.seeds.catalog(REPOSITORIES)) as daemon:
        for number in range(ENDED):
            # What is not there is a pull that failed, and failures are remembered.
            Client(daemon.address).get(f"/v2/absent/app-{number}/manifests/latest")
        for _ in range(bench.runs):
            paint.add("larderd", measured("slow-paint", f"http://{daemon.address}"))
            task.add("larderd", measured("slow-task", f"http://{daemon.address}"))
    return [paint, task]


# The first of them mostly waits.
ROWS = {
    "dashboard-live": live_view,
    "dashboard-start": first_screen,
    "dashboard-scroll": scrolling,
    "dashboard-slow": slowed,
}
