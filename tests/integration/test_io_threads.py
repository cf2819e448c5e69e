"""What would keep an io thread, and all whose connections are on it, waiting: it is done elsewhere."""

import os
import pathlib

import pytest
from harness.admin import Admin
from harness.daemon import config
from harness.images import Content, make_image
from harness.process import wait_until
from harness.websocket import WebSocket
from harness.zot import write_image

MIB = 1 << 20


def drop_from_page_cache(directory):
    """Of all files below; their content is on the disk."""
    for path in directory.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def read_from_disk(pid):
    """Bytes that the threads of each name have had read from the disk."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        counters = dict(line.split(": ") for line in (task / "io").read_text(encoding="utf-8").splitlines())
        name = (task / "comm").read_text(encoding="utf-8").strip()
        found[name] = found.get(name, 0) + int(counters["read_bytes"])
    return found


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "tls"])
def test_content_that_is_not_in_memory_is_read_elsewhere(serve, data, authority, secured):
    certificate, key = authority.issue("localhost", "localhost")
    tls = {"tls": {"cert": str(certificate), "key": str(key)}} if secured else {}
    daemon = serve(config(data, http=tls))
    client = daemon.client(tls=authority.context() if secured else None)
    blob = Content(os.urandom(24 * MIB + 12345))
    assert client.push_blob("team/app", blob).status == 201
    drop_from_page_cache(data)
    before = read_from_disk(daemon.process.pid)
    assert client.blob("team/app", blob.digest).body == blob.data
    read = {name: count - before.get(name, 0) for name, count in read_from_disk(daemon.process.pid).items()}
    if sum(read.values()) < len(blob.data):
        pytest.skip(f"the file system of {data} keeps its content in memory")
    assert sum(count for name, count in read.items() if name.startswith("io-")) < MIB, read


@pytest.mark.skipif("LARDER_SANITIZER" in os.environ, reason="a sanitizer makes each turn several times as long")
def test_nothing_that_grows_with_the_store_is_computed_on_an_io_thread(serve, data):
    """What admins, Prometheus and housekeeping ask of a store with a repository of very many tags, and many others."""
    tags = [f"1.{number}" for number in range(20_000)]
    image = make_image("large", layer_size=100)
    write_image(data, "large/app", image, *tags)
    for number in range(1000):
        write_image(data, f"team/app-{number:04}", make_image("small", layer_size=100), "latest")
    keep = {"repositories": ["**"], "keepTags": [{"patterns": [".*"], "mostRecentlyPushedCount": 100_000}]}
    daemon = serve(config(data, storage={"retention": {"delay": "1h", "policies": [keep]}}))
    client, admin = daemon.client(), Admin(daemon.client())
    wait_until(lambda: admin.json("/status").get("import", {}).get("imported") == 1001, timeout=60, what="the import")
    viewers = [WebSocket(daemon.address) for _ in range(20)]
    try:
        for viewer in viewers:
            viewer.subscribe("metrics", "transfers", "events", "jobs", "logs")
        assert len(client.get("/v2/large/app/tags/list?n=10000").json()["tags"]) == 10_000
        for number in range(1000):
            assert client.manifest(f"team/app-{number:04}", "latest").status == 200
        for path, query in (
            ("/tags", {"repository": "large/app", "limit": 500, "sort": "size"}),
            ("/repositories", {"limit": 500, "sort": "size"}),
            ("/storage/preview", {"kind": "retention"}),
            ("/storage/preview", {"kind": "retention", "repository": "large/app"}),
            ("/storage/tree", {}),
        ):
            assert admin.get(path, **query).status == 200, path
        for kind in ("gc", "retention"):
            assert admin.call("POST", "/jobs", {"kind": kind}).status == 202
            ended = lambda k=kind: admin.json("/jobs", kind=k)["items"][0]["state"] == "succeeded"  # noqa: E731
            wait_until(ended, timeout=60, what=kind)
        assert client.delete(f"/v2/large/app/manifests/{image.manifest.digest}").status == 202
        metrics = client.metrics()
    finally:
        for viewer in viewers:
            viewer.close()
    slow = [line for line in daemon.log().splitlines() if "io.turn_slow" in line]
    assert metrics["larder_io_slow_turns_total"] == 0, slow
