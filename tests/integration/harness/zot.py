"""Data directories as Zot leaves them: an OCI layout a repository, made without Zot."""

import json

TAG = "org.opencontainers.image.ref.name"


def write_layout(root, repository, entries, blobs):
    """A repository as Zot keeps it: index.json with the tags as annotations, blobs by digest. `entries` are manifests
    with their tag or None."""
    folder = root / repository
    (folder / "blobs/sha256").mkdir(parents=True, exist_ok=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}', encoding="utf-8")
    manifests = [content.descriptor(**({"annotations": {TAG: tag}} if tag else {})) for content, tag in entries]
    # Replaced as a whole, as Zot does.
    draft = folder / "index.json.new"
    draft.write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}), encoding="utf-8")
    draft.rename(folder / "index.json")
    for blob in blobs:
        (folder / "blobs/sha256" / blob.digest.split(":")[1]).write_bytes(blob.data)


def write_image(root, repository, image, *tags):
    write_layout(root, repository, [(image.manifest, tag) for tag in tags], [image.manifest, *image.blobs])


def files(root):
    """What Zot would find: path and content of every file that is not Larder's."""
    found = (path for path in root.rglob("*") if path.is_file() and "_larder" not in path.relative_to(root).parts)
    return {path.relative_to(root): path.read_bytes() for path in found}
