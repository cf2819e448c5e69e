"""`larderd verify-store` and `larderd rebuild`: what is damaged is found, what was lost is made again."""

import pathlib
import threading
import time

import pytest
from harness.daemon import config, rule
from harness.images import Content
from harness.peers import run
from harness.process import wait_until
from harness.upstream import Expected
from harness.workers import IMAGES, Worker, state_of


@pytest.fixture
def command(binary):
    """Runs `larderd NAME` on a daemon's configuration."""

    def invoke(daemon, name, *options, check=True):
        return run(binary, name, daemon.config_path, *options, check=check)

    return invoke


def blob_path(data, digest):
    algorithm, name = digest.split(":")
    return pathlib.Path(data) / "_larder/blobs" / algorithm / name[:2] / name


def lose_metadata(data):
    lost = list((pathlib.Path(data) / "_larder").glob("larder.db*"))
    assert lost
    for path in lost:
        path.unlink()


def test_lost_metadata_is_made_again_after_a_kill(serve, command, data, upstream):
    name = "mirror/img/2x20k/recovery"
    settings = config(data, rule(upstream.url, destination="/mirror"))
    daemon = serve(settings)
    client = daemon.client()
    assert [answer.status for answer in client.pull(name, "latest")] == [200] * 4
    workers = [Worker(daemon.client(), number) for number in range(4)]
    for worker in workers:
        worker.start()
    time.sleep(2)
    daemon.kill()
    for worker in workers:
        worker.join()

    lose_metadata(data)
    command(daemon, "rebuild")
    client = daemon.start().client()
    state = state_of(client)
    for worker in workers:
        assert worker.manifests | worker.deleted, "the worker has done nothing"
        worker.assert_kept(state)
    origin = Expected("img/2x20k/recovery")
    upstream.fault("refuse", count=-1)
    assert client.manifest(name, "latest").body == origin.manifest.data
    assert [answer.status for answer in client.pull(name, "latest")] == [200] * 4
    assert "no damage" in command(daemon, "verify-store").stdout

    # Whole this time: the daemon has taken no change since.
    daemon.kill()
    lose_metadata(data)
    command(daemon, "rebuild")
    client = daemon.start().client()
    assert state_of(client) == state
    # And it goes on from there.
    client.push("work/0", IMAGES[0], "after")
    assert client.manifest("work/0", "after").body == IMAGES[0].manifest.data


def test_a_daemon_does_not_begin_anew_where_metadata_can_be_rebuilt(serve, command, binary, data):
    daemon = serve(config(data))
    daemon.client().push("kept", IMAGES[0], "v1")
    refused = command(daemon, "rebuild", check=False)
    assert refused.returncode == 1
    assert "Stop it first" in refused.stderr
    daemon.stop()
    lose_metadata(data)
    failed = run(binary, "serve", daemon.config_path, check=False)
    assert failed.returncode == 1
    assert "larderd rebuild <config>" in failed.stderr
    assert not (data / "_larder/larder.db").exists()
    for left in (None, b""):
        if left is not None:
            (data / "_larder/larder.db").write_bytes(left)
        found = command(daemon, "verify-store", check=False)
        assert (found.returncode, "no damage" in found.stdout) == (1, False), found.stdout
        assert "larderd rebuild <config>" in found.stderr
    command(daemon, "rebuild")
    assert daemon.start().client().manifest("kept", "v1").body == IMAGES[0].manifest.data


def test_damage_is_found_and_taken_out_of_service(serve, command, data, upstream):
    name = "mirror/img/1x20k/damaged"
    daemon = serve(config(data, rule(upstream.url, destination="/mirror")))
    client = daemon.client()
    client.push("mine", IMAGES[0], "v1")
    client.push("mine", IMAGES[1], "v2")
    assert [answer.status for answer in client.pull(name, "latest")] == [200] * 3
    assert "no damage" in command(daemon, "verify-store").stdout

    cached = Expected("img/1x20k/damaged")
    broken, missing = IMAGES[0].layers[0].digest, IMAGES[1].config.digest
    for digest in (broken, cached.layers[0]):
        path = blob_path(data, digest)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    blob_path(data, missing).unlink()
    unnamed = Content(b"nobody's")
    blob_path(data, unnamed.digest).parent.mkdir(exist_ok=True)
    blob_path(data, unnamed.digest).write_bytes(b"damaged")

    found = command(daemon, "verify-store", check=False)
    assert found.returncode == 1
    assert (
        f"mine@{broken} does not match its digest: use --quarantine to remove it from service; push the image again."
        in found.stdout
    )
    assert f"mine@{missing} is missing: push the image again." in found.stdout
    assert f"{name}@{cached.layers[0]} does not match its digest" in found.stdout
    assert "4 damaged." in found.stdout

    assert client.blob("mine", broken).status == 200
    command(daemon, "verify-store", "--quarantine", check=False)
    wait_until(lambda: client.blob("mine", broken).status == 404, what="the daemon to forget what was taken away")
    assert client.blob(name, cached.layers[0]).body == cached.blob(cached.layers[0])
    client.push("mine", IMAGES[0], "v1")
    client.push("mine", IMAGES[1], "v2")
    assert "no damage" in command(daemon, "verify-store").stdout


def test_content_that_goes_meanwhile_is_no_damage(serve, command, data):
    daemon = serve(config(data))
    client = daemon.client()
    stop = threading.Event()

    def change():
        number = 0
        while not stop.is_set():
            image = IMAGES[number % len(IMAGES)]
            number += 1
            client.push("busy", image, "latest")
            assert client.delete(f"/v2/busy/manifests/{image.manifest.digest}").status == 202

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(5):
            assert "no damage" in command(daemon, "verify-store").stdout
    finally:
        stop.set()
        changing.join()


def test_verify_store_names_a_wrong_directory(binary, tmp_path):
    settings = tmp_path / "config.json"
    settings.write_text('{"storage": {"rootDirectory": "%s"}, "http": {"port": "0"}}' % (tmp_path / "none"))
    done = run(binary, "verify-store", settings, check=False)
    assert done.returncode == 1
    assert "not a larderd data directory" in done.stderr
    assert not (tmp_path / "none").exists()


def test_what_was_collected_stays_away(serve, command, data):
    collecting = {"storage": {"gc": True, "gcDelay": "1s", "gcInterval": "1s"}}
    daemon = serve(config(data, **collecting))
    client = daemon.client()
    for number, image in enumerate(IMAGES[:3]):
        client.push("team/collected", image, f"v{number}")
    assert client.delete(f"/v2/team/collected/manifests/{IMAGES[0].manifest.digest}").status == 202
    layer = IMAGES[0].layers[0].digest
    # Nobody asks for it meanwhile: that would keep it.
    wait_until(lambda: not blob_path(data, layer).exists(), timeout=30, what="the collection")
    assert client.blob("team/collected", layer, "HEAD").status == 404
    daemon.kill()
    daemon.write_config(config(data, storage={"gc": False}))
    before = state_of(daemon.start().client())
    assert set(before["team/collected"]["tags"]) == {"v1", "v2"}
    daemon.kill()
    lose_metadata(data)
    command(daemon, "rebuild")
    assert state_of(daemon.start().client()) == before
    assert "no damage" in command(daemon, "verify-store").stdout
