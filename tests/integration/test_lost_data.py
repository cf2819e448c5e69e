"""A data directory or a database that is taken away or made read-only under a daemon that runs: probe, status and log
say the same, and nothing is accepted that would not be kept."""

import shutil
import subprocess
import time

import pytest
from harness.admin import Admin
from harness.daemon import config, rule
from harness.images import make_image
from harness.process import wait_until


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_data_directory_that_is_gone_is_told(serve, data, replaced):
    daemon = serve(config(data))
    client, admin = daemon.client(), Admin(daemon.client())
    client.push("team/app", make_image("lost"), "v1")
    assert client.get("/readyz").status == 200
    # At once: a look at what is half gone would tell another reason first.
    shutil.rmtree(data.rename(data.with_name("gone")))
    if replaced:
        (data / "_larder/blobs").mkdir(parents=True)
    wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to notice")
    assert "restart larderd" in client.get("/readyz").body.decode()
    assert client.get("/livez").status == 200
    daemon.wait_logged("storage.unusable")
    assert daemon.log().count("storage.unusable") == 1
    daemon.wait_logged("Restart larderd.")
    assert admin.json("/status")["state"] == "unusable"
    assert client.metrics()["larder_storage_state"] == 2
    assert admin.call("GET", "/storage").status == 503
    for kind in ("scrub", "gc"):
        assert (kind, admin.call("POST", "/jobs", {"kind": kind}).status) == (kind, 503)
    refuses_pushes(client)


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_database_that_is_gone_is_told(serve, data, replaced):
    daemon = serve(config(data))
    client, admin = daemon.client(), Admin(daemon.client())
    client.push("team/app", make_image("lost"), "v1")
    database = data / "_larder/larder.db"
    if replaced:
        shutil.copy(database, database.with_suffix(".copy"))
        database.with_suffix(".copy").replace(database)
    else:
        database.unlink()
    wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to notice")
    assert admin.json("/status")["state"] == "unusable"
    daemon.wait_logged("The database was removed or replaced")
    refuses_pushes(client)
    # Nor is anything removed that would be back after the next start, or that is somebody else's by now.
    assert client.delete("/v2/team/app/manifests/v1").status == 503
    assert admin.call("POST", "/jobs", {"kind": "gc"}).status == 503


@pytest.fixture
def read_only(data):
    """Makes where content is kept read-only for everyone, root too; and writable again.

    Not the database: SQLite maps its index into memory, and no file system takes a page away from under that.
    """

    def change(flag):
        places = [data / "_larder" / name for name in ("blobs", "partial", "scratch")]
        done = subprocess.run(["chattr", "-R", flag, *places], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip("this file system has no immutable files: " + done.stderr)

    yield change
    change("-i")


def test_a_read_only_data_directory_is_told_and_serves_what_it_has(serve, data, upstream, read_only):
    daemon = serve(config(data, rule(upstream.url, "/up")))
    client, admin = daemon.client(), Admin(daemon.client())
    client.pull("up/img/1x64k/kept", "latest")
    assert client.metrics()["larder_storage_state"] == 0
    read_only("+i")
    wait_until(lambda: admin.json("/status")["state"] == "degraded", what="the daemon to notice")
    assert client.get("/readyz").status == 200
    assert client.metrics()["larder_storage_state"] == 1
    assert "Cannot write to" in admin.json("/storage")["fault"]
    assert admin.json("/status")["storage"]["fault"] == admin.json("/storage")["fault"]
    refuses_pushes(client)
    for name in ("kept", "new"):
        assert [answer.status for answer in client.pull("up/img/1x64k/" + name, "latest")] == [200] * 3, name
    read_only("-i")
    wait_until(lambda: admin.json("/status")["state"] == "serving", what="the daemon to notice")
    assert client.metrics()["larder_storage_state"] == 0
    client.push("team/app", make_image("pushed"), "v1")
    daemon.wait_logged("storage.usable_again")


def test_a_database_whose_log_is_gone_is_told(serve, data):
    daemon = serve(config(data))
    client = daemon.client()
    client.push("team/app", make_image("kept"), "v1")
    (data / "_larder/larder.db-wal").unlink()
    wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to notice")
    refuses_pushes(client)


def test_a_daemon_whose_database_was_replaced_removes_nothing(serve, data):
    """Another daemon may be at home there by now."""
    settings = {"storage": {"gc": True, "gcDelay": "1s", "gcInterval": "1s"}}
    old = serve(config(data, **settings))
    old.client().push("team/app", make_image("old"), "v1")
    for file in (data / "_larder").glob("larder.db*"):
        file.unlink()
    (data / "_larder/metadata.journal").unlink()
    wait_until(lambda: old.client().get("/readyz").status == 503, what="the daemon to notice")
    new = serve(config(data))
    new.client().push("team/other", make_image("new"), "v1")
    time.sleep(4)
    assert [answer.status for answer in new.client().pull("team/other", "v1")][0] == 200


def refuses_pushes(client):
    started = client.request("POST", "/v2/team/other/blobs/uploads/")
    assert (started.status, started.json()["errors"][0]["code"]) == (503, "UNAVAILABLE")
