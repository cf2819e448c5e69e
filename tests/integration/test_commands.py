"""The commands of larderd as scripts made for Zot call them."""

import json
import os
import pathlib

import pytest
from harness.daemon import Larderd, config
from harness.images import make_image
from harness.peers import run
from harness.process import wait_until

POLICY = {"repositories": ["team/**"], "keepTags": [{"patterns": ["^v"], "mostRecentlyPushedCount": 1}]}
RETENTION = {"gcDelay": "1ms", "retention": {"delay": "1ms", "policies": [POLICY]}}


def test_scrub_names_what_is_damaged(binary, serve, data):
    daemon = serve(config(data))
    image = make_image("scrub")
    daemon.client().push("team/app", image, "v1")
    assert "no damage" in run(binary, "scrub", daemon.config_path).stdout
    digest = image.layers[0].digest
    (path,) = pathlib.Path(data).rglob(digest.split(":")[1])
    path.write_bytes(b"damaged")
    done = run(binary, "scrub", daemon.config_path, check=False)
    assert done.returncode == 1
    assert digest in done.stdout


def test_schema_prints_what_the_configuration_is_checked_with(binary):
    schema = json.loads(run(binary, "schema").stdout)
    assert {"storage", "http", "larder"} <= set(schema["properties"])


@pytest.fixture
def kept(serve, data):
    """A running daemon with tags that its retention lets go, but not within this test."""
    daemon = serve(config(data, storage={**RETENTION, "gcInterval": "24h"}))
    for tag in ("v1", "latest", "v2"):
        daemon.client().push("team/app", make_image(f"retention-{tag}"), tag)
    return daemon


def test_the_retention_check_says_what_would_go_and_removes_nothing(binary, kept):
    def planned():
        return run(binary, "verify-feature", "retention", kept.config_path).stdout

    lines = wait_until(lambda: planned() if "v1" in planned() else "", what="retention's delay").splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["team/app:latest", "team/app:v1", "team/app", "team/app"]
    assert lines[-1] == "Would be removed: 2 tags, 2 manifests. Nothing was removed."
    assert kept.client().get("/v2/team/app/tags/list").json()["tags"] == ["latest", "v1", "v2"]


def test_the_retention_check_takes_zots_options(binary, kept, tmp_path):
    log = tmp_path / "check.log"
    options = ("--log-file", log, "--gc-interval", "5m", "--timeout", "1m")
    assert run(binary, "verify-feature", "retention", *options, kept.config_path).stdout == ""
    assert "Nothing was removed." in log.read_text(encoding="utf-8")
    assert run(binary, "verify-feature", "retention", "-t", "soon", kept.config_path, check=False).returncode == 1


def test_the_retention_check_needs_collection(binary, tmp_path, data):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config(data, storage={"gc": False})), encoding="utf-8")
    done = run(binary, "verify-feature", "retention", path, check=False)
    assert done.returncode == 1
    assert "storage.gc" in done.stderr


@pytest.mark.skipif("LARDER_SANITIZER" in os.environ, reason="a sanitizer takes more addresses than are given here")
def test_a_start_without_enough_threads_says_what_to_raise(binary, tmp_path, data):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config(data) | {"scheduler": {"numWorkers": 256}}), encoding="utf-8")
    done = run("prlimit", f"--as={1 << 30}", binary, "serve", path, check=False)
    assert done.returncode == 1
    assert "larderd: Cannot start a thread: " in done.stderr
    assert "scheduler.numWorkers" in done.stderr


def test_an_unknown_command_is_named(binary):
    for words in (("bogus",), ("verify-feature", "bogus", "config.json")):
        done = run(binary, *words, check=False)
        assert done.returncode == 2
        assert '"bogus"' in done.stderr


def test_the_help_of_the_node_agent_names_its_environment(binary):
    assert "LARDER_AUTHORIZATION" in run(binary, "node-agent", "--help").stdout


def test_serve_takes_force_reparse(binary, tmp_path, data):
    daemon = Larderd(binary, tmp_path, config(data), options=("--force-reparse",)).start()
    assert daemon.client().get("/v2/").status == 200
    daemon.stop()
