"""Requests that a proxy in front could read otherwise than the daemon, over raw sockets: what they hide is never served."""

import socket

import pytest
from harness.daemon import config
from harness.images import make_image, sha256

HIDDEN = "DELETE /v2/team/kept/manifests/v1 HTTP/1.1\r\nHost: registry\r\n\r\n"

# Each has a body that is none to whoever overlooks the framing. A coding that is not spoken is 501, all else 400.
CODINGS = [
    ("501", f"Transfer-Encoding: {value}\r\n")
    for value in ("gzip, chunked", "chunked, gzip", "identity", "xchunked", "chunk", '"chunked"', "chunked;q=1", "",
                  "chunked, chunked", "\xa0chunked", "ch\x96nked", "identity, chunked, identity")
]
CODINGS += [
    ("400", fields)
    for fields in (
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\x0bchunked\r\n",
        "Transfer-Encoding: chunked\x0c\r\n",
        "Transfer-Encoding: chunked\x00\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n",
        "X: y\rTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\n chunked\r\n",
    )
]
LENGTHS = [
    ("400", fields)
    for fields in (
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length: 18446744073709551621\r\n",
        "Content-Length:\r\n",
        "Content-Length : 5\r\n",
        "Host: other\r\n",
    )
]
CHUNKS = ["\r\n", "0x0\r\n\r\n", "0;a=\"\n\"\r\n\r\n", "1\nx\r\n0\r\n\r\n", "1\r\nxy\r\n0\r\n\r\n", "1 \r\nx\r\n0\r\n\r\n",
          "10000000000000001\r\nx\r\n0\r\n\r\n", "0\r\n X: y\r\n\r\n", "0\r\nX: y\nZ: z\r\n\r\n", "0\r\n\n"]


def exchange(daemon, *parts):
    """The status lines of all that the daemon answers until it closes the connection."""
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=20) as connection:
        for part in parts:
            connection.sendall(part.encode("latin-1"))
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return [line.split(" ")[1] for line in answer.decode("latin-1").split("\r\n") if line.startswith("HTTP/1.1 ")]


@pytest.fixture
def daemon(serve, data):
    """With an image that a hidden request would delete."""
    running = serve(config(data))
    running.client().push("team/kept", make_image("kept"), "v1")
    yield running
    assert running.client().manifest("team/kept", "v1").status == 200, "a hidden request was served"


def test_a_request_of_two_meanings_ends_its_connection(daemon):
    for status, fields in CODINGS + LENGTHS:
        head = "POST /v2/team/kept/blobs/uploads/ HTTP/1.1\r\nHost: registry\r\n" + fields + "\r\n"
        assert exchange(daemon, head, "0\r\n\r\n", HIDDEN) == [status], fields


def test_http_1_0_knows_no_transfer_coding(daemon):
    head = "GET /v2/ HTTP/1.0\r\nHost: registry\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert exchange(daemon, head, "0\r\n\r\n", HIDDEN) == ["400"]


def test_a_broken_chunk_ends_its_connection(daemon):
    """Whether the handler reads the body, or leaves it to the connection to drop."""
    place = daemon.client().request("POST", "/v2/team/kept/blobs/uploads/").headers["Location"]
    for target in ("PATCH " + place, "GET /v2/"):
        for body in CHUNKS:
            head = f"{target} HTTP/1.1\r\nHost: registry\r\nTransfer-Encoding: chunked\r\n\r\n"
            statuses = exchange(daemon, head, body, HIDDEN)
            assert len(statuses) == 1, (target, body, statuses)


def test_a_chunked_upload_keeps_its_connection(daemon):
    place = daemon.client().request("POST", "/v2/team/kept/blobs/uploads/").headers["Location"]
    content = b"chunk by chunk"
    pieces = "".join(f"1;part={i}\r\n{chr(c)}\r\n" for i, c in enumerate(content))
    separator = "&" if "?" in place else "?"
    statuses = exchange(
        daemon,
        f"PUT {place}{separator}digest={sha256(content)} HTTP/1.1\r\nHost: registry\r\nTransfer-Encoding: chunked\r\n\r\n",
        pieces,
        "0\r\nX-Trailer: dropped\r\n\r\n",
        f"GET /v2/team/kept/blobs/{sha256(content)} HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\r\n",
    )
    assert statuses == ["201", "200"]
