"""What a large store costs: the start, the lists, the hot path and memory."""

import contextlib
import json
import time

from bench import seeds
from bench.hot import CONNECTIONS
from bench.measure import Measure, at_least, at_most, at_most_above, in_turn, takes_part
from bench.servers import MIB
from bench.wrk import wrk
from harness.client import Client
from harness.daemon import Larderd, config
from harness.images import OCI_MANIFEST, make_image
from harness.process import free_port, wait_until

PAGE = 100
BROWSED = 50
LISTED_TAGS = 1000
GROWTH_RUNS = 5  # when quick, too: one run is not exact to a twentieth
SETTLE_SECONDS = 1


# How much is stored: in the whole bench, and when it is quick.
REPOSITORIES = (4000, 400)
CATALOG = (10_000, 1000)
BLOBS = (100_000, 10_000)
TAGS = ((10, 1000, 100_000), (10, 10_000))


def make_stores(made, quick):
    """All that the rows take from the seeds."""
    made.repositories(REPOSITORIES[quick])
    made.catalog(CATALOG[quick])
    made.blobs(BLOBS[quick])
    for count in TAGS[quick]:
        made.tags(count)


def many_repositories(bench):
    count = REPOSITORIES[bench.quick]
    blobs = count * seeds.BLOBS_OF_IMAGE
    seconds = 1 if bench.quick else 2
    start = Measure(f"{count:,} repositories, {blobs:,} blobs: start to first answer", "s", **at_most(0.2))
    catalog = Measure(f"  _catalog?n={PAGE}, -c{CONNECTIONS}", "/s", **at_least(10_000))
    data = bench.seeds.repositories(count)
    for _ in range(3 * bench.runs):
        start.add("larderd", first_answer(bench, data))
    path = f"/v2/_catalog?n={PAGE}"
    with bench.larderd(data=data) as daemon:
        assert len(daemon.client().get(path).json()["repositories"]) == PAGE
        for _ in range(bench.runs):
            catalog.add("larderd", wrk(f"http://{daemon.address}{path}", CONNECTIONS, seconds).rate)
    return [start, catalog]


def first_answer(bench, data):
    """Seconds from the start of the program to the manifest of an image, the store being in the page cache."""
    port = free_port()
    directory = bench.fresh("start")
    daemon = Larderd(bench.binary, directory, config(data, http={"port": str(port)}, log={"level": "info"}))
    client = Client(f"127.0.0.1:{port}")

    def answers():
        with contextlib.suppress(ConnectionError):
            return client.get(f"/v2/team/app-00000/manifests/{seeds.TAG}", {"Accept": OCI_MANIFEST})

    begun = time.monotonic()
    daemon.launch()
    try:
        answer = wait_until(answers, what="the first answer", interval=0.001)
        elapsed = time.monotonic() - begun
        assert answer.status == 200, answer.status
    finally:
        daemon.stop()
    return elapsed


def tag_list(bench):
    """Pushed to stores, with no upstream to ask."""
    seconds = 1 if bench.quick else 2
    measure = Measure(f"list of {LISTED_TAGS:,} tags, -c{CONNECTIONS}", "/s", **at_least(10_000))
    image = make_image("tags")
    with bench.docker_registry() as peer, bench.larderd() as daemon:
        servers = (("docker-registry", peer.address), ("larderd", daemon.address))
        path = "/v2/tagged/tags/list"
        for _, address in servers:
            client = Client(address)
            client.push("tagged", image, "0")
            for number in range(1, LISTED_TAGS):
                assert client.push_manifest("tagged", str(number), image.manifest).status == 201
            assert len(client.get(path).json()["tags"]) == LISTED_TAGS
        for run in range(bench.runs):
            for server, address in servers:
                if not takes_part(server, run):
                    continue
                measure.add(server, wrk(f"http://{address}{path}", CONNECTIONS, seconds).rate)
    return [measure]


def growing_tags(bench):
    """The same image under more and more tags; "before" is the store with the fewest."""
    counts = TAGS[bench.quick]
    few, *more = counts
    seconds = 1 if bench.quick else 2
    measures = {
        count: Measure(f"hot manifest, {count:,} tags stored (before: {few})", "/s", **within(0.05)) for count in more
    }
    for run in range(GROWTH_RUNS):
        rates = {}
        # A new process for each load: how one lies in memory is worth a tenth.
        for count in in_turn(counts, run):
            with bench.larderd(data=bench.seeds.tags(count)) as daemon:
                url = f"http://{daemon.address}/v2/tagged/manifests/{few - 1}"
                rates[count] = wrk(url, CONNECTIONS, seconds, {"Accept": OCI_MANIFEST}).rate
        for count, measure in measures.items():
            measure.add("before", rates[few])
            measure.add("larderd", rates[count])
    return list(measures.values())


def within(share):
    return {
        "bar": f"± {share:.0%} of before",
        "holds": lambda medians: abs(medians["larderd"] / medians["before"] - 1) <= share,
    }


def growing_blobs(bench):
    """At rest after the first answers; "before" is an empty store."""
    count = BLOBS[bench.quick]
    what = f"resident memory, {count:,} blobs stored (before: none)"
    measure = Measure(what, "MiB", **at_most_above(2, "before"))
    for server, data in (("before", None), ("larderd", bench.seeds.blobs(count))):
        with bench.larderd(data=data) as daemon:
            client = daemon.client()
            repositories = json.loads(client.get("/v2/_catalog").body)["repositories"]
            assert bool(repositories) == (server == "larderd"), repositories
            time.sleep(SETTLE_SECONDS)
            assert (client.metrics()["larder_storage_used_bytes"] > 0) == (server == "larderd")
            measure.add(server, daemon.process.resident_bytes() / MIB)
    return [measure]


def browsing(bench):
    """The management API's list of repositories: one caller, the store being in the page cache."""
    count = CATALOG[bench.quick]
    what = f"page of {BROWSED} of {count:,} repositories, {count * seeds.TAGS_OF_CATALOG:,} tags, p99"
    queries = {
        "by name": "",
        "search": "q=team-07/app",
        "search of all by size": "q=app&sort=size&order=desc",
        "two letters": "q=7/&sort=lastPull",
    }
    measures = {name: Measure(f"{what}: {name}", "ms", **at_most(10)) for name in queries}
    with bench.larderd(data=bench.seeds.catalog(count)) as daemon:
        for name, query in queries.items():
            path = f"/api/v1/repositories?limit={BROWSED}&{query}"
            page = daemon.client().get(path).json()
            assert 0 < len(page["items"]) <= BROWSED <= page["total"] or "q=" in query, page["total"]
            for _ in range(bench.runs):
                measures[name].add("larderd", wrk(f"http://{daemon.address}{path}", 1, 1).p99)
    return list(measures.values())


ROWS = {
    "start": many_repositories,
    "browse": browsing,
    "tags": tag_list,
    "growth-tags": growing_tags,
    "growth-blobs": growing_blobs,
}
