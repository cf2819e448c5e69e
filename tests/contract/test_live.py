"""The messages of the WebSocket."""

import pytest
from contract import OPERATIONS, PREFIX, schema_faults
from websocket import Refused, WebSocket

LIVE = OPERATIONS["openLive"]
SCHEMAS = {
    "snapshot": "LiveSnapshot",
    "change": "LiveChange",
    "resync": "LiveResync",
    "refusal": "LiveRefusal",
    "heartbeat": "LiveHeartbeat",
    "pong": "LivePong",
    "closed": "LiveClosed",
}
ITEMS = {"upstreams": "UpstreamHealth", "transfers": "Transfer", "events": "Event", "jobs": "Job", "logs": "LogRecord"}


def connect(shared, client):
    return WebSocket(shared.daemon.address, PREFIX + LIVE.path, client.headers)


def check(message):
    name = SCHEMAS[message["type"]]
    assert not schema_faults(message, name), message
    if message["type"] not in ("snapshot", "change"):
        return
    data = message["data"]
    if message["topic"] == "metrics":
        assert not schema_faults(data, "MetricsHistory" if message["type"] == "snapshot" else "MetricsSample")
    else:
        assert not schema_faults(data, "LiveItems")
        for item in data["items"]:
            assert not schema_faults(item, ITEMS[message["topic"]])


def subscribed(socket, topic):
    socket.send({"type": "subscribe", "topic": topic})
    message = socket.receive()
    check(message)
    assert message["topic"] == topic
    return message


def test_a_get_without_a_handshake_is_told_to_upgrade(shared):
    answer = shared.admin.get(PREFIX + LIVE.path)
    assert answer.status == 426
    assert not LIVE.faults(answer)


def test_strangers_get_no_socket(shared):
    with pytest.raises(Refused) as refused:
        connect(shared, shared.anonymous)
    assert refused.value.status == 401


@pytest.mark.parametrize("topic", ["metrics", *ITEMS])
def test_a_topic_begins_with_a_snapshot(shared, topic):
    with connect(shared, shared.admin) as socket:
        assert subscribed(socket, topic)["type"] == "snapshot"


def test_heartbeats_come_where_nothing_is_subscribed_to(shared):
    with connect(shared, shared.reader) as socket:
        for _ in range(2):
            message = socket.receive(beats=True)
            check(message)
            assert (message["type"], message["everyMs"]) == ("heartbeat", 2000)


def test_a_ping_is_answered(shared):
    with connect(shared, shared.reader) as socket:
        socket.send({"type": "ping", "id": "7"})
        message = socket.receive()
        check(message)
        assert (message["type"], message["id"]) == ("pong", "7")


def test_changes_follow_without_gaps(shared):
    with connect(shared, shared.admin) as socket:
        last = subscribed(socket, "metrics")["seq"]
        for _ in range(3):
            message = socket.receive()
            check(message)
            assert message["type"] == "change"
            assert message["seq"] == last + 1
            last = message["seq"]


def test_a_job_is_seen_until_its_end(shared):
    with connect(shared, shared.admin) as socket:
        subscribed(socket, "jobs")
        started = shared.admin.request("POST", f"{PREFIX}/jobs", '{"kind": "gc"}', {"Content-Type": "application/json"})
        assert started.status == 202, started.body
        states = []
        while not states or states[-1] == "running":
            message = socket.receive()
            check(message)
            states += [job["state"] for job in message["data"]["items"] if job["id"] == started.json()["id"]]
        assert states[-1] == "succeeded"


@pytest.mark.parametrize("topic", ["jobs", "logs"])
def test_readers_are_refused_what_is_for_admins(shared, topic):
    with connect(shared, shared.reader) as socket:
        assert subscribed(socket, topic)["type"] == "refusal"


def test_a_topic_that_is_lost_is_closed(world):
    with connect(world, world.admin) as socket:
        subscribed(socket, "logs")
        settings = world.daemon.settings
        settings["http"]["accessControl"]["adminPolicy"]["users"] = ["keeper"]
        world.daemon.write_config(settings)
        message = socket.receive()
        while message["type"] != "closed":
            check(message)
            message = socket.receive()
        check(message)
        assert message["topic"] == "logs"
