"""What is in the cache already, under load by wrk, beside nginx serving the same bytes as files."""

import contextlib
import re
import time

from bench.measure import Measure
from bench.servers import cpu_seconds
from harness.client import Client
from harness.images import Content, make_image
from harness.peers import run

NAME = "hot/app"
BLOB_SIZE = 50_000_000


@contextlib.contextmanager
def stores(bench, image, blob):
    """(name, address, process) of the three servers, each with the image and the blob."""
    files = {
        f"/v2/{NAME}/manifests/latest": (image.manifest.media_type, image.manifest.data),
        f"/v2/{NAME}/blobs/{blob.digest}": ("application/octet-stream", blob.data),
    }
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(bench.upstream(throttled=False))
        larderd = stack.enter_context(bench.larderd(upstream))
        peer = stack.enter_context(bench.docker_registry())
        nginx = stack.enter_context(bench.nginx(files))
        for address in (larderd.address, peer.address):
            client = Client(address)
            client.push(NAME, image, "latest")
            assert client.push_blob(NAME, blob).status == 201
        yield (
            ("nginx", nginx.address, nginx.process),
            ("docker-registry", peer.address, peer.process),
            ("larderd", larderd.address, larderd.process),
        )


def wrk(address, path, connections, seconds, accept="*/*"):
    """(requests per second, bytes read in all)."""
    done = run(
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-H", f"Accept: {accept}",
        f"http://{address}{path}",
    )  # fmt: skip
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", done.stdout)
    assert not failed, f"{address}{path}: {failed[0]}"
    rate = float(re.search(r"Requests/sec: +([\d.]+)", done.stdout)[1])
    number, unit = re.search(r"requests in [^,]+, ([\d.]+)([KMGT]?)B read", done.stdout).groups()
    return rate, float(number) * 1024 ** " KMGT".index(unit or " ")


def hot_reads(bench):
    seconds = 2 if bench.quick else 5
    image = make_image("hot", layers=2)
    blob = Content(bytes(range(250)) * (BLOB_SIZE // 250))
    manifests = Measure(
        "hot manifest by tag, wrk -t1 -c32",
        "/s",
        bar="≥ 1.0 × nginx",
        holds=lambda medians: medians["larderd"] >= medians["nginx"],
    )
    cost = Measure(
        "hot 50 MB blob, -c8: server CPU",
        "s/GB",
        bar="≤ 1.1 × nginx",
        holds=lambda medians: medians["larderd"] <= 1.1 * medians["nginx"],
    )
    speed = Measure(
        "  throughput",
        "GB/s",
        bar="≥ 1.0 × nginx",
        holds=lambda medians: medians["larderd"] >= medians["nginx"],
    )
    with stores(bench, image, blob) as servers:
        for _ in range(bench.runs):
            for server, address, process in servers:
                path = f"/v2/{NAME}/manifests/latest"
                manifests.add(server, wrk(address, path, 32, seconds, image.manifest.media_type)[0])
                cpu, begun = cpu_seconds(process), time.monotonic()
                _, read = wrk(address, f"/v2/{NAME}/blobs/{blob.digest}", 8, seconds)
                elapsed = time.monotonic() - begun
                cost.add(server, (cpu_seconds(process) - cpu) / (read / 1e9))
                speed.add(server, read / 1e9 / elapsed)
    return [manifests, cost, speed]


ROWS = {"hot": hot_reads}
