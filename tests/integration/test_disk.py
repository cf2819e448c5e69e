"""A disk that is full, ill or slow, and one that loses power: clients get their bytes, and nothing is half stored."""

import concurrent.futures
import contextlib
import errno
import http.client
import itertools
import random
import threading
import time

import pytest
from harness.client import with_query
from harness.daemon import config, rule
from harness.images import make_image
from harness.peers import run
from harness.process import wait_until
from harness.upstream import Expected
from support import faulty_disk
from support.faulty_disk import ALL, CREATE, RENAME, SYNC, SYNC_FOLDER, TRUNCATE, WRITE, FaultyDisk


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return faulty_disk.build(tmp_path_factory.mktemp("faulty-disk"))


@pytest.fixture
def disk(library, tmp_path, data):
    return FaultyDisk(library, tmp_path, data)


@pytest.fixture
def mirror(serve, data, upstream, disk):
    """A daemon on the faulty disk, with one rule for the upstream."""
    # A pull begins to make room on the disk, and says so, when less than minFree is free: not here.
    larder = {"storage": {"minFree": "1B"}}
    return serve(config(data, rule(upstream.url, "/up"), larder=larder), env=disk.env)


def assert_undamaged(binary, daemon):
    done = run(binary, "verify-store", daemon.config_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no damage" in done.stdout


def assert_pulled(client, name):
    image = Expected(name)
    manifest, *blobs = client.pull(f"up/{name}", "latest")
    assert (manifest.status, manifest.body) == (200, image.manifest.data)
    assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]


def idle(client):
    """The client may have its last byte before the store has."""
    wait_until(lambda: client.metrics()["larder_blob_downloads"] == 0, what="the downloads to end")


def not_stored(client):
    metrics = client.metrics()
    return {kind: metrics[f'larder_not_stored_total{{type="{kind}"}}'] for kind in ("manifest", "blob")}


@pytest.mark.parametrize(
    "error, count", [(errno.ENOSPC, 1), (errno.ENOSPC, -1), (errno.EIO, -1)], ids=["full-once", "full", "ill"]
)
def test_a_pull_outlives_a_failure_of_any_write(binary, mirror, disk, error, count):
    client = mirror.client()
    for step in itertools.count():
        name = f"img/1x100k/step{step}"
        disk.fail(ALL & ~TRUNCATE, error, skip=step, count=count)
        assert_pulled(client, name)
        idle(client)
        disk.heal()
        if disk.failed == 0:
            break
        # Nothing is in the way of the next one.
        assert_pulled(client, name)
        idle(client)
    assert step > 10
    missed = not_stored(client)
    assert missed["manifest"] > 0
    assert missed["blob"] > 0
    mirror.wait_logged("blob.not_stored")
    mirror.wait_logged("manifest.not_stored")
    mirror.stop()
    assert_undamaged(binary, mirror)


@pytest.mark.parametrize(
    "operations, error, tear",
    [
        (ALL & ~TRUNCATE, errno.ENOSPC, False),
        (ALL & ~TRUNCATE, errno.ENOSPC, True),
        (ALL & ~TRUNCATE, errno.EIO, False),
        (WRITE, errno.EIO, True),
        (SYNC, errno.EIO, False),
        (RENAME, errno.EIO, False),
    ],
    ids=["full", "full-torn", "ill", "ill-torn", "no-sync", "no-rename"],
)
def test_a_push_to_a_disk_that_fails_is_refused_and_leaves_nothing(binary, serve, data, disk, operations, error, tear):
    daemon = serve(config(data), env=disk.env)
    client = daemon.client()
    acknowledged = {"v1": make_image("before")}
    client.push("team/app", acknowledged["v1"], "v1")
    disk.fail(operations, error, skip=1 << 40)
    acknowledged["v2"] = make_image("counted")
    client.push("team/app", acknowledged["v2"], "v2")
    steps = range(0, disk.matched, 1 if disk.matched < 15 else 3)
    refused = 0
    for step in steps:
        image, tag = make_image(f"failing-{step}"), f"s{step}"
        disk.fail(operations, error, skip=step, count=-1, tear=tear)
        answer = try_to_push(client, "team/app", image, tag)
        if answer.status != 201:
            refused += 1
            assert answer.status in (500, 507), (answer.status, answer.body)
            assert answer.json()["errors"][0]["message"]
            assert client.manifest("team/app", tag).status == 404
        disk.heal()
        if answer.status != 201:
            client.push("team/app", image, tag)
        acknowledged[tag] = image
    assert refused > len(steps) / 2
    daemon.kill()
    disk.cut_power()
    assert_undamaged(binary, daemon)
    daemon.start()
    assert_kept(daemon.client(), "team/app", acknowledged)


def try_to_push(client, repository, image, tag):
    """The first answer that is no success, else the last."""
    for blob in image.blobs:
        started = client.request("POST", f"/v2/{repository}/blobs/uploads/")
        if started.status != 202:
            return started
        location = with_query(started.headers["Location"], digest=blob.digest)
        answer = client.request("PUT", location, blob.data, {"Content-Type": "application/octet-stream"})
        if answer.status != 201:
            return answer
    return client.push_manifest(repository, tag, image.manifest)


def assert_kept(client, repository, images):
    for tag, image in images.items():
        manifest, *blobs = client.pull(repository, tag)
        assert manifest.body == image.manifest.data, tag
        assert [blob.body for blob in blobs] == [blob.data for blob in image.blobs], tag


def test_a_layer_that_is_here_is_served_to_another_repository_though_the_disk_is_full(mirror, disk):
    client = mirror.client()
    assert_pulled(client, "img/1x100k/shared")
    idle(client)
    disk.fail(ALL & ~TRUNCATE, errno.ENOSPC)
    before = not_stored(client)["blob"]
    assert_pulled(client, "other/img/1x100k/shared")
    assert not_stored(client)["blob"] > before
    mirror.wait_logged("blob.not_linked")
    disk.heal()
    assert_pulled(client, "other/img/1x100k/shared")


def test_what_another_push_has_stored_is_acknowledged_once_it_is_safe(binary, serve, data, disk):
    """The other one waits for the disk, and its file can be seen already."""
    daemon = serve(config(data), env=disk.env)
    image = make_image("twice")
    for name in ("team/first", "team/second"):
        for blob in image.blobs:
            assert daemon.client().push_blob(name, blob).status == 201
    disk.fail(SYNC_FOLDER, 0, skip=1 << 40, delay_ms=1500)
    first = threading.Thread(target=push_until_gone_once, args=(daemon.client(), "team/first", image))
    first.start()
    algorithm, hex_ = image.manifest.digest.split(":")
    wait_until((data / "_larder/blobs" / algorithm / hex_[:2] / hex_).exists, what="the first push to store it")
    assert daemon.client().push_manifest("team/second", "v1", image.manifest).status == 201
    daemon.kill()
    first.join()
    disk.cut_power()
    disk.heal()
    assert_undamaged(binary, daemon)
    daemon.start()
    assert_kept(daemon.client(), "team/second", {"v1": image})


def push_until_gone_once(client, repository, image):
    with contextlib.suppress(OSError, http.client.HTTPException):
        client.push_manifest(repository, "v1", image.manifest)


def test_a_push_after_one_that_could_not_be_made_safe_is(binary, serve, data, disk):
    daemon = serve(config(data), env=disk.env)
    client = daemon.client()
    image = make_image("unsafe")
    for blob in image.blobs:
        assert client.push_blob("team/app", blob).status == 201
    disk.fail(SYNC_FOLDER, errno.EIO)
    assert client.push_manifest("team/app", "v1", image.manifest).status == 500
    assert disk.failed > 0
    disk.heal()
    assert client.push_manifest("team/app", "v1", image.manifest).status == 201
    daemon.kill()
    disk.cut_power()
    assert_undamaged(binary, daemon)
    daemon.start()
    assert_kept(daemon.client(), "team/app", {"v1": image})


def test_an_upload_goes_on_after_a_commit_that_the_disk_refused(serve, data, disk):
    client = serve(config(data), env=disk.env).client()
    blob = make_image("once-more").blobs[0]
    location = client.request("POST", "/v2/team/app/blobs/uploads/").headers["Location"]
    headers = {"Content-Type": "application/octet-stream"}
    assert client.request("PATCH", location, blob.data, headers).status == 202
    disk.fail(SYNC, errno.EIO)
    assert client.request("PUT", with_query(location, digest=blob.digest)).status == 500
    assert disk.failed > 0
    disk.heal()
    # After a failed sync nobody can tell what has become of the bytes: none of them count.
    assert client.request("GET", location).headers["Range"] == "0-0"
    again = {"Content-Range": f"0-{len(blob.data) - 1}", **headers}
    assert client.request("PATCH", location, blob.data, again).status == 202
    assert client.request("PUT", with_query(location, digest=blob.digest)).status == 201
    assert client.request("GET", f"/v2/team/app/blobs/{blob.digest}").body == blob.data


def test_a_slow_disk_holds_no_hit_up(mirror, disk):
    client = mirror.client()
    assert_pulled(client, "img/1x100k/hot")
    idle(client)
    disk.fail(WRITE | SYNC | RENAME | CREATE, 0, skip=1 << 40, delay_ms=40)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        cold = [pool.submit(assert_pulled, client, f"img/2x100k/slow{number}") for number in range(2)]
        begun = time.monotonic()
        for _ in range(5):
            assert_pulled(client, "img/1x100k/hot")
        assert time.monotonic() - begun < 3
        for future in cold:
            future.result()
    disk.heal()


def test_a_disk_that_hangs_does_not_keep_the_daemon_from_stopping(serve, data, disk):
    daemon = serve(config(data), env=disk.env)
    client = daemon.client(timeout=40)
    image = make_image("hanging")
    client.push("team/app", image, "v1")
    disk.fail(SYNC, 0, skip=1 << 40, delay_ms=60_000)
    pusher = threading.Thread(target=push_until_gone_once, args=(client, "team/other", image))
    pusher.start()
    time.sleep(1)
    begun = time.monotonic()
    daemon.process.signal(15)
    daemon.process.wait(28)
    assert time.monotonic() - begun < 25
    daemon.wait_logged("stop_forced")
    pusher.join()
    disk.heal()
    daemon.start()
    assert_kept(daemon.client(), "team/app", {"v1": image})


@pytest.mark.parametrize("seed", range(4))
def test_what_was_acknowledged_outlives_a_power_cut(binary, serve, data, disk, upstream, seed):
    settings = config(data, rule(upstream.url, "/up"))
    daemon = serve(settings, env=disk.env)
    moments = random.Random(seed)
    pushed, deleted = {}, set()
    for round_ in range(3):
        client = daemon.client()
        orders = [(push_until_gone, (client, (seed, round_, number), pushed, deleted)) for number in range(3)]
        orders.append((pull_until_gone, (client, f"{seed}-{round_}")))
        workers = [threading.Thread(target=target, args=arguments) for target, arguments in orders]
        for worker in workers:
            worker.start()
        wait_until(lambda: pushed, timeout=30, what="the first push")
        time.sleep(moments.uniform(0.2, 1.2))
        daemon.kill()
        for worker in workers:
            worker.join()
        disk.cut_power()
        assert_undamaged(binary, daemon)
        daemon.start()
        client = daemon.client()
        assert pushed
        for (repository, tag), image in pushed.items():
            manifest, *blobs = client.pull(repository, tag)
            assert manifest.body == image.manifest.data, (repository, tag)
            assert [blob.body for blob in blobs] == [blob.data for blob in image.blobs]
        for repository, tag in deleted:
            assert client.manifest(repository, tag).status == 404, (repository, tag)


def push_until_gone(client, who, pushed, deleted):
    seed, round_, number = who
    repository = f"power/{seed}-{number}"
    try:
        for count in itertools.count():
            tag = f"r{round_}c{count}"
            image = make_image(f"{seed}-{round_}-{number}-{count}", layer_size=8_000)
            client.push(repository, image, tag)
            pushed[(repository, tag)] = image
            if count % 3 == 2:
                old = (repository, f"r{round_}c{count - 1}")
                del pushed[old]
                assert client.delete(f"/v2/{repository}/manifests/{old[1]}").status == 202
                deleted.add(old)
    except (OSError, http.client.HTTPException):
        pass


def pull_until_gone(client, name):
    try:
        for count in itertools.count():
            assert_pulled(client, f"img/2x64k/power-{name}-{count}")
    except (OSError, http.client.HTTPException):
        pass
