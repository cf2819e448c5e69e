"""Sync rules, credentials and node set-up through the management API, and the audit log read back."""

import json
import pathlib
import stat
import subprocess
import tomllib

import pytest
from harness.admin import Admin, Browser, paths
from harness.daemon import config, host_of, rule
from harness.images import make_image
from harness.peers import DockerRegistry, run, write_htpasswd
from harness.process import wait_until
from harness.upstream import Upstream


@pytest.fixture
def admin(serve, data, upstream):
    return Admin(serve(config(data, rule(upstream.url, destination="/mirror"))).client())


def urls(admin):
    return [entry["config"]["urls"][0] for entry in admin.json("/sync/rules")["items"]]


# Rules


def test_rules_are_added_changed_ordered_and_removed_by_their_identity(admin, upstream):
    ghcr = admin.call("POST", "/sync/rules", rule("https://ghcr.io")).json()["id"]
    quay = admin.call("POST", "/sync/rules", rule("https://quay.io")).json()["id"]
    assert urls(admin) == [upstream.url, "https://ghcr.io", "https://quay.io"]
    first = admin.rule_ids()[0]
    assert admin.edit("PUT", "/sync/order", {"order": [quay, first, ghcr]}).status == 200
    assert urls(admin) == ["https://quay.io", upstream.url, "https://ghcr.io"]
    assert admin.edit("PUT", f"/sync/rules/{quay}", rule("https://gcr.io")).json()["id"] == quay
    assert admin.json(f"/sync/rules/{quay}")["config"]["urls"] == ["https://gcr.io"]
    assert admin.edit("DELETE", f"/sync/rules/{ghcr}").status == 200
    assert admin.rule_ids() == [quay, first]
    for unknown in (ghcr[::-1], "0", "x", "9" * 20):
        assert admin.edit("DELETE", f"/sync/rules/{unknown}").status == 404


def test_an_edit_reaches_its_rule_whatever_another_admin_does_to_the_others(admin, upstream):
    ids = [admin.rule_ids()[0]]
    ids += [admin.call("POST", "/sync/rules", rule(f"https://{host}")).json()["id"] for host in ("ghcr.io", "quay.io")]
    seen = admin.etag()
    assert admin.edit("PUT", "/sync/order", {"order": ids[::-1]}).status == 200
    assert admin.edit("PUT", f"/sync/rules/{ids[0]}", rule(upstream.url, destination="/moved")).status == 200
    assert admin.edit("PUT", f"/sync/rules/{ids[1]}", rule("https://gcr.io"), match=seen).status == 200
    assert urls(admin) == ["https://quay.io", "https://gcr.io", upstream.url]
    assert admin.rule_ids() == ids[::-1]


def test_an_edit_of_what_another_admin_changed_gets_all_three_sides(admin):
    first = admin.rule_ids()[0]
    before = admin.json(f"/sync/rules/{first}")["config"]
    seen = admin.etag()
    theirs = {**before, "maxRetries": 3, "retryDelay": "1s"}
    assert admin.edit("PUT", f"/sync/rules/{first}", theirs).status == 200
    mine = {**before, "tlsVerify": True}
    refused = admin.edit("PUT", f"/sync/rules/{first}", mine, match=seen)
    assert refused.status == 412
    conflict = refused.json()["conflict"]
    assert (conflict["before"], conflict["theirs"]) == (before, theirs)
    assert conflict["merged"] == {**theirs, "tlsVerify": True}
    assert [change["path"] for change in conflict["changes"]] == ["maxRetries", "retryDelay"]
    assert conflict["conflicts"] == []
    assert refused.headers["ETag"] == f'"{conflict["revision"]}"'
    assert admin.edit("PUT", f"/sync/rules/{first}", conflict["merged"], match=refused.headers["ETag"]).status == 200
    # One of them removes it: nothing of the other's edit is lost, nor comes back by itself.
    seen = admin.etag()
    assert admin.edit("DELETE", f"/sync/rules/{first}").status == 200
    refused = admin.edit("PUT", f"/sync/rules/{first}", mine, match=seen)
    assert refused.status == 412
    assert "theirs" not in refused.json()["conflict"]
    assert urls(admin) == []


def test_an_upstream_says_whether_it_was_ever_asked_and_since_when_it_is_away(serve, data, upstream):
    rules = (rule(upstream.url, destination="/up"), rule("http://127.0.0.1:1", destination="/no"))
    admin = Admin(serve(config(data, *rules)).client())

    def state(host):
        return next(health for health in admin.json("/status")["upstreams"] if health["host"] == host)

    up, away = host_of(upstream.url), "127.0.0.1:1"
    assert [(state(host)["state"], "since" in state(host)) for host in (up, away)] == [("neverContacted", False)] * 2
    assert admin.client.manifest("up/img/1x1000/state", "v1").status == 200
    assert state(up)["state"] == "up"
    assert admin.client.manifest("no/app", "v1").status >= 500
    assert state(away)["state"] == "down"
    first = state(away)["since"]
    for tag in ("v2", "v3", "v4"):
        admin.client.manifest("no/app", tag)
    assert (state(away)["state"], state(away)["since"]) == ("down", first)
    assert admin.json("/sync/rules")["items"][1]["upstreams"][0]["state"] == "down"


def test_a_dead_upstream_is_down_for_the_api_the_metric_and_the_events_until_it_answers(serve, data, upstream):
    breaker = {"upstream": {"breaker": {"failures": 3, "openFor": "1s"}}}
    daemon = serve(config(data, rule(upstream.url, destination="/mirror", maxRetries=0), larder=breaker))
    admin = Admin(daemon.client())

    def health():
        return admin.json("/status")["upstreams"][0]

    def metric():
        return daemon.client().metrics()[f'larder_upstream_breaker_state{{upstream="{host_of(upstream.url)}"}}']

    assert admin.client.manifest("mirror/img/1x1000/state", "v1").status == 200
    upstream.fault("status", status=503, count=-1)
    assert admin.client.manifest("mirror/img/1x1000/other", "v0").status >= 500
    assert health()["state"] == "up"
    for tag in ("v1", "v2"):
        assert admin.client.manifest("mirror/img/1x1000/other", tag).status >= 500
    assert (health()["state"], health()["breaker"], metric()) == ("down", "open", 2)
    assert health()["nextTryAt"] > health()["since"]
    wait_until(lambda: "nextTryAt" not in health(), what="the end of the pause")
    # Nobody has tried it, so nothing has changed.
    assert (health()["state"], health()["breaker"], metric()) == ("down", "open", 2)


def test_a_wrong_rule_is_refused_at_its_place(admin):
    answer = admin.edit("POST", "/sync/rules", {"urls": ["ftp://x"], "onDemand": True, "pollIntervall": "1h"})
    assert answer.status == 422
    assert set(paths(answer)) == {"extensions.sync.registries[1].urls[0]", "extensions.sync.registries[1].pollIntervall"}
    first = admin.rule_ids()[0]
    for order in ([first, first], ["x"], [], [first, "x"], [0], "0"):
        assert admin.edit("PUT", "/sync/order", {"order": order}).status in (400, 422), order
    assert admin.call("PUT", f"/sync/rules/{first}", rule("https://ghcr.io")).status == 428
    assert len(urls(admin)) == 1


def test_the_explain_call_says_what_a_pull_would_do(admin, upstream):
    name = "img/1x1000/explained"
    explained = admin.json("/sync/explain", image=f"mirror/{name}:v1")
    step = explained["steps"][0]
    assert (explained["repository"], explained["reference"]) == (f"mirror/{name}", "v1")
    assert (step["index"], step["upstream"], step["name"]) == (0, host_of(upstream.url), name)
    assert step["urls"] == [f"{upstream.url}/v2/{name}/manifests/v1"]
    assert not explained["stored"]
    assert admin.client.manifest(f"mirror/{name}", "v1").status == 200
    assert admin.json("/sync/explain", image=f"mirror/{name}:v1")["stored"]
    by_host = admin.json("/sync/explain", image=name, ns=host_of(upstream.url))
    assert (by_host["repository"], by_host["reference"]) == (f"mirror/{name}", "latest")
    assert admin.json("/sync/explain", image="app", ns="nowhere.example")["steps"] == []
    for image in ("UPPER", "", "a b", "app:", "app@sha256:1"):
        assert admin.get("/sync/explain", image=image).status == 422, image


def test_a_tried_upstream_tells_how_far_it_came(serve, data, upstream, authority, tmp_path):
    trusted = tmp_path / "certs"
    trusted.mkdir()
    listed = {"management": {"fileDirectories": [str(trusted)]}}
    admin = Admin(serve(config(data, rule(upstream.url, destination="/mirror"), larder=listed)).client())
    cert, key = authority.issue("upstream", "127.0.0.1")

    def tried(url, **more):
        """A rule beside the saved one: what is on this machine is tried only where that leads."""
        return admin.call("POST", "/sync/test", {"rule": rule(url, **more)}).json()["items"][0]

    with Upstream("--tls-cert", cert, "--tls-key", key) as secure:
        host = host_of(secure.url)
        url = f"https://{host}"
        assert admin.edit("POST", "/sync/rules", rule(url, destination="/secure")).status == 200
        untrusted = tried(url, tlsVerify=True)
        assert (untrusted["ok"], untrusted["reachable"], untrusted["tls"]) == (False, True, "failed")
        assert "ca.crt" in untrusted["error"]
        unverified = tried(url)
        assert (unverified["ok"], unverified["tls"], unverified["login"]) == (True, "unverified", "anonymous")
        (trusted / "ca.crt").write_bytes(authority.certificate.read_bytes())
        verified = tried(url, tlsVerify=True, certDir=str(trusted))
        assert (verified["ok"], verified["tls"]) == (True, "verified"), verified
        plain = tried(f"http://{host}")
        assert (plain["ok"], "tls" in plain) == (False, False)
    away = tried(url)
    assert (away["ok"], away["reachable"], "tls" in away) == (False, False, False)
    nowhere = tried("https://nowhere.invalid")
    assert "could not be resolved" in nowhere["error"]


def test_a_trial_uses_the_credentials_it_was_sent_and_forgets_them(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "upstream-users", bob="tr1al-s3cret")
    (tmp_path / "registry").mkdir()
    private = DockerRegistry(tmp_path / "registry", htpasswd=users)
    try:
        settings = config(data, rule(private.url, destination="/private"))
        settings["log"] |= {"level": "trace", "audit": str(tmp_path / "audit.log")}
        daemon = serve(settings)
        admin = Admin(daemon.client())

        def tried(**more):
            answer = admin.call("POST", "/sync/test", {"rule": rule(private.url), **more})
            assert answer.status == 200, answer.body
            return answer.json()["items"][0]["login"]

        assert tried() == "unknown"
        assert tried(credentials={"username": "bob", "password": "wr0ng-s3cret"}) == "refused"
        assert tried(credentials={"username": "bob", "password": "tr1al-s3cret"}) == "accepted"
        assert tried() == "unknown", "they were for one trial"
        preview = {"rule": rule(private.url, destination="/x"), "repository": "team/app"}
        given = {"credentials": {"username": "bob", "password": "tr1al-s3cret"}}
        assert admin.call("POST", "/sync/preview", preview | given).status == 404
        assert admin.json("/credentials")["total"] == 0
        for written in (daemon.log(), (tmp_path / "audit.log").read_text(encoding="utf-8")):
            assert "s3cret" not in written
            assert "Ym9iOnRyMWFs" not in written
        for wrong in ({"username": "", "password": "x"}, {"username": "bob"}, {"username": "b" * 5000, "password": "x"}):
            answer = admin.call("POST", "/sync/test", {"rule": rule(private.url), "credentials": wrong})
            assert answer.status == 422, answer.body
    finally:
        private.stop()


def test_a_trial_of_a_saved_upstream_shows_as_its_state(serve, data, upstream):
    admin = Admin(serve(config(data, rule(upstream.url, destination="/mirror"))).client())

    def state():
        return next(one for one in admin.json("/status")["upstreams"] if one["host"] == host_of(upstream.url))

    assert state()["state"] == "neverContacted"
    assert "lastContactAt" not in state()
    assert admin.call("POST", "/sync/test", {"rule": rule(upstream.url)}).status == 200
    assert state()["state"] == "up"
    assert state()["lastContactAt"] <= admin.json("/status")["time"]
    upstream.fault("status", status=503, count=-1)
    for _ in range(3):
        admin.call("POST", "/sync/test", {"rule": rule(upstream.url)})
    assert state()["state"] == "down"
    assert state()["nextTryAt"] > state()["since"]


def test_presets_are_rules_that_can_be_saved(admin):
    presets = admin.json("/sync/presets")["items"]
    assert [preset["id"] for preset in presets][:2] == ["docker.io", "ghcr.io"]
    for preset in presets:
        wanted = preset["rule"] | ({} if preset["urls"] else {"urls": ["https://registry.example"]})
        answer = admin.call("POST", "/sync/route", {"rule": wanted})
        assert answer.status == 200, (preset["id"], answer.body)
        assert answer.json()["items"][0]["taken"], preset["id"]


def test_a_route_is_seen_before_the_rule_is_saved(admin):
    wanted = rule("https://registry-1.docker.io", destination="/docker.io")
    route = {"rule": wanted, "images": ["docker.io/library/nginx:1.27", "nginx"]}
    for found in admin.call("POST", "/sync/route", route).json()["items"]:
        assert (found["taken"], found["repository"]) == (True, "docker.io/library/nginx")
        assert found["urls"] == ["https://registry-1.docker.io/v2/library/nginx"]
        assert found["commands"][0]["command"].split("/", 1)[1] in (
            "docker.io/library/nginx:1.27",
            "docker.io/library/nginx:latest",
        )
        assert "servedFirstBy" not in found
    shadowed = {"rule": rule("https://quay.io", destination="/mirror"), "images": ["team/app"]}
    first = admin.call("POST", "/sync/route", shadowed).json()["items"][0]["servedFirstBy"]
    assert first == {"rule": admin.rule_ids()[0], "index": 0}
    instead = admin.call("POST", "/sync/route", shadowed | {"id": first["rule"]}).json()["items"][0]
    assert "servedFirstBy" not in instead
    assert admin.call("POST", "/sync/route", shadowed | {"id": "000000000000"}).status == 404
    assert paths(admin.call("POST", "/sync/route", {"rule": wanted, "images": ["A B"]})) == ["images[0]"]


# Credentials


@pytest.fixture
def with_file(serve, data, tmp_path):
    settings = config(data, rule("https://ghcr.io"))
    settings["extensions"]["sync"]["credentialsFile"] = str(tmp_path / "credentials.json")
    return Admin(serve(settings).client())


def test_credentials_go_in_and_never_come_out(with_file, tmp_path):
    path = tmp_path / "credentials.json"
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "me", "password": "s3cret"}).status == 204
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    answer = with_file.get("/credentials")
    assert [(item["host"], item["username"]) for item in answer.json()["items"]] == [("ghcr.io", "me")]
    assert b"s3cret" not in answer.body
    assert with_file.json("/sync/rules")["items"][0]["hasCredentials"]
    seen = with_file.json("/credentials")["items"][0]["etag"]
    theirs = {"username": "theirs", "password": "p"}
    assert with_file.call("PUT", "/credentials/ghcr.io", theirs, {"If-Match": f'"{seen}"'}).status == 204
    assert with_file.call("PUT", "/credentials/ghcr.io", theirs, {"If-Match": f'"{seen}"'}).status == 412
    assert with_file.call("DELETE", "/credentials/ghcr.io", None, {"If-Match": f'"{seen}"'}).status == 412
    assert with_file.call("DELETE", "/credentials/ghcr.io").status == 204
    assert with_file.call("DELETE", "/credentials/ghcr.io").status == 404
    assert with_file.json("/credentials")["items"] == []


def test_credentials_of_another_host_are_in_nobodys_way(with_file):
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "ann", "password": "one"}).status == 204
    seen = with_file.json("/credentials")["items"][0]["etag"]
    assert with_file.call("PUT", "/credentials/quay.io", {"username": "bob", "password": "two"}).status == 204
    mine = {"username": "ann", "password": "three"}
    assert with_file.call("PUT", "/credentials/ghcr.io", mine, {"If-Match": f'"{seen}"'}).status == 204


def test_new_credentials_replace_nobody_elses(with_file, tmp_path):
    only_new = {"If-None-Match": "*"}
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "bob", "password": "b"}, only_new).status == 204
    answer = with_file.call("PUT", "/credentials/ghcr.io", {"username": "ann", "password": "a"}, only_new)
    assert answer.status == 409
    assert "ghcr.io already" in answer.json()["detail"]
    kept = json.loads((tmp_path / "credentials.json").read_text(encoding="utf-8"))
    assert kept["ghcr.io"]["username"] == "bob"


def test_other_entries_of_the_file_are_kept(with_file, tmp_path):
    path = tmp_path / "credentials.json"
    kept = {"registry-1.docker.io": {"username": "hub", "password": "h", "note": "of ops"}, "quay.io": {"username": "q"}}
    path.write_text(json.dumps(kept), encoding="utf-8")
    path.chmod(0o640)
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "me", "password": "p"}).status == 204
    after = json.loads(path.read_text(encoding="utf-8"))
    assert after == {**kept, "ghcr.io": {"username": "me", "password": "p"}}
    assert list(after) == [*kept, "ghcr.io"]
    # Docker Hub has several names, and is one.
    assert with_file.call("PUT", "/credentials/docker.io", {"username": "new", "password": "p"}).status == 204
    assert json.loads(path.read_text(encoding="utf-8"))["registry-1.docker.io"]["username"] == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_credentials_are_used_at_once(serve, data, tmp_path, upstream):
    upstream.config(auth="basic", user="me", password="s3cret")
    settings = config(data, rule(upstream.url))
    settings["extensions"]["sync"]["credentialsFile"] = str(tmp_path / "credentials.json")
    admin = Admin(serve(settings).client())
    assert admin.client.manifest("img/1x1000/closed", "v1").status == 404
    host = host_of(upstream.url)
    assert admin.call("PUT", f"/credentials/{host}", {"username": "me", "password": "s3cret"}).status == 204
    assert admin.client.manifest("img/1x1000/closed-too", "v1").status == 200


def test_what_is_wrong_with_credentials_is_said(admin, with_file, tmp_path):
    refused = admin.call("PUT", "/credentials/ghcr.io", {"username": "me", "password": "p"})
    assert refused.status == 409
    assert "credentialsFile" in refused.json()["detail"]
    assert not admin.json("/credentials")["editable"]
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "me"}).status == 422
    assert with_file.call("PUT", "/credentials/no%20host", {"username": "me", "password": "p"}).status == 422
    path = tmp_path / "credentials.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0o444)
    listed = with_file.json("/credentials")
    assert (listed["editable"], "write permission" in listed["reason"]) == (False, True)
    assert with_file.call("PUT", "/credentials/ghcr.io", {"username": "me", "password": "p"}).status == 409


# Nodes


def test_containerd_gets_a_file_for_each_registry(admin):
    setup = admin.json("/node-setup", client="containerd", registry=["docker.io", "ghcr.io"], address="http://cache:5000")
    files = {file["path"]: file["content"] for file in setup["files"]}
    assert list(files) == [f"/etc/containerd/certs.d/{host}/hosts.toml" for host in ("docker.io", "ghcr.io")]
    assert 'server = "https://registry-1.docker.io"' in files["/etc/containerd/certs.d/docker.io/hosts.toml"]
    assert '[host."http://cache:5000"]' in files["/etc/containerd/certs.d/ghcr.io/hosts.toml"]


def test_podman_pulls_through_what_it_was_given(serve, data, upstream, tmp_path):
    daemon = serve(config(data, rule(upstream.url, destination="/mirror")))
    setup = Admin(daemon.client()).json("/node-setup", client="podman")
    content = setup["files"][0]["content"]
    assert f'location = "{daemon.address}/mirror"' in content
    conf = tmp_path / "registries.conf"
    conf.write_text(content, encoding="utf-8")
    host = host_of(upstream.url)
    image = f"docker://{host}/img/1x1000/node:v1"
    copied = run("skopeo", "--registries-conf", conf, "inspect", "--raw", image)
    assert "schemaVersion" in copied.stdout
    # The line is written after the answer has left.
    daemon.wait_logged("mirror/img/1x1000/node")


def test_a_node_that_has_to_log_in_does_so_with_what_it_is_told(serve, data, upstream, tmp_path):
    users = write_htpasswd(tmp_path / "users", root="r00t-s3cret", node="n0de-s3cret")
    access = {
        "adminPolicy": {"users": ["root"], "actions": ["read", "create", "update", "delete"]},
        "repositories": {"**": {"defaultPolicy": ["read"]}},
    }
    http = {"auth": {"htpasswd": {"path": str(users)}}, "accessControl": access}
    daemon = serve(config(data, rule(upstream.url, destination="/mirror"), http=http))
    admin = Browser(daemon.client(), "root", "r00t-s3cret")
    setup = admin.json("/node-setup", client="containerd", login="node")
    assert setup["credentials"]["needed"]
    assert "401" in setup["credentials"]["without"]
    assert "lastPull" not in setup
    etc = tmp_path / "etc"
    for file in setup["files"]:
        path = pathlib.Path(file["path"].replace("/etc", str(etc), 1))
        path.parent.mkdir(parents=True)
        path.write_text(file["content"], encoding="utf-8")
    script = "\n".join(setup["commands"]).replace("/etc/", f"{etc}/")
    subprocess.run(["bash", "-euc", script], input="n0de-s3cret\n", text=True, check=True)
    host = host_of(upstream.url)
    hosts = tomllib.loads((etc / "containerd/certs.d" / host / "hosts.toml").read_text(encoding="utf-8"))
    headers = hosts["host"][f"http://{daemon.address}"]["header"]
    client = daemon.client()
    assert client.manifest("img/1x1000/node", "v1", "HEAD", ns=host).status == 401
    assert client.request("HEAD", f"/v2/img/1x1000/node/manifests/v1?ns={host}", None, headers).status == 200
    last = wait_until(lambda: admin.json("/node-setup/check").get("lastPull"), what="the pull")
    assert (last["user"], last["client"]) == ("node", "127.0.0.1")
    stranger = Browser(daemon.client(), "node", "n0de-s3cret")
    assert stranger.json("/node-setup/check")["lastPull"] == last, "it is their own"


def test_set_up_says_what_to_do_before_there_is_a_rule(serve, data):
    setup = Admin(serve(config(data)).client()).json("/node-setup", client="podman")
    assert "docker.io" in setup["files"][0]["content"]
    assert "No sync rule mirrors docker.io yet." in setup["notes"][0]


def test_set_up_takes_nothing_that_would_need_quoting(admin):
    for query in (
        {"client": "docker", "address": 'http://x"\n[evil]'},
        {"client": "docker", "address": "ftp://x"},
        {"client": "containerd", "registry": 'a"b'},
        {"client": "nerdctl"},
        {"client": "docker", "login": "a b"},
        {},
    ):
        assert admin.get("/node-setup", **query).status == 422, query
    docker = admin.json("/node-setup", client="docker", address="https://cache.example")
    assert json.loads(docker["files"][0]["content"]) == {"registry-mirrors": ["https://cache.example"]}


# The audit log


def test_the_audit_log_is_read_back_by_pages(serve, data, tmp_path):
    settings = config(data)
    settings["log"]["audit"] = str(tmp_path / "audit.log")
    admin = Admin(serve(settings).client())
    for level in ("info", "warn", "error", "info", "warn"):
        assert admin.patch({"log": {"level": level}}).status == 200
    admin.client.push("app", make_image("app"), "v1")
    everything = admin.json("/audit")
    assert everything["total"] == 9  # three of them pushes of blobs
    assert everything["items"][0]["action"] == "push"
    assert everything["items"][0]["object"] == "app:v1"

    seen, cursor = [], None
    for _ in range(3):
        page = admin.json("/audit", action="patchConfig", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [entry["after"]["log.level"] for entry in page["items"]]
        cursor = page.get("next")
        assert page["total"] == 5
    assert seen == ["warn", "info", "error", "warn", "info"]
    assert cursor is None

    middle = everything["items"][5]["at"]
    assert admin.json("/audit", **{"from": middle})["total"] == 6
    assert admin.json("/audit", to=middle)["total"] == 3
    assert admin.json("/audit", user="nobody")["total"] == 0
    for query in ({"from": "yesterday"}, {"limit": "0"}, {"limit": "501"}, {"cursor": "x"}):
        assert admin.get("/audit", **query).status == 400, query
    pathlib.Path(settings["log"]["audit"]).unlink()
    assert admin.json("/audit")["total"] == 0


def test_without_an_audit_log_there_is_no_list_that_looks_as_if_nothing_had_happened(admin):
    answer = admin.get("/audit")
    assert answer.status == 409 and "log.audit" in answer.json()["detail"]
