"""Where content comes from: what was pushed never passes for an upstream's, and a push needs no upstream."""

import time

import pytest
from harness.daemon import config, host_of, rule
from harness.images import make_image
from harness.upstream import Expected, requests

NAME = "img/1x1000/origin"
MIRROR = f"up/{NAME}"


@pytest.fixture
def mirror(serve, data, upstream):
    return serve(config(data, rule(upstream.url, "/up"))).client()


def test_a_pull_that_names_its_registry_is_not_answered_by_what_was_pushed(mirror, upstream):
    pushed, theirs = make_image("poison"), Expected(NAME)
    mirror.push(MIRROR, pushed, "latest")
    ns = host_of(upstream.url)
    for _ in range(2):
        answer = mirror.manifest(NAME, "latest", ns=ns)
        assert (answer.status, answer.body) == (200, theirs.manifest.data)
    assert mirror.manifest(NAME, pushed.manifest.digest, ns=ns).status == 404
    assert mirror.blob(NAME, pushed.blobs[0].digest, ns=ns).status == 404
    assert [blob.body for blob in mirror.pull(NAME, "latest", ns=ns)[1:]] == [theirs.blob(d) for d in theirs.blobs]
    # Whoever names none goes on being served what was pushed.
    assert mirror.manifest(MIRROR, "latest").body == pushed.manifest.data


def test_a_push_into_a_mirror_is_refused_with_the_way_to_allow_it(mirror, upstream):
    assert mirror.manifest(MIRROR, "latest").body == Expected(NAME).manifest.data
    pushed = make_image("mine")
    for refused in (
        mirror.request("POST", f"/v2/{MIRROR}/blobs/uploads/"),
        mirror.push_manifest(MIRROR, "latest", pushed.manifest),
        mirror.push_manifest(MIRROR, "new", pushed.manifest),
    ):
        assert (refused.status, refused.error_code) == (403, "DENIED")
        assert f'larder.upstreams["{host_of(upstream.url)}"].allowPush' in refused.json()["errors"][0]["message"]
    assert mirror.manifest(MIRROR, "latest").body == Expected(NAME).manifest.data


def test_a_push_into_a_mirror_is_allowed_by_name(serve, data, upstream):
    ns = host_of(upstream.url)
    client = serve(config(data, rule(upstream.url, "/up"), larder={"upstreams": {ns: {"allowPush": [MIRROR]}}})).client()
    for name in (NAME, "img/1x1000/other"):
        assert client.manifest(f"up/{name}", "latest").status == 200
    pushed = make_image("mine")
    client.push(MIRROR, pushed, "latest")
    assert client.manifest(MIRROR, "latest").body == pushed.manifest.data
    assert client.manifest(NAME, "latest", ns=ns).body == Expected(NAME).manifest.data
    assert client.request("POST", "/v2/up/img/1x1000/other/blobs/uploads/").status == 403


@pytest.mark.parametrize(("fault", "match"), [("status", {"status": 503}), ("hang", {}), ("refuse", {})])
def test_a_push_needs_no_upstream(mirror, upstream, fault, match):
    upstream.fault(fault, count=-1, **match)
    image = make_image("pushed-alone")
    for blob in image.blobs:
        begun = time.monotonic()
        answer = mirror.blob("up/team/app", blob.digest, "HEAD")
        assert answer.status == 404
        assert time.monotonic() - begun < 5
        assert mirror.push_blob("up/team/app", blob).status == 201
    before = asked(mirror)
    assert mirror.manifest("up/team/app", "v1", "HEAD").status == 404
    assert mirror.blob("up/team/app", "sha256:" + "0" * 64, "HEAD").status == 404
    assert mirror.push_manifest("up/team/app", "v1", image.manifest).status == 201
    assert mirror.manifest("up/team/app", "v1").body == image.manifest.data
    assert asked(mirror) == before


def asked(client):
    """How many requests were made of upstreams, whatever came of them."""
    return sum(value for name, value in client.metrics().items() if name.startswith("larder_upstream_requests_total"))


def test_a_client_may_cause_only_so_many_misses(serve, data, upstream):
    settings = config(data, rule(upstream.url, "/up"), larder={"upstream": {"missBudget": 5}})
    client = serve(settings).client()
    assert client.manifest(MIRROR, "latest").status == 200
    for number in range(5):
        assert client.manifest(f"up/none/{number}", "latest").status == 404
        assert client.manifest(f"up/none/{number}", "latest").status == 404, "remembered: costs nothing"
    before = requests(upstream, "manifest")
    refused = client.manifest("up/none/more", "latest")
    assert (refused.status, refused.error_code) == (429, "TOOMANYREQUESTS")
    assert 0 < int(refused.headers["Retry-After"]) <= 720
    assert requests(upstream, "manifest") == before
    assert client.manifest(MIRROR, "latest").status == 200
