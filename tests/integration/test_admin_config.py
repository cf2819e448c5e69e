"""Editing the configuration: nothing is lost, nothing half done, and what is wrong is not saved."""

import json
import pathlib
import stat
import time

import pytest
from harness.admin import Admin, paths
from harness.client import Client
from harness.daemon import Larderd, config, rule
from harness.process import Process
from harness.upstream import Expected


@pytest.fixture
def daemon(serve, data):
    return serve(config(data))


@pytest.fixture
def admin(daemon):
    return Admin(daemon.client())


def written(daemon):
    return json.loads(daemon.config_path.read_text(encoding="utf-8"))


# What is there


def test_the_configuration_is_shown_as_written_and_whole(admin):
    answer = admin.get("/config")
    body = answer.json()
    assert answer.headers["ETag"] == f'"{body["revision"]}"'
    assert body["written"]["log"] == {"level": "debug"}
    assert body["effective"]["storage"]["gc"] is True
    assert (body["source"], body["drift"], body["secrets"]) == ("file", False, [])
    assert admin.json("/config/schema")["properties"]["storage"]
    assert admin.json("/status")["config"]["revision"] == body["revision"]


def test_secrets_are_written_and_never_shown(serve, data):
    secret = "sup3r-s3cret-value"
    settings = config(data, http={"auth": {"sessionHashKey": "x"}})
    settings["cluster"] = {"members": ["a:1"], "hashKey": secret}
    daemon = serve(settings)
    admin = Admin(daemon.client())
    shown = admin.json("/config")
    assert shown["written"]["cluster"]["hashKey"] == "********"
    assert "cluster.hashKey" in shown["secrets"]
    # Sent back as it was shown, it stays.
    assert admin.patch({"cluster": {"members": ["a:1", "b:2"], "hashKey": "********"}}).status == 200
    assert written(daemon)["cluster"] == {"members": ["a:1", "b:2"], "hashKey": secret}
    assert admin.patch({"cluster": {"hashKey": "another-s3cret-val"}}).status == 200
    assert written(daemon)["cluster"]["hashKey"] == "another-s3cret-val"
    answers = [admin.get(path).body.decode() for path in ("/config", "/config/history", "/config/drift")]
    answers += [admin.get("/config/export", format=form).body.decode() for form in ("config", "helm")]
    last = admin.json("/config")["revision"]
    answers.append(admin.get("/config/diff", **{"from": last - 1, "to": last}).body.decode())
    for text in answers:
        assert secret not in text
        assert "another-s3cret-val" not in text
    # A secret that is not there cannot stay.
    assert paths(admin.patch({"cluster": None, "http": {"auth": {"sessionEncryptKey": "********"}}})) == [
        "http.auth.sessionEncryptKey"
    ]


# Changes


def test_a_change_is_in_force_when_it_is_answered(serve, data, upstream):
    daemon = serve(config(data))
    admin = Admin(daemon.client())
    assert daemon.client().manifest("mirror/img/1x1000/new", "v1").status == 404
    answer = admin.edit("POST", "/sync/rules", rule(upstream.url, destination="/mirror"))
    assert answer.status == 200, answer.body
    assert daemon.client().manifest("mirror/img/1x1000/new", "v1").status == 200


def test_a_change_keeps_order_mode_and_what_is_not_known_to_the_page(daemon, admin):
    settings = {"log": {"level": "info"}, **{k: v for k, v in daemon.settings.items() if k != "log"}}
    settings["HTTP"] = settings.pop("http")
    settings["goVersion"] = "go1.24"
    daemon.write_config(settings)
    daemon.config_path.chmod(0o640)
    assert admin.patch({"http": {"realm": "here"}}).status == 200
    after = written(daemon)
    assert list(after) == list(settings)
    assert after["HTTP"] == {**settings["HTTP"], "realm": "here"}
    assert stat.S_IMODE(daemon.config_path.stat().st_mode) == 0o640
    assert admin.patch({"http": {"realm": None}}).status == 200
    assert written(daemon) == settings


def test_all_faults_are_named_and_nothing_is_saved(daemon, admin):
    before = daemon.config_path.read_bytes()
    answer = admin.patch({"log": {"level": "loud"}, "http": {"port": 99999, "nonsense": 1}})
    assert answer.status == 422
    assert set(paths(answer)) == {"log.level", "http.port", "http.nonsense"}
    for error in answer.json()["errors"]:
        assert error["message"]
    assert daemon.config_path.read_bytes() == before
    assert admin.json("/config/history")["total"] == 1


def test_a_dry_run_says_what_would_change(daemon, admin):
    before = daemon.config_path.read_bytes()
    verdict = admin.call("POST", "/config/validate", {"patch": {"http": {"port": 5001}, "log": {"level": "info"}}}).json()
    assert verdict["valid"]
    assert {change["path"]: change.get("after") for change in verdict["changes"]} == {
        "http.port": 5001,
        "log.level": "info",
    }
    assert verdict["restartNeeded"] == ["http.port"]
    wrong = admin.call("POST", "/config/validate", {"config": {"log": {"level": "loud"}}}).json()
    assert not wrong["valid"]
    assert [error["path"] for error in wrong["errors"]] == ["log.level"]
    assert daemon.config_path.read_bytes() == before


def test_what_needs_a_restart_is_said(admin):
    answer = admin.patch({"http": {"port": 5001}})
    assert answer.json()["restartNeeded"] == ["http.port"]
    assert admin.json("/config")["restartNeeded"] == ["http.port"]


# Two who edit


def test_a_lost_update_is_refused_and_says_what_changed(admin):
    seen = admin.etag()
    assert admin.patch({"log": {"level": "info"}}).status == 200
    answer = admin.patch({"http": {"realm": "mine"}}, match=seen)
    assert answer.status == 412
    assert paths(answer) == ["log.level"]
    assert admin.patch({"http": {"realm": "mine"}}).status == 200


def test_an_edit_by_hand_counts_as_one(daemon, admin):
    seen = admin.etag()
    daemon.write_config({**daemon.settings, "log": {"level": "info"}})
    answer = admin.patch({"http": {"realm": "mine"}}, match=seen)
    assert (answer.status, paths(answer)) == (412, ["log.level"])


def test_an_edit_needs_a_revision(admin):
    assert admin.call("PATCH", "/config", {}).status == 428
    assert admin.patch({}, match='"x"').status == 412
    assert admin.patch({}, match='"999"').status == 412


# History


def test_history_has_who_when_and_what_and_leads_back(admin):
    for level in ("info", "warn", "error"):
        assert admin.patch({"log": {"level": level}}).status == 200
    history = admin.json("/config/history")
    assert [entry["origin"] for entry in history["items"]] == ["api", "api", "api", "start"]
    assert history["items"][0]["paths"] == ["log.level"]
    newest, oldest = history["items"][0]["revision"], history["items"][-1]["revision"]
    changes = admin.json("/config/diff", **{"from": oldest, "to": newest})["changes"]
    assert changes == [{"path": "log.level", "kind": "changed", "before": "debug", "after": "error"}]

    back = admin.edit("POST", "/config/rollback", {"revision": oldest})
    assert back.status == 200
    assert admin.json("/config")["written"]["log"]["level"] == "debug"
    assert admin.json("/config/history")["items"][0]["origin"] == "rollback"
    assert admin.edit("POST", "/config/rollback", {"revision": 999}).status == 404

    first = admin.json("/config/history", limit=2)
    second = admin.json("/config/history", limit=2, cursor=first["next"])
    numbers = [entry["revision"] for entry in first["items"] + second["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 4


def test_changes_are_audited_without_secrets(serve, data, tmp_path):
    settings = config(data)
    settings["log"]["audit"] = str(tmp_path / "audit.log")
    settings["cluster"] = {"members": ["a:1"], "hashKey": "sup3r-s3cret-value"}
    admin = Admin(serve(settings).client())
    assert admin.patch({"log": {"level": "info"}, "cluster": {"hashKey": "another-s3cret-val"}}).status == 200
    assert admin.patch({"log": {"level": "loud"}}).status == 422
    refused, done = admin.json("/audit", action="patchConfig")["items"]
    assert (done["status"], refused["status"]) == (200, 422)
    assert done["before"]["log.level"] == "debug"
    assert done["after"]["log.level"] == "info"
    assert "s3cret" not in (tmp_path / "audit.log").read_text(encoding="utf-8")


# A file that cannot be written


@pytest.fixture(params=["mode", "yaml"])
def fixed(request, serve, data, binary, tmp_path):
    """A daemon whose file cannot be written, because of its mode or since it is YAML."""
    made = Larderd(binary, tmp_path, config(data), "fixed")
    if request.param == "yaml":
        made.config_path = tmp_path / "fixed.yaml"
        made.config_path.write_text("# a comment\n" + json.dumps(made.settings), encoding="utf-8")
    else:
        made.config_path.chmod(0o444)
    made.start()
    yield made
    made.stop()


def test_a_file_that_cannot_be_written_gets_an_overlay(fixed):
    admin = Admin(fixed.client())
    before = fixed.config_path.read_bytes()
    assert admin.json("/config")["source"] == "overlay"
    answer = admin.patch({"http": {"realm": "over"}, "log": {"level": "info"}})
    assert (answer.status, answer.json()["source"]) == (200, "overlay")
    assert fixed.config_path.read_bytes() == before
    drift = admin.json("/config/drift")
    assert drift["overlay"] == {"http": {"realm": "over"}, "log": {"level": "info"}}
    assert {change["path"] for change in drift["changes"]} == {"http.realm", "log.level"}

    # It lies over the file after a restart too.
    fixed.stop()
    fixed.start()
    admin = Admin(fixed.client())
    shown = admin.json("/config")
    assert (shown["drift"], shown["written"]["http"]["realm"]) == (True, "over")
    exported = admin.get("/config/export", format="helm").body.decode()
    for part in ("mountConfig: true", "config.json: |-", '"realm": "over"'):
        assert part in exported

    # An overlay that says nothing more is gone.
    assert admin.patch({"http": {"realm": None}, "log": {"level": "debug"}}).status == 200
    assert not admin.json("/config")["drift"]
    assert admin.edit("PATCH", "/config", {"storage": {"rootDirectory": "/elsewhere"}}).status == 422


def test_an_overlay_that_no_longer_fits_does_not_keep_a_daemon_from_starting(fixed):
    admin = Admin(fixed.client())
    assert admin.patch({"http": {"realm": "over"}}).status == 200
    fixed.stop()
    overlay = pathlib.Path(fixed.data, "_larder/config/overlay.json")
    overlay.write_text('{"log": {"level": "loud"}}', encoding="utf-8")
    fixed.start()
    fixed.wait_logged("overlay")
    assert fixed.client().get("/v2/").status == 200


def test_the_built_in_configuration_can_be_edited(binary, tmp_path):
    env = {"XDG_DATA_HOME": str(tmp_path)}
    (tmp_path / "larder/_larder/config").mkdir(parents=True)
    overlay = tmp_path / "larder/_larder/config/overlay.json"
    overlay.write_text(json.dumps({"http": {"port": 0}}), encoding="utf-8")
    process = Process((binary, "serve"), tmp_path / "built-in.log", env=env, cwd=tmp_path)
    try:
        process.wait_for(lambda: "listening address=" in process.output(), "larderd listening", timeout=30)
        address = process.output().split("listening address=")[1].split()[0]
        client = Client(address)
        (token,) = (tmp_path / "larder/_larder/tokens").iterdir()
        client.headers["Authorization"] = f"Bearer {token.read_text(encoding='utf-8').strip()}"
        admin = Admin(client)
        assert admin.json("/config")["source"] == "overlay"
        assert admin.patch({"log": {"level": "warn"}}).status == 200
        assert json.loads(overlay.read_text(encoding="utf-8"))["log"] == {"level": "warn"}
    finally:
        process.stop()


# Two at once


def test_a_save_that_changes_nothing_is_none(admin):
    before = admin.json("/config")["revision"]
    theirs = admin.patch({"storage": {"gcDelay": "5h"}, "log": {"level": "info"}}).json()
    assert theirs["saved"]
    draft = {"base": before, "patch": {"storage": {"gcDelay": "5h"}}}
    mine = admin.edit("POST", "/config/merge", draft)
    assert (mine.status, mine.json()["saved"], mine.json()["revision"]) == (200, False, theirs["revision"])
    assert not admin.patch({"storage": {"gcDelay": "5h"}}).json()["saved"]


def test_an_editor_whose_revision_is_no_longer_kept_can_go_on(daemon, admin):
    ghcr = admin.call("POST", "/sync/rules", rule("https://ghcr.io"))
    seen = ghcr.headers["ETag"]
    base = ghcr.json()["revision"]
    for number in range(101):
        assert admin.patch({"http": {"realm": f"r{number}"}}).status == 200
    mine = rule("https://ghcr.io", pollInterval="3h")
    refused = admin.edit("PUT", f"/sync/rules/{ghcr.json()['id']}", mine, match=seen)
    conflict = refused.json()["conflict"]
    assert (refused.status, conflict["removed"], conflict["baseUnknown"]) == (412, False, True)
    assert conflict["theirs"]["urls"] == ["https://ghcr.io"]
    assert conflict["merged"] == mine
    draft = {"base": base, "patch": {"log": {"level": "warn"}}}
    refused = admin.call("POST", "/config/merge/preview", draft)
    assert (refused.status, refused.json()["conflict"]["baseUnknown"]) == (412, True)
    now = refused.json()["conflict"]["revision"]
    assert admin.edit("PUT", f"/sync/rules/{ghcr.json()['id']}", mine, match=f'"{now}"').status == 200
    assert admin.edit("DELETE", f"/sync/rules/{ghcr.json()['id']}").status == 200
    refused = admin.edit("PUT", f"/sync/rules/{ghcr.json()['id']}", mine, match=seen)
    assert (refused.status, refused.json()["conflict"]["removed"]) == (412, True)


def test_daemons_with_files_of_their_own_do_not_mix_their_revisions(serve, data, tmp_path):
    old = serve(config(data))
    admin = Admin(old.client())
    assert admin.patch({"http": {"realm": "old"}}).status == 200
    seen = admin.etag()
    new = Admin(serve(config(data, http={"realm": "new"})).client())
    for _ in range(5):
        assert new.json("/config")["written"]["http"]["realm"] == "new"
        assert admin.etag() == seen
    assert admin.json("/config/history")["total"] == 2
    assert new.json("/config/history")["total"] == 1


# Trouble


def test_an_edit_that_does_not_come_into_force_is_taken_back(serve, data, tmp_path):
    missing = tmp_path / "missing"
    daemon = serve(config(data, larder={"management": {"fileDirectories": [str(missing)]}}))
    admin = Admin(daemon.client())
    before = daemon.config_path.read_bytes()
    answer = admin.patch({"log": {"audit": str(missing / "directory" / "audit.log")}})
    assert answer.status == 422, answer.body
    assert daemon.config_path.read_bytes() == before
    assert admin.json("/config")["written"]["log"] == {"level": "debug"}
    assert admin.json("/config/history")["total"] == 1


def test_a_vanished_file_is_said(daemon, admin):
    daemon.config_path.unlink()
    assert admin.get("/config").status == 409
    assert admin.call("PATCH", "/config", {}, {"If-Match": "*"}).status == 409
    assert admin.json("/status")["config"]["revision"] == 1
    daemon.write_config(daemon.settings)
    assert admin.get("/config").status == 200


def test_what_a_killed_edit_left_behind_is_in_nobodys_way(daemon, admin):
    draft = daemon.config_path.with_name(f".{daemon.config_path.name}.larder-new")
    draft.write_text('{"log": {"lev', encoding="utf-8")
    assert admin.patch({"log": {"level": "info"}}).status == 200
    assert written(daemon)["log"] == {"level": "info"}
    assert not draft.exists()


def test_a_daemon_killed_while_it_edits_starts_again(daemon, admin):
    started = time.monotonic()
    for number in range(200):
        admin.patch({"http": {"realm": f"r{number}"}}, match="*")
        if time.monotonic() - started > 1:
            break
    daemon.kill()
    assert written(daemon)["http"]["realm"].startswith("r")
    daemon.start()
    assert Admin(daemon.client()).json("/config")["written"]["http"]["realm"].startswith("r")


def test_read_only_management_changes_nothing(serve, data):
    settings = config(data)
    settings["larder"]["management"]["readOnly"] = True
    admin = Admin(serve(settings).client())
    answer = admin.patch({"log": {"level": "info"}})
    assert answer.status == 403
    assert "readOnly" in answer.json()["detail"]


# Two admins


def test_a_draft_keeps_the_mirror_that_another_admin_added(admin):
    mirrors = lambda *hosts: {"extensions": {"sync": {"registries": [rule(f"https://{host}", prefix=f"{host}/**") for host in hosts]}}}  # noqa: E731, E501
    assert admin.patch(mirrors("a.example", "b.example")).status == 200
    seen = admin.etag()
    base = int(seen.strip('"'))
    assert admin.patch(mirrors("theirs.example", "a.example", "b.example")).status == 200
    draft = {"base": base, "patch": mirrors("a.example", "b.example", "mine.example")}
    refused = admin.patch(draft["patch"], match=seen)
    assert refused.status == 412
    assert [(change["kind"], change["name"]) for change in refused.json()["conflict"]["changes"]] == [
        ("added", "https://theirs.example")
    ]
    preview = admin.call("POST", "/config/merge/preview", draft)
    assert (preview.json()["conflicts"], preview.json()["valid"]) == ([], True)
    assert [(change["kind"], change["name"]) for change in preview.json()["result"]] == [("added", "https://mine.example")]
    assert admin.edit("POST", "/config/merge", draft, match=preview.headers["ETag"]).status == 200
    hosts = [entry["config"]["urls"][0] for entry in admin.json("/sync/rules")["items"]]
    assert hosts == [f"https://{host}.example" for host in ("theirs", "a", "b", "mine")]
    assert admin.json("/config/history")["items"][0]["origin"] == "merge"


def test_a_conflict_is_decided_by_a_choice(admin):
    base = int(admin.etag().strip('"'))
    assert admin.patch({"http": {"realm": "theirs"}}).status == 200
    draft = {"base": base, "patch": {"http": {"realm": "mine"}, "log": {"level": "debug"}}}
    preview = admin.call("POST", "/config/merge/preview", draft).json()
    assert [(one["path"], one["theirs"], one["mine"]) for one in preview["conflicts"]] == [("http.realm", "theirs", "mine")]
    assert admin.edit("POST", "/config/merge", draft).status == 409
    assert admin.edit("POST", "/config/merge", {**draft, "choices": {preview["conflicts"][0]["id"]: "mine"}}).status == 200
    assert admin.json("/config")["written"]["http"]["realm"] == "mine"


def test_reverting_takes_back_one_change_where_restoring_takes_back_all(admin):
    first = admin.json("/config")["revision"]
    assert admin.patch({"http": {"realm": "one"}}).status == 200
    reverted = admin.json("/config")["revision"]
    assert admin.patch({"log": {"level": "info"}}).status == 200
    restored = admin.call("POST", "/config/rollback/preview", {"revision": first}).json()
    assert {change["path"] for change in restored["changes"]} == {"http.realm", "log.level"}
    preview = admin.call("POST", "/config/revert/preview", {"revision": reverted}).json()
    assert [change["path"] for change in preview["result"]] == ["http.realm"]
    assert admin.edit("POST", "/config/revert", {"revision": reverted}).status == 200
    written_now = admin.json("/config")["written"]
    assert written_now["log"]["level"] == "info"
    assert written_now["http"].get("realm") != "one"
    assert admin.json(f"/config/revisions/{reverted}")["written"]["http"]["realm"] == "one"
    # What was changed again in between is a conflict.
    assert admin.patch({"log": {"level": "warn"}}).status == 200
    assert admin.edit("POST", "/config/revert", {"revision": reverted + 1}).status == 409


def test_a_transfer_survives_a_change(serve, data, upstream):
    upstream.config(rate_mb=2)
    name = "img/1x2m/edited"
    daemon = serve(config(data, rule(upstream.url)))
    admin = Admin(daemon.client())
    assert daemon.client().manifest(name, "v1").status == 200
    layer = Expected(name).layers[0]
    with daemon.client().open("GET", f"/v2/{name}/blobs/{layer}") as response:
        first = response.read(1024)
        assert admin.patch({"http": {"realm": "other"}}).status == 200
        assert admin.edit("DELETE", f"/sync/rules/{admin.rule_ids()[0]}").status == 200
        assert first + response.read() == Expected(name).blob(layer)


def test_a_page_of_text_stays_text(admin):
    markup = "<script>alert(1)</script>"
    assert admin.patch({"http": {"realm": markup}}).status == 200
    answer = admin.get("/config")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["written"]["http"]["realm"] == markup
