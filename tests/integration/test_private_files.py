"""Who may read what the daemon writes, and the daemon itself."""

import os
import stat

import pytest
from harness.admin import Admin
from harness.daemon import config
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
