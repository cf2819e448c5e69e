"""Pulls of what is not here yet, from an upstream with 30 ms latency, 20 MB/s a stream and token log-in."""

import asyncio
import contextlib
import time

from bench.load import Puller, pull, pull_all
from bench.measure import Measure, at_most, at_most_above, takes_part
from bench.servers import MIB
from harness.upstream import blob_bytes

ALLOWED_FIRST = 0.1  # seconds over a direct pull


def prepare(upstream, names):
    """Has the upstream make its images up, so that no server waits for that."""

    async def manifests():
        await asyncio.gather(*(Puller(upstream.host).manifest(name) for name in names))

    upstream.config(latency_ms=0)
    asyncio.run(manifests())
    upstream.config(latency_ms=30)


@contextlib.contextmanager
def caches(bench, upstream):
    """(name, address) of each way to the upstream."""
    with bench.larderd(upstream) as larderd, bench.docker_registry(upstream) as peer:
        yield (("direct", upstream.host), ("docker-registry", peer.address), ("larderd", larderd.address))


def whole_image(bench):
    size = "8m" if bench.quick else "32m"
    first = Measure(f"cold pull 4 × {size}: first manifest", "s", **at_most_above(ALLOWED_FIRST, "direct"))
    whole = Measure("  whole pull", "s", **at_most(1.05, "direct"))
    with bench.upstream() as upstream, caches(bench, upstream) as servers:
        names = [f"img/4x{size}/cold-{run}" for run in range(bench.runs)]
        prepare(upstream, names)
        for run, name in enumerate(names):
            for server, address in servers:
                if not takes_part(server, run):
                    continue
                for measure, seconds in zip((first, whole), pull(address, name)):
                    measure.add(server, seconds)
    return [first, whole]


def coalesced(bench):
    size = 4 << 20 if bench.quick else 32 << 20
    measure = Measure(
        "8 clients, one cold image: upstream bytes",
        "× image",
        bar="1.00",
        holds=lambda medians: medians["larderd"] <= 1.001,
    )
    name = f"img/4x{size}/coalesced"
    with bench.upstream() as upstream, caches(bench, upstream) as servers:
        prepare(upstream, [name])
        for server, address in servers[1:]:
            before = blob_bytes(upstream)
            pull_all(address, [name] * 8)
            measure.add(server, fetched(upstream, before) / (4 * size))
    return [measure]


def fetched(upstream, before):
    """Bytes since `before`, once they have stopped growing: a peer may go on fetching after its client is served."""
    last = -1
    while (now := blob_bytes(upstream)) != last:
        last = now
        time.sleep(0.5)
    return now - before


def one_platform(bench):
    size = 2 << 20 if bench.quick else 32 << 20
    ratio = Measure(
        "index of 4, one pulled: upstream bytes",
        "× image",
        bar="1.00",
        holds=lambda medians: medians["larderd"] <= 1.001,
    )
    first = Measure("  first manifest", "s", **at_most_above(ALLOWED_FIRST, "direct"))
    name = f"multi/4/4x{size}/index"
    with bench.upstream() as upstream, caches(bench, upstream) as servers:
        prepare(upstream, [name])
        for server, address in servers:
            before = blob_bytes(upstream)
            first.add(server, pull(address, name, platform=0)[0])
            if server != "direct":
                ratio.add(server, fetched(upstream, before) / (4 * size))
    return [ratio, first]


def many_images(bench):
    count = 15 if bench.quick else 60
    measure = Measure(f"{count} cold images at once, 4 × 4 MiB", "s", **at_most(1.5, "direct"))
    peak = Measure("  peak", "MiB", **at_most(32))
    names = [f"img/4x4m/many-{number}" for number in range(count)]
    with bench.upstream() as upstream:
        prepare(upstream, names)
        for run in range(bench.runs):
            with caches(bench, upstream) as servers:
                for server, address in servers:
                    if not takes_part(server, run):
                        continue
                    bench.settle_page_cache(count * 4 * (4 << 20))
                    measure.add(server, pull_all(address, names))
            peak.add("larderd", bench.last_peak_bytes / MIB)
    return [measure, peak]


def flood(bench):
    """A cluster that begins: each image is pulled by five nodes, three layers at a time, as containerd does."""
    images = 40 if bench.quick else 200
    peak = Measure(f"{images * 5:,} pulls of {images} cold images, 4 × 1 MiB: peak", "MiB", **at_most(64))
    duration = Measure("  until the last", "s")
    names = [f"img/4x1m/flood-{number}" for number in range(images)]
    with bench.upstream() as upstream:
        prepare(upstream, names)
        for _ in range(bench.runs):
            with bench.larderd(upstream) as larderd:
                bench.settle_page_cache(images * 4 * MIB)
                duration.add("larderd", pull_all(larderd.address, names * 5, at_once=3))
            peak.add("larderd", bench.last_peak_bytes / MIB)
    return [peak, duration]


ROWS = {"cold": whole_image, "coalesced": coalesced, "index": one_platform, "many": many_images, "flood": flood}
