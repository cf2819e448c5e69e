"""Fixtures: an API server that knows all kinds that the chart makes, and releases in namespaces of their own."""

import itertools
import os
import subprocess
import sys

import chart
import pytest
from cluster import Cluster
from harness.fixtures import loopback_only  # noqa: F401
from release import Release


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """start() makes an API server."""
    binary = os.environ.get("KUBE_APISERVER")
    if chart.helm_binary() is None or not binary:
        pytest.skip("helm or kube-apiserver is not here: the chart is NOT tested in a cluster (./dev test builds both)")
    started = []

    def make():
        started.append(Cluster(binary, tmp_path_factory.mktemp("cluster")))
        return started[-1]

    yield make
    for one in started:
        one.close()


@pytest.fixture(scope="session")
def cluster(start):
    made = start()
    made.add_definitions()
    for name in ("caches", "policy-exceptions"):  # what cases of the matrix name
        made.add_namespace(name)
    made.create(
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000}
    )
    return made


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The chart as it is published, with a version such as commits between two tags have."""
    place = tmp_path_factory.mktemp("package")
    tool = chart.CHART.parent / "package.py"
    subprocess.run((sys.executable, tool, "--version=0.1.0+gc0ffee", f"--output={place}"), check=True)
    (made,) = place.iterdir()
    return made


@pytest.fixture(scope="session")
def numbers():
    return itertools.count()


@pytest.fixture
def release(cluster, package, numbers):
    """release() has a namespace of its own; what it leaves in the cluster goes with the test."""
    before = cluster.everything().keys()

    def make(security="restricted", name="rel"):
        namespace = f"n{next(numbers)}"
        cluster.add_namespace(namespace, security)
        return Release(cluster, package, namespace, name)

    yield make
    for key, one in cluster.everything().items():
        if key not in before and one["kind"] != "Namespace":
            cluster.remove(one)
