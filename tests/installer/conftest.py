"""Fixtures: helm and a cluster that is asked; a larderd for the pods that are played."""

import chart
import pytest
from harness.fixtures import binary, loopback_only  # noqa: F401
from stub_cluster import StubCluster


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
