"""A rolling update on one data directory: a new server comes up beside the old one, which then ends. Under traffic."""

import contextlib
import http.client
import threading
import time

from harness.client import Client
from harness.images import sha256
from harness.service import Service
from harness.traffic import Puller
from harness.upstream import Expected, blob_bytes

HOT = "img/1x64k/hot"
STOP_LIMIT = 25


class KeepAlive(threading.Thread):
    """Asks for one manifest again and again, on one connection for as long as the server keeps it."""

    def __init__(self, address, name):
        super().__init__()
        self._address, self._name = address, name
        self.requests, self.failures = 0, []
        self.ended = False

    def run(self):
        expected = Expected(self._name).manifest.data
        connection = http.client.HTTPConnection(self._address, timeout=15)
        while not self.ended:
            self.requests += 1
            try:
                connection.request("GET", f"/v2/{self._name}/manifests/v1")
                answer = connection.getresponse()
                if (answer.status, answer.read()) != (200, expected):
                    self.failures.append(answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
            time.sleep(0.002)
        connection.close()


def client_of(server):
    return Client(f"127.0.0.1:{server.port}")


def roll(start, upstream, times):
    """start() makes a server that mirrors `upstream`, with a port and stop(). Replaces it so often, and asserts that no
    request fails, nothing is fetched twice and none takes long to stop."""
    old = start()
    hot = client_of(old).pull(HOT, "v1")
    assert [sha256(blob.body) for blob in hot[1:]] == Expected(HOT).blobs
    with contextlib.closing(Service()) as service:
        service.ports.append(old.port)
        pullers = [Puller(service.address, f"roll{number}") for number in range(2)]
        clients = [*pullers, *(KeepAlive(service.address, HOT) for _ in range(8))]
        for client in clients:
            client.start()
        slowest = 0
        try:
            for _ in range(times):
                new = start()
                assert client_of(new).get("/readyz").status == 200
                service.ports.append(new.port)
                service.ports.remove(old.port)
                started = time.monotonic()
                old.stop()
                slowest = max(slowest, time.monotonic() - started)
                old = new
        finally:
            for client in clients:
                client.ended = True
            for client in clients:
                client.join()
    assert [client.failures for client in clients if client.failures] == []
    assert sum(client.requests for client in clients[2:]) > 100 * times
    images = [HOT, *(name for puller in pullers for name in puller.images)]
    assert blob_bytes(upstream) == sum(Expected(name).blob_bytes for name in images)
    assert slowest < STOP_LIMIT
