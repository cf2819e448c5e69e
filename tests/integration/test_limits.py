"""What one client, one upstream or one repository may take of the daemon."""

import concurrent.futures
import contextlib
import dataclasses
import json
import os
import socket
import time

import pytest
from harness.daemon import config, host_of, rule
from harness.images import Content, make_image
from harness.process import wait_until
from harness.upstream import Expected

MIB = 1 << 20


def test_an_upstream_gives_no_more_than_its_download_rate(serve, data, upstream):
    limits = {"upstreams": {host_of(upstream.url): {"downloadRate": "1MiB"}}}
    client = serve(config(data, rule(upstream.url), larder=limits)).client()
    image = Expected("img/4x512k/rate")
    client.manifest("img/4x512k/rate", "latest")
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda digest: client.blob("img/4x512k/rate", digest), image.layers))
    took = time.monotonic() - begun
    assert [answer.body for answer in answers] == [image.blob(digest) for digest in image.layers]
    assert 1 < took < 8, took


def connect(daemon):
    host, port = daemon.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


@pytest.mark.skipif("LARDER_SANITIZER" in os.environ, reason="a sanitizer takes memory of its own for what is used")
def test_clients_that_stand_still_hold_no_memory(serve, data):
    """Half of them do not read the blob that they asked for, half do not send the one that they announced."""
    count, size = 150, 20 * MIB
    daemon = serve(config(data))
    client = daemon.client()
    blob = Content(bytes(size))
    assert client.push_blob("team/app", blob).status == 201
    before = daemon.process.resident_bytes("VmRSS")
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            reader = stack.enter_context(connect(daemon))
            reader.sendall(f"GET /v2/team/app/blobs/{blob.digest} HTTP/1.1\r\nHost: larder\r\n\r\n".encode())
            writer = stack.enter_context(connect(daemon))
            writer.sendall(
                f"POST /v2/team/app/blobs/uploads/?digest={blob.digest} HTTP/1.1\r\nHost: larder\r\n"
                f"Content-Length: {size}\r\n\r\n".encode()
                + bytes(100_000)
            )
        time.sleep(1)
        grown = daemon.process.resident_bytes("VmRSS") - before
        assert grown < count * 2 * 128 * 1024, f"{grown / MIB:.1f} MiB for {2 * count} clients"
        assert client.blob("team/app", blob.digest).body == blob.data


def test_many_uploads_at_once_are_all_taken(serve, data):
    daemon = serve(config(data))
    blobs = [Content(f"upload {number} ".encode() * 20_000) for number in range(64)]
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda blob: daemon.client().push_blob("team/app", blob), blobs))
    assert {answer.status for answer in answers} == {201}
    assert all(daemon.client().blob("team/app", blob.digest).body == blob.data for blob in blobs)


def annotated(image, **annotations):
    document = {**json.loads(image.manifest.data), "annotations": annotations}
    return dataclasses.replace(image, manifest=Content(json.dumps(document).encode(), image.manifest.media_type))


def test_an_image_without_its_mandatory_annotations_is_refused(serve, data, upstream):
    lint = {"lint": {"enable": True, "mandatoryAnnotations": ["org.example.team", "org.example.licence"]}}
    daemon = serve(config(data, rule(upstream.url, "/up"), extensions=lint))
    client = daemon.client()
    image = make_image("annotated")
    for blob in image.blobs:
        assert client.push_blob("team/app", blob).status == 201
    half = annotated(image, **{"org.example.team": "a"})
    refused = client.push_manifest("team/app", "v1", half.manifest)
    assert refused.status == 400
    assert refused.json()["errors"][0]["code"] == "MANIFEST_INVALID"
    assert "org.example.licence" in refused.json()["errors"][0]["message"]
    assert client.manifest("team/app", "v1").status == 404
    whole = annotated(image, **{"org.example.team": "a", "org.example.licence": "MIT"})
    assert client.push_manifest("team/app", "v1", whole.manifest).status == 201
    # What an upstream has is passed on as it is.
    assert client.manifest("up/img/1x1000/annotated", "latest").status == 200


def test_there_are_no_more_repositories_than_allowed(serve, data, upstream):
    daemon = serve(config(data, rule(upstream.url, "/up"), storage={"maxRepos": 2}))
    client = daemon.client()
    for number in range(2):
        client.push(f"team/app{number}", make_image(f"app{number}"), "v1")
    for refused in (
        client.request("POST", "/v2/team/more/blobs/uploads/"),
        client.push_manifest("team/more", "v1", make_image("app0").manifest),
    ):
        assert (refused.status, refused.error_code) == (429, "TOOMANYREQUESTS")
        assert refused.json()["errors"][0]["detail"] == {"limit": "2"}
    client.push("team/app1", make_image("app1, again"), "v2")
    # A pull is passed on, and leaves nothing here.
    manifest, *blobs = client.pull("up/img/1x1000/beyond", "latest")
    image = Expected("img/1x1000/beyond")
    assert [manifest.body, *(blob.body for blob in blobs)] == [
        image.manifest.data,
        *(image.blob(digest) for digest in image.blobs),
    ]
    assert client.get("/v2/_catalog").json()["repositories"] == ["team/app0", "team/app1"]


def test_a_persons_pull_goes_before_a_poll(serve, data, upstream):
    """One request at a time, each slow, and a poll that has hundreds to make."""
    tags = [f"v{number}" for number in range(300)]
    upstream.control("tags", {"repository": "img/1x1000/polled", "tags": tags, "image": "img/1x1000/polled"})
    upstream.config(latency_ms=50)
    polled = rule(
        upstream.url, pollInterval="1h", reqConcurrent=1, content=[{"prefix": "img/1x1000/polled"}, {"prefix": "img/**"}]
    )
    daemon = serve(config(data, polled))
    client = daemon.client()
    wait_until(lambda: client.manifest("img/1x1000/polled", "v3").status == 200, what="the poll to be under way")
    took = []
    for number in range(10):
        begun = time.monotonic()
        assert client.manifest(f"img/1x1000/person{number}", "latest").status == 200
        took.append(time.monotonic() - begun)
    # Its token, its own turn and the one request that may be under way already.
    assert sorted(took)[5] < 0.5, took
