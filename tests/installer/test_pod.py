"""The pod of the chart, played: the image's larderd with what the chart gives it, in the limits that it has."""

import concurrent.futures
import contextlib
import json
import os

import guide
import pytest
import yaml
from conftest import run
from harness import zot
from harness.daemon import merged, rule
from harness.images import Content, make_image
from harness.peers import DockerRegistry
from harness.process import free_port, wait_until
from harness.rolling import roll
from harness.upstream import Upstream
from pod import mirror

CLIENTS = 100


def playable(values):
    """The guide's values without the port, which this test chooses, and with a password that is known."""
    config = json.loads(values["configFiles"]["config.json"])
    del config["http"]["port"]
    htpasswd = values["secretFiles"]["htpasswd"].replace(guide.ADMIN, guide.KNOWN_ADMIN)
    changes = {"configFiles": {"config.json": json.dumps(config)}, "secretFiles": {"htpasswd": htpasswd}}
    return merged(values, changes)


def test_the_pod_of_the_guide_serves_prometheus_and_the_probes(play):
    pod = play(playable(guide.WHOLE), authHeader="YWRtaW46cGFzc3dvcmQ=")
    assert [pod.probe(name) for name in ("startupProbe", "livenessProbe", "readinessProbe")] == [200] * 3
    assert pod.client().get("/metrics").status == 401
    metrics = pod.client("prom", "example").get("/metrics")
    assert metrics.status == 200 and b"zot_info" in metrics.body
    admin = pod.client("admin", "password")
    admin.push("team/app", make_image("in a pod"), "v1")
    assert admin.manifest("team/app", "v1").status == 200
    # The guide gives prom nothing to read but metrics.
    assert pod.client("prom", "example").manifest("team/app", "v1").status == 403


def test_nothing_but_the_image_is_in_the_pod(play):
    pod = play()
    with open(f"/proc/{pod.process.pid}/maps", encoding="utf-8") as file:
        paths = {line.split()[-1] for line in file if "/" in line}
    loaded = {path for path in paths if ".so" in path or path.endswith("larderd")}
    assert len(loaded) > 10
    assert all("/root/" in path for path in loaded), loaded
    with open(f"/proc/{pod.process.pid}/status", encoding="utf-8") as file:
        assert "Uid:\t1000\t1000\t1000\t1000" in file.read()


def test_an_edit_outlives_the_pod_over_a_read_only_configuration(play):
    values = playable(merged(guide.configuration(guide.USERS), guide.HTPASSWD))
    pod = play(values)
    admin = pod.client("admin", "password")
    patch = {"Content-Type": "application/merge-patch+json", "If-Match": admin.get("/api/v1/config").headers["ETag"]}
    changed = admin.request("PATCH", "/api/v1/config", json.dumps({"log": {"level": "warn"}}).encode(), patch)
    assert changed.status == 200, changed.body
    pod.stop()

    # An upgrade that brings another key.
    settings = json.loads(values["configFiles"]["config.json"])
    settings["storage"] = {"gcDelay": "3h"}
    after = play({**values, "configFiles": {"config.json": json.dumps(settings)}}).client("admin", "password")
    exported = yaml.safe_load(after.get("/api/v1/config/export?format=helm").body)
    config = json.loads(exported["configFiles"]["config.json"])
    assert config["log"]["level"] == "warn"
    assert config["storage"]["gcDelay"] == "3h"
    assert exported["mountSecret"] is True and "htpasswd" in exported["secretFiles"]


def test_what_is_exported_is_what_the_chart_makes_of_it(play, render):
    """Round trip: the export, given to the chart, is the configuration that was exported."""
    values = playable(guide.WHOLE)
    pod = play(values)
    exported = pod.client("admin", "password").get("/api/v1/config/export?format=helm").body.decode()
    text = yaml.safe_load(exported)["configFiles"]["config.json"]
    made = render(values, exported, httpGet={"port": pod.port}).config()["config.json"]
    assert made == text


def test_skopeo_pulls_through_the_pod(play, tmp_path):
    upstream = DockerRegistry(tmp_path / "upstream")
    try:
        upstream.client().push("team/app", make_image("through a pod"), "v1")
        pod = play(mirror(rule(upstream.url)))
        place = f"docker://127.0.0.1:{pod.port}/team/app:v1"
        run("skopeo", "copy", "--src-tls-verify=false", place, f"dir:{tmp_path}/pulled")
    finally:
        upstream.stop()
    # From what the pod has stored.
    run("skopeo", "copy", "--src-tls-verify=false", place, f"dir:{tmp_path}/again")


def test_a_hundred_clients_pull_within_the_memory_of_the_pod(play):
    pod = play({"configFiles": {"config.json": '{"extensions": {"metrics": {"enable": true}}}'}})
    if not pod.memory.directory:
        pytest.skip("no cgroup can be made here: the memory limit is NOT tried")
    assert pod.client().metrics()["larder_memory_limit_bytes"] == pod.memory.limit
    image = make_image("for many", layers=4, layer_size=4 << 20)
    pod.client().push("team/app", image, "v1")
    # Far more manifests than any cache of this size holds.
    for number in range(40):
        filler = make_image(f"filler {number}", layers=1, layer_size=1, annotations={"a": "x" * (1 << 20)})
        pod.client().push("team/filler", filler, f"v{number}")

    def pull(number):
        client = pod.client(timeout=120)
        assert client.manifest("team/filler", f"v{number % 40}").status == 200
        manifest, *blobs = client.pull("team/app", "v1")
        return [Content(blob.body).digest for blob in blobs] == [blob.digest for blob in image.blobs]

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        assert all(pool.map(pull, range(CLIENTS)))
    assert pod.memory.kills() == 0
    assert pod.process.resident_bytes("VmHWM") < pod.memory.limit * 3 // 4


def test_no_request_fails_and_nothing_is_fetched_twice_while_pods_are_replaced(play, request):
    """--rolls times, on one claim."""
    with contextlib.closing(Upstream()) as upstream:
        roll(lambda: play(mirror(rule(upstream.url))), upstream, request.config.getoption("--rolls"))


def test_from_zot_and_back(play, tmp_path):
    """The image's name was changed, nothing else: with the upstream away, what Zot had is pulled; its files stay."""
    data = tmp_path / "claim"
    image, docker = make_image("from zot"), make_image("from zot, too", docker=True)
    away = f"127.0.0.1:{free_port()}"
    zot.write_image(data, "library/app", image, "v1", "latest")
    zot.write_image(data, "library/docker", docker, "v1")
    lost = data / "lost+found"
    lost.mkdir(mode=0o700)
    for path in data.rglob("*"):
        if path != lost:
            os.chown(path, 1000, 1000)
    before = zot.files(data)
    pod = play(mirror(rule(f"http://{away}")), data="claim")
    client = pod.client()
    assert client.get("/v2/_catalog").json()["repositories"] == ["library/app", "library/docker"]
    for name, one in (("library/app", image), ("library/docker", docker)):
        for host in ("", away):
            manifest, *blobs = client.pull(name, "v1", ns=host)
            assert manifest.body == one.manifest.data
            assert [blob.body for blob in blobs] == [blob.data for blob in one.blobs]
    wait_until(lambda: any(line["event"] == "import.finished" for line in pod.log()), 30, "the import")
    pod.stop()
    assert zot.files(data) == before
