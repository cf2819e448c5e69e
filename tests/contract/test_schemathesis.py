"""Every operation with generated input, good and bad, as an admin, a reader and a stranger (schemathesis, from PyPI)."""

import os
import pathlib
import re
import subprocess

import pytest
from conftest import OFFLINE, PASSWORDS, begin
from contract import FILE, PREFIX

SETTINGS = pathlib.Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def fuzzed(binary, tmp_path, upstream, htpasswd_lines):
    world = begin(binary, tmp_path, upstream, htpasswd_lines, env=OFFLINE)
    for number in range(4):
        world.admin.push(f"team/app{number}", world.image, "1.0")
    yield world
    world.daemon.stop()


@pytest.mark.skipif("SCHEMATHESIS" not in os.environ, reason="SCHEMATHESIS is its path; ./dev test installs it")
@pytest.mark.parametrize("user", ["keeper", "bob", None], ids=["admin", "reader", "stranger"])
def test_no_input_leads_out_of_the_contract(fuzzed, tmp_path, pytestconfig, user):
    command = [pathlib.Path(os.environ["SCHEMATHESIS"]).resolve(), "--config-file", SETTINGS, "run", FILE]
    command += ["--url", f"http://{fuzzed.daemon.address}{PREFIX}", "--phases", "examples,coverage,fuzzing"]
    command += ["--max-examples", str(pytestconfig.getoption("--examples")), "--seed", "1", "--continue-on-failure"]
    command += ["--generation-database", "none", "--warnings", "off", "--no-color"]
    if user:
        command += ["--auth", f"{user}:{PASSWORDS[user]}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=3600)
    found = re.search(r"^=+ (ERRORS|FAILURES) =+$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout[found.start() if found else 0 :][:20000] + done.stderr[-2000:]
