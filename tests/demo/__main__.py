"""Starts the demo, says where it is, and runs until it is interrupted."""

import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading

from demo.traffic import Traffic
from demo.world import ADMIN, BUILDS, World
from harness.process import forget_proxies

ROOT = pathlib.Path(__file__).resolve().parents[2]


def options():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the dashboard's; a free one by default")
    parser.add_argument("--json", action="store_true", help="say it as one line of JSON, for programs")
    return parser.parse_args()


def announce(world, as_json):
    url = f"http://{world.larderd.address}"
    if as_json:
        document = {"url": url, "user": ADMIN, "password": world.passwords[ADMIN], "hub": f"http://{world.hub_host}"}
        document |= {"slow": f"http://{world.slow_host}", "builds": BUILDS, "directory": str(world.directory)}
        print(json.dumps(document), flush=True)
        return
    print(f"\nThe dashboard is at {url}/\n", flush=True)
    for name, password in world.passwords.items():
        what = "an admin" if name == ADMIN else "may look" if name == "auditor" else "a client"
        print(f"  {name:8} {password}   {what}")
    print("\nAll of it, passwords too, is made for this run and removed at its end: Ctrl-C.", flush=True)


def main():
    chosen = options()
    binary = pathlib.Path(os.environ.get("LARDERD", ROOT / "build/release/backend/daemon/larderd"))
    forget_proxies()
    started, ended, restart = threading.Event(), threading.Event(), threading.Event()

    def end(*_):
        first = not ended.is_set()
        ended.set()
        if first and not started.is_set():
            sys.exit(130)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    signal.signal(signal.SIGUSR1, lambda *_: restart.set())
    if not chosen.json:
        print("Starting upstreams and filling them", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="larder-demo-") as directory:
        with World(binary, pathlib.Path(directory), chosen.port) as world:
            traffic = Traffic(world)
            traffic.start()
            started.set()
            announce(world, chosen.json)
            while not ended.wait(0.2):
                if restart.is_set():
                    restart.clear()
                    world.restart()
            traffic.stop()


if __name__ == "__main__":
    main()
