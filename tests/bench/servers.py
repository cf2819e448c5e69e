"""The servers under load, each in a directory of its own, and what they cost."""

import contextlib
import os
import pathlib

from harness.daemon import Larderd, config, rule
from harness.peers import DockerRegistry
from harness.process import Process, accepts, free_port
from support.faulty_upstream import Upstream

LATENCY_MS, RATE_MB = 30, 20


class Bench:
    """Where a run keeps its things. Servers live as long as the block that asked for them."""

    def __init__(self, directory, binary, quick):
        self.directory = pathlib.Path(directory)
        self.binary = binary
        self.quick = quick
        self.runs = 1 if quick else 3
        self._count = 0

    def fresh(self, name):
        self._count += 1
        path = self.directory / f"{self._count}-{name}"
        path.mkdir()
        return path

    @contextlib.contextmanager
    def upstream(self, throttled=True):
        options = ("--latency-ms", str(LATENCY_MS), "--rate-mb", str(RATE_MB)) if throttled else ()
        with Upstream("--auth", "token", *options) as server:
            yield server

    @contextlib.contextmanager
    def larderd(self, *upstreams, **options):
        directory = self.fresh("larderd")
        rules = [rule(server.url, **options) for server in upstreams]
        daemon = Larderd(self.binary, directory, config(directory / "data", *rules, log={"level": "info"})).start()
        try:
            yield daemon
        finally:
            daemon.stop()

    @contextlib.contextmanager
    def docker_registry(self, upstream=None):
        peer = DockerRegistry(self.fresh("docker-registry"), upstream and upstream.url)
        try:
            yield peer
        finally:
            peer.stop()

    @contextlib.contextmanager
    def nginx(self, files):
        """Static files by path: {"/v2/…": (media type, bytes)}, with sendfile and open_file_cache."""
        directory = self.fresh("nginx")
        locations = []
        for path, (media_type, content) in files.items():
            target = directory / "root" / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            locations.append(f"location = {path} {{ default_type {media_type}; }}")
        port = free_port()
        settings = directory / "nginx.conf"
        user = "user root;" if os.getuid() == 0 else ""
        temporary = "".join(
            f"{kind}_temp_path {directory}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        settings.write_text(
            f"daemon off; {user} worker_processes auto; pid {directory}/pid; error_log {directory}/error.log;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ {temporary} access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n"
            "open_file_cache max=1000; open_file_cache_valid 60s; types { }\n"
            f"server {{ listen 127.0.0.1:{port} backlog=1024; root {directory}/root; {' '.join(locations)} }} }}\n",
            encoding="utf-8",
        )
        process = Process(("nginx", "-c", settings, "-e", directory / "error.log"), directory / "nginx.log")
        process.wait_for(lambda: accepts(port), "nginx listening")
        try:
            yield Static(f"127.0.0.1:{port}", process)
        finally:
            process.stop()


class Static:
    def __init__(self, address, process):
        self.address = address
        self.process = process


def cpu_seconds(process):
    """Of a process and its children, for nginx works in children."""
    pids = [process.pid]
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    pids += map(int, children.split())
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
