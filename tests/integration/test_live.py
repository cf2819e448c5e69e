"""The live stream, transfers and jobs of a real daemon."""

import json

import pytest
from harness.daemon import config, rule
from harness.images import make_image
from harness.process import wait_until
from harness.websocket import Closed, Refused, WebSocket


def read(daemon, path):
    return json.loads(daemon.client().get(f"/api/v1{path}").body)


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
    wait_until(lambda: "scrub.round_begun" in daemon.log(), what="the round")
    daemon.kill()
    again = serve(config(data, **slow))
    wait_until(lambda: read(again, f"/jobs/{job}").get("state") == "interrupted", what="the interrupted job")


def test_transfers_show_and_cancel(serve, data, upstream):
    daemon = serve(config(data, rule(upstream.url)))
    assert read(daemon, "/transfers") == {"items": [], "total": 0}
    gone = daemon.client().request("DELETE", "/api/v1/transfers/1")
    assert gone.status == 404
