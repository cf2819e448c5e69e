"""Users through the management API: the htpasswd file stays one that others read and edit."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.admin import Admin, paths
from harness.daemon import config
from harness.peers import run, write_htpasswd
from harness.process import wait_until
from harness.websocket import WebSocket

PASSWORD = "root-s3cret"


@pytest.fixture
def users(tmp_path):
    return write_htpasswd(tmp_path / "htpasswd", root=PASSWORD, ann="ann-s3cret")


@pytest.fixture
def daemon(serve, data, users):
    access = {
        "groups": {"ops": {"users": ["ann", "root"]}},
        "repositories": {
            "**": {"policies": [{"users": ["root"], "actions": ["read", "create", "update", "delete"]}]},
            "team/**": {"policies": [{"groups": ["ops"], "actions": ["read"]}], "anonymousPolicy": ["read"]},
        },
    }
    settings = config(data, http={"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access})
    settings["larder"] = {"management": {"bcryptCost": 4}}
    return serve(settings)


@pytest.fixture
def admin(daemon):
    return Admin(daemon.client(("root", PASSWORD)))


def test_users_come_change_and_go(daemon, admin):
    added = admin.call("POST", "/users", {"name": "ci", "password": "first one"})
    assert (added.status, added.json()["hash"], added.json()["cost"]) == (201, "bcrypt", 4)
    assert daemon.client(("ci", "first one")).get("/v2/").status == 200
    assert admin.call("POST", "/users", {"name": "ci", "password": "whatever"}).status == 409
    assert admin.call("PUT", "/users/ci", {"password": "second one"}).status == 204
    assert daemon.client(("ci", "first one")).get("/v2/").status == 401
    assert daemon.client(("ci", "second one")).get("/v2/").status == 200
    assert admin.call("DELETE", "/users/ci").status == 204
    assert daemon.client(("ci", "second one")).get("/v2/").status == 401
    for method, body in (("DELETE", None), ("PUT", {"password": "whatever"})):
        assert admin.call(method, "/users/ci", body).status == 404


def test_what_another_admin_changed_is_not_overwritten_unseen(daemon, admin):
    admin.call("POST", "/users", {"name": "ci", "password": "first one"})
    seen = admin.json("/users", q="ci")["items"][0]["etag"]
    assert admin.call("PUT", "/users/ci", {"password": "theirs now"}, {"If-Match": f'"{seen}"'}).status == 204
    for method, body in (("PUT", {"password": "mine now"}), ("DELETE", None)):
        answer = admin.call(method, "/users/ci", body, {"If-Match": f'"{seen}"'})
        assert (answer.status, "Someone else" in answer.json()["detail"]) == (412, True)
    assert daemon.client(("ci", "theirs now")).get("/v2/").status == 200
    now = admin.json("/users", q="ci")["items"][0]["etag"]
    assert admin.call("DELETE", "/users/ci", None, {"If-Match": f'"{now}"'}).status == 204


def test_consoles_are_told_of_changed_users(daemon, admin):
    live = WebSocket(daemon.address, **daemon.client(("root", PASSWORD)).headers)
    live.subscribe("events")
    assert live.read()["type"] == "snapshot"
    assert admin.call("POST", "/users", {"name": "ci", "password": "first one"}).status == 201

    def of_users(message):
        return [item for item in message["data"]["items"] if item["kind"] == "users.changed"]

    event = of_users(live.read_until(of_users))[0]
    assert (event["subject"], event["message"]) == ("ci", "The user ci was added.")


def test_the_list_tells_groups_and_rights_and_no_hash(admin):
    answer = admin.get("/users")
    body = answer.json()
    assert [(user["name"], user["admin"], user["groups"]) for user in body["items"]] == [
        ("ann", False, ["ops"]),
        ("root", True, ["ops"]),
    ]
    assert (body["total"], body["editable"]) == (2, True)
    assert b"$2y$" not in answer.body
    first = admin.json("/users", limit=1)
    second = admin.json("/users", limit=1, cursor=first["next"])
    assert (first["items"][0]["name"], second["items"][0]["name"], "next" in second) == ("ann", "root", False)
    assert admin.json("/users", q="oo")["total"] == 1
    assert admin.json("/groups")["items"] == [{"name": "ops", "users": ["ann", "root"]}]


def test_the_file_stays_what_others_made_of_it(admin, users):
    sha = run("openssl", "passwd", "-6", "six-s3cret").stdout.strip()
    text = f"# our users\n\n{users.read_text(encoding='utf-8')}six:{sha}\n# the end"
    users.write_text(text, encoding="utf-8")
    users.chmod(0o640)
    os.chown(users, 1234, 2345)
    assert admin.call("POST", "/users", {"name": "ci", "password": "p4ssw0rd"}).status == 201
    assert admin.call("PUT", "/users/ann", {"password": "new one 1"}).status == 204
    lines = users.read_text(encoding="utf-8").splitlines()
    before = text.splitlines()
    assert [line.split(":")[0] for line in lines] == [line.split(":")[0] for line in before] + ["ci"]
    changed = [old for old, new in zip(before, lines, strict=False) if old != new]
    assert [line.split(":")[0] for line in changed] == ["ann"]
    status = users.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o640, 1234, 2345)
    assert run("htpasswd", "-vb", str(users), "ci", "p4ssw0rd").returncode == 0
    assert admin.call("DELETE", "/users/ci").status == 204
    assert "ci:" not in users.read_text(encoding="utf-8")


def test_edits_at_the_same_time_are_all_kept(admin, users):
    def add(number):
        return admin.call("POST", "/users", {"name": f"u{number}", "password": "p4ssw0rd"}).status

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(add, range(12)))
    names = {line.split(":")[0] for line in users.read_text(encoding="utf-8").splitlines()}
    assert {f"u{i}" for i, status in enumerate(statuses) if status == 201} == names - {"root", "ann"}
    assert statuses == [201] * 12


def test_what_cannot_be_a_user_is_refused(admin):
    for name in ("", "a:b", "a b", "a\nb", "#a", "x" * 256):
        assert admin.call("POST", "/users", {"name": name, "password": "p4ssw0rd"}).status == 422, name
    for password in ("", "seven77", "üüüüüüü", "x" * 73, "a\0b", "ü" * 37):
        answer = admin.call("POST", "/users", {"name": "ok", "password": password})
        assert (answer.status, paths(answer)) == (422, ["password"]), password
    assert admin.call("POST", "/users", {"name": "ok", "password": "x" * 72}).status == 201
    assert admin.call("POST", "/users", {"name": "short", "password": "üüüüüüüü"}).status == 201


def test_a_short_password_that_is_in_the_file_stays_valid(daemon, users):
    users.write_text(users.read_text(encoding="utf-8") + run("htpasswd", "-nbB", "old", "p").stdout, encoding="utf-8")
    wait_until(lambda: daemon.client(("old", "p")).get("/v2/").status == 200, what="the new user")


def test_a_file_that_cannot_be_written_is_left_alone(admin, users):
    users.chmod(0o444)
    before = users.read_bytes()
    listed = admin.json("/users")
    assert (listed["editable"], "write permission" in listed["reason"]) == (False, True)
    answer = admin.call("POST", "/users", {"name": "ci", "password": "p4ssw0rd"})
    assert (answer.status, users.read_bytes()) == (409, before)


def test_without_a_file_it_is_said_how_to_get_one(registry):
    admin = Admin(registry)
    listed = admin.json("/users")
    assert (listed["items"], listed["editable"]) == ([], False)
    answer = admin.call("POST", "/users", {"name": "ci", "password": "p4ssw0rd"})
    assert answer.status == 409
    detail = answer.json()["detail"]
    assert "http.auth.htpasswd.path" in detail
    assert "htpasswd -B -c" in detail


def test_the_first_user_comes_as_it_is_said(serve, data, tmp_path):
    daemon = serve(config(data, larder={"management": {"fileDirectories": [str(tmp_path)]}}))
    admin = Admin(daemon.client())
    users = tmp_path / "htpasswd"
    settings = {"http": {"auth": {"htpasswd": {"path": str(users)}}}}
    assert admin.patch(settings).status in (409, 422)
    users.write_text("", encoding="utf-8")
    refused = admin.patch(settings)
    assert refused.status == 409
    assert "htpasswd -B -c" in refused.json()["detail"]
    write_htpasswd(users, root=PASSWORD)
    assert admin.patch(settings).status == 200
    assert admin.get("/config").status == 401
    root = Admin(daemon.client(("root", PASSWORD)))
    assert root.call("POST", "/users", {"name": "ci", "password": "p-s3cret"}).status == 201


def test_admins_do_not_lock_themselves_out(daemon, admin, users, tmp_path):
    before = users.read_bytes()
    answer = admin.call("DELETE", "/users/root")
    assert (answer.status, users.read_bytes()) == (409, before)
    assert "another admin" in answer.json()["detail"]
    nobody = write_htpasswd(tmp_path / "others", ann="ann-s3cret")
    everywhere = {"policies": [{"users": ["ann"], "actions": ["read", "create", "update", "delete"]}]}
    for change in (
        {"accessControl": {"repositories": {"**": everywhere}}},
        {"auth": {"htpasswd": {"path": str(nobody)}}},
    ):
        answer = admin.patch({"http": change})
        assert answer.status == 409, change
        assert answer.json()["errors"][0]["path"].startswith("http."), change
    # With themselves among the admins they may.
    both = {"adminPolicy": {"users": ["ann", "root"], "actions": ["read", "create", "update", "delete"]}}
    assert admin.patch({"http": {"accessControl": both}}).status == 200
    ann = Admin(daemon.client(("ann", "ann-s3cret")))
    assert ann.call("DELETE", "/users/root").status == 204
    assert admin.get("/config").status == 401


def test_the_explain_call_decides_as_a_request_does(daemon, admin):
    cases = [
        ("root", "any/app", "delete", True, 'http.accessControl.repositories["**"].policies[0]'),
        ("ann", "team/app", "read", True, 'http.accessControl.repositories["team/**"].policies[0]'),
        ("ann", "team/app", "create", False, 'http.accessControl.repositories["team/**"]'),
        ("", "team/app", "read", True, 'http.accessControl.repositories["team/**"].anonymousPolicy'),
        ("", "any/app", "read", False, 'http.accessControl.repositories["**"]'),
    ]
    for user, repository, action, allowed, deciding in cases:
        decision = admin.json("/access/explain", user=user, repository=repository, action=action)
        assert (decision["allowed"], decision["rule"]) == (allowed, deciding), (user, repository, action)
    client = daemon.client(("ann", "ann-s3cret"))
    assert client.get("/v2/team/app/manifests/v1").status == 404
    assert client.get("/v2/any/app/manifests/v1").status == 403
    assert admin.get("/access/explain", repository="team/app", action="push").status == 422
    assert admin.get("/access/explain", repository="UPPER", action="read").status == 422
    policies = admin.json("/access/policies")
    assert policies["configured"]
    assert [entry["repositories"] for entry in policies["items"]] == ["**", "team/**"]


def test_nobody_is_added_while_the_file_is_gone(daemon, admin, users):
    away = users.with_suffix(".away")
    users.rename(away)
    for method, path, body in (
        ("GET", "/users", None),
        ("POST", "/users", {"name": "new", "password": "long-enough"}),
        ("PUT", "/users/ann", {"password": "long-enough"}),
        ("DELETE", "/users/ann", None),
    ):
        answer = admin.call(method, path, body)
        assert (answer.status, "does not exist any more" in answer.json()["detail"]) == (409, True), (method, answer.body)
    assert not users.exists()
    away.rename(users)
    assert admin.call("POST", "/users", {"name": "new", "password": "long-enough"}).status == 201
    assert daemon.client(("ann", "ann-s3cret")).get("/v2/").status == 200


def test_no_edit_takes_a_file_into_force_that_its_editor_is_not_in(daemon, admin, users):
    kept = users.read_text(encoding="utf-8")
    users.write_text(kept.replace("root:", "# root:"), encoding="utf-8")
    answer = admin.call("POST", "/users", {"name": "new", "password": "long-enough"})
    # Once the file is in force by itself, root is nobody any more.
    assert (answer.status, "new:" in users.read_text(encoding="utf-8")) in ((409, False), (401, False)), answer.body
    users.write_text(kept, encoding="utf-8")
