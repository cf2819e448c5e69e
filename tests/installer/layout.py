"""A container image as an OCI layout, each blob held to its descriptor."""

import hashlib
import json
import tarfile


class Layout:
    def __init__(self, directory):
        self.directory = directory
        self.index = json.loads((directory / "index.json").read_text(encoding="utf-8"))

    def blob(self, descriptor):
        content = (self.directory / "blobs/sha256" / descriptor["digest"].split(":")[1]).read_bytes()
        assert len(content) == descriptor["size"]
        assert "sha256:" + hashlib.sha256(content).hexdigest() == descriptor["digest"]
        return content

    def document(self, descriptor):
        return json.loads(self.blob(descriptor))

    def image(self):
        """(descriptor, manifest, configuration) of the only architecture."""
        (descriptor,) = self.document(self.index["manifests"][0])["manifests"]
        manifest = self.document(descriptor)
        return descriptor, manifest, self.document(manifest["config"])

    def unpack(self, place):
        """Lays the image's files out below `place`."""
        _, manifest, _ = self.image()
        for descriptor in manifest["layers"]:
            packed = place.parent / "layer.tar.gz"
            packed.write_bytes(self.blob(descriptor))
            with tarfile.open(packed) as archive:
                archive.extractall(place)
            packed.unlink()
