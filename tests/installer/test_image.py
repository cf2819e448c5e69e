"""The container image: its layout, its bytes, and the list of what is in it."""

import gzip
import hashlib
import json
import re
import shutil
import struct

import pytest
from conftest import ROOT, run
from harness.client import Client
from harness.process import Process, accepts, free_port
from layout import OWN, Layout

LIMIT = 40 * 1024 * 1024
MACHINES = {"amd64": 62, "arm64": 183}  # of an ELF header


@pytest.fixture(params=MACHINES)
def architecture(request, image):
    if request.param not in Layout(image).images():
        pytest.skip(f"no larderd for {request.param}: that image is NOT tested (./dev test --installer compiles it)")
    return request.param


def test_it_is_small_and_says_how_it_is_run(image, version, architecture):
    layout = Layout(image)
    descriptor, manifest, configuration = layout.image(architecture)
    assert descriptor["platform"] == {"architecture": architecture, "os": "linux"}
    assert (configuration["architecture"], configuration["os"]) == (architecture, "linux")
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


def test_what_is_in_it_is_listed_beside_it(image, version, architecture):
    contents = Layout(image).contents(architecture)
    named = {package["name"]: package["versionInfo"] for package in contents["packages"]}
    assert named["larder"] == version
    assert {"libc6", "libcurl4", "libsqlite3-0", "ca-certificates"} <= named.keys()
    places = [package["externalRefs"][0]["referenceLocator"] for package in contents["packages"]]
    assert all(place.endswith(f"?arch={architecture}") for place in places if place.startswith("pkg:deb/"))
    identifiers = [package["SPDXID"] for package in contents["packages"]]
    assert len(identifiers) == len(set(identifiers))


def test_its_libraries_are_all_there_and_of_its_architecture(image, architecture, tmp_path):
    Layout(image).unpack(tmp_path, architecture)
    programs = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
    there = {path.name for path in programs}
    assert "larderd" in there
    for path in programs:
        assert struct.unpack_from("<H", path.read_bytes(), 18) == (MACHINES[architecture],), path
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", path)))
        assert needed <= there, path
    linker = re.search(r"interpreter: /(.*)\]", run("readelf", "-lW", tmp_path / "usr/bin/larderd"))[1]
    assert (tmp_path / linker).is_file()


def test_both_architectures_hold_the_same_but_for_what_is_compiled(root, arm64_root):
    def plain(place):
        files = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
        return {path.relative_to(place): content for path, content in files.items() if content[:4] != b"\x7fELF"}

    assert plain(root) == plain(arm64_root)


def test_the_arm64_program_is_the_same_wherever_the_clone_is(arm64_root):
    program = (arm64_root / "usr/bin/larderd").read_bytes()
    assert str(ROOT / "build").encode() not in program
    assert "NT_GNU_BUILD_ID" not in run("readelf", "-nW", arm64_root / "usr/bin/larderd")  # a digest of paths, too


def test_the_arm64_image_runs_and_gets_ready(arm64_root, version, tmp_path):
    emulator = shutil.which("qemu-aarch64-static")
    if OWN != "amd64" or emulator is None:
        pytest.skip("qemu-aarch64-static is not here: larderd for arm64 is NOT run")
    # What it opens is looked for below this root first, and this machine has no libraries of arm64.
    larderd = (emulator, "-L", arm64_root, arm64_root / "usr/bin/larderd")
    assert run(*larderd, "--version") == f"larderd {version}\n"
    port = free_port()
    config = {"storage": {"rootDirectory": str(tmp_path / "data")}, "http": {"port": port}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    daemon = Process((*larderd, "serve", tmp_path / "config.json"), tmp_path / "log")
    try:
        daemon.wait_for(lambda: accepts(port), "larderd listening", timeout=60)
        client = Client(f"127.0.0.1:{port}")
        assert client.get("/readyz").status == 200
        assert client.get("/v2/").status == 200
    finally:
        code = daemon.stop(45)
    assert code == 0, daemon.output()


def test_the_same_commit_makes_the_same_bytes(image, assemble, arm64_options):
    again = assemble(*arm64_options)
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
        for architecture in layout.images():
            chosen = ("skopeo", f"--override-arch={architecture}", "inspect", "--tls-verify=false", "--config", target)
            assert json.loads(run(*chosen))["architecture"] == architecture
    finally:
        daemon.stop()
