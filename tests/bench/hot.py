"""What is in the cache already, under load by wrk, beside nginx serving the same bytes as files."""

import time

from bench.measure import Measure, at_least, at_most
from bench.stores import BLOB_PATH, MANIFEST_PATH, Stores
from bench.wrk import wrk

CONNECTIONS, BLOB_CONNECTIONS = 32, 8


def hot_reads(bench):
    """Sync rules and metrics are on."""
    seconds = 2 if bench.quick else 3
    manifests = Measure(f"hot manifest by tag, wrk -t1 -c{CONNECTIONS}", "/s", **at_least(1.0, "nginx"))
    cost = Measure(f"hot 50 MB blob, -c{BLOB_CONNECTIONS}: server CPU", "s/GB", **at_most(1.1, "nginx"))
    speed = Measure("  throughput", "GB/s", **at_least(1.0, "nginx"))
    stores = Stores(bench)

    def measure(server):
        manifests.add(server.name, manifest_rate(server, stores, seconds))
        gigabytes_per_second, cpu = blob_speed(server, seconds)
        cost.add(server.name, cpu)
        speed.add(server.name, gigabytes_per_second)

    with stores.docker_registry() as docker_registry:  # in no bar: once
        measure(docker_registry)
    with stores.nginx() as nginx, stores.larderd() as larderd:
        for _ in range(bench.runs):
            measure(nginx)
            measure(larderd)
    return [manifests, cost, speed]


def manifest_rate(server, stores, seconds):
    return wrk(server.url + MANIFEST_PATH, CONNECTIONS, seconds, stores.manifest_headers).rate


def blob_speed(server, seconds):
    """(GB/s, the server's CPU seconds for each GB)."""
    cpu, begun = server.process.cpu_seconds(), time.monotonic()
    gigabytes = wrk(server.url + BLOB_PATH, BLOB_CONNECTIONS, seconds).read / 1e9
    elapsed = time.monotonic() - begun
    return gigabytes / elapsed, (server.process.cpu_seconds() - cpu) / gigabytes


ROWS = {"hot": hot_reads}
