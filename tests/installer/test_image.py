"""The container image: its layout, its bytes, and the list of what is in it."""

import gzip
import hashlib
import json

LIMIT = 40 * 1024 * 1024


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


def test_it_is_small_and_says_how_it_is_run(image, version):
    layout = Layout(image)
    _, manifest, configuration = layout.image()
    assert manifest["layers"][0]["size"] < LIMIT
    settings = configuration["config"]
    assert settings["User"] == "1000:1000"
    assert settings["Entrypoint"] == ["/usr/bin/larderd"]
    assert settings["Cmd"] == ["serve", "/etc/larder/config.json"]
    assert settings["ExposedPorts"] == {"5000/tcp": {}}
    assert settings["Labels"]["org.opencontainers.image.version"] == version
    assert settings["Labels"]["org.opencontainers.image.revision"] == "c0ffee"
    layer = gzip.decompress(layout.blob(manifest["layers"][0]))
    assert configuration["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(layer).hexdigest()]


def test_what_is_in_it_is_listed_beside_it(image, version):
    layout = Layout(image)
    descriptor, _, _ = layout.image()
    (listed,) = (one for one in layout.index["manifests"] if one.get("artifactType") == "application/spdx+json")
    manifest = layout.document(listed)
    assert manifest["subject"]["digest"] == descriptor["digest"]
    contents = layout.document(manifest["layers"][0])
    named = {package["name"]: package["versionInfo"] for package in contents["packages"]}
    assert named["larder"] == version
    assert {"libc6", "libcurl4", "libsqlite3-0", "ca-certificates"} <= named.keys()
    identifiers = [package["SPDXID"] for package in contents["packages"]]
    assert len(identifiers) == len(set(identifiers))


def test_the_same_commit_makes_the_same_bytes(image, assemble):
    again = assemble()
    assert (again / "index.json").read_bytes() == (image / "index.json").read_bytes()
    blobs = [sorted(path.name for path in (one / "blobs/sha256").iterdir()) for one in (image, again)]
    assert blobs[0] == blobs[1]
