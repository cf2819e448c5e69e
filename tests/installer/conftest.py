"""Fixtures: helm and a cluster that is asked; what is installed, and the packages and images made of it."""

import os
import pathlib
import subprocess
import sys

import chart
import pytest
import yaml
from harness.fixtures import binary, loopback_only  # noqa: F401
from harness.process import free_port
from layout import OWN, Layout
from pod import Pod
from stub_cluster import StubCluster

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption("--rolls", type=int, default=3, help="how many times test_pod.py replaces a pod")


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=900, **more)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def helm():
    if chart.helm_binary() is None:
        pytest.skip("helm is not here: the chart is NOT tested (./dev test builds helm where Go is)")
    return chart.helm


@pytest.fixture
def render(helm):
    return chart.render


@pytest.fixture
def cluster(helm, tmp_path):
    made = StubCluster(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def build(binary):
    """The build directory of the larderd under test, with the manual in it."""
    directory = pathlib.Path(binary).resolve().parents[2]
    run("cmake", "--build", directory, "--target", "larder_manual")
    return directory


@pytest.fixture(scope="session")
def version(binary):
    return run(binary, "--version").split()[1]


@pytest.fixture(scope="session")
def installed(build, tmp_path_factory):
    """The root that `cmake --install` has put files into."""
    root = tmp_path_factory.mktemp("install")
    env = {**os.environ, "DESTDIR": str(root)}
    run("cmake", "--install", build, "--strip", "--component", "larder", env=env)
    return root


@pytest.fixture(scope="session")
def prefix(installed):
    return installed / "usr"


@pytest.fixture(scope="session")
def arm64_options(tmp_path_factory):
    """What assemble.py is told of arm64: nothing where larderd was not compiled for it."""
    build = os.environ.get("ARM64_BUILD")
    if not build:
        return []
    tree = tmp_path_factory.mktemp("arm64")
    run("cmake", "--install", build, "--component", "larder", env={**os.environ, "DESTDIR": str(tree)})
    sysroot = pathlib.Path(build).parent / "sysroot/arm64"
    return [f"--tree=arm64={tree}/usr", f"--sysroot=arm64={sysroot}"]


@pytest.fixture(scope="session")
def assemble(prefix, version, tmp_path_factory):
    """assemble() makes an image layout, and returns its directory."""

    def make(*options):
        layout = tmp_path_factory.mktemp("image") / "larder.oci"
        tool = ROOT / "installer/container/assemble.py"
        about = ("--version", version, "--commit", "c0ffee")
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        run(sys.executable, tool, f"--tree={OWN}={prefix}", "--output", layout, *about, *options, env=env)
        return layout

    return make


@pytest.fixture(scope="session")
def image(assemble, arm64_options):
    return assemble(*arm64_options)


def unpacked(image, place, architecture=OWN):
    Layout(image).unpack(place, architecture)
    for folder in [place, *place.parents[:3]]:
        folder.chmod(0o755)  # pytest's own are closed to the image's user
    return place


@pytest.fixture(scope="session")
def root(image, tmp_path_factory):
    """The image, unpacked."""
    return unpacked(image, tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="session")
def arm64_root(image, arm64_options, tmp_path_factory):
    if not arm64_options:
        pytest.skip("no larderd for arm64: that image is NOT tested (./dev test --installer compiles it)")
    return unpacked(image, tmp_path_factory.mktemp("arm64-root"), "arm64")


@pytest.fixture
def play(render, image, root, tmp_path):
    """play(values…) starts a pod; those with the same `data` share a claim."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount: the pod is NOT played")
    _, _, configuration = Layout(image).image()
    started = []

    def start(*values, data="data", **more):
        own = yaml.safe_dump({"httpGet": {"port": free_port()}})
        directory = tmp_path / f"pod{len(started)}"
        # The chart's own configuration names a port.
        objects = render({"configFiles": {"config.json": "{}"}}, *values, own, **more)
        started.append(Pod(objects, root, configuration["config"], directory, tmp_path / data))
        return started[-1]

    yield start
    for pod in started:
        if pod.process.running:
            pod.stop()
