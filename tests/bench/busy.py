"""Hot manifests while cold images are pulled through the same larderd."""

import asyncio
import itertools

from bench.cold import prepare
from bench.hot import CONNECTIONS
from bench.load import Puller
from bench.measure import Measure, at_most
from bench.stores import IMAGE, MANIFEST_PATH, NAME
from bench.wrk import wrk

PULLS = 60
IMAGES = 2 * PULLS  # the next begins when one has ended, so that the pulls last longer than the load
UNDER_WAY_SECONDS = 0.2


def under_pulls(bench):
    """The load begins when the pulls are under way and ends before they do. "direct" is the load on larderd while the
    pulls go past it: what clients and upstream take of this machine is in both.
    """
    seconds = 1 if bench.quick else 2
    measure = Measure(f"hot manifest, -c{CONNECTIONS}, during {PULLS} cold pulls: p99", "ms", **at_most(3, "before"))
    rate = Measure("  rate", "/s")
    names = [f"img/4x4m/busy-{number}" for number in range(IMAGES)]
    with bench.upstream() as upstream:
        prepare(upstream, names)
        for _ in range(bench.runs):
            with bench.larderd(upstream) as daemon:
                daemon.client().push(NAME, IMAGE, "latest")

                def load(address=daemon.address):
                    headers = {"Accept": IMAGE.manifest.media_type}
                    return wrk(f"http://{address}{MANIFEST_PATH}", CONNECTIONS, seconds, headers)

                before = load()
                direct = asyncio.run(during(upstream.host, itertools.cycle(names), load))
                bench.settle_page_cache(IMAGES * 4 * (4 << 20))
                busy = asyncio.run(during(daemon.address, names, load))
            for server, seen in (("before", before), ("direct", direct), ("larderd", busy)):
                measure.add(server, seen.p99)
                rate.add(server, seen.rate)
    return [measure, rate]


async def during(address, names, load):
    """What `load` returns, run in a thread while the names are pulled; what is not begun by its end is left out."""
    names = iter(names)
    ended = asyncio.Event()

    async def pull_in_turn():
        for name in names:
            await Puller(address).pull(name)
            if ended.is_set():
                break

    pulls = asyncio.gather(*(pull_in_turn() for _ in range(PULLS)))
    await asyncio.sleep(UNDER_WAY_SECONDS)
    seen = await asyncio.to_thread(load)
    assert not pulls.done(), "the pulls ended before the load"
    ended.set()
    await pulls
    return seen


ROWS = {"busy": under_pulls}
