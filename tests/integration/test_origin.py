"""Where content comes from: what was pushed never passes for an upstream's, whoever was first in a name, and a push needs
no upstream."""

import time

import pytest
from harness.daemon import config, host_of, rule
from harness.images import make_image
from harness.peers import write_htpasswd
from harness.upstream import Expected, requests

NAME = "img/1x1000/origin"
MIRROR = f"up/{NAME}"


def hosted(upstream, name):
    """Where the repository of an upstream is kept whose rule has no destination."""
    return f"{host_of(upstream.url).replace(':', '-')}/{name}"


@pytest.fixture
def secured(serve, data, tmp_path):
    """Makes a daemon whose users log in; the client of one of them."""
    users = write_htpasswd(tmp_path / "htpasswd", alice="wonder")

    def make(*rules, **changes):
        settings = config(data, *rules, http={"auth": {"htpasswd": {"path": str(users)}}}, **changes)
        return serve(settings).client(("alice", "wonder"))

    return make


@pytest.fixture
def mirror(secured, upstream):
    return secured(rule(upstream.url, "/up"))


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
    # Whoever names none goes on being served what was pushed, and may push more of it.
    assert mirror.manifest(MIRROR, "latest").body == pushed.manifest.data
    mirror.push(MIRROR, make_image("more"), "more")
    # What the registry sent is kept beside it.
    assert mirror.manifest(hosted(upstream, NAME), "latest").body == theirs.manifest.data


def test_what_was_pushed_stays_alone_where_there_is_no_other_place(serve, secured, data, upstream):
    client = secured(rule(upstream.url))
    pushed, theirs, place = make_image("squatter"), Expected(NAME), hosted(upstream, NAME)
    client.push(place, pushed, "latest")
    ns = host_of(upstream.url)
    for _ in range(2):
        manifest, *blobs = client.pull(NAME, "latest", ns=ns)
        assert (manifest.status, manifest.body) == (200, theirs.manifest.data)
        assert [blob.body for blob in blobs] == [theirs.blob(digest) for digest in theirs.blobs]
    assert client.get(f"/v2/{place}/tags/list").json()["tags"] == ["latest"]
    assert client.manifest(place, "latest").body == pushed.manifest.data
    assert client.manifest(place, theirs.manifest.digest).status == 404, "nothing of theirs was stored in it"


def test_where_nobody_logs_in_a_name_of_a_rule_takes_no_pushes(serve, data, upstream):
    """Whoever is first in a name that is not filled yet would be what others pull from there."""
    client = serve(config(data, rule(upstream.url, "/up"))).client()
    layer = make_image("layer").blobs[0]
    assert client.push_blob("team/app", layer).status == 201
    for name in (MIRROR, hosted(upstream, NAME)):
        for refused in (
            client.request("POST", f"/v2/{name}/blobs/uploads/"),
            client.request("POST", f"/v2/{name}/blobs/uploads/?mount={layer.digest}&from=team/app"),
            client.push_manifest(name, "latest", make_image("mine").manifest),
        ):
            assert (refused.status, refused.error_code) == (403, "DENIED")
            assert f'larder.upstreams["{host_of(upstream.url)}"].allowPush' in refused.json()["errors"][0]["message"]
    assert client.manifest(MIRROR, "latest").body == Expected(NAME).manifest.data


def test_a_name_that_a_rule_polls_takes_no_pushes_either(serve, data, upstream):
    polled = {**rule(upstream.url, "/polled", prefix="img/**"), "onDemand": False, "pollInterval": "1h"}
    client = serve(config(data, polled)).client()
    assert client.request("POST", f"/v2/polled/{NAME}/blobs/uploads/").status == 403
    assert client.request("POST", "/v2/polled/other/blobs/uploads/").status == 202


def test_the_first_question_of_a_push_needs_no_upstream(mirror, upstream):
    """Clients ask for the manifest of an index before they push its first layer."""
    upstream.fault("hang", count=-1)
    begun = time.monotonic()
    assert mirror.manifest("team/never-seen", "v1", "HEAD").status == 404
    assert time.monotonic() - begun < 5


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
def test_a_push_needs_no_upstream(serve, data, upstream, fault, match):
    shared = {"upstreams": {host_of(upstream.url): {"allowPush": ["up/team/**"]}}}
    mirror = serve(config(data, rule(upstream.url, "/up"), larder=shared)).client()
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
