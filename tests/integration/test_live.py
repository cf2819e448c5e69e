"""The live stream, transfers and jobs of a real daemon."""

import base64
import http.client
import json
import os
import re
import time

import pytest
from harness.admin import Browser
from harness.daemon import config, rule
from harness.images import make_image
from harness.peers import write_htpasswd
from harness.process import wait_until
from harness.upstream import Expected
from harness.websocket import Closed, Refused, WebSocket


def read(daemon, path):
    return json.loads(daemon.client().get(f"/api/v1{path}").body)


def read_memory(daemon):
    text = daemon.client().get("/metrics").body.decode()
    return float(re.search(r"^process_resident_memory_bytes (\S+)$", text, re.MULTILINE)[1])


def read_connections(daemon):
    text = daemon.client().get("/metrics").body.decode()
    return float(re.search(r"^larder_http_connections (\S+)$", text, re.MULTILINE)[1])


@pytest.fixture
def daemon(serve, data):
    return serve(config(data))


def test_metrics_move_each_second(daemon):
    live = WebSocket(daemon.address)
    live.subscribe("metrics")
    assert live.read()["data"]["range"] == "10m"
    for _ in range(20):
        daemon.client().get("/v2/")
    live.read_until(lambda message: message["data"]["values"].get("requestsPerSecond", 0) > 0)
    sequence = [live.read()["seq"] for _ in range(2)]
    assert sequence[1] == sequence[0] + 1


def test_pages_of_other_sites_are_refused(daemon):
    with pytest.raises(Refused) as refused:
        WebSocket(daemon.address, Origin="https://evil.example")
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        WebSocket(daemon.address, Host="evil.example")
    assert refused.value.status == 403
    WebSocket(daemon.address, Origin=f"http://{daemon.address}").close()


def test_what_is_no_message_ends_it(daemon):
    live = WebSocket(daemon.address)
    live.send({"type": "shout"})
    with pytest.raises(Closed) as closed:
        live.read()
    assert closed.value.code == 4400


def test_jobs_are_seen_from_start_to_end(daemon):
    daemon.client().push("local/app", make_image("kept"), "v1")
    live = WebSocket(daemon.address)
    live.subscribe("jobs", "events")
    started = daemon.client().request(
        "POST", "/api/v1/jobs", body=b'{"kind":"gc"}', headers={"Content-Type": "application/json"}
    )
    assert started.status == 202
    job = json.loads(started.body)

    def ended(message):
        return any(i.get("id") == job["id"] and i["state"] != "running" for i in message["data"]["items"] if "id" in i)

    live.read_until(ended)
    wait_until(lambda: read(daemon, f"/jobs/{job['id']}")["state"] == "succeeded", what="the end of the job")


def test_a_killed_daemons_job_is_known_as_interrupted(serve, data):
    slow = {"larder": {"storage": {"scrubRate": "1KiB"}}}
    daemon = serve(config(data, **slow))
    daemon.client().push("local/app", make_image("scrubbed"), "v1")
    started = daemon.client().request(
        "POST", "/api/v1/jobs", body=b'{"kind":"scrub"}', headers={"Content-Type": "application/json"}
    )
    assert started.status == 202
    job = json.loads(started.body)["id"]
    wait_until(lambda: read(daemon, f"/jobs/{job}")["state"] == "running", what="the job")
    wait_until(lambda: read(daemon, "/jobs?kind=scrub")["total"] == 1, what="the list")
    daemon.wait_logged("scrub.round_begun")
    daemon.kill()
    again = serve(config(data, **slow))
    wait_until(lambda: state_of(again, job) == "interrupted", timeout=40, what="the interrupted job")


def start_job(daemon, kind):
    started = daemon.client().request(
        "POST", "/api/v1/jobs", json.dumps({"kind": kind}), {"Content-Type": "application/json"}
    )
    assert started.status == 202, started.body
    return started.json()["id"]


def state_of(daemon, job):
    return read(daemon, f"/jobs/{job}").get("state")


def test_daemons_on_one_directory_know_each_others_jobs(serve, data):
    slow = {"larder": {"storage": {"scrubRate": "1KiB"}}}
    first = serve(config(data, **slow))
    first.client().push("local/app", make_image("shared"), "v1")
    scrub = start_job(first, "scrub")
    second = serve(config(data, **slow))
    wait_until(lambda: state_of(second, scrub) == "running", what="the other's job")
    assert second.client().delete(f"/api/v1/jobs/{scrub}").status == 409
    collection = start_job(second, "gc")
    wait_until(lambda: state_of(second, collection) == "succeeded", what="the end of the collection")
    wait_until(lambda: state_of(first, collection) == "succeeded", what="the record of it")
    # Longer than a daemon that is gone is waited for.
    time.sleep(17)
    assert (state_of(first, scrub), state_of(second, scrub)) == ("running", "running")
    first.kill()
    wait_until(lambda: state_of(second, scrub) == "interrupted", timeout=40, what="the interrupted job")
    assert state_of(second, collection) == "succeeded"


def test_transfers_show_and_cancel(serve, data, upstream):
    name = "img/1x8m/shown"
    slow = {"larder": {"upstreams": {upstream.url.split("//")[1]: {"downloadRate": "256KiB"}}}}
    daemon = serve(config(data, rule(upstream.url), **slow))
    expected = Expected(name)
    daemon.client().manifest(name, "latest")
    live = WebSocket(daemon.address)
    live.subscribe("transfers")
    with daemon.client().open("GET", f"/v2/{name}/blobs/{expected.layers[0]}") as answer:
        shown = live.read_until(lambda message: message["data"]["items"])["data"]["items"][0]
        assert shown["digest"] == expected.layers[0]
        assert shown["repository"].endswith(name)
        moved = live.read_until(lambda message: message["type"] == "change" and message["data"]["items"])
        assert moved["data"]["items"][0]["clients"] == 1
        assert daemon.client().delete(f"/api/v1/transfers/{shown['id']}").status == 204
        live.read_until(lambda message: shown["id"] in message["data"].get("ended", []))
        with pytest.raises((OSError, http.client.HTTPException)):
            answer.read()
    assert daemon.client().delete(f"/api/v1/transfers/{shown['id']}").status == 404


def log_much(daemon):
    """More than the kernel buffers for a connection, and as much again."""
    path = "/v2/" + "x" * 900 + "/tags/list"
    client = daemon.client()
    for _ in range(15000):
        client.get(path)


@pytest.mark.skipif("LARDER_SANITIZER" in os.environ, reason="a sanitizer takes memory of its own for what is used")
def test_a_viewer_that_does_not_read_costs_little_and_catches_up(daemon):
    log_much(daemon)
    before = read_memory(daemon)
    deaf = [WebSocket(daemon.address, receive_buffer=4096) for _ in range(5)]
    for live in deaf:
        live.send({"type": "subscribe", "topic": "logs", "level": "debug"})
        assert live.read()["type"] == "snapshot"
    log_much(daemon)
    # Together: what waits is kept once, however many wait for it.
    assert read_memory(daemon) - before < 8 << 20
    time.sleep(0.5)  # past a tick: a snapshot has the lines until the last one that newer ones have not pushed out
    for live in deaf:
        lost = live.read_until(lambda message: message["type"] != "change")
        assert (lost["type"], lost["topic"]) == ("resync", "logs")
        anew = live.read()
        assert (anew["type"], anew["seq"]) == ("snapshot", lost["seq"] + 1)
        assert len(anew["data"]["items"]) == 100
        daemon.client().get("/v2/after/tags/list")
        live.read_until(lambda message: "/v2/after/" in message["data"]["items"][-1]["text"])


def test_a_viewer_that_does_not_read_does_not_hold_up_the_end(daemon):
    live = WebSocket(daemon.address, receive_buffer=4096)
    live.send({"type": "subscribe", "topic": "logs", "level": "debug"})
    log_much(daemon)
    begun = time.monotonic()
    daemon.stop()
    assert time.monotonic() - begun < 10  # of 25 s that transfers have
    with pytest.raises((Closed, OSError)):
        live.read_until(lambda message: False)


def test_a_viewer_that_never_reads_is_dropped(serve, data):
    daemon = serve(config(data, http={"writeTimeout": "1s"}))
    live = WebSocket(daemon.address, receive_buffer=4096)
    live.send({"type": "subscribe", "topic": "logs", "level": "debug"})
    open_with_it = read_connections(daemon)
    log_much(daemon)
    wait_until(lambda: read_connections(daemon) < open_with_it, what="the end of the connection")
    with pytest.raises((Closed, OSError)):
        live.read_until(lambda message: False)


def test_topics_end_with_the_right_to_them(serve, data, tmp_path):
    """Over Basic, which has no session that could end."""
    users = write_htpasswd(tmp_path / "htpasswd", alice="alice-s3cret", bob="bob-s3cret")
    everything = ["read", "create", "update", "delete"]

    def settings(actions):
        access = {
            "repositories": {"**": {"defaultPolicy": ["read"]}},
            "adminPolicy": {"users": ["alice"], "actions": actions},
        }
        return config(data, http={"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access})

    daemon = serve(settings(everything))
    token = base64.b64encode(b"alice:alice-s3cret").decode()
    live = WebSocket(daemon.address, Authorization=f"Basic {token}")
    live.subscribe("logs", "jobs", "metrics")
    live.read_until(lambda message: message["topic"] == "metrics")
    daemon.write_config(settings(["read"]))
    closed = {}
    while len(closed) < 2:
        message = live.read_until(lambda message: message["type"] == "closed")
        closed[message["topic"]] = message["problem"]
    assert set(closed) == {"logs", "jobs"}
    assert closed["logs"]["status"] == 403
    # What is for every reader goes on.
    live.read_until(lambda message: message["topic"] == "metrics")
    write_htpasswd(users, alice="another-s3cret", bob="bob-s3cret")
    with pytest.raises(Closed) as ended:
        live.read_until(lambda message: False)
    assert ended.value.code == 4401


def test_an_admin_who_is_removed_loses_the_stream_at_once(serve, data, tmp_path):
    """By another admin, in a session that goes on as a reader's."""
    passwords = {"alice": "alice-s3cret", "bob": "bob-s3cret"}
    users = write_htpasswd(tmp_path / "htpasswd", 4, **passwords)
    access = {
        "repositories": {"**": {"defaultPolicy": ["read"]}},
        "adminPolicy": {"users": ["alice", "bob"], "actions": ["read", "create", "update", "delete"]},
    }
    http = {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access}
    daemon = serve(config(data, http=http))
    alice, bob = (Browser(daemon.client(), name, passwords[name]) for name in passwords)
    live = WebSocket(daemon.address, Cookie=alice.headers["Cookie"])
    live.subscribe("logs", "jobs", "metrics")
    live.read_until(lambda message: message["topic"] == "metrics")
    removed = bob.patch({"http": {"accessControl": {"adminPolicy": {"users": ["bob"]}}}})
    assert removed.status == 200, removed.body
    begun = time.monotonic()
    closed = {}
    while len(closed) < 2:
        message = live.read_until(lambda message: message["type"] == "closed")
        closed[message["topic"]] = message["problem"]
    assert time.monotonic() - begun < 3
    assert set(closed) == {"logs", "jobs"}
    assert all(problem["status"] == 403 and problem["detail"] for problem in closed.values()), closed
    assert live.read_until(lambda message: True)["topic"] == "metrics"
    live.subscribe("logs")
    assert live.read_until(lambda message: message["topic"] == "logs")["type"] != "snapshot"
