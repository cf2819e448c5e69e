"""Stored content that is cut short or removed under a daemon that runs: no client takes it for whole, and it heals."""

import http.client
import pathlib

import pytest
from harness.admin import Admin
from harness.daemon import config, rule
from harness.images import make_image
from harness.process import wait_until
from harness.upstream import Expected

NAME = "mirror/img/1x200k/damaged"


@pytest.fixture
def mirror(serve, data, upstream):
    daemon = serve(config(data, rule(upstream.url, destination="/mirror")))
    assert [answer.status for answer in daemon.client().pull(NAME, "latest")] == [200] * 3
    return daemon


def path_of(data, digest):
    name = digest.split(":")[1]
    return pathlib.Path(data) / "_larder/blobs/sha256" / name[:2] / name


def transfers_of(client, outcome):
    pulls = Admin(client).json("/pulls")["items"]
    return [one for pull in pulls for one in pull["transfers"] if one["outcome"] == outcome]


def damaged(client):
    return client.metrics()["larder_scrub_damaged_total"]


def test_a_layer_that_is_cut_short_while_it_is_open_is_fetched_again(mirror, data):
    client, image = mirror.client(), Expected("img/1x200k/damaged")
    layer = image.layers[0]
    wait_until(lambda: client.blob(NAME, layer).headers["X-Cache"] == "HIT", what="the end of the download")
    assert client.blob(NAME, layer).headers["X-Cache"] == "HIT"
    path_of(data, layer).write_bytes(b"")
    with pytest.raises(http.client.IncompleteRead):
        client.blob(NAME, layer)
    mirror.wait_logged(f"blob.damaged digest={layer} path=")
    assert client.blob(NAME, layer).body == image.blob(layer)
    assert damaged(client) == 1
    assert f"sha256-{layer.split(':')[1]}" in [kept.name for kept in (data / "_larder/quarantine").iterdir()]
    failed = wait_until(lambda: transfers_of(client, "failed"), what="the record of the failure")
    assert "blob.damaged" in failed[0]["error"]
    assert not transfers_of(client, "cancelled")


def test_a_layer_that_is_cut_short_or_removed_before_it_is_opened_is_fetched_again(mirror, data):
    image = Expected("img/1x200k/damaged")
    mirror.stop()
    cut, removed = image.blobs
    path_of(data, cut).write_bytes(b"x")
    path_of(data, removed).unlink()
    client = mirror.start().client()
    for digest in (cut, removed):
        assert client.blob(NAME, digest).body == image.blob(digest)
    assert damaged(client) == 1


def test_a_pushed_layer_that_is_cut_short_is_missing_until_it_is_pushed_again(mirror, data):
    client, image = mirror.client(), make_image("short", layers=1, layer_size=50_000)
    client.push("mine", image, "v1")
    layer = image.layers[0]
    assert client.blob("mine", layer.digest).body == layer.data
    path_of(data, layer.digest).write_bytes(layer.data[:20_000])
    with pytest.raises(http.client.IncompleteRead):
        client.blob("mine", layer.digest)
    wait_until(lambda: client.blob("mine", layer.digest).status == 404, what="the layer to be out of service")
    client.push("mine", image, "v1")
    assert client.blob("mine", layer.digest).body == layer.data
