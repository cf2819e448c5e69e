"""Fixtures: a daemon per test, the upstreams, and the clients' own surroundings."""

import pytest
from harness import peers
from harness.daemon import Larderd, config
from harness.fixtures import binary, loopback_only  # noqa: F401
from harness.upstream import Upstream


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=8, help="how often test_kills.py kills the daemon")
    parser.addoption("--rolls", type=int, default=3, help="how many updates test_rolling.py makes")
    parser.addoption("--soak-seconds", type=int, default=30, help="how long test_soak.py runs")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def serve(binary, tmp_path):
    """serve(settings) starts a daemon. Each is stopped after the test, and its end has to be clean. `env` is laid over
    the environment; `program` is what runs it, if that is not larderd itself."""
    started = []

    def start(settings, name=None, env=None, program=binary):
        daemon = Larderd(program, tmp_path, settings, name or f"larderd{len(started)}", env)
        started.append(daemon)
        return daemon.start()

    yield start
    for daemon in started:
        daemon.stop()


@pytest.fixture
def registry(serve, data):
    """A client of a daemon that is a plain registry: no upstream, no authentication."""
    return serve(config(data)).client()


@pytest.fixture(scope="session")
def docker_registry(tmp_path_factory):
    """A real registry as upstream, shared by the session: each test takes repository names of its own."""
    peer = peers.DockerRegistry(tmp_path_factory.mktemp("docker-registry"))
    yield peer
    peer.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return peers.CertificateAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def upstream_processes():
    """The one that is in use, last; those before it refuse connections."""
    started = [Upstream()]
    yield started
    for server in started:
        server.close()


@pytest.fixture
def upstream(upstream_processes):
    """The faulty upstream without faults. A test that had it refuse connections leaves the next one a new process."""
    try:
        upstream_processes[-1].reset()
    except OSError:
        upstream_processes.append(Upstream())
    return upstream_processes[-1]
