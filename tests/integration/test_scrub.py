"""The scrub: damaged content goes out of service, and comes back from upstream."""

import pathlib

from harness.daemon import config, rule
from harness.images import make_image
from harness.peers import run
from harness.process import wait_until
from harness.upstream import Expected

SCRUB = {"extensions": {"scrub": {"enable": True, "interval": "2h"}}}


def damage(data, digest):
    name = digest.split(":")[1]
    path = pathlib.Path(data) / "_larder/blobs/sha256" / name[:2] / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def test_damaged_content_is_taken_away_and_fetched_again(serve, binary, data, upstream):
    name = "mirror/img/1x20k/scrubbed"
    sync = rule(upstream.url, destination="/mirror")
    daemon = serve(config(data, sync))
    client = daemon.client()
    image = make_image("scrub", layers=2, layer_size=5_000)
    client.push("mine", image, "v1")
    assert [answer.status for answer in client.pull(name, "latest")] == [200] * 3
    daemon.stop()
    cached, broken = Expected("img/1x20k/scrubbed"), image.layers[0].digest
    damage(data, broken)
    damage(data, cached.layers[0])

    daemon.write_config(config(data, sync, **SCRUB))
    client = daemon.start().client()
    wait_until(lambda: client.metrics()["larder_scrub_last_round_timestamp_seconds"] > 0, what="the end of a round")
    assert client.metrics()["larder_scrub_damaged_total"] == 2
    assert client.blob("mine", broken).status == 404
    assert client.blob("mine", image.layers[1].digest).body == image.layers[1].data
    assert client.blob(name, cached.layers[0]).body == cached.blob(cached.layers[0])
    assert broken.replace(":", "-") in [path.name for path in (pathlib.Path(data) / "_larder/quarantine").iterdir()]
    found = run(binary, "verify-store", daemon.config_path, check=False)
    assert f"mine@{broken} is missing: push the image again." in found.stdout
    client.push("mine", image, "v1")
    assert "no damage" in run(binary, "verify-store", daemon.config_path).stdout
