"""The servers under load, each in a directory of its own, and what they cost."""

import contextlib
import os
import pathlib
import shutil

from bench import nginx
from harness.daemon import Larderd, config, merged, rule
from harness.peers import DockerRegistry
from support.faulty_upstream import Upstream

LATENCY_MS, RATE_MB = 30, 20
MIB = 1 << 20


class Bench:
    """Where a row keeps its things. Servers live as long as the block that asked for them."""

    def __init__(self, directory, binary, quick, seeds, soak_seconds=None):
        self.directory = pathlib.Path(directory)
        self.binary = binary
        self.quick = quick
        self.runs = 1 if quick else 3  # of what varies; what is a count or a wait is measured once
        self.seeds = seeds
        self.soak_seconds = soak_seconds or (20 if quick else 60)
        self.peak_bytes = 0  # the most that any larderd so far had in memory
        self.last_peak_bytes = 0  # that of the one that ended last
        self._count = 0

    def fresh(self, name):
        self._count += 1
        path = self.directory / f"{self._count}-{name}"
        path.mkdir()
        return path

    def settle_page_cache(self, size):
        """Ends what others still write, and has the machine give the memory that files of this size will be kept in. A
        virtual machine gets its memory from its host at the first touch, which takes ten times as long as writing to
        it, and gives back what is free for some seconds: that would be measured, as the server's processor time too."""
        os.sync()
        path = self.fresh("touched") / "file"
        with path.open("wb", buffering=0) as file:
            for _ in range(0, size, MIB):
                file.write(bytes(MIB))
        path.unlink()

    @contextlib.contextmanager
    def upstream(self, throttled=True):
        options = ("--latency-ms", str(LATENCY_MS), "--rate-mb", str(RATE_MB)) if throttled else ()
        with Upstream("--auth", "token", *options) as server:
            yield server

    @contextlib.contextmanager
    def larderd(self, *upstreams, data=None, settings=None, **rule_options):
        """With sync rules for the upstreams, metrics on, and `settings` over that. What is mirrored may be pushed too.
        `data` is a seeded directory."""
        directory = self.fresh("larderd")
        rules = [rule(server.url, **rule_options) for server in upstreams]
        pushes = {"upstreams": {server.host: {"allowPush": ["**"]} for server in upstreams}}
        base = config(data or directory / "data", *rules, log={"level": "info"}, larder=pushes)
        daemon = Larderd(self.binary, directory, merged(base, settings or {})).start()
        try:
            yield daemon
            assert daemon.process.running, f"larderd ended by itself:\n{daemon.log()[-4000:]}"
            self.last_peak_bytes = daemon.process.resident_bytes("VmHWM")
            self.peak_bytes = max(self.peak_bytes, self.last_peak_bytes)
        finally:
            daemon.stop()
            shutil.rmtree(directory)

    @contextlib.contextmanager
    def docker_registry(self, upstream=None, htpasswd=None):
        directory = self.fresh("docker-registry")
        peer = DockerRegistry(directory, upstream and upstream.url, htpasswd)
        try:
            yield peer
        finally:
            peer.stop()
            shutil.rmtree(directory)

    def nginx(self, files, **options):
        return nginx.running(self.fresh("nginx"), files, **options)
