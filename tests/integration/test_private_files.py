"""Who may read what the daemon writes, and the daemon itself."""

import os
import stat

import pytest
from harness.admin import Admin
from harness.daemon import Larderd, config
from harness.images import make_image
from harness.peers import run


@pytest.fixture
def generous():
    """The umask of a careless surrounding: it takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(root):
    """What below the data directory has rights for others, and in the configuration's history for the group."""
    found = []
    for path in [root, *root.rglob("*")]:
        mode = path.lstat().st_mode
        secret = "config" in path.relative_to(root).parts
        most = (0o700 if secret else 0o750) if stat.S_ISDIR(mode) else (0o600 if secret else 0o640)
        if stat.S_IMODE(mode) & ~most:
            found.append(f"{path.relative_to(root)} {stat.S_IMODE(mode):o}")
    return found


def use(daemon):
    """Leaves something of everything that the daemon keeps."""
    client = daemon.client()
    client.push("team/app", make_image("private"), "v1")
    assert Admin(client).patch({"log": {"level": "info"}}).status == 200


@pytest.mark.usefixtures("generous")
def test_no_other_user_can_read_the_data_directory(serve, data, binary):
    daemon = serve(config(data))
    use(daemon)
    kept = {path.name for path in (data / "_larder").rglob("*")}
    assert {"larder.db", "larder.db-wal", "larder.db-shm", "metadata.journal", "00000002.json"} <= kept
    assert open_to_others(data / "_larder") == []
    daemon.stop()
    run(binary, "rebuild", daemon.config_path)
    assert open_to_others(data / "_larder") == []


def test_a_store_that_was_open_is_closed_at_the_start(serve, data):
    daemon = serve(config(data))
    use(daemon)
    base = data / "_larder"
    for path in [base, base / "config", base / "config/history"]:
        path.chmod(0o755)
    for path in [*base.glob("larder.db*"), base / "metadata.journal", *base.glob("config/history/*")]:
        path.chmod(0o644)
    # Beside the one that has the database open: its locks have to last.
    serve(config(data), "second")
    assert open_to_others(base) == []
    daemon.client().push("team/app", make_image("private-2"), "v2")


# Executes its arguments as a user like any other, even if this is root, who may look into every process.
WITHOUT_CAPABILITIES = """#!/usr/bin/python3
import ctypes, os, sys
PR_CAPBSET_DROP, CAPABILITIES = 24, 64
for capability in range(CAPABILITIES):
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("options", ((), ("--core-dumps",)), ids=("as-usual", "core-dumps"))
def test_no_other_process_can_read_its_memory(binary, tmp_path, data, options):
    wrapper, larderd = tmp_path / "without-capabilities", tmp_path / "larderd"
    wrapper.write_text(WITHOUT_CAPABILITIES, encoding="utf-8")
    larderd.write_text(f'#!/bin/sh\nexec {wrapper} {binary} "$@"\n', encoding="utf-8")
    for script in (wrapper, larderd):
        script.chmod(0o755)
    daemon = Larderd(larderd, tmp_path, config(data), options=options).start()
    done = run(wrapper, "/bin/cat", f"/proc/{daemon.process.pid}/environ", check=False)
    daemon.stop()
    assert (done.returncode == 0) == bool(options), done.stderr
