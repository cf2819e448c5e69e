"""Blocks of repositories and tags: made through the management API, felt by whoever pulls."""

import http.client
import threading

import pytest
from harness.admin import Admin, Browser, paths
from harness.daemon import config, host_of, rule
from harness.images import Content
from harness.peers import write_htpasswd
from harness.process import wait_until
from harness.upstream import Expected, requests

IMAGE = "mirror/img/2x10k/app"
UPSTREAM_IMAGE = "img/2x10k/app"


@pytest.fixture
def daemon(serve, data, upstream, tmp_path):
    audit = {"audit": str(tmp_path / "audit.log")}
    return serve(config(data, rule(upstream.url, destination="/mirror"), log=audit))


@pytest.fixture
def admin(daemon):
    return Admin(daemon.client())


def block(admin, repository, **more):
    answer = admin.call("POST", "/blocks", {"repository": repository, **more})
    assert answer.status == 200, (answer.status, answer.body)
    return answer.json()["id"]


def denied(answer):
    assert answer.status == 403, (answer.status, answer.body)
    (error,) = answer.json()["errors"]
    assert error["code"] == "DENIED"
    return error


def test_a_block_is_felt_at_once_and_lifted_again(daemon, admin, upstream):
    client = daemon.client()
    manifest, *blobs = client.pull(IMAGE, "latest")
    assert [answer.status for answer in (manifest, *blobs)] == [200] * (1 + len(blobs))
    digest = Expected(UPSTREAM_IMAGE).blobs[0]
    wait_until(lambda: client.blob(IMAGE, digest).headers["X-Cache"] == "HIT", what="the blob in memory")
    asked = requests(upstream, "manifest") + requests(upstream, "blob")

    made = block(admin, IMAGE, reason="CVE-2026-1234")
    error = denied(client.manifest(IMAGE, "latest"))
    assert "CVE-2026-1234" in error["message"]
    assert IMAGE in error["detail"]
    denied(client.manifest(IMAGE, manifest.headers["Docker-Content-Digest"]))
    denied(client.blob(IMAGE, digest))
    assert client.manifest("mirror/img/2x10k/other", "latest").status == 200
    assert admin.json("/sync/explain", image=f"{IMAGE}:latest")["blocked"] == error["message"]
    (shown,) = admin.json("/repository", repository=IMAGE)["blocks"]
    assert (shown["id"], shown["reason"]) == (made, "CVE-2026-1234")
    tags = block(admin, "mirror/img/2x10k/oth*", tags="-rc$")
    listed = {one["name"]: one.get("blocked") for one in admin.json("/repositories")["items"]}
    assert listed == {IMAGE: "whole", "mirror/img/2x10k/other": "tags"}
    assert admin.json("/repository", repository=IMAGE)["blocked"] == "whole"
    assert admin.call("DELETE", f"/blocks/{tags}").status == 200
    assert admin.json("/blocks", repository="mirror/img/2x10k/other")["total"] == 0
    assert requests(upstream, "manifest") + requests(upstream, "blob") == asked + 1

    assert admin.call("DELETE", f"/blocks/{made}").status == 200
    assert client.manifest(IMAGE, "latest").status == 200
    assert client.blob(IMAGE, digest).status == 200
    assert admin.call("DELETE", f"/blocks/{made}").status == 404
    changes = admin.json("/audit")["items"]
    assert {entry["action"] for entry in changes} >= {"addBlock", "removeBlock"}


def test_questions_about_rights_say_what_is_blocked(daemon, admin):
    def ask(**question):
        answer = admin.call("POST", "/access/explain", {"action": "read", "repository": IMAGE, **question})
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json()

    assert daemon.client().manifest(IMAGE, "latest").status == 200
    assert ask()["allowed"]
    made = block(admin, "mirror/img/**", reason="CVE-2026-1234")
    assert not ask()["allowed"], "a pull is refused"
    error = denied(daemon.client().manifest(IMAGE, "latest"))
    for answer in (ask(), ask(tag="latest"), ask(user="alice"), admin.json("/access/explain", repository=IMAGE, action="read")):
        assert (answer["allowed"], answer["source"], answer["glob"]) == (False, "block", "mirror/img/**")
        assert answer["rule"] == 'larder.blocked["mirror/img/**"]'
        assert answer["blocked"] == error["message"]
        assert [each["id"] for each in answer["blocks"]] == [made]
    assert ask(repository="team/app")["allowed"]
    assert ask(action="create")["allowed"], "pulls are what is blocked"
    (shown,) = admin.call("POST", "/access/effective", {}).json()["items"]
    assert shown["blocked"] == error["message"]
    # Of a draft, and of some tags alone.
    lifted = {"patch": {"larder": {"blocked": [{"repository": "mirror/img/**", "tags": "^lat"}]}}}
    answer = ask(draft=lifted)
    assert answer["allowed"] and [each["tags"] for each in answer["blocks"]] == ["^lat"]
    assert not ask(draft=lifted, tag="latest")["allowed"]
    assert ask(draft=lifted, tag="1.27")["allowed"]
    assert admin.call("POST", "/access/explain", {"action": "read", "repository": "a", "tag": "a b"}).status == 422
    assert admin.get("/access/explain", action="read", repository="a", tag="a b").status == 422


def test_a_block_survives_a_restart_and_holds_for_its_tags_alone(daemon, admin):
    block(admin, "mirror/img/**", tags="^lat")
    daemon.stop()
    client = daemon.start().client()
    denied(client.manifest(IMAGE, "latest"))
    assert client.manifest(IMAGE, "1.0").status == 200


def test_admins_are_refused_too_and_named_as_who_blocked(serve, data, upstream, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", alice="wonderland", bob="builder")
    access = {
        "accessControl": {
            "adminPolicy": {"users": ["alice"], "actions": ["read", "create", "update", "delete"]},
            "repositories": {"**": {"defaultPolicy": ["read"]}},
        }
    }
    daemon = serve(
        config(
            data, rule(upstream.url, destination="/mirror"), http={"auth": {"htpasswd": {"path": str(users)}}, **access}
        )
    )
    admin = Browser(daemon.client(), "alice", "wonderland")
    block(admin, "mirror/**", reason="not reviewed")
    for user in (("alice", "wonderland"), ("bob", "builder")):
        error = denied(daemon.client(user=user).manifest(IMAGE, "latest"))
        assert error["message"] == f"alice blocked {IMAGE}: not reviewed"
    reader = Browser(daemon.client(), "bob", "builder")
    assert reader.get("/blocks").status == 403
    assert reader.call("POST", "/blocks", {"repository": "**"}).status == 403


def test_a_download_that_runs_is_ended(daemon, admin, upstream):
    upstream.config(rate_mb=0.5)
    name = "mirror/img/1x4m/slow"
    image = Expected("img/1x4m/slow")
    client = daemon.client()
    assert client.manifest(name, "latest").status == 200
    ended = []

    def read():
        try:
            ended.append(daemon.client().blob(name, image.layers[0]).status)
        except (OSError, http.client.HTTPException) as cut:
            ended.append(type(cut).__name__)

    reader = threading.Thread(target=read)
    reader.start()
    wait_until(lambda: admin.json("/transfers")["items"], what="the download")
    block(admin, name)
    reader.join(timeout=30)
    assert not reader.is_alive()
    assert ended[0] != 200
    wait_until(lambda: admin.json("/transfers")["items"] == [], what="the download to be forgotten")


def test_what_is_wrong_with_a_block_is_said_at_its_place(admin):
    answer = admin.call("POST", "/blocks", {"repository": "a[", "tags": "("})
    assert answer.status == 422
    assert set(paths(answer)) == {"repository", "tags"}
    assert admin.call("POST", "/blocks", {"repository": "a", "pull": False, "mirror": False}).status == 422
    assert admin.call("POST", "/blocks", {"repository": "a", "reason": "x" * 501}).status == 422
    block(admin, "a")
    assert admin.call("POST", "/blocks", {"repository": "a"}).status == 409


def test_a_block_holds_by_every_name_of_the_content(serve, data, upstream):
    """Without a destination the rule serves an image by its own name, and by its registry's."""
    daemon = serve(config(data, rule(upstream.url)))
    admin, client, host = Admin(daemon.client()), daemon.client(), host_of(upstream.url)
    hosted = f"{host.replace(':', '-')}/{UPSTREAM_IMAGE}"

    def statuses():
        named = client.get(f"/v2/{UPSTREAM_IMAGE}/manifests/latest?ns={host}")
        return {named.status, *(client.manifest(name, "latest").status for name in (UPSTREAM_IMAGE, hosted))}

    made = block(admin, hosted, reason="CVE-2026-1")
    assert statuses() == {403}
    assert statuses() == {403}, "whoever asks first"
    assert "CVE-2026-1" in admin.json("/sync/explain", image=f"{UPSTREAM_IMAGE}:latest")["blocked"]
    assert not admin.json("/access/explain", repository=UPSTREAM_IMAGE, action="read")["allowed"]
    assert admin.call("DELETE", f"/blocks/{made}").status == 200
    assert client.manifest(UPSTREAM_IMAGE, "latest").status == 200
    block(admin, hosted)
    assert statuses() == {403}, "what is stored under the other name"
    (listed,) = admin.json("/repositories")["items"]
    assert (listed["name"], listed["blocked"]) == (UPSTREAM_IMAGE, "whole")
    assert client.blob(UPSTREAM_IMAGE, Expected(UPSTREAM_IMAGE).blobs[0]).status == 403
    assert admin.call("DELETE", "/repository", repository=UPSTREAM_IMAGE).status == 204
    assert statuses() == {403}

    for other in admin.json("/blocks")["items"]:
        assert admin.call("DELETE", f"/blocks/{other['id']}").status == 200
    block(admin, UPSTREAM_IMAGE)
    assert client.get(f"/v2/{UPSTREAM_IMAGE}/manifests/latest?ns={host}").status == 403, "a block of the other name"


def test_who_pulls_or_pushes_first_changes_no_verdict(serve, data, upstream, tmp_path):
    """A request that names its registry is judged by where the rules keep the image, not by where it happens to be."""
    htpasswd = tmp_path / "htpasswd"
    write_htpasswd(htpasswd, admin="a-s3cret", dev="d-s3cret")
    host = host_of(upstream.url)
    hosted = host.replace(":", "-")
    everyone = {"policies": [{"users": ["dev"], "actions": ["read", "create"]}]}
    repositories = {
        "**": everyone,
        f"{hosted}/img/2x10k/**": {"policies": [{"users": ["admin"], "actions": ["read"]}]},
        "mirror/**": {"policies": [{"users": ["dev"], "actions": ["create"]}]},
    }
    content = [{"prefix": "img/3x*/**", "destination": "/mirror"}, {"prefix": "**"}]
    admins = {"users": ["admin"], "actions": ["read", "create", "update", "delete"]}
    access = {"repositories": repositories, "adminPolicy": admins}
    daemon = serve(
        config(
            data,
            {**rule(upstream.url), "content": content},
            http={"auth": {"htpasswd": {"path": str(htpasswd)}}, "accessControl": access},
        )
    )
    dev = daemon.client(("dev", "d-s3cret"))

    def named(name):
        return dev.get(f"/v2/{name}/manifests/latest?ns={host}").status

    assert named(UPSTREAM_IMAGE) == 403
    assert dev.manifest(UPSTREAM_IMAGE, "latest").status == 200, "a name of its own, which ** grants"
    assert [named(UPSTREAM_IMAGE) for _ in range(2)] == [403, 403]
    assert named("img/3x10k/app") == 403
    dev.push_blob("mirror/img/3x10k/app", Content(b"occupied"))
    assert named("img/3x10k/app") == 403
