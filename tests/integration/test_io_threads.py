"""What would keep an io thread, and all whose connections are on it, waiting: it is done elsewhere."""

import os
import pathlib

import pytest
from harness.daemon import config
from harness.images import Content

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
