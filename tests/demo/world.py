"""The servers of the demo and what is configured: users, policies, sync rules, retention, limits."""

import contextlib
import json
import secrets

from demo import images
from harness.admin import Admin
from harness.daemon import Larderd
from harness.peers import DockerRegistry, write_htpasswd
from harness.process import free_port
from support.faulty_upstream import Upstream

MIB = 1 << 20
ADMIN = "demo"
EVERYTHING = ["read", "create", "update", "delete"]
BUILDS = "builds/runner"  # a repository whose large images come slowly


class World:
    """Runs as long as its block. `passwords` by user, made anew each time."""

    def __init__(self, binary, directory, port=0):
        self.directory = directory
        self.passwords = {name: secrets.token_urlsafe(9) for name in (ADMIN, "ci", "node", "auditor")}
        self.port = port or free_port()
        self._binary = binary
        self._servers = contextlib.ExitStack()
        self.hub = self.slow = self.larderd = None

    def __enter__(self):
        try:
            self.hub = DockerRegistry(self.directory / "hub")
            self._servers.callback(self.hub.stop)
            images.fill(self.hub.client())
            self.slow = self._servers.enter_context(Upstream("--latency-ms", "40", "--rate-mb", "1"))
            for number in range(3):
                self.publish(number)
            self.larderd = Larderd(self._binary, self.directory, self.settings()).start()
            self._servers.callback(self.larderd.stop)
        except BaseException:
            self._servers.close()
            raise
        return self

    def __exit__(self, *failure):
        self._servers.close()

    # *.localhost is loopback by definition; names tell the upstreams apart better than ports.
    @property
    def hub_host(self):
        return "hub.localhost:" + self.hub.address.rsplit(":", 1)[1]

    @property
    def slow_host(self):
        return f"ghcr.localhost:{self.slow.port}"

    def client(self, user):
        return self.larderd.client((user, self.passwords[user]))

    @property
    def admin(self):
        return Admin(self.client(ADMIN))

    def publish(self, number):
        """A new tag at the slow upstream. Returns it."""
        tag = f"1.{number}.0"
        build = {"repository": BUILDS, "tags": [tag, "latest"], "image": f"multi/2/3x4m/runner-{number}"}
        self.slow.control("tags", build)
        return tag

    def restart(self):
        self.larderd.stop()
        self.larderd.start()

    def settings(self):
        users = write_htpasswd(self.directory / "htpasswd", 5, **self.passwords)
        credentials = self.directory / "credentials.json"
        credentials.write_text(json.dumps({self.slow_host: {"username": "robot", "password": "unused"}}))
        return {
            "distSpecVersion": "1.1.1",
            "storage": {
                "rootDirectory": str(self.directory / "data"),
                "gcDelay": "2m",
                "gcInterval": "5m",
                "retention": {
                    "policies": [
                        {"repositories": ["team/**"], "keepTags": [{"mostRecentlyPushedCount": 6}]},
                        {"repositories": ["**"], "keepTags": [{"patterns": [".*"]}]},
                    ]
                },
            },
            "http": {
                "address": "127.0.0.1",
                "port": str(self.port),
                "auth": {"htpasswd": {"path": str(users)}, "failDelay": 1},
                "accessControl": self.policies(),
            },
            "log": {"level": "info", "audit": str(self.directory / "audit.log")},
            "extensions": {
                "metrics": {"enable": True},
                "scrub": {"enable": True, "interval": "2h"},
                "sync": {
                    "enable": True,
                    "credentialsFile": str(credentials),
                    "registries": self.rules(),
                },
            },
            "larder": {
                "memoryLimit": "512MiB",
                "storage": {"maxBytes": 512 * MIB, "highWatermark": "90%", "lowWatermark": "65%"},
                "upstream": {"breaker": {"failures": 3, "openFor": "5s"}},
                "upstreams": {self.hub_host: {"platforms": ["linux/amd64"], "requestBudget": 20_000}},
                "management": {"bcryptCost": 5},
            },
        }

    @staticmethod
    def policies():
        return {
            "groups": {"builders": {"users": ["ci"]}, "nodes": {"users": ["node"]}},
            "repositories": {
                "**": {"policies": [{"groups": ["nodes"], "actions": ["read"]}], "defaultPolicy": ["read"]},
                "team/**": {
                    "policies": [
                        {"groups": ["builders"], "actions": EVERYTHING},
                        {"users": ["auditor"], "actions": ["read"]},
                    ],
                    "defaultPolicy": ["read"],
                },
            },
            "adminPolicy": {"users": [ADMIN], "actions": EVERYTHING},
        }

    def rules(self):
        common = {"onDemand": True, "tlsVerify": False, "manifestCheckInterval": "20s"}
        polled = {"library/redis": {"regex": "^7.*"}, "prom/**": {"semver": True}, "library/alpine": None}
        return [
            {
                **common,
                "urls": [f"http://{self.hub_host}"],
                "pollInterval": "1h",
                "content": [
                    {"prefix": prefix, "destination": "/docker.io", **({"tags": tags} if tags else {})}
                    for prefix, tags in polled.items()
                ],
            },
            {
                **common,
                "urls": [f"http://{self.hub_host}"],
                "content": [{"prefix": "**", "destination": "/docker.io"}],
            },
            {
                **common,
                "urls": [f"http://{self.slow_host}"],
                "manifestCheckInterval": "5s",
                "maxRetries": 1,
                "retryDelay": "500ms",
                "content": [{"prefix": "**", "destination": "/ghcr.io"}],
            },
        ]
