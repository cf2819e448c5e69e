"""What a service manager is told (sd_notify(3)), and what --version and the API say of the version."""

import signal
import socket

import pytest
from harness.daemon import config
from harness.peers import run


@pytest.fixture(params=["path", "abstract"])
def listener(request, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify") if request.param == "path" else f"\0larder-{tmp_path.name}-{id(made)}")
        made.settimeout(30)
        yield made


def name_of(listener):
    name = listener.getsockname()
    return name if isinstance(name, str) else "@" + name[1:].decode()


def test_it_says_when_it_serves_and_when_it_stops(serve, data, listener):
    daemon = serve(config(data), env={"NOTIFY_SOCKET": name_of(listener)})
    assert listener.recv(100) == b"READY=1"
    assert daemon.client().get("/readyz").status == 200
    daemon.process.signal(signal.SIGTERM)
    assert listener.recv(100) == b"STOPPING=1"


def test_nobody_listens(serve, data, tmp_path):
    daemon = serve(config(data), env={"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    daemon.wait_logged("service_manager.notify_failed")
    assert daemon.client().get("/readyz").status == 200


def test_one_version_is_said_everywhere(binary, serve, data):
    said = run(binary, "--version").stdout.split()
    assert said[0] == "larderd"
    daemon = serve(config(data))
    assert daemon.client().get("/api/v1/status").json()["version"] == said[1]
    assert f'version="{said[1]}"' in daemon.client().get("/metrics").body.decode()
    daemon.wait_logged(f" version={said[1]} ")
