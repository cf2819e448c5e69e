"""Stores with much in them, made when the first row asks and shared by the rows of a run.

They are written as the layout of a Zot and imported, by hard link. That is much faster than pushes and, unlike files
put into larderd's own directory, takes no knowledge of how larderd keeps things.
"""

import json
import pathlib

from harness.daemon import config
from harness.images import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, Content, as_json
from harness.peers import run

BLOBS_OF_IMAGE = 5
BLOBS_OF_LARGE_IMAGE = 1000
TAGS_OF_CATALOG = 20
TAG = "latest"


def small_image(seed, blob_count):
    """(manifest, blobs) of an image whose blobs are a few bytes."""
    first = Content(as_json({"architecture": "amd64", "os": "linux", "author": seed}), OCI_CONFIG)
    layers = [Content(f"{seed} layer {number}".encode(), OCI_LAYER) for number in range(blob_count - 1)]
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": first.descriptor(),
        "layers": [layer.descriptor() for layer in layers],
    }
    return Content(as_json(manifest), OCI_MANIFEST), [first, *layers]


def write_repository(folder, manifest, blobs, tags):
    target = folder / "blobs/sha256"
    target.mkdir(parents=True)
    for content in (manifest, *blobs):
        (target / content.digest.split(":")[1]).write_bytes(content.data)
    entries = [manifest.descriptor(annotations={"org.opencontainers.image.ref.name": tag}) for tag in tags]
    (folder / "index.json").write_bytes(as_json({"schemaVersion": 2, "manifests": entries}))


class Seeds:
    """Each store is a data directory; a daemon at a time may be started on it."""

    def __init__(self, directory, binary):
        self._directory = pathlib.Path(directory)
        self._binary = binary
        self._made = {}

    def repositories(self, count):
        """team/app-00000 and so on, each with an image of BLOBS_OF_IMAGE blobs of its own."""
        names = (f"team/app-{number:05}" for number in range(count))
        return self._store(f"repositories-{count}", names, BLOBS_OF_IMAGE, [TAG])

    def catalog(self, count):
        """Repositories of several teams, each with TAGS_OF_CATALOG tags on an image of its own."""
        names = (f"team-{number % 40:02}/app-{number:05}" for number in range(count))
        tags = [f"1.{number}" for number in range(TAGS_OF_CATALOG)]
        return self._store(f"catalog-{count}", names, 1, tags)

    def blobs(self, count):
        """So many blobs, of few and large images."""
        names = (f"large/app-{number:05}" for number in range(count // BLOBS_OF_LARGE_IMAGE))
        return self._store(f"blobs-{count}", names, BLOBS_OF_LARGE_IMAGE, [TAG])

    def tags(self, count):
        """The repository "tagged" with so many tags on one image: 0, 1 and so on."""
        return self._store(f"tags-{count}", ["tagged"], BLOBS_OF_IMAGE, [str(number) for number in range(count)])

    def _store(self, key, names, blob_count, tags):
        if key not in self._made:
            layout, data = self._directory / f"{key}-layout", self._directory / key
            for name in names:
                write_repository(layout / name, *small_image(name, blob_count), tags)
            settings = self._directory / f"{key}.json"
            settings.write_text(json.dumps(config(data, storage={"commit": False})), encoding="utf-8")
            run(self._binary, "import", "--hard-link", layout, "--config", settings, timeout=300)
            self._made[key] = data
        return self._made[key]
