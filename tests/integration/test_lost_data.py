"""A data directory that is taken away under a daemon that runs: it says so, and does not pretend that all is well."""

import shutil

import pytest
from harness.admin import Admin
from harness.daemon import config
from harness.images import make_image
from harness.process import wait_until


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_data_directory_that_is_gone_is_told(serve, data, replaced):
    daemon = serve(config(data))
    client, admin = daemon.client(), Admin(daemon.client())
    client.push("team/app", make_image("lost"), "v1")
    assert client.get("/readyz").status == 200
    shutil.rmtree(data)
    if replaced:
        (data / "_larder/blobs").mkdir(parents=True)
    wait_until(lambda: client.get("/readyz").status == 503, what="the daemon to notice")
    assert "restart larderd" in client.get("/readyz").body.decode()
    assert client.get("/livez").status == 200
    daemon.wait_logged("storage.unusable")
    assert daemon.log().count("storage.unusable") == 1
    daemon.wait_logged("Restart larderd.")
    for kind in ("scrub", "gc"):
        started = admin.call("POST", "/jobs", {"kind": kind}).json()
        wait_until(lambda id=started["id"]: state(admin, id) != "running", what=f"{kind} to end")
        assert (kind, state(admin, started["id"])) == (kind, "failed")


def state(admin, id_):
    return next(job["state"] for job in admin.json("/jobs")["items"] if job["id"] == id_)
