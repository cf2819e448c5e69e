"""What is in the cache already, under load by wrk, beside nginx serving the same bytes as files."""

import time

from bench.discard import received
from bench.measure import Measure, at_least, at_most
from bench.stores import BLOB_PATH, MANIFEST_PATH, Stores
from bench.wrk import wrk

CONNECTIONS, MANY_CONNECTIONS, BLOB_CONNECTIONS = 32, 1000, 8


def hot_reads(bench):
    """Sync rules and metrics are on. Blobs twice: with wrk, and with a client that costs little."""
    seconds = 2 if bench.quick else 3
    rates, delays = [], []
    for connections in (CONNECTIONS, MANY_CONNECTIONS):
        rates.append(Measure(f"hot manifest by tag, wrk -t1 -c{connections}", "/s", **at_least(1.15, "nginx")))
        delays.append(Measure(f"  p99, -c{connections}", "ms", **at_most(1.0, "nginx")))
    cost = Measure(f"hot 50 MB blob, wrk -c{BLOB_CONNECTIONS}: server CPU", "s/GB", **at_most(1.0, "nginx"))
    speed = Measure("  throughput", "GB/s", **at_least(1.2, "nginx"))
    light_cost = Measure(f"hot 50 MB blob, dropped, -c{BLOB_CONNECTIONS}: server CPU", "s/GB", **at_most(1.0, "nginx"))
    light_speed = Measure("  throughput, dropped", "GB/s", **at_least(1.2, "nginx"))
    stores = Stores(bench)

    def measure(server):
        for connections, rate, delay in zip((CONNECTIONS, MANY_CONNECTIONS), rates, delays):
            load = wrk(server.url + MANIFEST_PATH, connections, seconds, stores.manifest_headers)
            rate.add(server.name, load.rate)
            delay.add(server.name, load.p99)
        for load, costs, speeds in ((read_by_wrk, cost, speed), (read_and_dropped, light_cost, light_speed)):
            gigabytes_per_second, cpu = blob_speed(server, seconds, load)
            costs.add(server.name, cpu)
            speeds.add(server.name, gigabytes_per_second)

    with stores.docker_registry() as docker_registry:  # in no bar: once
        measure(docker_registry)
    with stores.nginx() as nginx, stores.larderd() as larderd:
        for _ in range(bench.runs):
            measure(nginx)
            measure(larderd)
    return [rates[0], delays[0], rates[1], delays[1], cost, speed, light_cost, light_speed]


def manifest_rate(server, stores, seconds):
    return wrk(server.url + MANIFEST_PATH, CONNECTIONS, seconds, stores.manifest_headers).rate


def read_by_wrk(server, seconds):
    return wrk(server.url + BLOB_PATH, BLOB_CONNECTIONS, seconds).read


def read_and_dropped(server, seconds):
    return received(server.url.removeprefix("http://"), BLOB_PATH, BLOB_CONNECTIONS, seconds)


def blob_speed(server, seconds, load=read_by_wrk):
    """(GB/s, the server's CPU seconds for each GB)."""
    cpu, begun = server.process.cpu_seconds(), time.monotonic()
    gigabytes = load(server, seconds) / 1e9
    elapsed = time.monotonic() - begun
    return gigabytes / elapsed, (server.process.cpu_seconds() - cpu) / gigabytes


ROWS = {"hot": hot_reads}
