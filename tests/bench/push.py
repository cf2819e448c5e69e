"""Pushes to larderd and docker-registry as stores, both of which sync what they have taken to the disk."""

import contextlib
import http.client
import random
import time

from bench.measure import Measure, at_least, at_most
from harness.client import Client, with_query
from harness.images import Content, make_image

NAME = "pushed/app"
LAYERS, LAYER_SIZE = 4, 100_000


@contextlib.contextmanager
def empty_stores(bench):
    """(name, address, process) of each."""
    with bench.docker_registry() as peer, bench.larderd() as daemon:
        yield (
            ("docker-registry", peer.address, peer.process),
            ("larderd", daemon.address, daemon.process),
        )


def one_large(bench):
    megabytes = 50 if bench.quick else 200
    cost = Measure(f"push of {megabytes} MB in one PUT: server CPU", "s", **at_most(0.5, "docker-registry"))
    duration = Measure("  until the answer", "s", **at_most(1.0, "docker-registry"))
    with empty_stores(bench) as servers:
        for number in range(bench.runs):
            blob = Content(random.Random(number).randbytes(megabytes * 1_000_000))
            for server, address, process in servers:
                bench.settle_page_cache(len(blob.data))
                seconds, cpu = push_time(address, process, blob)
                cost.add(server, cpu)
                duration.add(server, seconds)
                answer = Client(address).blob(NAME, blob.digest, method="HEAD")
                assert answer.headers["Content-Length"] == str(len(blob.data)), f"{server}: {answer.headers}"
    return [cost, duration]


def push_time(address, process, blob):
    """(seconds, CPU seconds)"""
    assert blob.digest  # made before the clock runs
    cpu, begun = process.cpu_seconds(), time.monotonic()
    answer = Client(address).push_blob(NAME, blob)
    elapsed = time.monotonic() - begun
    assert answer.status == 201, (answer.status, answer.body)
    return elapsed, process.cpu_seconds() - cpu


def many_small(bench):
    count = 100 if bench.quick else 500
    what = f"push of {count} images, {LAYERS} × {LAYER_SIZE // 1000} KB, one connection"
    measure = Measure(what, "/s", **at_least(2, "docker-registry"))
    images = [make_image(f"pushed-{number}", LAYERS, LAYER_SIZE) for number in range(count)]
    for image in images:
        assert all(blob.digest for blob in image.blobs)
    with empty_stores(bench) as servers:
        for server, address, _ in servers:
            begun = time.monotonic()
            with contextlib.closing(Session(address)) as session:
                for number, image in enumerate(images):
                    session.push(f"pushed/app-{number:03}", image)
            measure.add(server, count / (time.monotonic() - begun))
    return [measure]


class Session:
    """A client that keeps its one connection."""

    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address, timeout=30)
        self._connection.connect()

    def push(self, repository, image):
        for blob in image.blobs:
            location = self._request("POST", f"/v2/{repository}/blobs/uploads/", 202).headers["Location"]
            self._request("PUT", with_query(location, digest=blob.digest), 201, blob)
        self._request("PUT", f"/v2/{repository}/manifests/latest", 201, image.manifest)

    def _request(self, method, path, expected, content=None):
        headers = {"Content-Type": content.media_type} if content else {}
        self._connection.request(method, path, content.data if content else None, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == expected, f"{method} {path}: {answer.status} {body}"
        assert self._connection.sock, f"{method} {path}: the server closed the connection"
        return answer

    def close(self):
        self._connection.close()


ROWS = {"push-large": one_large, "push-small": many_small}
