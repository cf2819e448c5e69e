"""The demo leaves nothing behind: Ctrl-C ends all its processes and removes its directory, whenever it comes."""

import base64
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import urllib.request

import pytest
from harness.process import wait_until

TESTS = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture
def demo(binary, tmp_path):
    """Its temporary files are in tmp_path, and its children are known by that."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--json"],
        cwd=TESTS,
        env={**os.environ, "LARDERD": str(binary), "PYTHONPATH": "integration", "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    yield process
    for pid in processes_of(tmp_path):
        os.kill(pid, signal.SIGKILL)
    process.communicate()


def processes_of(tmp_path):
    found = []
    for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # ended meanwhile
            if f"TMPDIR={tmp_path}".encode() in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return found


def interrupt(demo):
    """Ctrl-C in a terminal. Returns what was said about it."""
    os.killpg(demo.pid, signal.SIGINT)
    return demo.communicate(timeout=40)[1]


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_ends_with_all_its_processes_and_removes_its_directory(demo, tmp_path):
    about = json.loads(demo.stdout.readline())
    assert pathlib.Path(about["directory"]).parent == tmp_path
    assert urllib.request.urlopen(about["url"]).status == 200
    assert len(processes_of(tmp_path)) == 4  # itself, two upstreams, larderd
    admin = urllib.request.Request(f"{about['url']}/api/v1/transfers", headers=basic(about["user"], about["password"]))
    wait_until(lambda: json.load(urllib.request.urlopen(admin))["items"], 60, "a large image under way")
    assert interrupt(demo) == ""
    assert demo.returncode == 0
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_ends_while_it_is_starting(demo, tmp_path):
    wait_until(lambda: len(processes_of(tmp_path)) > 1, what="its first upstream")
    assert interrupt(demo) == ""
    assert demo.returncode == 130
    assert processes_of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
