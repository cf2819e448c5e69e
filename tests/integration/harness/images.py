"""Images made in memory: real tar layers that every client can unpack, and the same bytes for the same seed."""

import dataclasses
import functools
import gzip
import hashlib
import io
import json
import random
import tarfile

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclasses.dataclass(frozen=True)
class Content:
    """Bytes with a media type: a blob or a manifest."""

    data: bytes
    media_type: str = "application/octet-stream"

    @functools.cached_property
    def digest(self):
        return sha256(self.data)

    def descriptor(self, **more):
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.data), **more}


@dataclasses.dataclass(frozen=True)
class Image:
    manifest: Content
    config: Content
    layers: tuple

    @property
    def blobs(self):
        return (self.config, *self.layers)

    @property
    def size(self):
        return len(self.manifest.data) + sum(len(blob.data) for blob in self.blobs)


@dataclasses.dataclass(frozen=True)
class Index:
    manifest: Content
    images: tuple


def as_json(value):
    return json.dumps(value, separators=(",", ":")).encode()


def layer_tar(seed, size):
    """A tar of one file with `size` bytes that do not compress."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo(f"data-{seed}")
        entry.size = size
        tar.addfile(entry, io.BytesIO(random.Random(seed).randbytes(size)))
    return out.getvalue()


def make_image(seed, layers=2, layer_size=20_000, docker=False, architecture="amd64", annotations=None):
    """An image whose bytes depend on the arguments alone."""
    tars = [layer_tar(f"{seed}-{number}", layer_size) for number in range(layers)]
    layer_type = DOCKER_LAYER if docker else OCI_LAYER
    packed = tuple(Content(gzip.compress(tar, compresslevel=0, mtime=0), layer_type) for tar in tars)
    config = Content(
        as_json(
            {
                "architecture": architecture,
                "os": "linux",
                "created": "2024-01-01T00:00:00Z",
                "config": {"Env": ["PATH=/bin"], "Labels": {"seed": str(seed)}},
                "rootfs": {"type": "layers", "diff_ids": [sha256(tar) for tar in tars]},
                "history": [{"created": "2024-01-01T00:00:00Z", "created_by": "test"} for _ in tars],
            }
        ),
        DOCKER_CONFIG if docker else OCI_CONFIG,
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST if docker else OCI_MANIFEST,
        "config": config.descriptor(),
        "layers": [layer.descriptor() for layer in packed],
    }
    if annotations:
        manifest["annotations"] = annotations
    return Image(Content(as_json(manifest), manifest["mediaType"]), config, packed)


def make_index(seed, architectures=("amd64", "arm64", "s390x", "ppc64le"), **image_options):
    images = tuple(make_image(f"{seed}-{arch}", architecture=arch, **image_options) for arch in architectures)
    entries = [
        image.manifest.descriptor(platform={"architecture": arch, "os": "linux"})
        for image, arch in zip(images, architectures)
    ]
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    return Index(Content(as_json(index), OCI_INDEX), images)


def make_artifact(subject, artifact_type, annotations=None):
    """A referrer of `subject` (a Content), with the empty config and one small blob."""
    empty = Content(b"{}", OCI_EMPTY)
    payload = Content(f"{artifact_type} of {subject.digest}".encode(), "text/plain")
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": artifact_type,
        "config": empty.descriptor(),
        "layers": [payload.descriptor()],
        "subject": subject.descriptor(),
        "annotations": annotations or {},
    }
    return Image(Content(as_json(manifest), OCI_MANIFEST), empty, (payload,))
