"""Hot manifests while garbage is collected, and while images are evicted, on the same larderd."""

import json
import shutil
import socket
import time

from bench import seeds
from bench.hot import CONNECTIONS
from bench.measure import Measure, at_most
from bench.stores import IMAGE, MANIFEST_PATH, NAME
from bench.wrk import wrk
from harness.admin import Admin
from harness.daemon import config, rule
from harness.peers import run
from harness.process import wait_until

BLOBS = 20_000
REPOSITORIES = 10_000
PAUSE_MS = 5
OLD_SECONDS = 4  # what was stored or used so lately is neither collected nor evicted
# Nobody is asked for anything: it makes what is imported a copy, which can be evicted.
UPSTREAM = rule("http://127.0.0.1:9")
SYNC = {
    "extensions": {"sync": {"enable": True, "registries": [UPSTREAM]}},
    "larder": {"upstreams": {"127.0.0.1:9": {"allowPush": [NAME]}}},
}


def during_gc(bench):
    def collect(daemon):
        for number in range(BLOBS // seeds.BLOBS_OF_LARGE_IMAGE):
            name = f"old/app-{number:05}"
            manifest, _ = seeds.small_image(name, seeds.BLOBS_OF_LARGE_IMAGE)
            assert daemon.client().delete(f"/v2/{name}/manifests/{manifest.digest}").status == 202
        time.sleep(OLD_SECONDS)
        assert Admin(daemon.client()).call("POST", "/jobs", {"kind": "gc"}).status == 202

    settings = {"storage": {"gc": False, "gcDelay": "1s"}}
    return hot_meanwhile(bench, "gc", seeds.BLOBS_OF_LARGE_IMAGE, settings, collect, rounds=bench.runs, loads=1)


def during_eviction(bench):
    def fill(daemon):
        time.sleep(OLD_SECONDS)
        assert Admin(daemon.client()).patch({"larder": {"storage": {"maxBytes": "1KiB"}}}).status == 200

    settings = {"storage": {"gc": False}}
    # It lasts for several loads, and what it needs takes long to make.
    return hot_meanwhile(bench, "eviction", seeds.BLOBS_OF_IMAGE, settings, fill, rounds=1, loads=bench.runs)


def vanishing(bench):
    """One client that pulls what is hot, without pause, while all of the other repositories, which the caches hold as
    well, are collected. "before" is the same client just before."""
    title = f"hot manifest during the collection of {REPOSITORIES:,} repositories"
    longest = Measure(f"{title}: longest pull", "ms", **at_most(PAUSE_MS))
    late = Measure(f"  pulls above {PAUSE_MS} ms", "of 10,000")
    took = Measure("  collection", "s")
    for _ in range(bench.runs):
        policy = {"repositories": ["team/**"], "deleteUntagged": True, "keepTags": [{"patterns": ["^none$"]}]}
        storage = {"gc": False, "gcDelay": "1s", "retention": {"delay": "1s", "policies": [policy]}}
        directory = bench.fresh("vanishing") / "data"
        shutil.copytree(bench.seeds.repositories(REPOSITORIES), directory)
        with bench.larderd(data=directory, settings={"storage": storage}) as daemon:
            client, admin = daemon.client(), Admin(daemon.client())
            client.push(NAME, IMAGE, "latest")
            for number in range(REPOSITORIES):
                assert client.manifest(f"team/app-{number:05}", seeds.TAG).status == 200
            time.sleep(OLD_SECONDS)

            def ended():
                jobs = admin.json("/jobs", kind="gc")["items"]
                return jobs[0] if jobs and jobs[0]["state"] in ("succeeded", "failed") else None

            note("before", pulls_until(daemon, lambda begun: time.monotonic() - begun > 10), longest, late)
            assert admin.call("POST", "/jobs", {"kind": "gc"}).status == 202
            # And what is done a while after it, by the ticks of the registry.
            note("larderd", pulls_until(daemon, lambda begun: ended() and time.monotonic() - begun > 20), longest, late)
            job = ended()
            assert job["counts"].get("removedRepositories") == REPOSITORIES, job
            took.add("larderd", seconds_of(job))
    return [longest, late, took]


def note(server, pulls, longest, late):
    longest.add(server, 1000 * max(pulls))
    late.add(server, 10_000 * sum(1000 * pull > PAUSE_MS for pull in pulls) / len(pulls))


def pulls_until(daemon, is_over):
    """How long each pull took, in seconds, on one connection; asked every second whether that is all."""
    request = f"GET {MANIFEST_PATH} HTTP/1.1\r\nHost: larder\r\nAccept: {IMAGE.manifest.media_type}\r\n\r\n".encode()
    pulls, begun = [], time.monotonic()
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not is_over(begun):
            end = time.monotonic() + 1
            while (start := time.monotonic()) < end:
                connection.sendall(request)
                received = connection.recv(65536)
                while not received.endswith(IMAGE.manifest.data):
                    received += connection.recv(65536)
                pulls.append(time.monotonic() - start)
    return pulls


def hot_meanwhile(bench, kind, blobs_of_image, settings, begin, rounds, loads):
    """The loads begin when the job runs and end before it does; "before" is the same load just before."""
    measure = Measure(f"hot manifest, -c{CONNECTIONS}, during {kind} of {BLOBS:,} blobs: p99", "ms", **at_most(1.5, "before"))
    rate = Measure("  rate", "/s")
    took = Measure(f"  {kind}", "s")
    for _ in range(rounds):
        data = stored(bench, blobs_of_image)
        with bench.larderd(data=data, settings={**SYNC, **settings}) as daemon:
            daemon.client().push(NAME, IMAGE, "latest")

            def load():
                return wrk(f"http://{daemon.address}{MANIFEST_PATH}", CONNECTIONS, 1, {"Accept": IMAGE.manifest.media_type})

            admin = Admin(daemon.client())

            def job(*states):
                jobs = admin.json("/jobs", kind=kind)["items"]
                return jobs[0] if jobs and jobs[0]["state"] in states else None

            idle = [load() for _ in range(loads)]
            begin(daemon)
            wait_until(lambda: job("running"), what=f"{kind} to begin", interval=0.01)
            busy = [load() for _ in range(loads)]
            assert job("running"), f"{kind} ended before the loads: {job('succeeded', 'failed')}"
            ended = wait_until(lambda: job("succeeded", "failed"), timeout=120, what=f"{kind} to end")
        for server, seen in (("before", idle), ("larderd", busy)):
            for one in seen:
                measure.add(server, one.p99)
                rate.add(server, one.rate)
        took.add("larderd", seconds_of(ended))
    return [measure, rate, took]


def seconds_of(job):
    begun, ended = (time.strptime(job[key][:19], "%Y-%m-%dT%H:%M:%S") for key in ("startedAt", "endedAt"))
    return time.mktime(ended) - time.mktime(begun)


def stored(bench, blobs_of_image):
    """A data directory with BLOBS blobs, in copies of images of an upstream."""
    directory = bench.fresh("stored")
    layout, data = directory / "layout", directory / "data"
    for number in range(BLOBS // blobs_of_image):
        name = f"old/app-{number:05}"
        seeds.write_repository(layout / name, *seeds.small_image(name, blobs_of_image), [seeds.TAG])
    settings = directory / "import.json"
    settings.write_text(json.dumps(config(data, UPSTREAM, storage={"commit": False})), encoding="utf-8")
    run(bench.binary, "import", "--hard-link", layout, "--config", settings, timeout=300)
    return data


ROWS = {"gc": during_gc, "eviction": during_eviction, "vanishing": vanishing}
