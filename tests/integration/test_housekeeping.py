"""What the daemon forgets by itself: garbage, what retention lets go, what does not fit on the disk."""

import concurrent.futures
import pathlib
import time

import pytest
from harness.daemon import config, host_of, rule
from harness.images import make_image, make_index
from harness.peers import run
from harness.process import wait_until
from harness.upstream import Expected

QUICK = {"gcDelay": "1s", "gcInterval": "1s"}
MIB = 1 << 20


def blob_file(daemon, digest):
    algorithm, hex_ = digest.split(":")
    return pathlib.Path(daemon.data) / "_larder" / "blobs" / algorithm / hex_[:2] / hex_


def is_stored(daemon, image):
    return [blob_file(daemon, part.digest).exists() for part in (image.manifest, *image.blobs)]


def used_bytes(daemon):
    return daemon.client().metrics()["larder_storage_used_bytes"]


def evicted_bytes(daemon):
    return daemon.client().metrics().get("larder_evicted_bytes_total", 0)


def test_an_image_leaves_the_disk_after_its_tag(serve, data):
    daemon = serve(config(data, storage=QUICK))
    client = daemon.client()
    kept, dropped = make_index("gc-kept", architectures=("amd64", "arm64")), make_image("gc-dropped")
    client.push("team/app", kept, "kept")
    client.push("team/app", dropped, "dropped")
    # A layer of both stays as long as one of them does.
    shared = kept.images[0]
    client.push("team/other", shared, "shared")
    assert client.delete("/v2/team/app/manifests/dropped").status == 202
    assert client.delete("/v2/team/other/manifests/shared").status == 202

    wait_until(lambda: not any(is_stored(daemon, dropped)), timeout=30, what="the image to leave the disk")
    daemon.wait_logged("gc.removed repository=team/other", timeout=30)
    assert client.manifest("team/app", dropped.manifest.digest).status == 404
    assert client.blob("team/app", dropped.layers[0].digest, "HEAD").status == 404
    for image in kept.images:
        assert all(is_stored(daemon, image))
        assert client.manifest("team/app", image.manifest.digest).body == image.manifest.data
        assert [client.blob("team/app", blob.digest).body for blob in image.blobs] == [b.data for b in image.blobs]
    metrics = client.metrics()
    assert metrics['zot_gc_runs_total{error="false"}'] > 0
    assert metrics['zot_gc_deleted_total{type="manifest"}'] >= 1
    assert metrics['zot_gc_deleted_total{type="blob"}'] >= 4
    daemon.wait_logged(f'gc.removed repository=team/app tag= digest={dropped.manifest.digest} reason="deleteUntagged"')


def test_pushes_go_on_while_garbage_is_collected(serve, data):
    daemon = serve(config(data, storage={"gcDelay": "2s", "gcInterval": "1s"}))
    until = time.monotonic() + 10

    def come_and_go(name):
        """Equal content in several repositories; what was dropped is pushed again about when it is collected."""
        client = daemon.client()
        number = 0
        while time.monotonic() < until:
            image = make_image(f"busy-{number % 3}", layer_size=5_000)
            client.push(name, image, "v1")
            assert [answer.status for answer in client.pull(name, "v1")] == [200] * 4
            assert client.delete(f"/v2/{name}/manifests/{image.manifest.digest}").status == 202
            number += 1
            time.sleep(0.7)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(come_and_go, [f"busy/{number}" for number in range(4)]))
    wait_until(
        lambda: daemon.client().metrics()['zot_gc_deleted_total{type="blob"}'] > 0, timeout=30, what="a collection"
    )


@pytest.mark.parametrize("dry_run", (True, False))
def test_retention_lets_go_what_no_rule_keeps(serve, data, dry_run):
    policy = {"repositories": ["team/**"], "keepTags": [{"patterns": ["^v"], "mostRecentlyPushedCount": 1}]}
    settings = {**QUICK, "retention": {"dryRun": dry_run, "policies": [policy]}}
    daemon = serve(config(data, storage=settings))
    client = daemon.client()
    for tag in ("v1", "latest", "v2"):
        client.push("team/app", make_image(f"retention-{tag}"), tag)
        client.push("other/app", make_image(f"retention-{tag}"), tag)

    verb = "would_remove" if dry_run else "removed"
    for tag in ("latest", "v1"):
        daemon.wait_logged(f"gc.{verb} repository=team/app tag={tag}", timeout=30)
    left = ["latest", "v1", "v2"] if dry_run else ["v2"]
    wait_until(lambda: client.get("/v2/team/app/tags/list").json()["tags"] == left, what=f"{left}")
    assert client.get("/v2/other/app/tags/list").json()["tags"] == ["latest", "v1", "v2"]
    assert "repository=other/app tag=" not in daemon.log()


def test_the_cache_keeps_within_its_limit_while_it_is_pulled_from(serve, data, upstream):
    limits = {"storage": {"maxBytes": 4 * MIB, "highWatermark": "90%", "lowWatermark": "30%"}}
    daemon = serve(config(data, rule(upstream.url, prefix="img/**"), larder=limits))
    own = make_image("eviction-own", layer_size=200_000)
    daemon.client().push("team/own", own, "v1")
    names = [f"img/2x256k/evict{number}" for number in range(24)]

    def pull(name):
        image = Expected(name)
        manifest, *blobs = daemon.client().pull(name, "latest")
        assert (manifest.status, manifest.body) == (200, image.manifest.data)
        assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]

    def over(name):
        return f"eviction.evicted repository={name} " in daemon.log()

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(pull, names))
        wait_until(lambda: over(names[0]), timeout=30, what="an eviction")
        # What comes while there is no room is served and not stored, and nothing goes that was used a moment ago.
        while evicted_bytes(daemon) <= 6 * MIB:
            list(pool.map(pull, names))
            wait_until(lambda: used_bytes(daemon) <= 0.9 * 4 * MIB, timeout=30, what="use below the limit")

    pull(names[0])
    assert daemon.client().metrics()['larder_evictions_total{reason="maxBytes"}'] > 10
    assert all(is_stored(daemon, own))
    assert "Z error " not in daemon.log()


def test_pushes_end_at_the_limit_of_storage(serve, data):
    daemon = serve(config(data, storage=QUICK, larder={"storage": {"maxBytes": 8 * MIB}}))
    client = daemon.client()
    begin = "/v2/team/app/blobs/uploads/"
    location = client.request("POST", begin).headers["Location"]
    refused = client.request("PATCH", location, make_image("too-big", layer_size=64 * MIB).layers[0].data)
    assert (refused.status, refused.json()["errors"][0]["code"]) == (507, "NO_SPACE")
    assert "larder.storage.maxBytes" in refused.json()["errors"][0]["message"]
    assert used_bytes(daemon) < 9 * MIB
    # What came of it is given up, so that it is in nobody's way.
    assert client.get(location).status == 404
    wait_until(lambda: client.request("POST", begin).status == 202, what="room again")
    client.push("team/app", make_image("fits", layer_size=200_000), "v1")


def test_an_emptied_repository_leaves_the_catalog(serve, data):
    daemon = serve(config(data, storage=QUICK))
    client = daemon.client()
    for name in ("team/app", "team/other"):
        client.push(name, make_image(f"emptied-{name}"), "v1")
    assert client.delete("/v2/team/app/manifests/v1").status == 202
    wait_until(
        lambda: client.get("/v2/_catalog").json() == {"repositories": ["team/other"]}, timeout=30, what="it to go"
    )
    daemon.wait_logged("gc.repository_removed repository=team/app")
    client.push("team/app", make_image("emptied-again"), "v1")
    assert client.get("/v2/team/app/tags/list").json()["tags"] == ["v1"]


def test_a_sub_path_has_a_directory_and_a_collection_of_its_own(binary, serve, data, upstream, tmp_path):
    team = tmp_path / "team data"
    storage = {"gc": False, "subPaths": {"/team": {**QUICK, "gc": True, "rootDirectory": str(team)}}}
    shared = {"upstreams": {host_of(upstream.url): {"allowPush": ["team/*"]}}}
    daemon = serve(config(data, rule(upstream.url, "/team"), storage=storage, larder=shared))
    client = daemon.client()

    def places(digest):
        algorithm, hex_ = digest.split(":")
        return [(root / "_larder" / "blobs" / algorithm / hex_[:2] / hex_).exists() for root in (pathlib.Path(data), team)]

    pushed, pulled = make_image("sub-path"), Expected("img/2x64k/sub-path")
    client.push("team/app", pushed, "v1")
    client.push("app", make_image("no sub-path"), "v1")
    client.push("team/dropped", make_image("sub-path, dropped"), "v1")
    client.push("other/dropped", make_image("dropped"), "v1")
    manifest, *blobs = client.pull("team/img/2x64k/sub-path", "latest")
    assert (manifest.body, [blob.body for blob in blobs]) == (
        pulled.manifest.data,
        [pulled.blob(digest) for digest in pulled.blobs],
    )
    for digest in (pushed.manifest.digest, pulled.manifest.digest, *pulled.blobs, *(b.digest for b in pushed.blobs)):
        wait_until(lambda: places(digest) == [False, True], what=f"{digest} to be below {team}")
    assert places(make_image("no sub-path").manifest.digest) == [True, False]

    for name in ("team/dropped", "other/dropped"):
        assert client.delete(f"/v2/{name}/manifests/v1").status == 202
    dropped = make_image("sub-path, dropped").manifest.digest
    wait_until(lambda: places(dropped) == [False, False], timeout=30, what="the collection below the sub-path")
    assert places(make_image("dropped").manifest.digest) == [True, False]

    daemon.stop()
    daemon.start()
    assert [answer.status for answer in daemon.client().pull("team/app", "v1")] == [200] * 4
    daemon.stop()
    done = run(binary, "verify-store", daemon.config_path, check=False)
    assert (done.returncode, "no damage" in done.stdout) == (0, True), done.stdout
    hex_ = pushed.layers[0].digest.split(":")[1]
    (team / "_larder" / "blobs" / "sha256" / hex_[:2] / hex_).write_bytes(b"rotten")
    done = run(binary, "verify-store", daemon.config_path, check=False)
    assert done.returncode == 1
    assert f"team/app@{pushed.layers[0].digest} does not match its digest" in done.stdout
