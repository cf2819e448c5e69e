"""Everything at once on a store of ten thousand repositories: whether anything of it keeps an io thread, and with it all
whose connections are there, waiting."""

import contextlib
import itertools
import re
import threading
import time

from bench.hot import CONNECTIONS
from bench.measure import Measure, at_most
from bench.stores import IMAGE, MANIFEST_PATH, NAME
from bench.viewers import TOPICS, watching
from bench.wrk import wrk
from harness.admin import Admin
from harness.images import make_image

REPOSITORIES = 10_000
VIEWERS = 50
LOAD_SECONDS = 2
BUCKET = re.compile(r'larder_io_turn_seconds_bucket\{.*le="(.+)"\}')
# Kept whole: what is decided about each is what costs.
RETENTION = {"repositories": ["**"], "keepTags": [{"patterns": [".*"], "mostRecentlyPushedCount": 100}]}


def pull(client, number):
    """An image that nobody has asked for yet."""
    for answer in client.pull(f"up/img/2x1m/stalls-{number}", "latest"):
        assert answer.status == 200, (answer.status, answer.body)


def push(client, number):
    image = make_image(f"stalls-{number}", layer_size=200_000)
    client.push(f"own/app-{number % 20}", image, "v1")
    assert client.delete(f"/v2/own/app-{number % 20}/manifests/{image.manifest.digest}").status == 202


def browse(client, _):
    admin = Admin(client)
    for path in ("/repositories?sort=size&limit=500", "/storage/preview?kind=retention", "/storage", "/transfers/ended", "/status"):
        assert admin.get(path).status == 200, path


def scrape(client, _):
    assert client.get("/metrics").status == 200
    time.sleep(0.5)


def edit(client, number):
    answer = Admin(client).call("PATCH", "/config", {"http": {"realm": f"bench {number}"}}, {"If-Match": "*"})
    assert answer.status == 200, answer.body
    time.sleep(0.5)


def keep_house(client, number):
    kind = ("gc", "retention", "scrub")[number % 3]
    assert Admin(client).call("POST", "/jobs", {"kind": kind}).status in (202, 409)
    time.sleep(1)


CHORES = (pull, pull, pull, pull, push, push, browse, scrape, edit, keep_house)


@contextlib.contextmanager
def everything(daemon):
    """All chores, over and over. What fails is raised at the end."""
    ended, failures = threading.Event(), []

    def repeat(chore, seed):
        client = daemon.client()
        for number in itertools.count(seed * 1_000_000):
            if ended.is_set():
                return
            try:
                chore(client, number)
            except Exception as failure:  # whatever a client meets is a finding
                failures.append(f"{chore.__name__}: {failure!r}")
                return

    threads = [threading.Thread(target=repeat, args=(chore, seed)) for seed, chore in enumerate(CHORES)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert not failures, failures


def longest_turn(before, after):
    """The bound of the highest bucket that something has come into, in seconds."""
    counts = {}
    for name in after:
        if match := BUCKET.match(name):
            bound = float(match[1].replace("+Inf", "inf"))
            counts[bound] = counts.get(bound, 0) + after[name] - before.get(name, 0)
    return min(bound for bound, count in counts.items() if count == max(counts.values()))


def stalls(bench):
    slow = Measure("everything at once: turns of io threads above 20 ms of their own", "", **at_most(0))
    longest = Measure("  longest turn, waits for a processor included (at most)", "ms")
    hot = Measure(f"  hot manifest, -c{CONNECTIONS}, p99", "ms", **at_most(3, "before"))
    rate = Measure("  rate", "/s")
    repositories = REPOSITORIES // 10 if bench.quick else REPOSITORIES
    settings = {
        "storage": {"gcInterval": "1h", "retention": {"delay": "1h", "policies": [RETENTION]}},
        "extensions": {"scrub": {"enable": True, "interval": "2h"}},
    }
    with bench.upstream() as upstream:
        with bench.larderd(upstream, data=bench.seeds.catalog(repositories), settings=settings, destination="/up") as daemon:
            daemon.client().push(NAME, IMAGE, "latest")

            def load():
                headers = {"Accept": IMAGE.manifest.media_type}
                return wrk(f"http://{daemon.address}{MANIFEST_PATH}", CONNECTIONS, LOAD_SECONDS, headers)

            idle = [load() for _ in range(bench.runs)]
            before = daemon.client().metrics()
            begun = time.monotonic()
            busy = []
            with watching(daemon.address, VIEWERS, TOPICS), everything(daemon):
                while len(busy) < bench.runs or time.monotonic() - begun < bench.soak_seconds:
                    busy.append(load())
            after = daemon.client().metrics()
    for server, seen in (("before", idle), ("larderd", busy)):
        for one in seen:
            hot.add(server, one.p99)
            rate.add(server, one.rate)
    slow.add("larderd", after["larder_io_slow_turns_total"] - before["larder_io_slow_turns_total"])
    longest.add("larderd", 1000 * longest_turn(before, after))
    return [slow, longest, hot, rate]


ROWS = {"stalls": stalls}
