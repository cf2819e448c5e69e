"""kill -9 in the middle of things, and two daemons on one data directory."""

import concurrent.futures
import contextlib
import http.client
import pathlib
import threading
import time

import pytest
from harness.client import with_query
from harness.daemon import config, rule
from harness.images import make_image, sha256
from harness.process import wait_until
from harness.upstream import Expected, blob_bytes, requests

OCTETS = {"Content-Type": "application/octet-stream"}


def reborn(daemon):
    """kill -9 and start again on the same data."""
    daemon.kill()
    return daemon.start()


def assert_whole(client, repository, image, tag):
    assert client.manifest(repository, tag).body == image.manifest.data
    for blob in image.blobs:
        assert client.blob(repository, blob.digest).body == blob.data


def test_a_killed_pull_goes_on_after_the_restart(serve, data, upstream):
    upstream.config(rate_mb=4)
    name = "img/1x8m/killed"
    image = Expected(name)
    daemon = serve(config(data, rule(upstream.url)))
    assert daemon.client().manifest(name, "latest").status == 200
    with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
        with daemon.client().open("GET", f"/v2/{name}/blobs/{image.layers[0]}") as response:
            response.read(3_000_000)
            daemon.kill()
            response.read()
    upstream.config(rate_mb=0)
    daemon.start()
    client = daemon.client()
    assert client.manifest(name, "latest").headers["X-Cache"] in ("HIT", "STALE")
    assert client.blob(name, image.layers[0]).body == image.blob(image.layers[0])
    # Resumed or fetched anew, but no more than that.
    assert blob_bytes(upstream) < 2.2 * (8 << 20)
    assert requests(upstream, "manifest", "GET") == 1


def test_an_upload_survives_the_kill(serve, data):
    daemon = serve(config(data))
    client = daemon.client()
    content = bytes(range(256)) * 8192
    location = client.request("POST", "/v2/survivor/blobs/uploads/").headers["Location"]
    answer = client.request("PATCH", location, content[:500_000], {**OCTETS, "Content-Range": "0-499999"})
    assert answer.status == 202

    client = reborn(daemon).client()
    status = client.get(answer.headers["Location"])
    assert status.status == 204
    offset = int(status.headers["Range"].split("-")[1]) + 1
    assert offset == 500_000
    rest = {**OCTETS, "Content-Range": f"{offset}-{len(content) - 1}"}
    done = client.request("PUT", with_query(status.headers["Location"], digest=sha256(content)), content[offset:], rest)
    assert done.status == 201
    assert client.blob("survivor", sha256(content)).body == content


def test_an_upload_killed_in_mid_chunk_goes_on_from_where_it_says(serve, data):
    daemon = serve(config(data))
    client = daemon.client()
    content = bytes(range(251)) * 20_000
    location = client.request("POST", "/v2/midway/blobs/uploads/").headers["Location"]

    def pieces():
        yield content[:2_000_000]
        time.sleep(0.3)
        daemon.kill()
        yield content[2_000_000:]

    with pytest.raises((ConnectionError, http.client.HTTPException)):
        client.request("PATCH", location, pieces(), {**OCTETS, "Content-Length": str(len(content))})
    client = daemon.start().client()
    status = client.get(location)
    assert status.status in (204, 404)
    if status.status == 404:
        return
    offset = int(status.headers["Range"].split("-")[1]) + 1 if status.headers["Range"] != "0-0" else 0
    assert offset <= 2_000_000
    put = with_query(status.headers["Location"], digest=sha256(content))
    assert client.request("PUT", put, content[offset:], OCTETS).status == 201
    assert client.blob("midway", sha256(content)).body == content


def test_what_was_acknowledged_is_whole_after_any_kill(serve, data):
    """Rounds of pushes from several clients, each round killed at another moment."""
    daemon = serve(config(data))
    acknowledged = {}
    for round_ in range(4):
        client = daemon.client()
        stop, first = threading.Event(), threading.Event()

        def pusher(worker, round_=round_, client=client, stop=stop, first=first):
            for number in range(1000):
                if stop.is_set():
                    return
                image = make_image(f"{round_}-{worker}-{number}", layers=2, layer_size=30_000)
                tag = f"r{round_}n{number}"
                try:
                    client.push(f"kill/{worker}", image, tag)
                except (OSError, http.client.HTTPException, AssertionError):
                    return
                acknowledged[(f"kill/{worker}", tag)] = image
                first.set()

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for worker in range(4):
                pool.submit(pusher, worker)
            assert first.wait(10)
            time.sleep(0.05 + 0.13 * round_)
            daemon.kill()
            stop.set()
        daemon.start()
    client = daemon.client()
    assert acknowledged
    for (repository, tag), image in acknowledged.items():
        assert_whole(client, repository, image, tag)
    # What was not acknowledged is there whole or not at all.
    for worker in range(4):
        for tag in client.get(f"/v2/kill/{worker}/tags/list").json()["tags"]:
            for answer in client.pull(f"kill/{worker}", tag):
                assert answer.status == 200
                assert sha256(answer.body) == answer.headers["Docker-Content-Digest"]


def test_killed_pulls_leave_no_wrong_hits(serve, data, upstream):
    upstream.config(rate_mb=3)
    names = [f"img/2x1m/kill-{number}" for number in range(4)]
    daemon = serve(config(data, rule(upstream.url)))
    for round_ in range(3):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for name in names:
                pool.submit(daemon.client().pull, name, "latest")
            time.sleep(0.2 + 0.2 * round_)
            daemon.kill()
        daemon.start()
    upstream.config(rate_mb=0)
    for name in names:
        image = Expected(name)
        manifest, *blobs = daemon.client().pull(name, "latest")
        assert manifest.body == image.manifest.data
        assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]


def test_a_graceful_stop_lets_a_transfer_end(serve, data, upstream):
    upstream.config(rate_mb=2)
    name = "img/1x2m/graceful"
    (digest,) = Expected(name).layers
    daemon = serve(config(data, rule(upstream.url)))
    with daemon.client().open("GET", f"/v2/{name}/blobs/{digest}") as response:
        response.read(1000)
        daemon.process.signal(15)
        wait_until(lambda: not reachable(daemon), what="the listener to close")
        assert len(response.read()) == (2 << 20) - 1000
    assert daemon.process.wait(15) == 0


def test_a_daemon_that_stops_is_not_ready_before_it_turns_clients_away(serve, data, upstream):
    upstream.config(rate_mb=1)
    name = "img/1x4m/leaving"
    (digest,) = Expected(name).layers
    daemon = serve(config(data, rule(upstream.url)))
    client = daemon.client()
    with client.open("GET", f"/v2/{name}/blobs/{digest}") as response:
        response.read(1000)
        daemon.process.signal(15)
        wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to say that it stops")
        assert client.manifest(name, "latest").status == 200
        assert len(response.read()) == (4 << 20) - 1000
    assert daemon.process.wait(15) == 0


def test_a_second_signal_stops_at_once_whatever_waits(serve, data, upstream):
    upstream.config(rate_mb=0.2)
    upstream.fault("hang", kind="manifest", path="never")
    name = "img/1x8m/stopped"
    (layer,) = Expected(name).layers
    daemon = serve(config(data, rule(upstream.url, prefix="img/**")))
    client = daemon.client()
    location = client.request("POST", "/v2/local/blobs/uploads/").headers["Location"]
    upload = {**OCTETS, "Content-Length": "1000000"}
    with contextlib.ExitStack() as open_ones:
        for method, path, headers, body in (
            ("PATCH", location, upload, bytes(500_000)),
            ("PUT", "/v2/local/manifests/half", {"Content-Length": "1000"}, b"{"),
            ("GET", "/v2/img/1x1k/never/manifests/latest", {}, b""),
            ("GET", f"/v2/{name}/blobs/{layer}", {}, b""),
        ):
            connection = http.client.HTTPConnection(daemon.address, timeout=30)
            open_ones.enter_context(contextlib.closing(connection))
            connection.putrequest(method, path)
            for field in headers.items():
                connection.putheader(*field)
            connection.endheaders(body)
        wait_until(lambda: blob_bytes(upstream) > 0 and requests(upstream, "manifest"), what="the upstream to be asked")
        partials = pathlib.Path(data).rglob
        wait_until(lambda: any(path.stat().st_size for path in partials("upload-*")), what="the upload to be under way")
        daemon.process.signal(15)
        wait_until(lambda: not reachable(daemon), what="the listener to close")
        begun = time.monotonic()
        daemon.process.signal(15)
        assert daemon.process.wait(15) == 0
        assert time.monotonic() - begun < 5
    daemon.wait_logged("stopping_at_once")


def reachable(daemon):
    try:
        return daemon.client(timeout=1).get("/livez").status == 200
    except OSError:
        return False


def test_two_daemons_share_a_data_directory(serve, data, upstream):
    settings = config(data, rule(upstream.url, "/up"))
    first = serve(settings)
    image = make_image("first")
    first.client().push("shared", image, "v1")

    begun = time.monotonic()
    second = serve(settings)
    assert time.monotonic() - begun < 10, "the second daemon waited for the first"
    assert_whole(second.client(), "shared", image, "v1")

    # What one writes the other sees within a second: new images, moved tags, deletions.
    moved = make_image("moved")
    first.client().push("shared", moved, "v1")
    sees(second, "shared", "v1", moved)
    other = make_image("other")
    second.client().push("shared", other, "v2")
    sees(first, "shared", "v2", other)
    assert_whole(first.client(), "shared", other, "v2")
    first.client().delete("/v2/shared/manifests/v2")
    wait_until(lambda: second.client().manifest("shared", "v2").status == 404, what="the deletion")

    name = "img/2x64k/both"
    assert [answer.status for answer in first.client().pull(f"up/{name}", "latest")] == [200] * 4
    second_pull = second.client().pull(f"up/{name}", "latest")
    assert [answer.status for answer in second_pull] == [200] * 4

    first.kill()
    late = make_image("late")
    second.client().push("shared", late, "v3")
    assert_whole(second.client(), "shared", late, "v3")
    assert_whole(second.client(), "shared", moved, "v1")


def sees(daemon, repository, tag, image):
    wait_until(
        lambda: daemon.client().manifest(repository, tag).body == image.manifest.data,
        what=f"{repository}:{tag} to be seen by the other daemon",
    )


def test_an_upload_goes_on_at_the_other_daemon(serve, data):
    """A rolling update: the first daemon leaves between two chunks."""
    first, second = serve(config(data)), serve(config(data))
    content = b"0123456789" * 10_000
    location = first.client().request("POST", "/v2/either/blobs/uploads/").headers["Location"]
    answer = first.client().request("PATCH", location, content[:40_000], {**OCTETS, "Content-Range": "0-39999"})
    first.stop()
    put = with_query(answer.headers["Location"], digest=sha256(content))
    assert second.client().request("PUT", put, content[40_000:], OCTETS).status == 201
    assert second.client().blob("either", sha256(content)).body == content


def test_debris_is_purged_at_the_start(serve, data):
    daemon = serve(config(data))
    blob = bytes(100_000)
    location = daemon.client().request("POST", "/v2/debris/blobs/uploads/").headers["Location"]
    put = with_query(location, digest="sha256:" + "0" * 64)
    assert daemon.client().request("PUT", put, blob, OCTETS).status == 400
    wait_until(lambda: files_holding(pathlib.Path(data), 100_000) == [], what="the refused upload to be removed")


def files_holding(directory, size):
    return [path for path in directory.rglob("*") if path.is_file() and path.stat().st_size == size]
