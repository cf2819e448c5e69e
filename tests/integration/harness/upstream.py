"""The faulty upstream, and what it will answer, computed here so that no request of the test's own is counted."""

import json

from harness.images import Content
from support.faulty_upstream import Catalog, Upstream

__all__ = ["Expected", "Upstream", "blob_bytes", "requests"]


class Expected:
    """The image that the faulty upstream makes up for `name`."""

    def __init__(self, name):
        self._image = Catalog().image(name)
        self.manifest = self.content(self._image.root)

    def content(self, digest):
        """A manifest of this image, by digest."""
        media_type, data = self._image.manifests[digest]
        return Content(data, media_type)

    def blob(self, digest):
        source = self._image.blobs[digest]
        return source.read(0, source.size)

    @property
    def document(self):
        return json.loads(self.manifest.data)

    @property
    def blobs(self):
        """Digests of config and layers, in the manifest's order."""
        return [entry["digest"] for entry in (self.document["config"], *self.document["layers"])]

    @property
    def layers(self):
        return self.blobs[1:]

    @property
    def blob_bytes(self):
        return sum(self._image.blobs[digest].size for digest in self.blobs)


def requests(upstream, kind, *methods):
    """How many requests of that kind the upstream saw, by default GET and HEAD."""
    counted = upstream.stats()["requests"]
    return sum(counted.get(f"{method} {kind}", 0) for method in methods or ("GET", "HEAD"))


def blob_bytes(upstream):
    seen = upstream.stats()["bytes"]
    return seen.get("blob", 0) + seen.get("cdn", 0)
