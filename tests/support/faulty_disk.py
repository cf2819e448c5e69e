"""A disk that fails on request, and that a power cut makes forget what was not synced: faulty_disk.cpp, preloaded.

    disk = FaultyDisk(directory, data)
    daemon = serve(settings, env=disk.env)
    disk.fail(CREATE | WRITE, errno.ENOSPC, skip=3, count=1)    # the fourth of them fails
    daemon.kill()
    disk.cut_power()    # the data directory is as the disk would have it: synced is kept, the rest is lost

The order of changes to one file is kept, and a file's or a name's change is safe once that file, the directory, or the
whole file system was synced; removals are taken to be safe at once. That is the least that POSIX lets a disk do, but for
sectors torn in two.
"""

import collections
import contextlib
import mmap
import os
import pathlib
import struct
import subprocess

WRITE, SYNC_FILE, RENAME, CREATE, TRUNCATE, SYNC_FOLDER = 1, 2, 4, 8, 16, 32
SYNC = SYNC_FILE | SYNC_FOLDER
ALL = WRITE | SYNC | RENAME | CREATE | TRUNCATE
ORDERS = struct.Struct("=IIqqIIqq")
HEAD = struct.Struct("=QQQQQ")

Entry = collections.namedtuple("Entry", "at kind inode a b data")


def build(directory):
    """The library, compiled into `directory` by the compiler of the project."""
    source = pathlib.Path(__file__).with_suffix(".cpp")
    library = directory / "faulty_disk.so"
    compiler = os.environ.get("CXX", "clang++-19")
    subprocess.run([compiler, "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


class FaultyDisk:
    def __init__(self, library, directory, data):
        self._data = pathlib.Path(data)
        self._record = directory / "disk.record"
        path = directory / "disk.orders"
        path.write_bytes(bytes(4096))
        with path.open("r+b") as file:
            self._orders = mmap.mmap(file.fileno(), 4096)
        self.env = {
            "LD_PRELOAD": str(library),
            "FAULTY_DISK_ROOT": str(self._data),
            "FAULTY_DISK_ORDERS": str(path),
            "FAULTY_DISK_RECORD": str(self._record),
        }

    def fail(self, operations, error, skip=0, count=-1, delay_ms=0, tear=False):
        """After `skip` of them, `count` of these operations fail with `error` (-1: all); each takes `delay_ms` more."""
        self._orders[: ORDERS.size] = ORDERS.pack(0, error, skip, count, delay_ms, tear, 0, 0)
        self._orders[:4] = struct.pack("=I", operations)

    def heal(self):
        self._orders[:4] = struct.pack("=I", 0)

    @property
    def matched(self):
        return ORDERS.unpack(self._orders[: ORDERS.size])[6]

    @property
    def failed(self):
        return ORDERS.unpack(self._orders[: ORDERS.size])[7]

    def _entries(self):
        content = self._record.read_bytes() if self._record.exists() else b""
        at = 0
        while at + HEAD.size <= len(content):
            kind, inode, a, b, size = HEAD.unpack_from(content, at)
            end = at + HEAD.size + size
            if end > len(content):
                return
            yield Entry(at, chr(kind), inode, a, b, content[at + HEAD.size : end])
            at = end

    def cut_power(self):
        """Undoes what was not safe when the daemon was killed; how many changes that were."""
        entries = list(self._entries())
        safe, reborn = {}, {}
        all_safe = max((entry.a for entry in entries if entry.kind == "A"), default=0)
        for entry in entries:
            if entry.kind == "S":
                safe[entry.inode] = max(entry.a, safe.get(entry.inode, 0))
            elif entry.kind == "C":
                # An inode that was used again: what was noted of it before is about another file.
                reborn[entry.a] = entry.at
        lost = 0
        for entry in reversed(entries):
            if entry.kind in "SA" or entry.at < max(all_safe, safe.get(entry.inode, 0)):
                continue
            if entry.kind == "W" and entry.at < reborn.get(entry.inode, 0):
                continue
            lost += self._undo(entry)
        self._record.unlink(missing_ok=True)
        return lost

    def _undo(self, entry):
        if entry.kind == "W":
            path = self._find(entry.inode)
            if path is None:
                return 0
            with path.open("r+b") as file:
                file.seek(entry.a)
                file.write(entry.data)
                file.truncate(entry.b)
            return 1
        with contextlib.suppress(FileNotFoundError):
            if entry.kind == "C":
                os.unlink(entry.data)
            else:
                source, target = entry.data.split(b"\n")
                os.rename(target, source)
            return 1
        return 0

    def _find(self, inode):
        for folder, _, names in os.walk(self._data):
            for name in names:
                path = pathlib.Path(folder, name)
                if path.stat().st_ino == inode:
                    return path
        return None
