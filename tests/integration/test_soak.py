"""Everything at once for a while: pulls, pushes, deletions, polls, garbage collection and eviction at a disk limit.

--soak-seconds says how long. No client gets an error, the disk stays below its limit, and memory does not grow.
"""

import itertools
import os
import random
import statistics
import threading
import time

from harness.daemon import config, rule
from harness.images import make_image
from harness.peers import run
from harness.upstream import Expected

MIB = 1 << 20
LIMIT = 32 * MIB
POLLED = "img/3x200k/soak-polled"
# While memory fills up to its usual level nothing is judged.
WARM_UP = 0.4
# In an hour, by the slope of a run of ten minutes or more; a shorter one has the noise of the allocator for its slope,
# and is judged by its own time.
MAX_GROWTH = 24 * MIB
# The address sanitizer holds back what was freed, 256 MiB unless told otherwise: growth for as long as that fills.
QUARANTINE = "quarantine_size_mb=4:thread_local_quarantine_size_kb=64"


class Soak:
    """Clients that go on until they are told to stop, and what went wrong."""

    def __init__(self, daemon):
        self.stop = threading.Event()
        self.failures = []
        self.done = {}
        self._daemon = daemon

    def repeat(self, act, seed):
        chance, client = random.Random(seed), self._daemon.client()
        for number in itertools.count():
            if self.stop.is_set():
                return
            try:
                act(client, chance, f"{seed}-{number}")
            except Exception as failure:  # whatever a client meets is a finding
                self.failures.append(f"{act.__name__}: {failure!r}")
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1


def pull(client, chance, _):
    """Some images often and many seldom, more of them than there is room for."""
    popular = chance.random() < 0.5
    name = f"img/2x100k/soak{chance.randrange(8) if popular else chance.randrange(400)}"
    image = Expected(name)
    manifest, *blobs = client.pull(f"up/{name}", "latest")
    assert (manifest.status, manifest.body) == (200, image.manifest.data)
    assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]
    time.sleep(0.05)


def push(client, chance, number):
    repository = f"own/{chance.randrange(4)}-{number.split('-')[0]}"
    image = make_image(f"soak-{number}", layer_size=50_000)
    client.push(repository, image, "v1")
    assert client.manifest(repository, "v1").body == image.manifest.data
    assert client.blob(repository, image.layers[0].digest).body == image.layers[0].data
    if chance.random() < 0.8:
        assert client.delete(f"/v2/{repository}/manifests/{image.manifest.digest}").status == 202
    time.sleep(0.05)


def look_around(client, _, __):
    assert client.get("/v2/_catalog?n=50").status == 200
    assert client.get(f"/v2/polled/{POLLED}/tags/list").status in (200, 404)  # before the first poll
    time.sleep(0.1)


def growth_per_second(samples):
    """The slope of a line through (seconds, bytes)."""
    return statistics.linear_regression(*zip(*samples)).slope


def test_soak(request, binary, serve, data, upstream):
    seconds = request.config.getoption("--soak-seconds")
    upstream.control("tags", {"repository": POLLED, "tag": "v0", "image": POLLED})
    polling = {"onDemand": False, "pollInterval": "5s", "content": [{"prefix": POLLED, "destination": "/polled"}]}
    limits = {"maxBytes": LIMIT, "highWatermark": "60%", "lowWatermark": "40%", "minFree": "1B"}
    settings = config(
        data,
        rule(upstream.url, "/up", manifestCheckInterval="2s"),
        {**rule(upstream.url), **polling},
        log={"level": "info"},
        storage={"gcDelay": "3s", "gcInterval": "2s"},
        extensions={"scrub": {"interval": "10s"}},
        larder={"storage": limits, "memoryLimit": "256MiB"},
    )
    daemon = serve(settings, env={"ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:{QUARANTINE}"})
    soak = Soak(daemon)
    orders = [(pull, 1), (pull, 2), (pull, 3), (push, 4), (push, 5), (look_around, 6)]
    threads = [threading.Thread(target=soak.repeat, args=order) for order in orders]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    memory, used = [], []
    for number in itertools.count():
        passed = time.monotonic() - begun
        if passed > seconds:
            break
        memory.append((passed, daemon.process.resident_bytes("RssAnon")))
        used.append(daemon.client().metrics()["larder_storage_used_bytes"])
        if number % 10 == 0:
            image = f"img/3x200k/soak-polled-{number // 10 % 6}"
            upstream.control("tags", {"repository": POLLED, "tag": f"v{number // 10 % 4}", "image": image})
        time.sleep(1)
    soak.stop.set()
    for thread in threads:
        thread.join()
    metrics = daemon.client().metrics()
    settled = [sample for sample in memory if sample[0] > WARM_UP * seconds]
    slope = growth_per_second(settled)
    polls = sum(value for name, value in metrics.items() if name.startswith("larder_poll_runs_total"))
    evicted = metrics['larder_evictions_total{reason="maxBytes"}']
    print(f"{soak.done}, {polls:.0f} polls, {evicted:.0f} evictions, {len(soak.failures)} failures")
    first, last = settled[0][1], settled[-1][1]
    print(f"anonymous memory {first / MIB:.1f} to {last / MIB:.1f} MiB, {slope * 3600 / MIB:.1f} MiB/h")
    print(f"at most {max(used) / MIB:.1f} of {LIMIT / MIB:.0f} MiB used, open files {metrics['process_open_fds']:.0f}")

    assert soak.failures == []
    assert max(used) <= LIMIT
    assert slope * max(seconds * (1 - WARM_UP), 3600 if seconds >= 600 else 0) < MAX_GROWTH
    assert min(evicted, polls, metrics['zot_gc_deleted_total{type="blob"}']) > 0
    assert "Z error " not in daemon.log()
    daemon.stop()
    assert "no damage" in run(binary, "verify-store", daemon.config_path).stdout
