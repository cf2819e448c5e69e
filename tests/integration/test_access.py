"""Who may do what: passwords, policies, certificates, limits, reloads, and what must never leak."""

import base64
import http.client
import json
import os
import pathlib
import socket
import ssl
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.client import with_query
from harness.daemon import config, host_of, rule
from harness.images import Content, make_artifact, make_image
from harness.peers import run, write_htpasswd
from harness.process import wait_until
from harness.upstream import Expected

PASSWORDS = {"alice": "alice-s3cret", "bob": "bob-s3cret", "carol": "carol-s3cret", "root": "root-s3cret"}
EVERYTHING = ["read", "create", "update", "delete"]


@pytest.fixture
def htpasswd(tmp_path):
    return write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)


def secured(data, htpasswd, access=None, *rules, **changes):
    auth = {"htpasswd": {"path": str(htpasswd)}, "failDelay": 0}
    http = {"auth": auth, **({"accessControl": access} if access else {})}
    settings = config(data, *rules, http=http)
    settings.update(changes)
    return settings


def as_user(daemon, name):
    return daemon.client((name, PASSWORDS[name]))


def policies(*entries, **more):
    return {"policies": [{"users": users, "actions": actions} for users, actions in entries], **more}


@pytest.fixture
def guarded(serve, data, htpasswd):
    access = {
        "groups": {"developers": {"users": ["bob"]}},
        "repositories": {
            "**": policies((["alice"], EVERYTHING)),
            "team/**": {
                "policies": [{"groups": ["developers"], "actions": ["read", "create"]}],
                "defaultPolicy": ["read"],
            },
            "public/**": policies((["alice"], EVERYTHING), anonymousPolicy=["read"]),
            "team/secret": policies((["alice"], EVERYTHING)),
        },
        "adminPolicy": {"users": ["root"], "actions": EVERYTHING},
    }
    return serve(secured(data, htpasswd, access))


# Passwords


def test_without_accounts_anyone_may(registry):
    registry.push("open", make_image("open"), "v1")
    assert registry.manifest("open", "v1").status == 200


def test_with_htpasswd_alone_every_known_user_may_do_all(serve, data, htpasswd):
    daemon = serve(secured(data, htpasswd))
    anonymous = daemon.client().get("/v2/")
    assert (anonymous.status, anonymous.error_code) == (401, "UNAUTHORIZED")
    assert anonymous.headers["WWW-Authenticate"].startswith('Basic realm="')
    for user in (("alice", "wrong"), ("nobody", "alice-s3cret"), ("", ""), ("alice", "x" * 5000)):
        assert daemon.client(user).get("/v2/").status == 401
    as_user(daemon, "bob").push("bobs", make_image("bobs"), "v1")
    assert as_user(daemon, "alice").manifest("bobs", "v1").status == 200
    assert as_user(daemon, "alice").delete("/v2/bobs/manifests/v1").status == 202
    for header in ("Basic", "Basic !!!", "Bearer abc", "Basic " + "QQ==" * 5000):
        assert daemon.client().get("/v2/", headers={"Authorization": header}).status in (400, 401, 431)


def test_sha_crypt_passwords_work(serve, data, tmp_path):
    lines = [
        f"{user}:{run('openssl', 'passwd', option, 'pass-' + user).stdout.strip()}"
        for user, option in (("five", "-5"), ("six", "-6"))
    ]
    path = tmp_path / "htpasswd"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    daemon = serve(secured(data, path))
    for user in ("five", "six"):
        assert daemon.client((user, f"pass-{user}")).get("/v2/").status == 200
        assert daemon.client((user, "pass-other")).get("/v2/").status == 401


def test_a_verified_password_is_not_paid_for_each_time(serve, data, tmp_path):
    path = write_htpasswd(tmp_path / "slow", cost=12, alice=PASSWORDS["alice"])
    daemon = serve(secured(data, path))
    begun = time.monotonic()
    assert as_user(daemon, "alice").get("/v2/").status == 200
    first = time.monotonic() - begun
    begun = time.monotonic()
    for _ in range(20):
        assert as_user(daemon, "alice").get("/v2/").status == 200
    assert time.monotonic() - begun < 10 * first


def test_a_failed_log_in_is_delayed(serve, data, htpasswd):
    settings = secured(data, htpasswd)
    settings["http"]["auth"]["failDelay"] = 4
    daemon = serve(settings)
    begun = time.monotonic()
    assert daemon.client(("alice", "wrong")).get("/v2/").status == 401
    assert time.monotonic() - begun > 3.9
    begun = time.monotonic()
    assert as_user(daemon, "alice").get("/v2/").status == 200
    assert time.monotonic() - begun < 3.9


# Policies


def test_policies_decide_by_the_longest_glob(guarded):
    alice, bob, carol = (as_user(guarded, name) for name in ("alice", "bob", "carol"))
    image = make_image("policies", layers=1)
    alice.push("team/secret", image, "v1")
    bob.push("team/app", image, "v1")
    alice.push("other", image, "v1")

    assert bob.manifest("team/app", "v1").status == 200
    assert carol.manifest("team/app", "v1").status == 200
    for client, repository in (
        (bob, "team/secret"),
        (carol, "other"),
        (bob, "other"),
        (alice, "team/nothing-of-alice"),
    ):
        answer = client.manifest(repository, "v1")
        if client is alice:
            assert answer.status == 404
        else:
            assert (answer.status, answer.error_code) == (403, "DENIED")
    assert as_user(guarded, "root").manifest("team/secret", "v1").status == 200


def test_create_update_and_delete_are_three_permissions(guarded):
    bob = as_user(guarded, "bob")
    bob.push("team/app", make_image("one", layers=1), "v1")
    again = make_image("two", layers=1)
    for blob in again.blobs:
        assert bob.push_blob("team/app", blob).status == 201
    assert bob.push_manifest("team/app", "v1", again.manifest).status == 403
    # A tag may not be moved by the side door either (CVE-2026-31801).
    by_digest = f"/v2/team/app/manifests/{again.manifest.digest}?tag=v1"
    assert bob.request("PUT", by_digest, again.manifest.data, {"Content-Type": again.manifest.media_type}).status == 403
    assert bob.push_manifest("team/app", "v2", again.manifest).status == 201
    # Delete is not authorized as push (GHSA-qg67-7m6v-qg25).
    assert bob.delete("/v2/team/app/manifests/v1").status == 403
    assert bob.delete(f"/v2/team/app/blobs/{again.layers[0].digest}").status == 403
    root = as_user(guarded, "root")
    assert root.push_manifest("team/app", "v1", again.manifest).status == 201
    assert root.delete("/v2/team/app/manifests/v1").status == 202


def test_of_many_pushes_of_a_new_tag_at_once_one_creates_it(serve, data, htpasswd):
    """Two daemons on one data directory included: who may create only must not move what another one created."""
    access = {"repositories": {"**": policies((["bob"], ["read", "create"]))}}
    daemons = [serve(secured(data, htpasswd, access)) for _ in range(2)]
    pushers = [as_user(daemon, "bob") for daemon in daemons for _ in range(6)]
    images = [make_image(f"race-{i}", layers=1) for i in range(len(pushers))]
    pushers[0].push("app", images[0], "first")

    for tag in ("a", "b", "c", "d"):
        barrier = threading.Barrier(len(pushers))

        def push(client, image, tag=tag, barrier=barrier):
            barrier.wait()
            return client.push_manifest("app", tag, image.manifest).status

        with ThreadPoolExecutor(len(pushers)) as pool:
            statuses = list(pool.map(push, pushers, images))
        assert sorted(statuses) == [201] + [403] * (len(pushers) - 1)
        winner = images[statuses.index(201)].manifest.digest
        assert pushers[0].manifest("app", tag).headers["Docker-Content-Digest"] == winner


def test_a_shared_manifest_is_not_deleted_by_who_detects_collisions(serve, data, htpasswd):
    careful = [*EVERYTHING, "detectManifestCollision"]
    access = {
        "repositories": {"**": policies((["alice"], EVERYTHING), (["bob", "root"], careful))},
        "adminPolicy": {"users": ["root"], "actions": EVERYTHING},
    }
    daemon = serve(secured(data, htpasswd, access))
    alice, bob, root = (as_user(daemon, name) for name in ("alice", "bob", "root"))
    image = make_image("shared", layers=1)
    path = f"/v2/app/manifests/{image.manifest.digest}"

    def tagged(*tags):
        for tag in tags:
            alice.push("app", image, tag)

    tagged("v1", "latest")
    refused = bob.delete(path)
    assert (refused.status, refused.error_code) == (409, "MANIFEST_INVALID")
    assert refused.json()["errors"][0]["message"] == "manifest invalid"
    assert alice.manifest("app", "v1").status == alice.manifest("app", "latest").status == 200
    assert bob.delete("/v2/app/manifests/latest").status == 202
    assert bob.delete(path).status == 202
    assert alice.manifest("app", "v1").status == 404
    for client in (alice, root):  # the one without the duty, the other an admin, whom it does not bind
        tagged("v1", "latest")
        assert client.delete(path).status == 202


def test_anonymous_users_read_what_is_public(guarded):
    image = make_image("public", layers=1)
    as_user(guarded, "alice").push("public/app", image, "v1")
    anonymous = guarded.client()
    answer = anonymous.manifest("public/app", "v1")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (200, None)
    assert anonymous.blob("public/app", image.layers[0].digest).status == 200
    for answer in (
        anonymous.request("POST", "/v2/public/app/blobs/uploads/"),
        anonymous.delete("/v2/public/app/manifests/v1"),
        anonymous.manifest("team/app", "v1"),
    ):
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    # A log-in that fails is no anonymous request.
    assert guarded.client(("alice", "wrong")).manifest("public/app", "v1").status == 401


def test_docker_is_asked_to_log_in_where_that_lets_it_pull_more(serve, data, tmp_path, htpasswd):
    """Docker sends credentials only if its ping was answered 401; without any it then fails (moby's basicHandler)."""
    docker = {"User-Agent": "docker/29.4.0 go/go1.24.2 UpstreamClient(Docker-Client/29.4.0 (linux))"}
    everyone = {"**": policies((["alice"], EVERYTHING), anonymousPolicy=["read"])}
    mixed = serve(secured(data, htpasswd, {"repositories": {**everyone, "team/**": policies((["alice"], ["read"]))}}))
    ping = mixed.client().get("/v2/", headers=docker)
    assert (ping.status, ping.error_code) == (401, "UNAUTHORIZED")
    assert ping.headers["WWW-Authenticate"].startswith("Basic ")
    assert as_user(mixed, "alice").get("/v2/", headers=docker).status == 200
    # The others challenge themselves at each repository.
    for agent in ("containerd/1.7.20", "containers/5.24 (github.com/containers/image)", "skopeo/1.9.3"):
        assert mixed.client().get("/v2/", headers={"User-Agent": agent}).status == 200
    # All pulls are anonymous here, and a Docker without credentials has to go on getting them.
    admin = {"users": ["root"], "actions": EVERYTHING}
    public = serve(secured(tmp_path / "public", htpasswd, {"repositories": everyone, "adminPolicy": admin}))
    assert public.client().get("/v2/", headers=docker).status == 200


def test_skopeo_finds_its_credentials_where_policies_mix(serve, data, tmp_path, htpasswd):
    access = {
        "repositories": {
            "**": policies((["alice"], EVERYTHING), anonymousPolicy=["read"]),
            "team/**": policies((["alice"], EVERYTHING)),
        }
    }
    daemon = serve(secured(data, htpasswd, access))
    image = make_image("mixed", layers=1)
    for repository in ("team/app", "open/app"):
        as_user(daemon, "alice").push(repository, image, "v1")
    accounts = tmp_path / "auth.json"
    token = base64.b64encode(f"alice:{PASSWORDS['alice']}".encode()).decode()
    accounts.write_text(json.dumps({"auths": {daemon.address: {"auth": token}}}), encoding="utf-8")
    inspect = ("skopeo", "inspect", "--tls-verify=false")
    run(*inspect, "--authfile", accounts, f"docker://{daemon.address}/team/app:v1")
    run(*inspect, f"docker://{daemon.address}/open/app:v1")
    assert run(*inspect, f"docker://{daemon.address}/team/app:v1", check=False).returncode != 0


def test_the_permission_is_that_of_the_repository_asked(guarded):
    """CVE-2024-39897: for blobs, mounts and referrers too."""
    alice, bob = as_user(guarded, "alice"), as_user(guarded, "bob")
    image = make_image("hidden", layers=1)
    alice.push("team/secret", image, "v1")
    artifact = make_artifact(image.manifest, "application/vnd.test.sbom")
    alice.push("team/secret", artifact)
    layer = image.layers[0].digest
    assert bob.blob("team/secret", layer).status == 403
    assert bob.blob("team/secret", layer, "HEAD").status == 403
    assert bob.blob("team/app", layer).status == 404
    assert bob.get(f"/v2/team/secret/referrers/{image.manifest.digest}").status == 403
    assert bob.get("/v2/team/secret/tags/list").status == 403
    for query in (f"mount={layer}&from=team/secret", f"mount={layer}"):
        assert bob.request("POST", f"/v2/team/app/blobs/uploads/?{query}").status == 202
    assert bob.blob("team/app", layer).status == 404
    listed = bob.get(f"/v2/team/app/referrers/{image.manifest.digest}")
    assert listed.json()["manifests"] == []


def test_the_catalog_shows_what_one_may_read(guarded):
    alice = as_user(guarded, "alice")
    for name in ("public/app", "team/secret", "other"):
        alice.push(name, make_image(name, layers=1), "v1")
    as_user(guarded, "bob").push("team/app", make_image("bobs", layers=1), "v1")
    seen = {
        client: guarded.client((client, PASSWORDS[client])).get("/v2/_catalog").json()["repositories"]
        for client in ("alice", "bob", "carol", "root")
    }
    assert seen["root"] == ["other", "public/app", "team/app", "team/secret"]
    assert seen["alice"] == seen["root"]  # team/app by its defaultPolicy
    assert seen["bob"] == seen["carol"] == ["team/app"]


def test_an_upload_is_its_users_only(guarded):
    bob, carol = as_user(guarded, "bob"), as_user(guarded, "carol")
    location = bob.request("POST", "/v2/team/app/blobs/uploads/").headers["Location"]
    blob = Content(b"carol may read here, not write")
    assert carol.request("PUT", with_query(location, digest=blob.digest), blob.data).status == 403
    assert carol.delete(location).status == 403
    assert guarded.client().request("PATCH", location, b"x").status == 401


def test_what_is_ready_is_as_guarded_as_the_rest(serve, data, htpasswd, authority, upstream):
    """Both paths of a pull: the one for what is in memory, and with a field that it leaves to the other, that one."""
    name = "img/1x1000/ready"
    layer = Expected(name).layers[0]
    ns = host_of(upstream.url)
    by_password = {who: {"Authorization": basic(who, PASSWORDS[who])} for who in ("alice", "bob")}
    public = {"repositories": {"**": policies((["alice"], ["read"]), anonymousPolicy=["read"])}}
    alices = {"repositories": {"**": policies((["alice"], ["read"]))}}
    for number, access in enumerate((None, alices, public)):
        daemon = serve(secured(data / str(number), htpasswd, access, rule(upstream.url)))
        client = daemon.client()
        for path in (f"manifests/latest?ns={ns}", f"blobs/{layer}?ns={ns}", "manifests/latest", f"blobs/{layer}"):
            target = f"/v2/{name}/{path}"
            for _ in range(2):
                assert client.get(target, by_password["alice"]).status == 200
            for headers in ({}, by_password["alice"], by_password["bob"], {"Authorization": "Basic Og=="}):
                for method in ("GET", "HEAD"):
                    client.request(method, target, headers=headers)  # the password is known from now on
                    fast = client.request(method, target, headers=headers).status
                    slow = client.request(method, target, headers={**headers, "If-None-Match": '"x"'}).status
                    assert fast == slow, (access, method, target, headers)
                    if access is None:
                        assert fast == (200 if headers in by_password.values() else 401), (method, target, headers)
        daemon.stop()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_pages_of_other_sites_change_nothing(serve, data):
    daemon = serve(config(data))
    image = make_image("pages", layers=1)
    client = daemon.client()
    client.push("app", image, "v1")
    manifest, upload = "/v2/app/manifests/v1", "/v2/app/blobs/uploads/"
    foreign = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"})
    # The page's own name was made to point here, so that the page and the daemon are one site.
    rebound = {"Host": f"evil.example:{daemon.port}", "Origin": f"http://evil.example:{daemon.port}"}
    for headers in (*foreign, rebound):
        for method, path in (("DELETE", manifest), ("PUT", manifest), ("POST", upload), ("PATCH", upload + "x")):
            answer = client.request(method, path, b"{}", headers)
            assert (answer.status, answer.error_code) == (403, "DENIED"), (method, path, headers)
            assert "larder.management.allowed" in answer.body.decode()
    assert client.manifest("app", "v1").status == 200
    page = {"Host": f"evil.example:{daemon.port}", "Accept-Language": "en"}
    assert client.get(manifest, page).status == client.get("/v2/_catalog", page).status == 403
    assert client.get("/metrics", page).status == 403
    # Container clients use any name, and send none of these fields.
    named = {"Host": "larder.cluster.local:5000", "User-Agent": "containers/5.24 (github.com/containers/image)"}
    assert client.get(manifest, named).status == 200
    assert client.request("DELETE", manifest, headers=named).status == 202


def test_a_cached_image_is_not_pulled_without_permission(serve, data, htpasswd, upstream):
    access = {"repositories": {"img/**": policies((["alice"], ["read"]))}}
    daemon = serve(secured(data, htpasswd, access, rule(upstream.url)))
    name = "img/1x1000/guarded"
    alice, bob = as_user(daemon, "alice"), as_user(daemon, "bob")
    for _ in range(2):
        assert [answer.status for answer in alice.pull(name, "latest")] == [200] * 3
    layer = Expected(name).layers[0]
    assert bob.manifest(name, "latest").status == 403
    assert bob.blob(name, layer).status == 403
    assert daemon.client().manifest(name, "latest").status == 401
    assert daemon.client().blob(name, layer).status == 401
    # A repository that bob may not read is not fetched for him.
    assert bob.manifest("img/1x1000/fresh", "latest").status == 403
    assert [entry for entry in upstream.stats()["last"] if "fresh" in entry["path"]] == []


def test_metrics_follow_their_own_policy(serve, data, htpasswd):
    access = {"repositories": {"**": policies(anonymousPolicy=["read"])}, "metrics": {"users": ["carol"]}}
    daemon = serve(secured(data, htpasswd, access))
    assert daemon.client().get("/metrics").status == 401
    assert as_user(daemon, "bob").get("/metrics").status == 403
    assert as_user(daemon, "carol").get("/metrics").status == 200
    for path in ("/livez", "/readyz", "/startupz"):
        assert daemon.client().get(path).status == 200


# Reloads


def test_a_changed_htpasswd_is_obeyed_at_once(serve, data, htpasswd):
    """CVE-2025-23208: what was remembered of a revoked user goes with the file."""
    daemon = serve(secured(data, htpasswd))
    bob = as_user(daemon, "bob")
    assert bob.get("/v2/").status == 200
    write_htpasswd(htpasswd, alice="changed", dave="dave-s3cret")
    wait_until(lambda: bob.get("/v2/").status == 401, timeout=5, what="bob to be gone")
    assert as_user(daemon, "alice").get("/v2/").status == 401
    assert daemon.client(("alice", "changed")).get("/v2/").status == 200
    assert daemon.client(("dave", "dave-s3cret")).get("/v2/").status == 200


def test_sighup_reloads_the_policies(serve, data, htpasswd):
    daemon = serve(secured(data, htpasswd, {"repositories": {"**": policies((["bob"], EVERYTHING))}}))
    bob = as_user(daemon, "bob")
    bob.push("app", make_image("reload", layers=1), "v1")
    assert bob.manifest("app", "v1").status == 200
    daemon.write_config(secured(data, htpasswd, {"repositories": {"**": policies((["alice"], EVERYTHING))}}))
    daemon.reload()
    wait_until(lambda: bob.manifest("app", "v1").status == 403, timeout=5, what="the new policy")
    assert as_user(daemon, "alice").manifest("app", "v1").status == 200


def test_a_swapped_configmap_is_seen(serve, data, tmp_path):
    """A kubelet writes a new directory and swaps the symlink ..data, through which the file is reached."""
    mount = tmp_path / "mount"

    def publish(version, users):
        folder = mount / f"..{version}"
        folder.mkdir(parents=True)
        (folder / "htpasswd").write_bytes(write_htpasswd(tmp_path / "draft", **users).read_bytes())
        (mount / "..data_tmp").symlink_to(folder.name)
        os.replace(mount / "..data_tmp", mount / "..data")

    publish("v1", {"bob": PASSWORDS["bob"]})
    (mount / "htpasswd").symlink_to("..data/htpasswd")
    daemon = serve(secured(data, mount / "htpasswd"))
    assert as_user(daemon, "bob").get("/v2/").status == 200
    publish("v2", {"alice": PASSWORDS["alice"]})
    wait_until(lambda: as_user(daemon, "alice").get("/v2/").status == 200, timeout=5, what="the new file")
    assert as_user(daemon, "bob").get("/v2/").status == 401


def test_a_bad_configuration_leaves_the_old_one_in_force(serve, data, htpasswd):
    def only(user):
        metrics = {"users": ["bob"]}
        return secured(data, htpasswd, {"repositories": {"**": policies(([user], EVERYTHING))}, "metrics": metrics})

    daemon = serve(only("bob"))
    alice, bob = as_user(daemon, "alice"), as_user(daemon, "bob")
    success = "larder_config_last_reload_success"
    assert bob.metrics()[success] == 1
    bad = only("alice")
    bad["http"]["accessControl"]["repositroies"] = {}
    daemon.write_config(bad)
    wait_until(lambda: bob.metrics()[success] == 0, timeout=5, what="the metric")
    daemon.wait_logged("http.accessControl.repositroies")
    assert bob.manifest("app", "v1").status == 404
    assert alice.manifest("app", "v1").status == 403
    daemon.write_config(only("alice"))
    wait_until(lambda: alice.manifest("app", "v1").status == 404, timeout=5, what="the good one")
    wait_until(lambda: bob.metrics()[success] == 1, timeout=5, what="the metric")


def test_an_htpasswd_that_vanishes_locks_nobody_in_or_out(serve, data, htpasswd):
    daemon = serve(secured(data, htpasswd))
    assert as_user(daemon, "bob").get("/v2/").status == 200
    htpasswd.unlink()
    time.sleep(1.5)
    assert as_user(daemon, "bob").get("/v2/").status == 200
    assert daemon.client().get("/v2/").status == 401


def test_what_needs_a_restart_is_said(serve, data, tmp_path):
    daemon = serve(config(data))
    daemon.write_config(config(tmp_path / "elsewhere"))
    daemon.reload()
    daemon.process.wait_for(lambda: "storage.rootDirectory" in daemon.log(), "the key that needs a restart", 5)
    assert daemon.client().get("/v2/").status == 200


def test_a_reload_does_not_touch_running_transfers(serve, data, upstream):
    upstream.config(rate_mb=1)
    name = "img/1x2m/reload"
    image = Expected(name)
    daemon = serve(config(data, rule(upstream.url)))
    with daemon.client().open("GET", f"/v2/{name}/blobs/{image.layers[0]}") as response:
        first = response.read(100_000)
        daemon.write_config(config(data, rule("http://127.0.0.1:1"), log={"level": "info"}))
        daemon.reload()
        assert first + response.read() == image.blob(image.layers[0])


# TLS


def test_tls_and_a_new_certificate(serve, data, authority, tmp_path):
    serving = tmp_path / "tls.crt", tmp_path / "tls.key"

    def install(name):
        for source, target in zip(authority.issue(name, name), serving):
            target.with_suffix(".new").write_bytes(source.read_bytes())
            os.replace(target.with_suffix(".new"), target)

    def served_name():
        context = authority.context()
        with context.wrap_socket(socket.create_connection(("127.0.0.1", daemon.port)),
                                 server_hostname="127.0.0.1") as wrapped:  # fmt: skip
            return dict(pair[0] for pair in wrapped.getpeercert()["subject"])["commonName"]

    install("first")
    daemon = serve(config(data, http={"tls": {"cert": str(serving[0]), "key": str(serving[1])}}))
    client = daemon.client(tls=authority.context())
    image = make_image("tls", layers=2, layer_size=1_500_000)
    client.push("tls", image, "v1")
    assert [answer.body for answer in client.pull("tls", "v1")[1:]] == [blob.data for blob in image.blobs]
    assert served_name() == "first"
    install("second")
    wait_until(lambda: served_name() == "second", timeout=5, what="the new certificate")


def test_old_protocols_are_refused(serve, data, authority):
    cert, key = authority.issue("modern", "modern")
    daemon = serve(config(data, http={"tls": {"cert": str(cert), "key": str(key)}}))
    old = authority.context()
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.set_ciphers("DEFAULT@SECLEVEL=0")  # or OpenSSL would not offer them
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, OSError)):
        daemon.client(tls=old).get("/v2/")


def test_plain_http_on_the_tls_port_is_not_served(serve, data, authority):
    cert, key = authority.issue("tls-only", "tls-only")
    daemon = serve(config(data, http={"tls": {"cert": str(cert), "key": str(key)}}))
    try:
        status = daemon.client(timeout=10).get("/v2/").status
    except (OSError, http.client.HTTPException):
        status = None
    assert status in (None, 400)


def test_client_certificates(serve, data, authority):
    cert, key = authority.issue("server", "server")
    tls = {"cert": str(cert), "key": str(key), "cacert": str(authority.certificate)}
    access = {"repositories": {"**": policies((["alice"], EVERYTHING))}}
    daemon = serve(config(data, http={"tls": tls, "accessControl": access}))
    alice = daemon.client(tls=authority.context(authority.issue("alice", "alice")))
    alice.push("mtls", make_image("mtls", layers=1), "v1")
    assert alice.manifest("mtls", "v1").status == 200
    mallory = daemon.client(tls=authority.context(authority.issue("mallory", "mallory")))
    assert mallory.manifest("mtls", "v1").status == 403
    with pytest.raises((ssl.SSLError, OSError)):
        daemon.client(tls=authority.context()).get("/v2/")


# Limits and leaks


def test_a_revoked_certificate_ends_with_its_connections(serve, data, authority):
    """A connection that was let in is not let in for ever: neither is one that idles."""
    cert, key = authority.issue("server", "server")
    alice, bob = authority.issue("alice", "alice"), authority.issue("bob", "bob")
    tls = {"cert": str(cert), "key": str(key), "cacert": str(authority.certificate)}
    settings = config(data, http={"tls": tls}, larder={"tls": {"crl": str(authority.revoke())}})
    daemon = serve(settings)

    def connect(who):
        connection = http.client.HTTPSConnection(daemon.address, timeout=10, context=authority.context(who))
        assert ask(connection) == 200
        return connection

    def ask(connection):
        connection.request("GET", "/v2/")
        response = connection.getresponse()
        response.read()
        return response.status

    used, idle, other = connect(alice), connect(alice), connect(bob)
    authority.revoke(alice[0])

    def is_refused():
        try:
            return ask(used) != 200
        except (OSError, http.client.HTTPException):
            return True

    # http.client would connect anew by itself.
    used.auto_open = idle.auto_open = 0
    wait_until(is_refused, timeout=10, what="the end of the connection")
    idle.sock.settimeout(5)
    assert idle.sock.recv(1) == b""
    assert ask(other) == 200
    with pytest.raises((OSError, http.client.HTTPException)):
        connect(alice)
    assert ask(connect(bob)) == 200

def test_the_rate_limit_answers_429(serve, data):
    daemon = serve(config(data, http={"ratelimit": {"rate": 5, "methods": [{"method": "DELETE", "rate": 1}]}}))
    answers = [daemon.client().get("/v2/") for _ in range(30)]
    limited = [answer for answer in answers if answer.status == 429]
    assert answers[0].status == 200
    assert limited and limited[0].error_code == "TOOMANYREQUESTS"
    assert limited[0].headers["Retry-After"]


def test_secrets_are_in_no_log(serve, data, htpasswd, tmp_path, upstream):
    """CVE-2025-48374, at the noisiest level and with everything going wrong."""
    upstream.config(auth="token", user="puller", password="pull-s3cret")
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({host_of(upstream.url): {"username": "puller", "password": "pull-s3cret"}}))
    settings = secured(data, htpasswd, None, rule(upstream.url, maxRetries=0))
    settings["extensions"]["sync"]["credentialsFile"] = str(credentials)
    settings["log"] = {"level": "trace", "audit": str(tmp_path / "audit.log")}
    daemon = serve(settings)
    alice = as_user(daemon, "alice")
    alice.push("app", make_image("leak", layers=1), "v1")
    alice.pull("img/1x1000/leak", "latest")
    daemon.client(("alice", "wrong-s3cret")).get("/v2/")
    upstream.fault("status", status=500, count=-1)
    alice.manifest("img/1x1000/other", "latest")
    credentials.write_text("{ not json pull-s3cret")
    htpasswd.write_text("alice:alice-s3cret\n:::\n")
    daemon.reload()
    daemon.process.wait_for(lambda: "config.reload" in daemon.log() or "reload" in daemon.log(), "the reload")
    time.sleep(0.5)
    logs = daemon.log() + pathlib.Path(tmp_path / "audit.log").read_text()
    for secret in ("s3cret", "Authorization:", "Bearer ey"):
        assert secret not in logs, [line for line in logs.splitlines() if secret in line][:3]


def test_there_is_no_default_password(serve, data, tmp_path):
    """CVE-2026-4404: an empty file lets nobody in."""
    path = tmp_path / "htpasswd"
    path.write_text("", encoding="utf-8")
    daemon = serve(secured(data, path))
    for user in (("admin", "admin"), ("admin", ""), ("admin", "password"), ("root", "root")):
        assert daemon.client(user).get("/v2/").status == 401
