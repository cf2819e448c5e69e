"""The agent that makes a node's container runtime pull through a daemon."""

import base64
import os
import pathlib
import signal
import stat

import pytest
from harness.daemon import config, rule
from harness.peers import run, write_htpasswd
from harness.process import Process, wait_until

MARK = "# Managed by larderd node-agent, and removed when it stops.\n"
HUB = rule("https://docker.io", destination="/docker.io")
QUAY = rule("https://quay.io", destination="/quay.io")


@pytest.fixture
def certs(tmp_path):
    return tmp_path / "certs.d"


@pytest.fixture
def agent(binary, tmp_path):
    """agent(daemon, *options) starts one; it is ended after the test."""
    started = []

    def start(daemon, *options, env=None):
        command = (binary, "node-agent", "--from", f"http://{daemon.address}", "--interval", "1s", *options)
        started.append(Process(command, tmp_path / f"agent{len(started)}.log", env=env))
        return started[-1]

    yield start
    for process in started:
        process.kill()


def files_of(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def test_files_follow_the_rules_and_go_with_the_agent(serve, data, agent, certs):
    daemon = serve(config(data, HUB))
    process = agent(daemon, "--directory", certs, "--address", "http://10.0.0.7:5000")
    hosts = certs / "docker.io" / "hosts.toml"
    process.wait_for(hosts.exists, "the first file")
    text = hosts.read_text(encoding="utf-8")
    assert text.startswith(MARK)
    # The upstream itself, when Larder is away.
    assert 'server = "https://registry-1.docker.io"' in text
    assert '[host."http://10.0.0.7:5000"]' in text
    assert stat.S_IMODE(hosts.stat().st_mode) == 0o644

    daemon.write_config(config(data, QUAY))
    process.wait_for(lambda: files_of(certs) == ["quay.io/hosts.toml"], "the other rule")
    assert not hosts.parent.exists()

    process.signal(signal.SIGTERM)
    assert process.wait() == 0
    assert list(certs.iterdir()) == []


def test_files_stay_while_the_daemon_is_away(serve, data, agent, certs):
    daemon = serve(config(data, HUB))
    process = agent(daemon, "--directory", certs)
    process.wait_for(lambda: (certs / "docker.io/hosts.toml").exists(), "the file")
    daemon.stop()
    process.wait_for(lambda: "node.not_updated" in process.output(), "a failed look")
    assert files_of(certs) == ["docker.io/hosts.toml"]


def test_the_address_is_what_the_name_stands_for(serve, data, agent, certs):
    daemon = serve(config(data, HUB))
    daemon.address = f"localhost:{daemon.port}"
    agent(daemon, "--directory", certs)
    text = wait_until(lambda: files_of(certs) and (certs / "docker.io/hosts.toml").read_text(encoding="utf-8"))
    assert f'[host."http://127.0.0.1:{daemon.port}"]' in text or f'[host."http://[::1]:{daemon.port}"]' in text


def test_files_of_others_are_left_alone(serve, data, agent, certs):
    own = certs / "docker.io" / "hosts.toml"
    own.parent.mkdir(parents=True)
    own.write_text('server = "https://mine.example"\n', encoding="utf-8")
    (certs / "linked").mkdir()
    os.symlink(own, certs / "linked" / "hosts.toml")
    daemon = serve(config(data, HUB, QUAY))
    process = agent(daemon, "--directory", certs)
    process.wait_for(lambda: (certs / "quay.io/hosts.toml").exists(), "the other file")
    process.wait_for(lambda: "node.file_kept file=docker.io/hosts.toml" in process.output(), "the warning")
    process.signal(signal.SIGTERM)
    assert process.wait() == 0
    assert files_of(certs) == ["docker.io/hosts.toml", "linked/hosts.toml"]
    assert own.read_text(encoding="utf-8") == 'server = "https://mine.example"\n'


def test_crio_gets_one_file(binary, serve, data, certs):
    daemon = serve(config(data, HUB, QUAY))
    options = ("--from", f"http://{daemon.address}", "--client", "crio", "--directory", certs, "--once")
    run(binary, "node-agent", *options)
    text = (certs / "larder.conf").read_text(encoding="utf-8")
    assert text.startswith(MARK)
    assert f'location = "{daemon.address}/docker.io"\ninsecure = true\n' in text
    assert 'location = "quay.io"' in text


def test_where_users_log_in_the_agent_does_too(binary, serve, data, tmp_path, certs):
    users = write_htpasswd(tmp_path / "htpasswd", node="a-password")
    daemon = serve(config(data, HUB, http={"auth": {"htpasswd": {"path": str(users)}}}))
    command = (binary, "node-agent", "--from", f"http://{daemon.address}", "--directory", certs, "--once")
    refused = run(*command, check=False)
    assert refused.returncode == 1
    assert "Set LARDER_AUTHORIZATION" in refused.stdout
    login = base64.b64encode(b"node:a-password").decode("ascii")
    run(*command, env={"LARDER_AUTHORIZATION": f"Basic {login}"})
    assert files_of(certs) == ["docker.io/hosts.toml"]
    assert login not in refused.stdout


def test_a_directory_that_cannot_be_written_is_named(binary, serve, data, tmp_path):
    daemon = serve(config(data, HUB))
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", encoding="utf-8")
    command = (binary, "node-agent", "--from", f"http://{daemon.address}", "--directory", blocked / "certs.d", "--once")
    done = run(*command, check=False)
    assert done.returncode == 1
    assert str(blocked) in done.stdout
    assert pathlib.Path(blocked).read_text(encoding="utf-8") == "a file"
