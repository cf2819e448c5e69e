"""Clients that change repositories until the daemon is gone, and know what was acknowledged to them."""

import contextlib
import http.client
import random
import threading

from harness.images import make_image

IMAGES = [make_image(f"recovery-{number}", layers=1, layer_size=2_000) for number in range(12)]


class Worker(threading.Thread):
    """Changes a repository of its own until the daemon is gone, and knows what was acknowledged."""

    def __init__(self, client, number):
        super().__init__()
        self.repository = f"work/{number}"
        self.tags, self.manifests, self.blobs = {}, set(), set()
        self.deleted, self.unknown = set(), set()
        self._client = client
        self._random = random.Random(number)

    def run(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                self._random.choice((self._push, self._push, self._move, self._remove_tag, self._remove_image))()

    @contextlib.contextmanager
    def _asking(self, *names):
        """What a request is about is unknown until its answer."""
        self.unknown = set(names)
        yield
        self.unknown = set()

    def _push(self):
        image, tag = self._random.choice(IMAGES), f"t{self._random.randrange(6)}"
        for blob in image.blobs:
            with self._asking(blob.digest):
                assert self._client.push_blob(self.repository, blob).status == 201
                self.blobs.add(blob.digest)
                self.deleted.discard(blob.digest)
        self._tag(tag, image)

    def _move(self):
        known = [image for image in IMAGES if image.manifest.digest in self.manifests]
        if known and self.tags:
            self._tag(self._random.choice(sorted(self.tags)), self._random.choice(known))

    def _tag(self, tag, image):
        with self._asking(tag, image.manifest.digest):
            assert self._client.push_manifest(self.repository, tag, image.manifest).status == 201
            self.tags[tag] = image.manifest.digest
            self.manifests.add(image.manifest.digest)
            self.deleted.discard(image.manifest.digest)

    def _remove_tag(self):
        if not self.tags:
            return
        tag = self._random.choice(sorted(self.tags))
        with self._asking(tag):
            assert self._client.delete(f"/v2/{self.repository}/manifests/{tag}").status == 202
            del self.tags[tag]

    def _remove_image(self):
        known = [image for image in IMAGES if image.manifest.digest in self.manifests]
        if not known:
            return
        image = self._random.choice(known)
        digest, layer = image.manifest.digest, image.layers[0].digest
        with self._asking(digest, *(tag for tag, target in self.tags.items() if target == digest)):
            assert self._client.delete(f"/v2/{self.repository}/manifests/{digest}").status == 202
            self.tags = {tag: target for tag, target in self.tags.items() if target != digest}
            self.manifests.discard(digest)
            self.deleted.add(digest)
        if layer in self.blobs:
            with self._asking(layer):
                assert self._client.delete(f"/v2/{self.repository}/blobs/{layer}").status == 202
                self.blobs.discard(layer)
                self.deleted.add(layer)

    def assert_kept(self, state):
        found = state.get(self.repository, {"tags": {}, "content": set()})
        for tag in set(self.tags) | set(found["tags"]):
            if tag not in self.unknown and found["tags"].get(tag) not in self.unknown:
                assert found["tags"].get(tag) == self.tags.get(tag), (self.repository, tag)
        missing = (self.manifests | self.blobs) - found["content"] - self.unknown
        assert not missing, f"{self.repository}: acknowledged, but not there: {missing}"
        back = (self.deleted & found["content"]) - self.unknown
        assert not back, f"{self.repository}: deleted, but there: {back}"


def state_of(client, repositories=None):
    """{repository: its tags with their digests, and which of all known content can be read in it}, of all by default"""
    state = {}
    for repository in repositories or client.get("/v2/_catalog?n=1000").json()["repositories"]:
        tags = client.get(f"/v2/{repository}/tags/list").json().get("tags") or []
        manifests = {tag: client.manifest(repository, tag, "HEAD") for tag in tags}
        content = set()
        for image in IMAGES:
            if client.manifest(repository, image.manifest.digest, "HEAD").status == 200:
                content.add(image.manifest.digest)
            content.update(b.digest for b in image.blobs if client.blob(repository, b.digest, "HEAD").status == 200)
        digests = {tag: answer.headers["Docker-Content-Digest"] for tag, answer in manifests.items()}
        state[repository] = {"tags": digests, "content": content}
    return state
