"""A container image as an OCI layout, each blob held to its descriptor."""

import hashlib
import json
import platform
import tarfile

OWN = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]


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

    def images(self):
        """{architecture: descriptor}"""
        listed = self.document(self.index["manifests"][0])["manifests"]
        found = {one["platform"]["architecture"]: one for one in listed}
        assert len(found) == len(listed)
        return found

    def image(self, architecture=OWN):
        """(descriptor, manifest, configuration)"""
        descriptor = self.images()[architecture]
        manifest = self.document(descriptor)
        return descriptor, manifest, self.document(manifest["config"])

    def contents(self, architecture=OWN):
        """The list of what is in the image, its referrer."""
        subject = self.images()[architecture]["digest"]
        lists = (one for one in self.index["manifests"] if one.get("artifactType") == "application/spdx+json")
        (manifest,) = (one for one in map(self.document, lists) if one["subject"]["digest"] == subject)
        return self.document(manifest["layers"][0])

    def unpack(self, place, architecture=OWN):
        """Lays the image's files out below `place`."""
        _, manifest, _ = self.image(architecture)
        for descriptor in manifest["layers"]:
            packed = place.parent / "layer.tar.gz"
            packed.write_bytes(self.blob(descriptor))
            with tarfile.open(packed) as archive:
                archive.extractall(place)
            packed.unlink()
