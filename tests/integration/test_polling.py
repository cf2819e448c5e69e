"""Active mirroring: what a rule with pollInterval brings in by itself."""

import json
import re
import sqlite3

from harness.admin import Admin
from harness.daemon import config, host_of, rule
from harness.process import wait_until
from harness.upstream import Expected, blob_bytes, requests

IMAGE = "img/2x1000/polled"


def polled(upstream, *content, **more):
    made = rule(upstream.url, onDemand=False, pollInterval="20s", **more)
    made["content"] = [entry if isinstance(entry, dict) else {"prefix": entry} for entry in content]
    return made


def runs(data):
    """What the daemon keeps about its polls, the newest first."""
    with sqlite3.connect(f"file:{data}/_larder/larder.db?mode=ro", uri=True) as database:
        rows = database.execute("SELECT content FROM document WHERE key LIKE 'poll/%'").fetchall()
    return [run for row in rows for run in json.loads(row[0])["runs"]]


def await_runs(data, count=1):
    def ended():
        found = runs(data)
        return found if len(found) >= count and all("endedMs" in run for run in found[:1]) else None

    return wait_until(ended, timeout=30, what=f"{count} polls")


def set_tags(upstream, name, *tags, image=None):
    upstream.control("tags", {"repository": name, "tags": list(tags), "image": image or name})


def test_an_image_is_whole_before_anybody_asks(serve, data, upstream):
    set_tags(upstream, IMAGE, "v1", "v2-rc1", "latest")
    daemon = serve(config(data, polled(upstream, {"prefix": IMAGE, "tags": {"regex": "^v", "excludeRegex": "rc"}})))
    run = await_runs(data)[0]
    assert (run["tags"], run["copied"], run["errors"]) == (1, 1, 0)
    assert run["bytes"] == blob_bytes(upstream)
    upstream.fault("status", status=503, count=-1)
    client = daemon.client()
    assert [answer.status for answer in client.pull(IMAGE, "v1")] == [200] * 4
    assert client.manifest(IMAGE, "latest").status == 404
    metrics = client.get("/metrics").body.decode()
    assert re.search(r'larder_poll_runs_total\{[^}]*result="ok"[^}]*\} 1\b', metrics)


def test_a_glob_lists_the_catalog_and_names_are_mapped(serve, data, upstream):
    for name in ("team/a", "team/b/c", "other/d"):
        set_tags(upstream, name, "v1", image=IMAGE)
    daemon = serve(
        config(data, polled(upstream, {"prefix": "team/**", "destination": "/mirror", "stripPrefix": True}))
    )
    await_runs(data)
    assert daemon.client().get("/v2/_catalog").json()["repositories"] == ["mirror/a", "mirror/b/c"]
    assert requests(upstream, "catalog") == 1
    assert requests(upstream, "blob", "GET") == 3


def test_a_second_poll_asks_for_heads_alone(serve, data, upstream):
    tags = [f"v{n}" for n in range(40)]
    set_tags(upstream, IMAGE, *tags)
    settings = config(data, polled(upstream, IMAGE))
    daemon = serve(settings)
    await_runs(data)
    daemon.stop()
    before = upstream.stats()["requests"]
    # An interval that has passed: the next daemon polls soon after its start.
    settings["extensions"]["sync"]["registries"][0]["pollInterval"] = "1s"
    serve(settings)
    await_runs(data, 2)
    after = upstream.stats()["requests"]
    runs_since = len(runs(data)) - 1
    assert after["HEAD manifest"] - before.get("HEAD manifest", 0) <= len(tags) * (runs_since + 1)
    for what in ("GET manifest", "GET blob", "HEAD blob"):
        assert after.get(what, 0) == before.get(what, 0), what


def test_a_moved_tag_arrives_and_other_layers_stay(serve, data, upstream):
    set_tags(upstream, "team/app", "v1", image="img/1x1000/first")
    made = polled(upstream, "team/app")
    made["pollInterval"] = "1s"
    client = serve(config(data, made)).client()
    await_runs(data)
    second = Expected("img/1x1000/second").manifest.digest
    set_tags(upstream, "team/app", "v1", image="img/1x1000/second")

    def moved():
        return client.manifest("team/app", "v1").headers["Docker-Content-Digest"] == second

    wait_until(moved, timeout=20, what="the moved tag")


def test_platforms_are_chosen(serve, data, upstream):
    name = "multi/3/1x1000/platforms"
    set_tags(upstream, name, "v1")
    settings = config(data, polled(upstream, name))
    settings["larder"] |= {"upstreams": {upstream.host: {"platforms": ["linux/arm64"]}}}
    client = serve(settings).client()
    await_runs(data)
    upstream.fault("status", status=503, count=-1)
    found = {}
    for entry in Expected(name).document["manifests"]:
        found[entry["platform"]["architecture"]] = client.manifest(name, entry["digest"]).status
    assert found == {"amd64": 404, "arm64": 200, "s390x": 404}


def test_a_poll_that_was_killed_goes_on(serve, data, upstream):
    name = "img/3x2m/killed"
    set_tags(upstream, name, "v1")
    upstream.config(rate_mb=1)
    settings = config(data, polled(upstream, name))
    daemon = serve(settings)
    wait_until(lambda: blob_bytes(upstream) > 1_500_000, timeout=30, what="a part of the image")
    daemon.kill()
    assert "endedMs" not in runs(data)[0]
    upstream.config(rate_mb=0)
    client = serve(settings).client()
    # The one that was killed had the lease, which has to run out.
    wait_until(lambda: "endedMs" in runs(data)[0], timeout=60, what="the end of the next poll")
    assert runs(data)[0]["errors"] == 0
    digest = Expected(name).manifest.digest
    fetched = [entry for entry in upstream.stats()["last"] if entry["path"].endswith("manifests/" + digest)]
    assert len(fetched) == 1
    assert [answer.status for answer in client.pull(name, "v1")] == [200] * 5


def test_a_throttled_poll_stops_asking(serve, data, upstream):
    set_tags(upstream, IMAGE, *[f"v{n}" for n in range(60)])
    upstream.fault("status", status=429, headers={"Retry-After": "600"}, kind="manifest", count=-1)
    serve(config(data, polled(upstream, IMAGE)))
    run = await_runs(data)[0]
    assert requests(upstream, "manifest") <= 6
    assert run["retryMs"] - run["endedMs"] >= 590_000


def test_five_hundred_unchanged_tags_cost_a_head_each(serve, data, upstream):
    tags = [f"v{n}" for n in range(500)]
    set_tags(upstream, IMAGE, *tags)
    settings = config(data, polled(upstream, IMAGE))
    daemon = serve(settings)
    await_runs(data)
    daemon.stop()
    upstream.config(latency_ms=30)
    with sqlite3.connect(f"{data}/_larder/larder.db") as database:
        key, text = database.execute("SELECT key, content FROM document WHERE key LIKE 'poll/%'").fetchone()
        document = json.loads(text)
        document["runs"][0]["startedMs"] -= 3_600_000
        database.execute("UPDATE document SET content = ? WHERE key = ?", (json.dumps(document), key))
    before = upstream.stats()["requests"]
    serve(settings)
    run = await_runs(data, 2)[0]
    after = upstream.stats()["requests"]
    assert (run["tags"], run["copied"], run["errors"]) == (500, 0, 0)
    made = {what: after[what] - before.get(what, 0) for what in after if after[what] != before.get(what, 0)}
    assert made == {"HEAD manifest": 500, "GET tags": 1}


def test_a_polled_rule_shows_its_last_run_its_upstream_and_that_it_is_paused(serve, data, upstream):
    set_tags(upstream, IMAGE, "v1")
    admin = Admin(serve(config(data, polled(upstream, IMAGE))).client())
    await_runs(data)
    shown = admin.json("/sync/rules")["items"][0]
    assert shown["polls"] and not shown["paused"]
    assert shown["nextRunAt"] > shown["lastRun"]["startedAt"]
    assert (shown["lastRun"]["tags"], shown["lastRun"]["copied"]) == (1, 1)
    assert [(each["host"], each["breaker"]) for each in shown["upstreams"]] == [(host_of(upstream.url), "closed")]
    assert admin.call("PUT", f"/sync/rules/{admin.rule_ids()[0]}/pause", {"paused": True}).status == 204
    shown = admin.json("/sync/rules")["items"][0]
    assert shown["paused"] and "nextRunAt" not in shown
    # What it mirrors changes: it stays paused.
    edited = {**shown["config"], "content": [*shown["config"]["content"], {"prefix": "another/**"}]}
    assert admin.edit("PUT", f"/sync/rules/{shown['id']}", edited).status == 200
    shown = admin.json("/sync/rules")["items"][0]
    assert shown["paused"] and "nextRunAt" not in shown


def test_a_pause_and_past_runs_stay_with_their_rule_however_it_is_edited(serve, data, upstream):
    set_tags(upstream, IMAGE, "v1")
    made = polled(upstream, IMAGE)
    settings = config(data, made)
    daemon = serve(settings)
    admin = Admin(daemon.client())
    await_runs(data)
    ident = admin.rule_ids()[0]
    assert admin.call("PUT", f"/sync/rules/{ident}/pause", {"paused": True}).status == 204

    def assert_paused():
        shown = admin.json("/sync/rules")["items"][0]
        assert shown["id"] == ident and shown["paused"] and "nextRunAt" not in shown
        assert shown["lastRun"]["copied"] == 1

    def widened(prefix):
        return {"extensions": {"sync": {"registries": [{**made, "content": [*made["content"], {"prefix": prefix}]}]}}}

    assert admin.edit("PATCH", "/config", widened("one/**")).status == 200
    assert_paused()
    merge = {"base": admin.json("/config")["revision"], "patch": widened("two/**")}
    assert admin.edit("POST", "/config/merge", merge).status == 200
    assert_paused()
    daemon.write_config({**settings, **widened("three/**")})

    def in_force():
        shown = admin.json("/sync/rules")["items"][0]
        return shown["config"]["content"][1]["prefix"] == "three/**" and shown["polls"]

    wait_until(in_force, what="the edit by hand in force")
    assert_paused()
    # Another registry's rule is another rule.
    other = {**made, "urls": ["https://elsewhere.example"]}
    assert admin.edit("PATCH", "/config", {"extensions": {"sync": {"registries": [other]}}}).status == 200
    shown = admin.json("/sync/rules")["items"][0]
    assert shown["id"] != ident and not shown["paused"] and "lastRun" not in shown


def test_of_two_daemons_one_polls_and_the_other_takes_over(serve, data, upstream):
    set_tags(upstream, IMAGE, "v1")
    made = polled(upstream, IMAGE)
    made["pollInterval"] = "1s"
    first = serve(config(data, made))
    await_runs(data)
    second = serve(config(data, made))
    known = len(runs(data))
    wait_until(lambda: len(runs(data)) >= known + 3, timeout=30, what="three more polls")
    assert ended_polls(second) == 0
    assert ended_polls(first) >= known + 2
    starts = sorted(run["startedMs"] for run in runs(data))
    assert all(later - earlier >= 900 for earlier, later in zip(starts, starts[1:]))

    first.stop()
    set_tags(upstream, IMAGE, "v2")
    client = second.client()
    wait_until(lambda: "v2" in client.get(f"/v2/{IMAGE}/tags/list").json()["tags"], timeout=60, what="the other's poll")
    wait_until(lambda: ended_polls(second) > 0, what="the end of the other's poll")


def ended_polls(daemon):
    metrics = daemon.client().metrics().items()
    return sum(value for name, value in metrics if name.startswith("larder_poll_runs_total"))


def test_a_blob_that_takes_longer_than_sync_timeout_is_gone_on_with_the_next_time(serve, data, upstream):
    name = "img/1x1m/late"
    (digest,) = Expected(name).layers
    set_tags(upstream, name, "v1")
    upstream.fault("slow", kind="blob", method="GET", bps=200_000, count=-1)
    made = {**polled(upstream, name, syncTimeout="2s"), "pollInterval": "1s"}
    client = serve(config(data, made)).client()
    first = await_runs(data)[-1]
    assert (first["copied"], first["errors"]) == (0, 1), first
    assert client.blob(name, digest, "HEAD").status == 404
    assert client.manifest(name, "v1").status == 404
    upstream.control("heal", {})
    wait_until(lambda: client.manifest(name, "v1").status == 200, timeout=30, what="the tag")
    assert client.blob(name, digest).body == Expected(name).blob(digest)
    *_, last = (entry for entry in upstream.stats()["last"] if (entry["kind"], entry["method"]) == ("blob", "GET"))
    assert last["range"] not in (None, "bytes=0-"), "what had arrived was fetched again"
