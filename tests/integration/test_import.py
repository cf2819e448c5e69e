"""`larderd import` takes over what Zot has stored: OCI layouts, one a repository."""

import json
import os
import pathlib
import re
import shutil

import pytest
from harness.daemon import config, rule
from harness.images import make_artifact, make_image, make_index
from harness.peers import run
from harness.process import free_port
from harness.zot import write_layout
from support import faulty_disk


@pytest.fixture
def zot(tmp_path):
    """A data directory with a tagged image, a Docker image, an index, a signature, and debris beside them."""
    root = tmp_path / "zot"
    image, docker = make_image("import"), make_image("import-docker", docker=True)
    artifact = make_artifact(image.manifest, "application/vnd.test.signature")
    index = make_index("import-index", architectures=("amd64", "arm64"))
    write_layout(
        root,
        "team/app",
        [(image.manifest, "v1"), (image.manifest, "latest"), (artifact.manifest, None)],
        [image.manifest, *image.blobs, artifact.manifest, *artifact.blobs],
    )
    write_layout(root, "docker", [(docker.manifest, "v1")], [docker.manifest, *docker.blobs])
    children = [content for child in index.images for content in (child.manifest, *child.blobs)]
    write_layout(root, "multi", [(index.manifest, "v1")], [index.manifest, *children])
    (root / "_trivy").mkdir()
    (root / "meta.db").write_bytes(b"bolt database")
    (root / "cache.db").write_bytes(b"bolt database")
    (root / "team/app/.uploads").mkdir()
    (root / "team/app/.uploads/1234").write_bytes(b"half an upload")
    return root, image, docker, index, artifact


@pytest.fixture
def imported(binary, serve, data, tmp_path, zot):
    """Imports into `data`, then serves it."""
    settings = config(data)
    path = tmp_path / "import.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    done = run(binary, "import", zot[0], "--config", path)
    return serve(settings), done


def test_images_are_taken_over_byte_for_byte(imported, zot):
    daemon, _ = imported
    _, image, docker, index, artifact = zot
    client = daemon.client()
    assert client.get("/v2/_catalog").json()["repositories"] == ["docker", "multi", "team/app"]
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["latest", "v1"]
    for repository, one in (("team/app", image), ("docker", docker), ("multi", index.images[1])):
        reference = "v1" if one is not index.images[1] else one.manifest.digest
        manifest, *blobs = client.pull(repository, reference)
        assert (manifest.body, manifest.headers["Content-Type"]) == (one.manifest.data, one.manifest.media_type)
        assert [blob.body for blob in blobs] == [blob.data for blob in one.blobs]
    assert client.manifest("multi", "v1").body == index.manifest.data
    (referrer,) = client.get(f"/v2/team/app/referrers/{image.manifest.digest}").json()["manifests"]
    assert referrer["digest"] == artifact.manifest.digest


def layer(root, image):
    return root / "team/app/blobs/sha256" / image.layers[0].digest.split(":")[1]


@pytest.mark.usefixtures("imported")
def test_what_is_written_to_the_source_later_changes_nothing(zot, imported):
    """Whoever may write to Zot's directory has no say in what larderd serves."""
    root, image, *_ = zot
    daemon, done = imported
    assert " 0 linked," in done.stdout
    source = layer(root, image)
    assert source.stat().st_nlink == 1
    source.write_bytes(b"x" * source.stat().st_size)
    assert daemon.client().blob("team/app", image.layers[0].digest).body == image.layers[0].data


def test_hard_links_are_made_if_they_are_asked_for(binary, serve, data, zot):
    root, image, *_ = zot
    done = run(binary, "import", "--hard-link", root, "--data", data)
    assert "Linking " in done.stdout
    assert " 0 copied," in done.stdout
    source = layer(root, image)
    inode = source.stat().st_ino
    assert [path for path in pathlib.Path(data).rglob("*") if path.is_file() and path.stat().st_ino == inode]
    assert [answer.status for answer in serve(config(data)).client().pull("team/app", "v1")] == [200] * 4


def test_blobs_are_cloned_where_the_file_system_can(binary, serve, data, zot, tmp_path):
    root, image, *_ = zot
    library = faulty_disk.build(tmp_path)
    env = {**os.environ, "LD_PRELOAD": str(library), "FAULTY_DISK_CLONES": "1"}
    done = run(binary, "import", root, "--data", data, env=env)
    assert "Cloning " in done.stdout
    assert " 0 linked, 0 copied," in done.stdout
    assert layer(root, image).stat().st_nlink == 1
    assert not [path for folder in ("partial", "scratch") for path in (data / "_larder" / folder).iterdir()]
    assert [answer.status for answer in serve(config(data)).client().pull("team/app", "v1")] == [200] * 4


def test_what_does_not_fit_is_not_begun(binary, data, zot):
    root, image, *_ = zot
    size = 8 << 40
    os.truncate(layer(root, image), size)
    assert shutil.disk_usage(root).free < size
    done = run(binary, "import", root, "--data", data, check=False)
    assert done.returncode == 1
    assert "8 TiB" in done.stderr and str(data) in done.stderr and "--hard-link" in done.stderr
    assert not list((data / "_larder/partial").iterdir())


def test_an_import_into_the_same_directory_leaves_what_was_there(binary, serve, tmp_path, zot):
    root = zot[0]
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    settings = config(root)
    path = tmp_path / "import.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    run(binary, "import", root, "--config", path)
    assert [answer.status for answer in serve(settings).client().pull("team/app", "v1")] == [200] * 4
    assert {path: path.read_bytes() for path in before} == before


def test_names_that_several_rules_may_fill_are_imported_too(binary, serve, data, tmp_path, zot):
    """Where nobody can log in such a name takes no pushes; what Zot has stored is none."""
    settings = config(data, *(rule(f"http://127.0.0.1:{free_port()}") for _ in range(2)))
    path = tmp_path / "import.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    run(binary, "import", zot[0], "--config", path)
    assert [answer.status for answer in serve(settings).client().pull("team/app", "v1")] == [200] * 4


def test_an_import_can_be_repeated(binary, imported, zot, tmp_path):
    daemon, first = imported
    counts = re.compile(r"team/app: (\d+) manifests \((\d+) present\), (\d+) tags \((\d+) present\)")
    manifests, before, tags, tags_before = counts.search(first.stdout).groups()
    assert (before, tags, tags_before) == ("0", "2", "0")
    again = run(binary, "import", zot[0], "--config", tmp_path / "import.json")
    assert counts.search(again.stdout).groups() == (manifests, manifests, tags, tags)
    assert daemon.client().get("/v2/team/app/tags/list").json()["tags"] == ["latest", "v1"]


def test_damaged_content_is_left_out_and_named(binary, serve, data, tmp_path, zot):
    root, image, *_ = zot
    damaged = root / "team/app/blobs/sha256" / image.layers[0].digest.split(":")[1]
    damaged.write_bytes(b"damaged")
    settings = config(data)
    path = tmp_path / "import.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    done = run(binary, "import", root, "--config", path, check=False)
    assert image.layers[0].digest in done.stdout + done.stderr
    client = serve(settings).client()
    assert client.blob("team/app", image.layers[0].digest).status == 404
    assert client.manifest("docker", "v1").status == 200


def test_a_directory_that_is_no_zot_is_refused(binary, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run(binary, "import", tmp_path / "empty", check=False)
    assert done.returncode != 0
    missing = run(binary, "import", tmp_path / "missing", check=False)
    assert missing.returncode != 0
    assert "missing" in missing.stdout + missing.stderr
