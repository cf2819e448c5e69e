"""The container image: its layout, its bytes, and the list of what is in it."""

import gzip
import hashlib
import json

from conftest import run
from harness.process import Process, accepts, free_port
from layout import Layout

LIMIT = 40 * 1024 * 1024


def test_it_is_small_and_says_how_it_is_run(image, version):
    layout = Layout(image)
    _, manifest, configuration = layout.image()
    assert manifest["layers"][0]["size"] < LIMIT
    settings = configuration["config"]
    assert settings["User"] == "1000:1000"
    assert settings["Entrypoint"] == ["/usr/bin/larderd"]
    assert settings["Cmd"] == ["serve", "/etc/zot/config.json"]
    assert "LARDER_LOG_FORMAT=json" in settings["Env"]
    assert settings["ExposedPorts"] == {"5000/tcp": {}}
    assert settings["Labels"]["org.opencontainers.image.version"] == version
    assert settings["Labels"]["org.opencontainers.image.revision"] == "c0ffee"
    layer = gzip.decompress(layout.blob(manifest["layers"][0]))
    assert configuration["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(layer).hexdigest()]


def test_the_configuration_is_read_from_where_zots_image_has_it(root):
    place = root / "etc/zot/config.json"
    assert place.is_symlink() and place.samefile(root / "etc/larder/config.json")
    assert json.loads(place.read_text(encoding="utf-8"))["storage"]["rootDirectory"] == "/var/lib/registry"


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


def test_the_same_files_can_be_built_with_an_engine(assemble, image, root, tmp_path):
    laid = tmp_path / "root"
    assemble("--root", laid)
    files = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert files == {path.relative_to(laid): path.read_bytes() for path in laid.rglob("*") if path.is_file()}


def test_skopeo_copies_it_into_a_registry_with_its_list(image, binary, tmp_path):
    """Larder itself is the registry."""
    port = free_port()
    settings = tmp_path / "config.json"
    settings.write_text(
        json.dumps({"storage": {"rootDirectory": str(tmp_path / "data")}, "http": {"port": port}}), encoding="utf-8"
    )
    daemon = Process((binary, "serve", settings), tmp_path / "log")
    try:
        daemon.wait_for(lambda: accepts(port), "larderd")
        layout = Layout(image)
        name = layout.index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"]
        target = f"docker://127.0.0.1:{port}/larder:{name}"
        run("skopeo", "copy", "--all", "--dest-tls-verify=false", f"oci:{image}:{name}", target)
        inspected = json.loads(run("skopeo", "inspect", "--tls-verify=false", "--config", target))
        assert inspected["config"]["Entrypoint"] == ["/usr/bin/larderd"]
    finally:
        daemon.stop()
