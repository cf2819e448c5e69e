"""What goes on in the demo: nodes that pull, a CI that pushes, an upstream with bad spells."""

import contextlib
import http.client
import random
import threading

from demo.images import HUB, SBOM, SIGNATURE, image
from demo.world import BUILDS
from harness.client import Client
from harness.images import make_artifact

TEAM = ("team/shop/web", "team/shop/api", "team/billing/worker")
FIRST = ("docker.io/library/nginx", "latest")  # whoever looks for an image finds this one from the start
QUOTA = 200


class Traffic:
    """Threads that run until stop(). What a daemon that restarts, or an upstream in a bad spell, refuses is let be."""

    def __init__(self, world):
        self._world = world
        self._ended = threading.Event()
        self._random = random.Random(1)
        # The popular ones first: a rank's weight falls with the rank, as in real caches.
        self._images = [(f"docker.io/{name}", tag) for name, (*_, tags) in HUB.items() for tag in tags]
        self._images += [(name, "latest") for name in TEAM]
        self._random.shuffle(self._images)
        self._weights = [1 / (rank + 1) for rank in range(len(self._images))]
        self._quota, self._build, self._pushes = QUOTA, 3, 0
        self._threads = [
            threading.Thread(target=self._repeat, args=arguments, daemon=True)
            for arguments in (
                (self._node, 0.3, 1.2),
                (self._node, 0.4, 2.0),
                (self._new_build, 3, 9),
                (self._push, 15, 30),
                (self._mistake, 20, 40),
                (self._bad_spell, 90, 150),
            )
        ]

    def start(self):
        """Returns when the daemon has had its first pulls."""
        self._prepare()
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._ended.set()
        self._world.slow.process.kill()  # or the large images under way would be waited for
        for thread in self._threads:
            thread.join(timeout=10)

    def _repeat(self, act, least, most):
        while not self._ended.wait(self._random.uniform(least, most)):
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError, KeyError, ValueError):
                act()

    def _prepare(self):
        """So that nothing is empty when the dashboard is first looked at."""
        for number in range(3 * len(TEAM)):
            self._push(TEAM[number % len(TEAM)])
        for name, tag in (FIRST, *self._images[:40]):
            self._pull(name, tag)
        admin = self._world.admin
        admin.patch({"storage": {"retention": {"delay": "24h"}}})
        admin.patch({"larder": {"upstream": {"connectTimeout": "5s"}}})
        admin.call("PUT", "/pins", repository=TEAM[0], reference="stable")
        for job in ("gc", "scrub"):
            admin.call("POST", "/jobs", {"kind": job})
        admin.call("POST", "/prefetch", {"image": "docker.io/grafana/grafana:11.3.0"})

    def _pull(self, repository, reference, architecture="amd64"):
        client = self._world.client("node")
        manifest = client.manifest(repository, reference).json()
        for child in manifest.get("manifests", ()):
            if child["platform"]["architecture"] == architecture:
                manifest = client.manifest(repository, child["digest"]).json()
        for content in (manifest["config"], *manifest["layers"]):
            client.blob(repository, content["digest"])

    def _node(self):
        name, tag = self._random.choices(self._images, self._weights)[0]
        self._pull(name, tag, "arm64" if self._random.random() < 0.15 else "amd64")

    def _new_build(self):
        """A large image that two nodes want at once, so that it shows among the transfers."""
        tag = self._world.publish(self._build)
        self._build += 1
        self._quota = self._quota - 1 or QUOTA
        limits = {"RateLimit-Limit": f"{QUOTA};w=21600", "RateLimit-Remaining": f"{self._quota};w=21600"}
        self._world.slow.config(headers=limits)
        name = f"ghcr.io/{BUILDS}"
        other = threading.Thread(target=self._suppressed_pull, args=(name, tag), daemon=True)
        other.start()
        self._suppressed_pull(name, tag)
        other.join()

    def _suppressed_pull(self, name, tag):
        with contextlib.suppress(OSError, http.client.HTTPException, KeyError, ValueError):
            self._pull(name, tag)

    def _push(self, repository=None):
        self._pushes += 1
        name = repository or self._random.choice(TEAM)
        tag = f"build-{1040 + self._pushes}"
        made = image(name, tag, "amd64", "alpine", (40, 180, 6), f"/srv/{name.rsplit('/', 1)[1]}", 8080)
        client = self._world.client("ci")
        client.push(name, made, tag)
        client.push_manifest(name, "latest", made.manifest)
        if self._pushes <= len(TEAM):
            client.push_manifest(name, "stable", made.manifest)
        for kind in (SIGNATURE, SBOM):
            client.push(name, make_artifact(made.manifest, kind, {"org.opencontainers.image.revision": tag}))

    def _mistake(self):
        """An image that is nowhere, a push without the right, a wrong password."""
        node = self._world.client("node")
        node.manifest("docker.io/library/ngnix", "latest")
        node.request("POST", "/v2/team/shop/web/blobs/uploads/")
        Client(self._world.larderd.address, ("root", "password")).get("/v2/")

    def _bad_spell(self):
        self._world.slow.fault("status", status=503, count=-1)
        self._ended.wait(20)
        self._world.slow.control("heal", {})
