"""The clients that nodes and admins use, as Debian ships them, against a real daemon and a real upstream."""

import json
import os
import pathlib
import tempfile

import pytest
from harness.daemon import config, host_of, rule
from harness.images import make_image, make_index
from harness.peers import Containerd, run, write_hosts, write_htpasswd
from harness.process import wait_until
from harness.upstream import Expected, blob_bytes

ANY_POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}'


@pytest.fixture
def mirror(serve, data, docker_registry):
    """A daemon that mirrors the docker-registry under /up, and by ns."""
    return serve(config(data, rule(docker_registry.url, "/up")))


@pytest.fixture(scope="module")
def containerd(tmp_path_factory):
    daemon = Containerd(tmp_path_factory.mktemp("ctrd") / "c")
    yield daemon
    daemon.stop()


# skopeo


def skopeo(*arguments):
    return run("skopeo", "--insecure-policy", *arguments)


def test_skopeo_pushes_inspects_copies_and_deletes(mirror, tmp_path, docker_registry):
    image = make_image("skopeo-source")
    docker_registry.client().push("skopeo/source", image, "v1")
    here = f"docker://{mirror.address}/pushed/app:v1"
    skopeo("copy", "--src-tls-verify=false", "--dest-tls-verify=false",
           f"docker://{docker_registry.address}/skopeo/source:v1", here)  # fmt: skip
    assert mirror.client().manifest("pushed/app", "v1").body == image.manifest.data

    inspected = json.loads(skopeo("inspect", "--tls-verify=false", here).stdout)
    assert inspected["Digest"] == image.manifest.digest
    assert inspected["RepoTags"] == ["v1"]
    assert inspected["Layers"] == [layer.digest for layer in image.layers]

    skopeo("copy", "--src-tls-verify=false", here, f"dir:{tmp_path}/copied")
    assert (tmp_path / "copied/manifest.json").read_bytes() == image.manifest.data

    skopeo("delete", "--tls-verify=false", here)
    assert mirror.client().manifest("pushed/app", "v1").status == 404


def test_skopeo_pulls_through_by_path(mirror, tmp_path, docker_registry):
    docker = make_image("skopeo-docker", docker=True)
    docker_registry.client().push("skopeo/through", docker, "v1")
    there = f"docker://{mirror.address}/up/skopeo/through"
    inspected = json.loads(skopeo("inspect", "--tls-verify=false", f"{there}:v1").stdout)
    assert inspected["Digest"] == docker.manifest.digest
    # Pinned by digest, and every byte as it is upstream.
    skopeo("copy", "--src-tls-verify=false", f"{there}@{docker.manifest.digest}", f"dir:{tmp_path}/pinned")
    assert (tmp_path / "pinned/manifest.json").read_bytes() == docker.manifest.data
    listed = json.loads(skopeo("list-tags", "--tls-verify=false", there).stdout)
    assert listed["Tags"] == ["v1"]


def test_skopeo_copies_an_index_with_all_its_images(mirror, tmp_path, docker_registry):
    index = make_index("skopeo-index", architectures=("amd64", "arm64"))
    docker_registry.client().push("skopeo/index", index, "v1")
    skopeo("copy", "--all", "--src-tls-verify=false", f"docker://{mirror.address}/up/skopeo/index:v1",
           f"oci:{tmp_path}/layout:v1")  # fmt: skip
    for image in index.images:
        assert (tmp_path / "layout/blobs/sha256" / image.layers[0].digest.split(":")[1]).is_file()
    skopeo("copy", "--all", "--dest-tls-verify=false", f"oci:{tmp_path}/layout:v1",
           f"docker://{mirror.address}/again/index:v1")  # fmt: skip
    assert mirror.client().manifest("again/index", "v1").body == index.manifest.data


def test_skopeo_logs_in(serve, data, tmp_path):
    path = write_htpasswd(tmp_path / "htpasswd", alice="wonder")
    daemon = serve(config(data, http={"auth": {"htpasswd": {"path": str(path)}}}))
    daemon.client(("alice", "wonder")).push("private", make_image("private"), "v1")
    target = f"docker://{daemon.address}/private:v1"
    assert run("skopeo", "inspect", "--tls-verify=false", target, check=False).returncode != 0
    skopeo("inspect", "--tls-verify=false", "--creds", "alice:wonder", target)


# podman


@pytest.fixture
def short_path():
    """podman refuses a run directory of more than 50 characters."""
    with tempfile.TemporaryDirectory(prefix="larder-") as path:
        yield pathlib.Path(path)


@pytest.mark.skipif(
    run("unshare", "--mount", "true", check=False).returncode != 0,
    reason="podman unpacks layers in a mount namespace, which this container may not make",
)
def test_podman_pulls_through_its_mirror_configuration(mirror, tmp_path, short_path, docker_registry):
    image = make_image("podman", docker=True)
    docker_registry.client().push("podman/app", image, "v1")
    registries = tmp_path / "registries.conf"
    registries.write_text(
        f'[[registry]]\nlocation = "upstream.example"\n\n'
        f'[[registry.mirror]]\nlocation = "{mirror.address}/up"\ninsecure = true\n',
        encoding="utf-8",
    )
    policy = tmp_path / "policy.json"
    policy.write_text(ANY_POLICY, encoding="utf-8")
    podman = ("podman", "--root", short_path / "p", "--runroot", short_path / "r", "--storage-driver", "vfs")
    environment = {
        **os.environ,
        "CONTAINERS_REGISTRIES_CONF": str(registries),
        "TMPDIR": str(tmp_path),
        "XDG_RUNTIME_DIR": str(short_path),
    }
    run(*podman, "pull", "--signature-policy", policy, "upstream.example/podman/app:v1", env=environment)
    inspected = json.loads(run(*podman, "image", "inspect", "upstream.example/podman/app:v1", env=environment).stdout)
    assert inspected[0]["Digest"] == image.manifest.digest
    wait_until(
        lambda: mirror.client().blob("up/podman/app", image.layers[0].digest, "HEAD").headers["X-Cache"] == "HIT",
        what="the layer to be cached",
    )


# containerd


def test_containerd_fetches_by_ns(containerd, mirror, tmp_path, docker_registry):
    index = make_index("containerd", architectures=("amd64", "arm64"))
    docker_registry.client().push("containerd/app", index, "v1")
    upstream = host_of(docker_registry.url)
    hosts = write_hosts(tmp_path / "hosts", upstream, f"http://{mirror.address}")
    containerd.fetch(f"{upstream}/containerd/app:v1", hosts, "--platform", "linux/amd64")
    amd64, arm64 = index.images
    here = containerd.digests()
    assert {index.manifest.digest, amd64.manifest.digest, *(blob.digest for blob in amd64.blobs)} <= here
    assert not {blob.digest for blob in arm64.layers} & here
    # It asked for ns, so the image stands under that registry's destination.
    assert mirror.client().get("/v2/_catalog").json()["repositories"] == ["up/containerd/app"]
    assert mirror.client().blob("up/containerd/app", arm64.layers[0].digest, "HEAD").headers["X-Cache"] != "HIT"


def test_containerd_fetches_a_pinned_digest(containerd, mirror, tmp_path, docker_registry):
    image = make_image("containerd-pinned", docker=True)
    docker_registry.client().push("containerd/pinned", image, "v1")
    upstream = host_of(docker_registry.url)
    hosts = write_hosts(tmp_path / "hosts", upstream, f"http://{mirror.address}")
    containerd.fetch(f"{upstream}/containerd/pinned@{image.manifest.digest}", hosts)
    assert image.manifest.digest in containerd.digests()


def test_containerd_is_served_while_the_upstream_is_away(containerd, serve, data, tmp_path, upstream):
    name = "img/2x100k/containerd-stale"
    daemon = serve(config(data, rule(upstream.url, manifestCheckInterval="1ms", maxRetries=0)))
    daemon.client().pull(name, "latest")
    image = Expected(name)
    wait_until(
        lambda: daemon.client().blob(name, image.layers[-1], "HEAD").headers["X-Cache"] == "HIT", what="the layers"
    )
    upstream.fault("refuse", count=-1)
    host = host_of(upstream.url)
    containerd.fetch(f"{host}/{name}:latest", write_hosts(tmp_path / "hosts", host, f"http://{daemon.address}"))
    assert set(image.blobs) <= containerd.digests()


def test_containerd_survives_a_cut_upstream(containerd, serve, data, tmp_path, upstream):
    name = "img/1x2m/containerd-cut"
    daemon = serve(config(data, rule(upstream.url, retryDelay="10ms", maxRetries=3)))
    upstream.fault("cut", kind="blob", after=600_000)
    host = host_of(upstream.url)
    containerd.fetch(f"{host}/{name}:latest", write_hosts(tmp_path / "hosts", host, f"http://{daemon.address}"))
    assert set(Expected(name).blobs) <= containerd.digests()
    assert blob_bytes(upstream) < 1.5 * (2 << 20)


def test_containerd_goes_to_the_origin_for_an_unknown_ns(containerd, serve, data, tmp_path, docker_registry):
    """A 404 of the mirror sends it to the server that hosts.toml names."""
    image = make_image("containerd-origin", docker=True)
    docker_registry.client().push("containerd/origin", image, "v1")
    daemon = serve(config(data, rule("http://127.0.0.1:1", "/other")))
    origin = host_of(docker_registry.url)
    hosts = write_hosts(tmp_path / "hosts", origin, f"http://{daemon.address}", server=docker_registry.url)
    containerd.fetch(f"{origin}/containerd/origin:v1", hosts)
    assert image.layers[0].digest in containerd.digests()


# curl


def test_curl_resumes_a_pull(mirror, tmp_path, docker_registry):
    image = make_image("curl", layers=1, layer_size=500_000)
    docker_registry.client().push("curl/app", image, "v1")
    layer = image.layers[0]
    url = f"http://{mirror.address}/v2/up/curl/app/blobs/{layer.digest}"
    target = tmp_path / "layer"
    target.write_bytes(layer.data[:123_456])
    run("curl", "-sSf", "-C", "-", "-o", target, url)
    assert target.read_bytes() == layer.data
