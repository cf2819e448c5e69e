"""Lines of the log as JSON objects."""

import json
import re

import pytest
from harness.daemon import Larderd, config
from harness.process import Process, free_port

LOGFMT = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")(?= |$)')
HOSTILE = 'a" level="debug" event="forged"\n{"event":"forged"}'


@pytest.fixture
def start(binary, tmp_path, data):
    """start(env, *options) gives a daemon that logs as told, and what it has logged so far."""
    started = []

    def begin(env=None, *options):
        port = free_port()
        users = tmp_path / "htpasswd"
        users.write_text("alice:$2y$05$GARWoaDh/2MVyyAN8jAK0uqcgC2bMmhLMrUI7yTaNO1CRY5jxLFmO\n", encoding="utf-8")
        settings = config(data, http={"port": str(port), "auth": {"htpasswd": {"path": str(users)}}})
        daemon = Larderd(binary, tmp_path, settings, env=env, options=options)
        started.append(daemon)
        daemon.launch()
        daemon.process.wait_for(lambda: "listening" in daemon.log(), "larderd")
        daemon.address = f"127.0.0.1:{port}"
        return daemon

    yield begin
    for daemon in started:
        daemon.stop()


def lines(daemon):
    return [json.loads(line) for line in daemon.log().splitlines()]


@pytest.mark.parametrize("how", ["option", "environment"])
def test_each_line_is_an_object(start, how):
    daemon = start(None, "--log-format", "json") if how == "option" else start({"LARDER_LOG_FORMAT": "json"})
    (listening,) = (line for line in lines(daemon) if line["event"] == "listening")
    assert listening["level"] == "info"
    assert listening["address"] == daemon.address
    assert listening["time"].endswith("Z")


def test_what_clients_send_adds_no_line_and_no_field(start):
    daemon = start({"LARDER_LOG_FORMAT": "json"})
    assert daemon.client(user=(HOSTILE, "wrong")).get("/v2/").status == 401
    assert daemon.client(user=("alice", HOSTILE)).get("/v2/").status == 401
    daemon.wait_logged("auth.refused")
    events = [line["event"] for line in lines(daemon)]
    assert "forged" not in events
    assert {line["level"] for line in lines(daemon) if line["event"] == "auth.refused"} == {"info"}


def test_people_get_logfmt(start):
    daemon = start()
    assert " info listening address=" in daemon.log()


def test_logfmt_values_are_escaped(start, tmp_path):
    """What a log collector reads as one value is one value, whatever is in it."""
    daemon = start()
    assert daemon.client(user=("alice", "wrong")).get("/v2/").status == 401
    path = tmp_path / "htpasswd"
    path.rename(tmp_path / 'a "quoted" \\ name')
    daemon.reload()
    daemon.wait_logged("config_reload_failed")
    (line,) = (line for line in daemon.log().splitlines() if " config_reload_failed " in line)
    fields = dict(LOGFMT.findall(line.split(" config_reload_failed ", 1)[1]))
    assert set(fields) == {"where", "message", "kept"}
    assert all(json.loads(value) for value in fields.values())
    assert f'"{path}"' in json.loads(fields["message"])


def test_no_text_begins_a_line_of_logfmt(start):
    daemon = start()
    daemon.client().get("/v2/app/manifests/v1?a=%0aforged")
    assert all(re.match(r"\d{4}-\d\d-\d\dT[0-9:.]+Z [a-z]+ [a-z]", line) for line in daemon.log().splitlines())


def test_an_unknown_format_is_refused(binary, tmp_path):
    process = Process((binary, "serve", "--log-format", "xml"), tmp_path / "log")
    assert process.wait() == 2
    assert "--log-format" in process.output()
