"""Fixtures: helm and a cluster that is asked; what is installed, and the packages and images made of it."""

import os
import pathlib
import subprocess
import sys

import chart
import pytest
from harness.fixtures import binary, loopback_only  # noqa: F401
from stub_cluster import StubCluster

ROOT = pathlib.Path(__file__).resolve().parents[2]


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
def assemble(prefix, version, tmp_path_factory):
    """assemble() makes an image layout, and returns its directory."""

    def make(*options):
        layout = tmp_path_factory.mktemp("image") / "larder.oci"
        tool = ROOT / "installer/container/assemble.py"
        tree = f"--tree={run('dpkg', '--print-architecture').strip()}={prefix}"
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        run(
            sys.executable,
            tool,
            tree,
            "--output",
            layout,
            "--version",
            version,
            "--commit",
            "c0ffee",
            *options,
            env=env,
        )
        return layout

    return make


@pytest.fixture(scope="session")
def image(assemble):
    return assemble()
