"""The end of a daemon when all that may hold it up does so at once."""

import contextlib
import http.client
import pathlib
import socket
import time

from harness.admin import Admin
from harness.daemon import config, rule
from harness.images import Content
from harness.process import wait_until
from harness.upstream import Expected, blob_bytes, requests
from harness.websocket import WebSocket

# Kubernetes kills after 30 s, by default.
LIMIT = 25
LARGE = Content(bytes(64 << 20), "application/octet-stream")
OCTETS = {"Content-Type": "application/octet-stream"}


def begin(daemon, stack, method, path, headers=None, body=b""):
    """A request whose answer nobody reads."""
    connection = http.client.HTTPConnection(daemon.address, timeout=30)
    stack.enter_context(contextlib.closing(connection))
    connection.putrequest(method, path)
    for field in (headers or {}).items():
        connection.putheader(*field)
    connection.endheaders(body)


def slow_reader(daemon, stack, path):
    reader = stack.enter_context(socket.socket())
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", daemon.port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: larder\r\n\r\n".encode())
    assert reader.recv(16).startswith(b"HTTP/1.1 200")


def test_the_worst_case_ends_in_time_and_keeps_what_was_on_its_way(serve, data, upstream):
    name = "img/1x8m/kept"
    image = Expected(name)
    (layer,) = image.layers
    upstream.fault("hang", kind="manifest", path="never", count=-1)
    daemon = serve(config(data, rule(upstream.url, prefix="img/**"), larder={"storage": {"scrubRate": "64KiB"}}))
    client = daemon.client()
    client.push_blob("local", LARGE)
    location = client.request("POST", "/v2/local/blobs/uploads/").headers["Location"]
    assert client.manifest(name, "latest").status == 200
    upstream.fault("hang", kind="blob", after=5_000_000, count=-1)
    partials = pathlib.Path(data, "_larder", "partial")
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(WebSocket(daemon.address, receive_buffer=4096))).subscribe("metrics", "pulls")
        slow_reader(daemon, stack, f"/v2/local/blobs/{LARGE.digest}")
        begin(daemon, stack, "PATCH", location, {**OCTETS, "Content-Length": "1000000"}, bytes(500_000))
        begin(daemon, stack, "GET", "/v2/img/1x1k/never/manifests/latest")
        begin(daemon, stack, "GET", f"/v2/{name}/blobs/{layer}")
        assert Admin(client).call("POST", "/jobs", {"kind": "scrub"}).status == 202
        wait_until(lambda: requests(upstream, "manifest") >= 2, what="the upstream to be asked")
        wait_until(
            lambda: sum(path.stat().st_size for path in partials.iterdir()) >= 4_000_000, what="the blob to be under way"
        )

        begun = time.monotonic()
        daemon.process.signal(15)
        wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to say that it stops")
        assert client.manifest(name, "latest").headers["Connection"].lower() == "close"
        code = daemon.process.wait(40)
        took = time.monotonic() - begun
    assert (code, took < LIMIT) == (0, True), f"{took:.1f} s, exit code {code}\n{daemon.log()[-3000:]}"
    assert "stop_forced" not in daemon.log()

    upstream.reset()
    fetched = blob_bytes(upstream)
    client = daemon.start().client()
    assert client.blob(name, layer).body == image.blob(layer)
    assert blob_bytes(upstream) - fetched < 5_000_000, "the download was begun anew"
    answer = client.get(location)
    assert (answer.status, answer.headers["Range"]) == (204, "0-499999")
