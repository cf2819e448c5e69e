"""Load from one asyncio process: raw sockets, bodies hashed as a node hashes them and then dropped."""

import asyncio
import dataclasses
import hashlib
import json
import re
import socket
import time

ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
BUFFER_BYTES = 256 << 10


@dataclasses.dataclass
class Answer:
    status: int
    head: str
    body: bytes
    length: int
    digest: str = ""

    def field(self, name):
        match = re.search(rf"^{name}: *(.*?)\r?$", self.head, re.MULTILINE | re.IGNORECASE)
        return match[1] if match else None


async def fetch(address, path, token=None, keep=True):
    """One GET on a connection of its own. The body is kept, or counted and hashed."""
    loop = asyncio.get_running_loop()
    host, port = address.rsplit(":", 1)
    with socket.socket() as connection:
        connection.setblocking(False)
        await loop.sock_connect(connection, (host, int(port)))
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        await loop.sock_sendall(
            connection,
            f"GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: {ACCEPT}\r\n{authorization}"
            "Connection: close\r\n\r\n".encode(),
        )
        received = b""
        while b"\r\n\r\n" not in received:
            piece = await loop.sock_recv(connection, 65536)
            if not piece:
                raise ConnectionError(f"{address}{path}: closed before the answer")
            received += piece
        raw, _, start = received.partition(b"\r\n\r\n")
        head = raw.decode("latin-1")
        answer = Answer(int(head.split(" ", 2)[1]), head, b"", len(start))
        expected = int(answer.field("Content-Length") or 0)
        if keep:
            body = bytearray(start)
            while len(body) < expected:
                piece = await loop.sock_recv(connection, 1 << 20)
                if not piece:
                    break
                body += piece
            answer.body, answer.length = bytes(body), len(body)
        else:
            hasher = hashlib.sha256(start)
            buffer = memoryview(bytearray(BUFFER_BYTES))
            while answer.length < expected:
                count = await loop.sock_recv_into(connection, buffer)
                if not count:
                    break
                hasher.update(buffer[:count])
                answer.length += count
            answer.digest = f"sha256:{hasher.hexdigest()}"
        if answer.length != expected:
            raise ConnectionError(f"{address}{path}: {answer.length} of {expected} bytes")
        return answer


class Puller:
    """Pulls as a node does: the manifest, then config and layers in parallel, `at_once` or all. Logs in where it is
    told to."""

    def __init__(self, address, at_once=1000):
        self.address = address
        self._token = None
        self._turns = asyncio.Semaphore(at_once)

    async def _get(self, path, keep=True):
        answer = await fetch(self.address, path, self._token, keep)
        if answer.status == 401 and self._token is None:
            await self._log_in(answer.field("WWW-Authenticate"))
            return await self._get(path, keep)
        if answer.status != 200:
            raise ConnectionError(f"{self.address}{path}: {answer.status}")
        return answer

    async def _log_in(self, challenge):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        realm = re.fullmatch(r"http://([^/]+)(/.*)", fields["realm"])
        answer = await fetch(realm[1], f"{realm[2]}?service={fields['service']}&scope={fields['scope']}")
        self._token = json.loads(answer.body)["token"]

    async def manifest(self, name, reference="latest"):
        return json.loads((await self._get(f"/v2/{name}/manifests/{reference}")).body)

    async def pull(self, name, platform=None):
        """(seconds to the first manifest, seconds for all). Of an index one platform is pulled."""
        begun = time.monotonic()
        manifest = await self.manifest(name)
        first = time.monotonic() - begun
        if platform is not None:
            manifest = await self.manifest(name, manifest["manifests"][platform]["digest"])
        blobs = [manifest["config"], *manifest["layers"]]
        await asyncio.gather(*(self._blob(name, blob["digest"]) for blob in blobs))
        return first, time.monotonic() - begun

    async def _blob(self, name, digest):
        async with self._turns:
            answer = await self._get(f"/v2/{name}/blobs/{digest}", keep=False)
        if answer.digest != digest:
            raise ConnectionError(f"{self.address}/{name}: {answer.digest} instead of {digest}")


def pull(address, name, platform=None):
    return asyncio.run(Puller(address).pull(name, platform))


def pull_all(address, names, **options):
    """All at once, each with its own log-in; seconds until the last has ended."""

    async def everything():
        await asyncio.gather(*(Puller(address, **options).pull(name) for name in names))

    begun = time.monotonic()
    asyncio.run(everything())
    return time.monotonic() - begun


def answer_time(address, path, limit):
    """Seconds until an answer, and its status; the limit and None if there was none by then."""

    async def one():
        return await asyncio.wait_for(fetch(address, path), limit)

    begun = time.monotonic()
    try:
        status = asyncio.run(one()).status
    except (TimeoutError, OSError):
        status = None
    return time.monotonic() - begun, status
