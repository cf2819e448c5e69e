"""A data directory on a disk that another program has filled: it heals itself, and says what is wrong."""

import os
import subprocess

import pytest
from harness.admin import Admin
from harness.client import with_query
from harness.daemon import config, rule
from harness.images import make_image
from harness.process import wait_until

MIB = 1 << 20
NO_ROOM = 507


@pytest.fixture
def small(tmp_path):
    """The directory of a file system of 64 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip("this container may not mount: " + mounted.stderr)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def start(serve, small, upstream):
    """The filler goes before the daemon stops."""

    def begin(**more):
        return serve(config(small / "data", rule(upstream.url, "/up"), **more))

    yield begin
    empty(small)


def fill(small):
    """Every byte, as another program would."""
    with (small / "filler").open("wb", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass


def empty(small):
    (small / "filler").unlink(missing_ok=True)


def free(small):
    disk = os.statvfs(small)
    return disk.f_bavail * disk.f_frsize


def pull(client, name):
    for answer in client.pull(f"up/{name}", "latest"):
        assert answer.status == 200, answer.body


def idle(client):
    wait_until(lambda: client.metrics()["larder_blob_downloads"] == 0, what="the downloads to end")


def test_images_are_evicted_from_a_disk_that_another_program_has_filled(start, small):
    daemon = start(larder={"storage": {"minFree": "12MiB"}})
    client = daemon.client()
    for number in range(5):
        pull(client, f"img/2x2m/evict{number}")
    idle(client)
    fill(small)
    wait_until(lambda: free(small) > 10 * MIB, timeout=45, what="the disk to have room again")
    assert client.metrics()['larder_evictions_total{reason="minFree"}'] > 0
    # All that goes is stored again.
    wait_until(lambda: free(small) > 12 * MIB, timeout=45, what="the eviction to end")
    assert daemon.log().count("lease.not_acquired") <= 1, daemon.log()


def test_pushes_leave_as_much_free_as_is_to_be(start, small):
    client = start(larder={"storage": {"minFree": "20MiB"}}).client()
    refused = try_to_push(client, make_image("too-big", layer_size=60 * MIB).layers[0])
    assert refused.status == NO_ROOM, refused.body
    assert "larder.storage.minFree" in refused.json()["errors"][0]["message"]
    assert free(small) > 18 * MIB


def test_an_admin_makes_room_on_a_full_disk(start, small):
    daemon = start(storage={"gcDelay": "1s", "gcInterval": "24h"}, larder={"storage": {"minFree": "1B"}})
    client, admin = daemon.client(), Admin(daemon.client())
    for number in range(3):
        client.push(f"team/app{number}", make_image(f"room-{number}", layer_size=2 * MIB), "v1")
    fill(small)
    refused = try_to_push(client, make_image("too-much", layer_size=MIB).layers[0])
    assert refused.status == NO_ROOM, refused.body
    deleted = admin.call("DELETE", "/repository", repository="team/app0")
    assert deleted.status == 204, deleted.body
    assert client.delete("/v2/team/app1/manifests/v1").status == 202
    for kind in ("gc", "retention", "scrub"):
        wait_until(lambda kind=kind: begin(admin, kind) == 202, what=f"{kind} to begin")
        wait_until(lambda: not runs(admin), timeout=30, what=f"{kind} to end")
    failed = [job for job in admin.json("/jobs")["items"] if job["state"] != "succeeded"]
    assert failed == []
    daemon.wait_logged("storage.commit_failed")
    assert daemon.log().count("storage.commit_failed") <= 2, daemon.log()


def try_to_push(client, blob):
    started = client.request("POST", "/v2/team/new/blobs/uploads/")
    if started.status != 202:
        return started
    location = with_query(started.headers["Location"], digest=blob.digest)
    return client.request("PUT", location, blob.data, {"Content-Type": "application/octet-stream"})


def begin(admin, kind):
    answer = admin.call("POST", "/jobs", {"kind": kind})
    assert answer.status in (202, 409), answer.body
    return answer.status


def runs(admin):
    return [job for job in admin.json("/jobs")["items"] if job["state"] == "running"]


def test_a_store_that_takes_no_lease_is_not_told_as_another_daemon(start, small):
    daemon = start(larder={"storage": {"minFree": "1B"}})
    admin = Admin(daemon.client())
    (small / "data/_larder/reserve").unlink()
    fill(small)
    for kind in ("gc", "retention"):
        answer = admin.call("POST", "/jobs", {"kind": kind})
        assert answer.status == NO_ROOM, answer.body
        assert "No space left" in answer.json()["detail"]
