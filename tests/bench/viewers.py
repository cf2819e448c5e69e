"""What consoles that watch cost those who pull."""

import contextlib
import resource
import selectors
import threading
import time

from bench.hot import CONNECTIONS, manifest_rate
from bench.measure import Measure, at_least, at_most_above
from bench.servers import MIB
from bench.stores import Stores
from harness.websocket import WebSocket

TOPICS = ("metrics", "transfers", "events", "jobs", "logs")
# As browsers ask for it; what they would inflate is thrown away here.
DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate"}
SETTLE_SECONDS = 2


def idle_viewers(bench):
    return beside(bench, 500, "idle", ())


def active_viewers(bench):
    return beside(bench, 50, "active", TOPICS)


def beside(bench, count, kind, topics):
    """The same larderd without ("before") and with the viewers, in turn."""
    seconds = 2 if bench.quick else 3
    rate = Measure(f"hot manifest, -c{CONNECTIONS}, {count} {kind} viewers", "/s", **at_least(0.9, "before"))
    memory = Measure("  resident memory", "MiB", **at_most_above(16, "before"))
    stores = Stores(bench)
    with stores.larderd() as server:

        def measure(name):
            rate.add(name, manifest_rate(server, stores, seconds))
            memory.add(name, server.process.resident_bytes() / MIB)

        manifest_rate(server, stores, seconds)
        for run in range(bench.runs):
            # Each is first in turn: this machine gets slower as a load goes on.
            if run % 2 == 0:
                measure("before")
            with watching(server.url.split("//")[1], count, topics):
                measure("larderd")
            time.sleep(SETTLE_SECONDS)
            if run % 2 == 1:
                measure("before")
    return [rate, memory]


@contextlib.contextmanager
def watching(address, count, topics):
    """That many viewers, who take what they are sent."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    viewers = [WebSocket(address, **DEFLATE) for _ in range(count)]
    for viewer in viewers:
        viewer.subscribe(*topics)
    ended = threading.Event()
    taking = threading.Thread(target=take_all, args=(viewers, ended))
    taking.start()
    try:
        time.sleep(SETTLE_SECONDS)
        yield
    finally:
        ended.set()
        taking.join()
        for viewer in viewers:
            viewer.close()


def take_all(viewers, ended):
    with selectors.DefaultSelector() as selector:
        for viewer in viewers:
            selector.register(viewer.socket, selectors.EVENT_READ)
        while not ended.is_set():
            for key, _ in selector.select(timeout=0.1):
                assert key.fileobj.recv(1 << 16), "larderd closed a viewer's connection"


ROWS = {"viewers-idle": idle_viewers, "viewers-active": active_viewers}
