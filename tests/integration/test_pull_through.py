"""Pulling through larderd from an upstream that counts what it is asked for, and fails when it is told to."""

import concurrent.futures
import contextlib
import http.client
import json
import time

import pytest
from harness.client import Client
from harness.daemon import config, host_of, rule
from harness.images import make_image
from harness.process import wait_until
from harness.upstream import Expected, Upstream, blob_bytes, requests


@pytest.fixture
def mirror(serve, data, upstream):
    """mirror(**rule options) → the daemon, with one rule for the upstream."""

    def start(settings=None, **options):
        return serve(config(data, rule(upstream.url, **options), **(settings or {})))

    return start


def read_all(daemon, repository, digest, **options):
    answer = daemon.client().blob(repository, digest, **options)
    assert answer.status in (200, 206), (answer.status, answer.body[:200])
    return answer.body


# What is fetched, and what is not


def test_the_manifest_comes_first_and_brings_no_layers(mirror, upstream):
    upstream.config(rate_mb=1)
    name = "img/4x4m/first"
    image = Expected(name)
    begun = time.monotonic()
    answer = mirror().client().manifest(name, "latest")
    assert time.monotonic() - begun < 10
    assert (answer.status, answer.body) == (200, image.manifest.data)
    assert answer.headers["Docker-Content-Digest"] == image.manifest.digest
    assert answer.headers["X-Cache"] == "MISS"
    assert requests(upstream, "blob") == 0


def test_a_whole_image_is_cached(mirror, upstream):
    name = "img/3x256k/whole"
    image = Expected(name)
    client = mirror().client()
    for state in ("MISS", "HIT"):
        manifest, *blobs = client.pull(name, "latest")
        assert manifest.headers["X-Cache"] == state
        assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]
        assert [blob.headers["Docker-Content-Digest"] for blob in blobs] == image.blobs
        wait_until(lambda: client.blob(name, image.blobs[-1], "HEAD").headers["X-Cache"] == "HIT", what="the last blob")
    assert requests(upstream, "manifest", "GET") == 1
    assert blob_bytes(upstream) == image.blob_bytes


def test_docker_manifests_stay_what_they_are(mirror):
    client = mirror().client()
    for name in ("docker/img/1x1000/same", "docker/multi/2/1x1000/same"):
        image = Expected(name)
        answer = client.manifest(name, "latest")
        assert (answer.body, answer.headers["Content-Type"]) == (image.manifest.data, image.manifest.media_type)
        assert "docker" in answer.headers["Content-Type"]


def test_an_index_brings_no_other_platform(mirror, upstream):
    name = "multi/4/2x100k/index"
    index = Expected(name)
    client = mirror().client()
    assert client.manifest(name, "latest").body == index.manifest.data
    child = index.document["manifests"][1]["digest"]
    answer = client.manifest(name, child)
    assert answer.body == index.content(child).data
    wanted = 0
    for descriptor in (answer.json()["config"], *answer.json()["layers"]):
        assert client.blob(name, descriptor["digest"]).body == index.blob(descriptor["digest"])
        wanted += descriptor["size"]
    assert blob_bytes(upstream) == wanted
    assert requests(upstream, "manifest", "GET") == 2


def test_a_digest_is_pulled_cold_and_never_revalidated(mirror, upstream):
    name = "img/1x1000/pinned"
    image = Expected(name)
    client = mirror(manifestCheckInterval="1ms").client()
    for _ in range(3):
        assert client.manifest(name, image.manifest.digest).body == image.manifest.data
        time.sleep(0.01)
    assert requests(upstream, "manifest") == 1


def test_a_layer_that_two_repositories_share_is_fetched_once(mirror, upstream):
    image = Expected("img/2x200k/shared")
    for repository in ("one", "two"):
        upstream.control("tags", {"repository": repository, "tag": "v1", "image": "img/2x200k/shared"})
    client = mirror().client()
    for repository in ("one", "two"):
        manifest, *blobs = client.pull(repository, "v1")
        assert [blob.status for blob in blobs] == [200] * 3
        wait_until(
            lambda: client.blob("one", image.blobs[-1], "HEAD").headers["X-Cache"] == "HIT", what="the last blob"
        )
    assert blob_bytes(upstream) == image.blob_bytes


def test_a_cached_blob_is_not_given_to_a_repository_that_lacks_it(mirror, upstream):
    """CVE-2024-39897: content known to the store is no permission to read it anywhere."""
    image = Expected("img/1x64k/owner")
    client = mirror().client()
    client.pull("img/1x64k/owner", "latest")
    answer = client.blob("img/1x64k/stranger", image.layers[0])
    assert (answer.status, answer.error_code) == (404, "BLOB_UNKNOWN")


# Streaming


def test_eight_clients_share_one_download(mirror, upstream):
    upstream.config(rate_mb=8, latency_ms=20)
    name = "img/2x4m/coalesced"
    image = Expected(name)
    daemon = mirror()

    def pull(_):
        return [answer.body for answer in daemon.client().pull(name, "latest")]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pulled = list(pool.map(pull, range(8)))
    whole = [image.manifest.data, *(image.blob(digest) for digest in image.blobs)]
    assert all(bodies == whole for bodies in pulled)
    assert blob_bytes(upstream) == image.blob_bytes
    assert requests(upstream, "manifest", "GET") == 1


def test_a_blob_streams_while_it_arrives(mirror, upstream):
    upstream.config(rate_mb=1)
    name = "img/1x4m/streaming"
    image = Expected(name)
    daemon = mirror()
    with daemon.client().open("GET", f"/v2/{name}/blobs/{image.layers[0]}") as response:
        assert response.headers["Content-Length"] == str(4 << 20)
        first = response.read(100_000)
        assert blob_bytes(upstream) < 3 << 20, "the first bytes waited for the whole"
        assert first + response.read() == image.blob(image.layers[0])


def test_followers_have_ranges_of_their_own(mirror, upstream):
    upstream.config(rate_mb=1)
    name = "img/1x4m/ranges"
    (digest,) = Expected(name).layers
    whole = Expected(name).blob(digest)
    daemon = mirror()
    with daemon.client().open("GET", f"/v2/{name}/blobs/{digest}") as leader:
        leader.read(1)
        assert read_all(daemon, name, digest, range_="bytes=100-199") == whole[100:200]
        assert blob_bytes(upstream) < 3 << 20, "a range that is here waited for the rest"
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            middle = pool.submit(read_all, daemon, name, digest, range_="bytes=2000000-2000999")
            rest = pool.submit(read_all, daemon, name, digest, range_="bytes=3000000-")
            suffix = pool.submit(read_all, daemon, name, digest, range_="bytes=-1000")
            assert middle.result() == whole[2_000_000:2_001_000]
            assert rest.result() == whole[3_000_000:]
            assert suffix.result() == whole[-1000:]
        answer = daemon.client().blob(name, digest, range_=f"bytes={len(whole)}-")
        assert answer.status == 416
    assert blob_bytes(upstream) == len(whole)


def test_a_client_that_leaves_changes_nothing(mirror, upstream):
    upstream.config(rate_mb=4)
    name = "img/1x2m/leaver"
    (digest,) = Expected(name).layers
    daemon = mirror()
    with daemon.client().open("GET", f"/v2/{name}/blobs/{digest}") as response:
        response.read(1000)
    client = daemon.client()
    wait_until(lambda: client.blob(name, digest, "HEAD").headers["X-Cache"] == "HIT", what="the download to end")
    assert client.blob(name, digest).body == Expected(name).blob(digest)
    assert blob_bytes(upstream) == 2 << 20


def test_a_slow_reader_does_not_hold_the_others_back(mirror, upstream):
    name = "img/1x20m/slow"
    (digest,) = Expected(name).layers
    daemon = mirror()
    with daemon.client().open("GET", f"/v2/{name}/blobs/{digest}") as sleeper:
        sleeper.read(1)
        begun = time.monotonic()
        assert len(read_all(daemon, name, digest)) == 20 << 20
        assert time.monotonic() - begun < 10


def test_a_cut_connection_upstream_is_resumed(mirror, upstream):
    name = "img/1x2m/cut"
    (digest,) = Expected(name).layers
    upstream.fault("cut", kind="blob", after=500_000)
    upstream.fault("cut", kind="blob", after=700_000, reset=True)
    daemon = mirror(maxRetries=3, retryDelay="10ms")
    assert read_all(daemon, name, digest) == Expected(name).blob(digest)
    ranges = [entry["range"] for entry in upstream.stats()["last"] if entry["kind"] == "blob"]
    assert ranges[0] is None
    assert len(ranges) == 3
    assert all(range_ and range_ != "bytes=0-" for range_ in ranges[1:])


@pytest.mark.parametrize("mode", ["ignore", "shift", 416])
def test_a_resumption_that_goes_wrong_never_harms_the_content(mirror, upstream, mode):
    name = f"img/1x1m/resume-{mode}"
    (digest,) = Expected(name).layers
    upstream.fault("cut", kind="blob", after=400_000)
    upstream.fault("range", kind="blob", mode=mode)
    daemon = mirror(maxRetries=3, retryDelay="10ms")
    whole = Expected(name).blob(digest)
    with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
        answer = daemon.client().blob(name, digest)
        assert answer.status >= 500 or answer.body == whole
    assert read_all(daemon, name, digest) == whole


def test_a_blob_with_a_wrong_digest_is_neither_delivered_nor_stored(mirror, upstream):
    name = "img/1x300k/corrupt"
    (digest,) = Expected(name).layers
    upstream.fault("corrupt", kind="blob", at=1000)
    daemon = mirror()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer = daemon.client().blob(name, digest)
        if answer.status >= 500:
            raise ConnectionError
    answer = daemon.client().blob(name, digest)
    assert answer.headers["X-Cache"] == "MISS"
    assert answer.body == Expected(name).blob(digest)


def test_a_manifest_with_a_wrong_digest_is_not_stored(mirror, upstream):
    name = "img/1x1000/corrupt-manifest"
    image = Expected(name)
    upstream.fault("corrupt", kind="manifest", at=5)
    client = mirror(maxRetries=0).client()
    answer = client.manifest(name, image.manifest.digest)
    assert answer.status in (502, 503)
    assert answer.json()["errors"]
    wait_until(lambda: client.manifest(name, image.manifest.digest).body == image.manifest.data, what="the next try")


def test_a_huge_manifest_is_cut_off(mirror, upstream):
    upstream.fault("huge", kind="manifest", method="GET", bytes=50_000_000, count=-1)
    answer = mirror().client().manifest("img/1x1000/huge", "latest")
    assert answer.status in (502, 503)
    assert upstream.stats()["bytes"].get("manifest", 0) < 30_000_000


# Tags and their revalidation


def test_head_of_a_tag_stores_the_manifest(mirror, upstream):
    name = "img/1x1000/head"
    image = Expected(name)
    client = mirror().client()
    answer = client.manifest(name, "latest", "HEAD")
    assert answer.headers["Docker-Content-Digest"] == image.manifest.digest
    assert answer.headers["Content-Length"] == str(len(image.manifest.data))
    upstream.fault("refuse", count=-1)
    assert client.manifest(name, "latest").body == image.manifest.data
    assert client.manifest(name, image.manifest.digest).body == image.manifest.data


def test_head_of_a_blob_asks_upstream_and_fetches_nothing(mirror, upstream):
    name = "img/1x1m/head-blob"
    (digest,) = Expected(name).layers
    answer = mirror().client().blob(name, digest, "HEAD")
    assert (answer.status, answer.headers["Content-Length"]) == (200, str(1 << 20))
    assert answer.headers["Docker-Content-Digest"] == digest
    assert requests(upstream, "blob", "HEAD") >= 1
    assert blob_bytes(upstream) == 0


def test_a_tag_is_checked_once_an_interval_and_by_head(mirror, upstream):
    name = "img/1x1000/interval"
    client = mirror(manifestCheckInterval="1s").client()
    for _ in range(5):
        assert client.manifest(name, "latest").status == 200
    assert requests(upstream, "manifest") <= 2
    assert requests(upstream, "manifest", "GET") == 1
    before = requests(upstream, "manifest", "HEAD")
    time.sleep(1.1)
    assert client.manifest(name, "latest").status == 200
    wait_until(lambda: requests(upstream, "manifest", "HEAD") == before + 1, what="the check by HEAD")
    assert requests(upstream, "manifest", "GET") == 1


def test_a_moved_tag_is_seen_after_the_interval(mirror, upstream):
    images = [Expected(f"img/1x1000/moved-{number}") for number in range(2)]
    client = mirror(manifestCheckInterval="300ms").client()
    for number, image in enumerate(images):
        upstream.control("tags", {"repository": "app", "tag": "latest", "image": f"img/1x1000/moved-{number}"})
        time.sleep(0.35)
        assert client.manifest("app", "latest").body == image.manifest.data
    assert client.manifest("app", images[0].manifest.digest).body == images[0].manifest.data


def test_tags_are_the_union_with_upstream(mirror, upstream):
    for tag in ("a", "c"):
        upstream.control("tags", {"repository": "app", "tag": tag, "image": "img/1x1000/tags"})
    client = mirror({"larder": {"upstreams": {host_of(upstream.url): {"allowPush": ["app"]}}}}).client()
    assert client.manifest("app", "a").status == 200
    client.push("app", make_image("local"), "b")
    assert client.get("/v2/app/tags/list").json() == {"name": "app", "tags": ["a", "b", "c"]}
    for _ in range(3):
        client.get("/v2/app/tags/list")
    assert requests(upstream, "tags") == 1
    assert client.get("/v2/app/tags/list?n=2").json()["tags"] == ["a", "b"]


def test_tags_are_the_local_ones_while_upstream_is_away(mirror, upstream):
    daemon = mirror({"larder": {"upstreams": {host_of(upstream.url): {"allowPush": ["app"]}}}}, maxRetries=0)
    daemon.client().push("app", make_image("local"), "b")
    upstream.fault("refuse", count=-1)
    assert daemon.client().get("/v2/app/tags/list").json()["tags"] == ["b"]


def test_what_is_not_there_is_remembered_briefly(mirror, upstream):
    client = mirror({"larder": {"upstream": {"negativeTtl": "600ms"}}}).client()
    for _ in range(3):
        answer = client.manifest("no/such/image", "v1")
        assert (answer.status, answer.error_code) == (404, "MANIFEST_UNKNOWN")
    asked = requests(upstream, "manifest")
    assert asked <= 2
    upstream.control("tags", {"repository": "no/such/image", "tag": "v1", "image": "img/1x1000/late"})
    wait_until(lambda: client.manifest("no/such/image", "v1").status == 200, timeout=3, what="the memory to end")


# Which upstream


@pytest.fixture
def second():
    with Upstream() as server:
        yield server


def tag_both(upstream, second):
    upstream.control("tags", {"repository": "app", "tag": "v1", "image": "img/1x1000/here"})
    second.control("tags", {"repository": "app", "tag": "v1", "image": "img/1x1000/there"})
    return Expected("img/1x1000/here"), Expected("img/1x1000/there")


def test_ns_picks_the_upstream(serve, data, upstream, second):
    here, there = tag_both(upstream, second)
    rules = (rule(upstream.url, "/here"), rule(second.url, "/there"))
    client = serve(config(data, *rules)).client()
    for server, image in ((second, there), (upstream, here)):
        for method in ("HEAD", "GET"):
            answer = client.manifest("app", "v1", method, ns=host_of(server.url))
            assert answer.headers["Docker-Content-Digest"] == image.manifest.digest
            assert answer.headers["OCI-Namespace"] == host_of(server.url)
        blob = client.blob("app", image.layers[0], ns=host_of(server.url))
        assert (blob.status, blob.body) == (200, image.blob(image.layers[0]))
    assert client.manifest("here/app", "v1").body == here.manifest.data
    assert client.manifest("there/app", "v1").body == there.manifest.data
    assert client.get("/v2/_catalog").json()["repositories"] == ["here/app", "there/app"]
    assert requests(upstream, "manifest", "GET") == requests(second, "manifest", "GET") == 1


def test_an_unknown_ns_is_404(mirror, upstream):
    name = "img/1x1000/ns"
    client = mirror().client()
    answer = client.manifest(name, "latest", ns="registry.example.org")
    assert answer.status == 404
    assert answer.error_code in ("NAME_UNKNOWN", "MANIFEST_UNKNOWN")
    assert client.blob(name, Expected(name).layers[0], ns="registry.example.org").status == 404
    assert upstream.stats()["last"] == []


def test_two_registries_never_share_a_repository(serve, data, upstream, second):
    """Without destination both rules could take the name: an ns request stays with the registry it names."""
    here, there = tag_both(upstream, second)
    client = serve(config(data, rule(upstream.url), rule(second.url))).client()
    for _ in range(2):
        for server, image in ((upstream, here), (second, there)):
            answer = client.manifest("app", "v1", ns=host_of(server.url))
            assert answer.headers["Docker-Content-Digest"] == image.manifest.digest
        assert client.blob("app", there.layers[0], ns=host_of(upstream.url)).status == 404


def test_prefixes_pick_the_rule(serve, data, upstream, second):
    here, there = tag_both(upstream, second)
    rules = (rule(upstream.url, "/one"), rule(second.url, prefix="app/**"), rule(second.url, "/two", prefix="app"))
    client = serve(config(data, *rules)).client()
    assert client.manifest("one/app", "v1").body == here.manifest.data
    assert client.manifest("two/app", "v1").body == there.manifest.data
    assert client.manifest("three/app", "v1").status == 404


def test_the_next_rule_is_asked_after_a_404_only(serve, data, upstream, second):
    second.control("tags", {"repository": "only/second", "tag": "v1", "image": "img/1x1000/second"})
    client = serve(config(data, rule(upstream.url, maxRetries=0), rule(second.url))).client()
    assert client.manifest("only/second", "v1").status == 200
    second.control("tags", {"repository": "other", "tag": "v1", "image": "img/1x1000/second"})
    upstream.fault("status", status=500, count=-1)
    assert client.manifest("other", "v1").status in (502, 503)


def test_urls_fail_over_in_order(serve, data, upstream):
    name = "img/1x100k/failover"
    made = rule("http://127.0.0.1:1")
    made["urls"].append(upstream.url)
    client = serve(config(data, made)).client()
    manifest, *blobs = client.pull(name, "latest")
    assert [answer.status for answer in (manifest, *blobs)] == [200, 200, 200]


def test_a_path_in_the_url_is_put_before_the_name(serve, data, upstream):
    client = serve(config(data, rule(upstream.url + "/img/1x1000"))).client()
    assert client.manifest("pathed", "latest").body == Expected("img/1x1000/pathed").manifest.data


def test_no_more_requests_at_once_than_allowed(mirror, upstream):
    upstream.config(latency_ms=50)
    name = "img/8x64k/concurrent"
    daemon = mirror(reqConcurrent=2)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        bodies = pool.map(lambda digest: read_all(daemon, name, digest), Expected(name).layers)
    assert [len(body) for body in bodies] == [64 << 10] * 8
    assert upstream.stats()["most_running"] <= 2


def test_who_queues_for_longer_than_an_upstream_may_take_is_served(mirror, upstream):
    """What a client waits for others who were there before it does not count as the upstream's silence."""
    daemon = mirror(reqConcurrent=1)
    names = ("img/1x64k/first", "img/1x64k/second")
    first, second = (Expected(name).layers[0] for name in names)
    for name in names:
        assert daemon.client().manifest(name, "latest").status == 200
    # 64 KiB in 18 seconds: longer than a client waits for an upstream that says nothing.
    upstream.control("fault", {"fault": "slow", "bps": 3600, "kind": "blob", "path": "first", "count": 1})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(daemon.client().blob, names[0], first, timeout=60)
        wait_until(lambda: requests(upstream, "blob") == 1, what="the first download")
        begun = time.monotonic()
        assert daemon.client().blob(names[1], second, timeout=60).body == Expected(names[1]).blob(second)
        assert time.monotonic() - begun > 15.5
        assert slow.result().body == Expected(names[0]).blob(first)


# Credentials


@pytest.fixture
def credentials(tmp_path, upstream):
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({host_of(upstream.url): {"username": "puller", "password": "s3cr3t-pull"}}))
    return {"extensions": {"sync": {"credentialsFile": str(path)}}}


@pytest.mark.parametrize("auth", ["basic", "token"])
def test_credentials_open_the_upstream(mirror, upstream, credentials, auth):
    upstream.config(auth=auth, user="puller", password="s3cr3t-pull")
    name = f"img/2x1000/auth-{auth}"
    daemon = mirror(credentials)
    manifest, *blobs = daemon.client().pull(name, "latest")
    assert [answer.status for answer in (manifest, *blobs)] == [200] * 4
    # Kept per scope until it expires.
    assert requests(upstream, "token") == (auth == "token")
    assert "s3cr3t-pull" not in daemon.log()


def test_anonymous_tokens_are_fetched_too(mirror, upstream):
    upstream.config(auth="token")
    assert mirror().client().pull("img/1x1000/anonymous", "latest")[0].status == 200


def test_a_revoked_token_is_replaced(mirror, upstream):
    upstream.config(auth="token")
    name = "img/2x1000/revoked"
    client = mirror().client()
    assert client.manifest(name, "latest").status == 200
    upstream.control("revoke", {})
    assert client.blob(name, Expected(name).layers[0]).status == 200
    assert requests(upstream, "token") == 2


def test_an_upstream_that_refuses_is_404_without_a_challenge(mirror, upstream):
    upstream.config(auth="basic", user="somebody", password="else")
    answer = mirror().client().manifest("img/1x1000/refused", "latest")
    assert (answer.status, answer.error_code) == (404, "MANIFEST_UNKNOWN")
    assert answer.headers["WWW-Authenticate"] is None


def test_a_redirect_to_another_host_carries_no_authorization(mirror, upstream, credentials):
    """The upstream's content host answers 400 if it is shown credentials."""
    port = upstream.port
    upstream.config(auth="token", user="puller", password="s3cr3t-pull", cdn=f"http://localhost:{port}")
    name = "img/1x200k/redirected"
    daemon = mirror(credentials)
    assert read_all(daemon, name, Expected(name).layers[0]) == Expected(name).blob(Expected(name).layers[0])
    assert [entry["auth"] for entry in upstream.stats()["last"] if entry["kind"] == "cdn"] == [None]


def test_redirects_end(mirror, upstream):
    upstream.fault("redirect", kind="blob", to="self", count=-1)
    name = "img/1x1000/loop"
    answer = mirror(maxRetries=0).client().blob(name, Expected(name).layers[0])
    assert answer.status in (502, 503)
    assert requests(upstream, "blob") < 50


def test_a_foreign_token_realm_gets_no_credentials(mirror, upstream, credentials, second):
    """CVE-2026-33540: the challenge may name any host; the credentials are for the upstream's own."""
    upstream.config(auth="token", user="puller", password="s3cr3t-pull", realm=f"http://localhost:{second.port}/token")
    answer = mirror(credentials).client().manifest("img/1x1000/foreign", "latest")
    assert answer.status in (404, 502)
    assert [entry["auth"] for entry in second.stats()["last"] if entry["auth"]] == []


def test_a_realm_that_the_admin_listed_gets_them(mirror, upstream, credentials, second):
    second.config(auth="token", user="puller", password="s3cr3t-pull")
    upstream.config(auth="token", user="puller", password="s3cr3t-pull", realm=f"http://localhost:{second.port}/token")
    allowed = {"upstreams": {host_of(upstream.url): {"allowedAuthRealms": [f"localhost:{second.port}"]}}}
    mirror({**credentials, "larder": allowed}).client().manifest("img/1x1000/listed", "latest")
    assert "basic:puller" in [entry["auth"] for entry in second.stats()["last"]]


def test_the_credentials_file_is_read_again_when_it_changes(mirror, upstream, tmp_path):
    upstream.config(auth="basic", user="puller", password="new-password")
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({host_of(upstream.url): {"username": "puller", "password": "old-password"}}))
    settings = {
        "extensions": {"sync": {"credentialsFile": str(path)}},
        "larder": {"upstream": {"negativeTtl": "100ms"}},
    }
    client = mirror(settings).client()
    assert client.manifest("img/1x1000/reread", "latest").status == 404
    path.write_text(json.dumps({host_of(upstream.url): {"username": "puller", "password": "new-password"}}))
    wait_until(
        lambda: client.manifest("img/1x1000/reread", "latest").status == 200, timeout=10, what="the new credentials"
    )


def test_a_real_registry_is_pulled_through(serve, data, docker_registry):
    image = make_image("real-upstream", docker=True)
    docker_registry.client().push("pulled/through", image, "v1")
    daemon = serve(config(data, rule(docker_registry.url, "/up")))
    manifest, *blobs = daemon.client().pull("up/pulled/through", "v1")
    assert manifest.body == image.manifest.data
    assert [blob.body for blob in blobs] == [blob.data for blob in image.blobs]


def test_larderd_pulls_through_larderd(serve, data, upstream, tmp_path):
    """A chain of caches, HEAD and all."""
    name = "img/2x64k/chain"
    first = serve(config(data, rule(upstream.url)))
    second = serve(config(tmp_path / "data2", rule(f"http://{first.address}")))
    assert second.client().manifest(name, "latest", "HEAD").status == 200
    manifest, *blobs = Client(second.address).pull(name, "latest")
    assert [answer.status for answer in (manifest, *blobs)] == [200] * 4
    assert blob_bytes(upstream) == Expected(name).blob_bytes


def read_ended(daemon, query=""):
    return json.loads(daemon.client().get(f"/api/v1/transfers/ended{query}").body)["items"]


def test_pulls_that_ended_are_remembered_over_a_restart(mirror, upstream):
    name = "img/2x1k/ended"
    daemon = mirror()
    assert daemon.client().manifest(name, "latest").status == 200
    upstream.fault("status", kind="manifest", status=404)
    assert daemon.client().manifest(name, "none").status == 404
    wait_until(lambda: len(read_ended(daemon)) == 2, what="two ended transfers")
    before = read_ended(daemon)
    daemon.stop()
    daemon.start()
    failed, served = wait_until(lambda: read_ended(daemon), what="what was kept")
    assert [failed, served] == before
    assert (failed["outcome"], failed["status"], served["outcome"]) == ("failed", 404, "served")
    assert (served["upstream"], served["client"]) == (host_of(upstream.url), "127.0.0.1")
    assert read_ended(daemon, "?failed=true") == [failed]
