"""syncTimeout of a sync rule: how long fetching one blob may take in all."""

import contextlib
import http.client
import time

import pytest
from harness.daemon import config, host_of, rule
from harness.peers import run
from harness.process import wait_until
from harness.upstream import Expected, blob_bytes

MIB = 1 << 20
TIMEOUT = 2.0
# For a machine that has other things to do.
MARGIN = 5.0


def slow_blobs(upstream, bytes_per_second):
    upstream.fault("slow", kind="blob", method="GET", bps=bytes_per_second, count=-1)


def read_until_cut(daemon, name, digest):
    """What arrives of a blob whose answer begins, and breaks off; and after how long."""
    arrived = bytearray()
    begun = time.monotonic()
    with daemon.client().open("GET", f"/v2/{name}/blobs/{digest}") as response:
        assert response.status == 200
        with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
            while piece := response.read1():
                arrived += piece
        assert len(arrived) < int(response.headers["Content-Length"]), "the blob came whole"
    return bytes(arrived), time.monotonic() - begun


def is_stored(daemon, name, digest):
    return daemon.client().blob(name, digest, "HEAD").headers["X-Cache"] == "HIT"


def await_stored(daemon, name, digest):
    wait_until(lambda: is_stored(daemon, name, digest), what="the blob to be stored")


def ranges(upstream):
    return [entry["range"] for entry in upstream.stats()["last"] if (entry["kind"], entry["method"]) == ("blob", "GET")]


def test_a_blob_that_takes_longer_breaks_off_and_is_gone_on_with(serve, binary, data, upstream):
    name = "img/1x1m/late"
    (digest,) = Expected(name).layers
    whole = Expected(name).blob(digest)
    slow_blobs(upstream, 100_000)
    daemon = serve(config(data, rule(upstream.url, syncTimeout=f"{TIMEOUT}s", maxRetries=3, retryDelay="10ms")))
    arrived, took = read_until_cut(daemon, name, digest)
    assert TIMEOUT - 0.5 < took < TIMEOUT + MARGIN
    assert arrived
    assert arrived == whole[: len(arrived)]
    assert ranges(upstream) == [None], "it was tried again after its time"

    assert not is_stored(daemon, name, digest)
    assert "no damage" in run(binary, "verify-store", daemon.config_path).stdout
    upstream.control("heal", {})
    assert daemon.client().blob(name, digest).body == whole
    assert ranges(upstream)[-1] not in (None, "bytes=0-"), "what had arrived was fetched again"
    await_stored(daemon, name, digest)


def test_a_blob_that_arrives_in_time_is_whole(serve, data, upstream):
    name = "img/1x600k/in-time"
    (digest,) = Expected(name).layers
    slow_blobs(upstream, 300_000)
    daemon = serve(config(data, rule(upstream.url, syncTimeout="20s")))
    assert daemon.client().blob(name, digest).body == Expected(name).blob(digest)
    await_stored(daemon, name, digest)


@pytest.mark.parametrize("fault", ["before-header", "in-body"])
def test_an_upstream_that_hangs_is_given_no_longer(serve, data, upstream, fault):
    name = f"img/1x64k/hangs-{fault}"
    (digest,) = Expected(name).layers
    upstream.fault("hang", kind="blob", method="GET", count=-1, **({"after": 30_000} if fault == "in-body" else {}))
    daemon = serve(config(data, rule(upstream.url, syncTimeout=f"{TIMEOUT}s", maxRetries=3, retryDelay="10ms")))
    begun = time.monotonic()
    if fault == "in-body":
        arrived, _ = read_until_cut(daemon, name, digest)
        assert arrived == Expected(name).blob(digest)[: len(arrived)]
    else:
        assert daemon.client().blob(name, digest).status == 504
    assert time.monotonic() - begun < TIMEOUT + MARGIN
    assert not is_stored(daemon, name, digest)


def test_a_download_rate_gives_it_no_more_time(serve, data, upstream):
    """Here the daemon itself holds the upstream back."""
    name = "img/1x40m/held-back"
    (digest,) = Expected(name).layers
    limits = {"upstreams": {host_of(upstream.url): {"downloadRate": "1MiB"}}}
    daemon = serve(config(data, rule(upstream.url, syncTimeout=f"{TIMEOUT}s"), larder=limits))
    arrived, took = read_until_cut(daemon, name, digest)
    assert TIMEOUT - 0.5 < took < TIMEOUT + MARGIN
    assert len(arrived) < 8 * MIB

    def ended():
        return daemon.client().metrics().get("larder_blob_downloads") == 0

    wait_until(ended, timeout=MARGIN, what="the download to end")
    assert not is_stored(daemon, name, digest)
    # What lies in the buffers of two sockets comes on top.
    assert blob_bytes(upstream) < 30 * MIB
