"""What consoles that watch cost those who pull."""

import contextlib
import resource
import selectors
import threading
import time

from bench.hot import CONNECTIONS, manifest_rate
from bench.measure import Measure, at_least, at_most_above, in_turn
from bench.servers import MIB
from bench.stores import Stores
from harness.websocket import WebSocket

TOPICS = ("metrics", "transfers", "events", "jobs", "logs")
# As browsers ask for it; what they would inflate is thrown away here.
DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate"}
SETTLE_SECONDS = 1
PONG_SECONDS = 20
KINDS = {"idle": (500, ()), "active": (50, TOPICS)}


def beside_viewers(bench):
    """The same larderd without ("before") and with viewers, in turn."""
    seconds = 2 if bench.quick else 3
    stores = Stores(bench)
    rates, memories = {}, {}
    for kind, (count, _) in KINDS.items():
        what = f"hot manifest, -c{CONNECTIONS}, {count} {kind} viewers"
        rates[kind] = Measure(what, "/s", **at_least(0.9, "before"))
        memories[kind] = Measure("  resident memory", "MiB", **at_most_above(16, "before"))
    with stores.larderd() as server:
        address = server.url.split("//")[1]
        manifest_rate(server, stores, seconds)
        cases = ("before", *KINDS)
        for run in range(bench.runs):
            for case in in_turn(cases, run):
                with watching(address, *KINDS[case]) if case in KINDS else contextlib.nullcontext():
                    rate = manifest_rate(server, stores, seconds)
                    memory = server.process.resident_bytes() / MIB
                time.sleep(SETTLE_SECONDS)
                for kind in KINDS if case == "before" else (case,):
                    name = case if case == "before" else "larderd"
                    rates[kind].add(name, rate)
                    memories[kind].add(name, memory)
    return [measure for kind in KINDS for measure in (rates[kind], memories[kind])]


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
    """What comes is not looked at, pings neither: viewers tell by themselves that they are there."""
    with selectors.DefaultSelector() as selector:
        for viewer in viewers:
            selector.register(viewer.socket, selectors.EVENT_READ)
        pong_at = time.monotonic() + PONG_SECONDS
        while not ended.is_set():
            if time.monotonic() >= pong_at:
                pong_at += PONG_SECONDS
                for viewer in viewers:
                    viewer.pong()
            for key, _ in selector.select(timeout=0.1):
                assert key.fileobj.recv(1 << 16), "larderd closed a viewer's connection"


ROWS = {"viewers": beside_viewers}
