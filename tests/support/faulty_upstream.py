#!/usr/bin/env python3
"""A fake OCI registry that makes images up and fails on request.

Standard library only (Python 3.11), HTTP/1.1 with keep-alive, one process, several hundred streams at once. Used by
unit tests, integration tests and the benchmark. Start it and read one JSON line from its standard output:

    python3 faulty_upstream.py --port 0 --latency-ms 30 --rate-mb 20 --auth token
    {"port": 40123}

Options: --host, --port, --latency-ms (before each answer), --rate-mb (MB/s of each stream, 0 = unlimited),
--auth none|basic|token, --user and --password (what Basic, or the token endpoint, wants; without them token log-in is
anonymous), --token-expires (seconds), --realm (the URL of the token endpoint in challenges), --tls-cert, --tls-key,
--tls-client-ca (client certificates of that CA are required), --cdn (see the config call), --referrers none|api|tag. It
ends when its standard input is closed, if started with --until-eof.

Images are made on demand from their names, which may follow any other path segments:

    img/<layers>x<size>/<seed>               an image; size is 1000, 64k, 20m, 1g (powers of 1024)
    multi/<platforms>/<layers>x<size>/<seed> an index of that many platforms, each an image of its own
    docker/img/…, docker/multi/…             the same with Docker's media types

Every tag of such a name resolves, unless tags were set for it. Other names exist once POST /_control/tags gave them an
image. Content is a pure function of (size, seed, index), so it needs no memory and is the same in every run.

Control calls, on the same port, never delayed, never asked for credentials, not counted:

    POST /_control/fault    one fault or a list of faults (below); answers {"ids": [...]}
    GET  /_control/faults   the faults with how often each was applied
    POST /_control/tags     {"repository", "tag" | "tags", "image"} sets or moves tags; with "delete": true and no image,
                            removes them
    POST /_control/config   any of latency_ms, rate_mb, auth, user, password, token_expires, token_field, realm,
                            referrers, cdn ("http://localhost:123": blobs are redirected there), catalog (list),
                            headers (sent with every answer, e.g. RateLimit-Remaining)
    POST /_control/heal     forgets the faults
    POST /_control/revoke   forgets every token that was issued
    POST /_control/reset    forgets faults, counters, tags and tokens, and restores the command line's configuration
    GET  /_control/stats    requests and bytes by kind, connections, the most that ran at once, the last 2000 requests

A fault is {"fault": …, "kind", "method", "path", "skip", "count"}: it applies to requests of that kind (ping,
manifest, blob, tags, catalog, referrers, token, cdn, other), method and path (a regular expression); all by default;
after the first `skip` matches (0), `count` times (1; -1 for always). The first fault that matches is applied. Faults:

    status     {"status": 503, "headers": {"Retry-After": "5"}, "body": "…"}
    delay      {"ms": 200}, then the usual answer
    hang       {"after": n}: stands still after n bytes of the body; without "after", before the headers
    cut        {"after": n, "reset": false}: closes after n bytes of the body
    reset      resets the connection instead of an answer
    corrupt    {"at": 0}: flips the bits of one byte of the body
    length     {"delta": 5}: a Content-Length that is off by this much
    digest     {"value": "sha256:…" | null}: another Docker-Content-Digest, or none
    strip      {"headers": ["Content-Length"]}: leaves headers out of the answer to a HEAD (or any other)
    range      {"mode": "ignore" | "shift" | 416}: answers a Range with 200, from a wrong place, or with 416
    loop401    401 with a challenge, whatever the credentials
    challenge  {"value": "Bearer realm=…"}: 401 with this WWW-Authenticate (a list: several)
    redirect   {"to": "http://localhost:1"}: 307 to that base with the same path; "self": to itself, for ever
    huge       {"bytes": n}: a chunked body of n bytes of JSON white space
    endless    a chunked body that never ends
    slow       {"bps": 100}: the body at this many bytes per second
    body       {"body": "…", "type": "application/json"}: 200 with this body
    refuse     closes connections as they are accepted (matches no kind, method or path)
"""

import argparse
import asyncio
import base64
import collections
import hashlib
import json
import os
import re
import secrets
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

BLOCK = 256 * 1024
STEP = 256 * 1024
MAX_STEP = 1024 * 1024
POOL = hashlib.shake_128(b"larder synthetic content").digest(2 * 1024 * 1024)
IMAGE = re.compile(
    r"(?:^|/)(?:multi/(?P<platforms>\d+)|img)/(?P<layers>\d+)x(?P<size>\d+)(?P<unit>[kmg]?)/(?P<seed>[^:@]+)$"
)
ARCHITECTURES = ["amd64", "arm64", "s390x", "ppc64le", "riscv64", "arm", "386", "mips64le"]
OCI = {
    "manifest": "application/vnd.oci.image.manifest.v1+json",
    "index": "application/vnd.oci.image.index.v1+json",
    "config": "application/vnd.oci.image.config.v1+json",
    "layer": "application/vnd.oci.image.layer.v1.tar+gzip",
}
DOCKER = {
    "manifest": "application/vnd.docker.distribution.manifest.v2+json",
    "index": "application/vnd.docker.distribution.manifest.list.v2+json",
    "config": "application/vnd.docker.container.image.v1+json",
    "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}
REASONS = {200: "OK", 206: "Partial Content", 307: "Temporary Redirect", 401: "Unauthorized", 404: "Not Found"}


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Bytes:
    """A body in memory."""

    def __init__(self, data):
        self.data = data
        self.size = len(data)

    def read(self, offset, length):
        return self.data[offset : offset + length]


class Synthetic:
    """Pseudo-random bytes made from a seed: blocks of a 32-byte hash and a slice of one shared pool."""

    def __init__(self, seed, size):
        self.seed = seed.encode()
        self.size = size
        self._digest = None

    def _block(self, number):
        head = hashlib.sha256(b"%s:%d:%d" % (self.seed, self.size, number)).digest()
        start = int.from_bytes(head[:4], "big") % (len(POOL) - BLOCK)
        return head + POOL[start : start + BLOCK - len(head)]

    def read(self, offset, length):
        end = min(self.size, offset + length)
        parts = []
        while offset < end:
            number, skip = divmod(offset, BLOCK)
            part = self._block(number)[skip : skip + end - offset]
            parts.append(part)
            offset += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def digest(self):
        if self._digest is None:
            hasher = hashlib.sha256()
            for offset in range(0, self.size, BLOCK):
                hasher.update(self.read(offset, BLOCK))
            self._digest = "sha256:" + hasher.hexdigest()
        return self._digest


class Image:
    """Everything that one image name stands for: manifests and blobs by digest."""

    def __init__(self, name, match, layers_cache):
        docker = "docker" in name[: match.start() + 1].split("/")
        self.types = DOCKER if docker else OCI
        self.manifests = {}
        self.blobs = {}
        layers = int(match["layers"])
        size = int(match["size"]) << {"": 0, "k": 10, "m": 20, "g": 30}[match["unit"]]
        platforms = match["platforms"]
        if platforms is None:
            self.root = self._add_image(match["seed"], layers, size, 0, layers_cache)
        else:
            entries = []
            for number in range(int(platforms)):
                seed = "%s/p%d" % (match["seed"], number)
                digest = self._add_image(seed, layers, size, number, layers_cache)
                entry = self._descriptor(self.types["manifest"], digest, len(self.manifests[digest][1]))
                entry["platform"] = {"architecture": ARCHITECTURES[number % len(ARCHITECTURES)], "os": "linux"}
                entries.append(entry)
            self.root = self._add_manifest(
                self.types["index"], {"schemaVersion": 2, "mediaType": self.types["index"], "manifests": entries}
            )

    @staticmethod
    def _descriptor(media_type, digest, size):
        return {"mediaType": media_type, "digest": digest, "size": size}

    def _add_manifest(self, media_type, document):
        data = json.dumps(document, indent=3).encode()
        digest = sha256(data)
        self.manifests[digest] = (media_type, data)
        return digest

    def _add_image(self, seed, layers, size, number, layers_cache):
        descriptors = []
        for index in range(layers):
            key = ("%s#%d" % (seed, index), size)
            layer = layers_cache.get(key)
            if layer is None:
                layer = layers_cache[key] = Synthetic(*key)
            self.blobs[layer.digest()] = layer
            descriptors.append(self._descriptor(self.types["layer"], layer.digest(), size))
        config = json.dumps(
            {
                "architecture": ARCHITECTURES[number % len(ARCHITECTURES)],
                "os": "linux",
                "config": {"Labels": {"seed": seed}},
                "rootfs": {"type": "layers", "diff_ids": [d["digest"] for d in descriptors]},
            }
        ).encode()
        self.blobs[sha256(config)] = Bytes(config)
        return self._add_manifest(
            self.types["manifest"],
            {
                "schemaVersion": 2,
                "mediaType": self.types["manifest"],
                "config": self._descriptor(self.types["config"], sha256(config), len(config)),
                "layers": descriptors,
            },
        )


class Catalog:
    """Which names, tags, manifests and blobs there are."""

    def __init__(self):
        self.layers = {}
        self.images = collections.OrderedDict()
        self.tags = {}
        self.assigned = {}
        self.extra_names = []

    def image(self, name):
        found = self.images.get(name)
        if found is None:
            match = IMAGE.search(name)
            if match is None:
                return None
            found = self.images[name] = Image(name, match, self.layers)
            if len(self.images) > 10000:
                self.images.popitem(last=False)
        return found

    async def load(self, names):
        """Makes images off the event loop, since hashing their layers takes a while."""
        missing = [name for name in names if name not in self.images and IMAGE.search(name)]
        for name in missing:
            await asyncio.get_running_loop().run_in_executor(None, self.image, name)

    def images_of(self, name):
        return [name] + self.assigned.get(name, [])

    def known(self, name):
        return IMAGE.search(name) is not None or name in self.assigned

    def set_tag(self, name, tag, image):
        self.tags.setdefault(name, {})[tag] = image
        images = self.assigned.setdefault(name, [])
        if image not in images:
            images.append(image)

    def list_tags(self, name):
        return sorted(self.tags[name]) if name in self.tags else ["latest"]

    def manifest(self, name, reference):
        """(media type, bytes, digest), or None."""
        if reference.startswith("sha256:"):
            for image in map(self.image, self.images_of(name)):
                if image and reference in image.manifests:
                    return (*image.manifests[reference], reference)
            return None
        source = self.tags[name].get(reference) if name in self.tags else name
        image = self.image(source) if source else None
        return (*image.manifests[image.root], image.root) if image else None

    def blob(self, name, digest):
        for image in map(self.image, self.images_of(name)):
            if image and digest in image.blobs:
                return image.blobs[digest]
        return None


class Close(Exception):
    """Ends the connection."""


class Request:
    def __init__(self, method, target, headers):
        self.method = method
        self.target = target
        self.path, _, query = target.partition("?")
        self.query = {k: v[-1] for k, v in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        self.headers = headers
        self.name = self.reference = ""
        self.kind = self._classify()

    def _classify(self):
        path = self.path
        if path == "/token":
            return "token"
        cdn = path.startswith("/_cdn/")
        if cdn:
            path = path[len("/_cdn") :]
        if path in ("/v2", "/v2/"):
            return "ping"
        if path == "/v2/_catalog":
            return "catalog"
        match = re.fullmatch(r"/v2/(.+)/(manifests|blobs|referrers)/([^/]+)", path)
        if match:
            self.name, noun, self.reference = match.groups()
            return "cdn" if cdn else {"manifests": "manifest", "blobs": "blob", "referrers": "referrers"}[noun]
        match = re.fullmatch(r"/v2/(.+)/tags/list", path)
        if match:
            self.name = match[1]
            return "tags"
        return "other"


class Server:
    def __init__(self, options):
        self.options = options
        self.port = 0
        self.reset()
        self.open = 0
        self.accepted = 0

    def reset(self):
        options = self.options
        self.config = {
            "latency_ms": options.latency_ms,
            "rate_mb": options.rate_mb,
            "auth": options.auth,
            "user": options.user,
            "password": options.password,
            "token_expires": options.token_expires,
            "token_field": "token",
            "realm": options.realm,
            "referrers": options.referrers,
            "cdn": options.cdn,
            "catalog": [],
            "headers": {},
        }
        self.catalog = Catalog()
        self.faults = []
        self.tokens = {}
        self.requests = collections.Counter()
        self.bytes = collections.Counter()
        self.last = collections.deque(maxlen=2000)
        self.running = 0
        self.most_running = 0
        self.generation = getattr(self, "generation", 0) + 1

    # Connections ----------------------------------------------------------------------------------------------------

    async def connection(self, reader, writer):
        self.accepted += 1
        self.open += 1
        try:
            if self.take_fault(None):
                raise Close
            writer.transport.set_write_buffer_limits(high=2 * STEP)
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                request = await self.read_request(reader)
                if request is None:
                    break
                await self.serve(request, writer)
        except (Close, ConnectionError, TimeoutError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            writer.close()

    @staticmethod
    async def read_request(reader):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if colon:
                headers[name.lower()] = value.strip()
        request = Request(method, target, headers)
        request.client_left = reader.at_eof
        length = int(headers.get("content-length", 0))
        request.body = await reader.readexactly(length) if length else b""
        return request

    async def serve(self, request, writer):
        if request.path.startswith("/_control/"):
            status, document = self.control(request)
            await self.send_json(writer, request, status, document)
            return
        generation = self.generation
        self.record(request)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.config["latency_ms"]:
                await asyncio.sleep(self.config["latency_ms"] / 1000)
            await self.answer(request, writer, self.take_fault(request) or {})
        finally:
            if generation == self.generation:
                self.running -= 1

    def record(self, request):
        authorization = request.headers.get("authorization", "")
        scheme, _, rest = authorization.partition(" ")
        auth = scheme.lower() or None
        if auth == "basic":
            auth = "basic:" + base64.b64decode(rest).decode("utf-8", "replace").partition(":")[0]
        self.requests["%s %s" % (request.method, request.kind)] += 1
        self.last.append(
            {
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "kind": request.kind,
                "auth": auth,
                "range": request.headers.get("range"),
                "host": request.headers.get("host"),
                "agent": request.headers.get("user-agent"),
                "accept": request.headers.get("accept"),
                "encoding": request.headers.get("accept-encoding"),
                "time": time.monotonic(),
            }
        )
        request.entry = self.last[-1]

    def take_fault(self, request):
        """The first fault that matches; None for a connection that was just accepted."""
        for fault in self.faults:
            if (fault["fault"] == "refuse") != (request is None):
                continue
            if request is not None:
                if fault.get("kind", "*") not in ("*", request.kind):
                    continue
                if fault.get("method", "*") not in ("*", request.method):
                    continue
                if not re.search(fault.get("path", ""), request.target):
                    continue
            fault["matched"] += 1
            count = fault.get("count", 1)
            turn = fault["matched"] - fault.get("skip", 0)
            if turn >= 1 and (count < 0 or turn <= count):
                fault["applied"] += 1
                return fault
        return None

    # Answers --------------------------------------------------------------------------------------------------------

    async def answer(self, request, writer, fault):
        what = fault.get("fault")
        if what == "delay":
            await asyncio.sleep(fault["ms"] / 1000)
        elif what == "hang" and "after" not in fault:
            await self.hang(writer, request)
        elif what == "reset":
            self.abort(writer)
        elif what == "status":
            body = Bytes(fault.get("body", "").encode())
            await self.send(writer, request, fault["status"], fault.get("headers", {}), body)
            return
        elif what == "loop401":
            await self.send_challenge(writer, request, [self.challenge(request)])
            return
        elif what == "challenge":
            values = fault["value"] if isinstance(fault["value"], list) else [fault["value"]]
            await self.send_challenge(writer, request, values)
            return
        elif what == "redirect":
            base = "" if fault["to"] == "self" else fault["to"]
            await self.send(writer, request, 307, {"Location": base + request.target}, Bytes(b""))
            return
        elif what in ("huge", "endless"):
            await self.send_chunked(writer, request, fault.get("bytes") if what == "huge" else None)
            return
        elif what == "body":
            headers = {"Content-Type": fault.get("type", "application/json")}
            await self.send(writer, request, 200, headers, Bytes(fault["body"].encode()), fault)
            return
        if request.kind == "token":
            await self.send_token(writer, request, fault)
            return
        if request.kind != "cdn" and not self.authorized(request):
            await self.send_challenge(writer, request, [self.challenge(request)])
            return
        await self.send_content(writer, request, fault)

    async def send_content(self, writer, request, fault):
        kind = request.kind
        if kind == "ping":
            await self.send_json(writer, request, 200, {}, fault=fault)
        elif kind == "manifest":
            await self.catalog.load(self.catalog.images_of(request.name))
            tagged = self.catalog.tags.get(request.name, {}).get(request.reference)
            await self.catalog.load([tagged] if tagged else [])
            found = self.catalog.manifest(request.name, request.reference) or self.referrers_tag(request)
            if found is None:
                await self.send_error(writer, request, 404, "MANIFEST_UNKNOWN")
                return
            media_type, data, digest = found
            headers = {"Content-Type": media_type, "Docker-Content-Digest": digest}
            await self.send(writer, request, 200, headers, Bytes(data), fault)
        elif kind in ("blob", "cdn"):
            if kind == "blob" and self.config["cdn"]:
                location = "%s/_cdn%s?signature=x" % (self.config["cdn"], request.path)
                await self.send(writer, request, 307, {"Location": location}, Bytes(b""))
                return
            if kind == "cdn" and "authorization" in request.headers:
                await self.send_error(writer, request, 400, "UNSUPPORTED")
                return
            await self.catalog.load(self.catalog.images_of(request.name))
            blob = self.catalog.blob(request.name, request.reference)
            if blob is None:
                await self.send_error(writer, request, 404, "BLOB_UNKNOWN")
                return
            headers = {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
            if kind == "blob":
                headers["Docker-Content-Digest"] = request.reference
            await self.send(writer, request, 200, headers, blob, fault)
        elif kind == "tags":
            if not self.catalog.known(request.name):
                await self.send_error(writer, request, 404, "NAME_UNKNOWN")
                return
            await self.send_page(writer, request, "tags", self.catalog.list_tags(request.name), fault)
        elif kind == "catalog":
            names = sorted(set(self.catalog.assigned) | set(self.config["catalog"]))
            await self.send_page(writer, request, "repositories", names, fault)
        elif kind == "referrers" and self.config["referrers"] == "api":
            data = self.referrers_index(request.reference)
            await self.send(writer, request, 200, {"Content-Type": OCI["index"]}, Bytes(data), fault)
        else:
            await self.send_error(writer, request, 404, "NOT_FOUND")

    @staticmethod
    def referrers_index(subject):
        signature = json.dumps({"schemaVersion": 2, "mediaType": OCI["manifest"], "subject": subject}).encode()
        entry = {"mediaType": OCI["manifest"], "digest": sha256(signature), "size": len(signature)}
        entry["artifactType"] = "application/vnd.test.signature"
        return json.dumps({"schemaVersion": 2, "mediaType": OCI["index"], "manifests": [entry]}).encode()

    def referrers_tag(self, request):
        match = re.fullmatch(r"sha256-([0-9a-f]{64})", request.reference)
        if match is None or self.config["referrers"] != "tag":
            return None
        data = self.referrers_index("sha256:" + match[1])
        return OCI["index"], data, sha256(data)

    async def send_page(self, writer, request, field, names, fault):
        last = request.query.get("last")
        if last is not None:
            names = [name for name in names if name > last]
        headers = {"Content-Type": "application/json"}
        size = int(request.query.get("n") or 100)
        if len(names) > size:
            names = names[:size]
            more = urllib.parse.urlencode({"n": size, "last": names[-1] if names else ""})
            headers["Link"] = '<%s?%s>; rel="next"' % (request.path, more)
        document = {field: names}
        if field == "tags":
            document["name"] = request.name
        await self.send(writer, request, 200, headers, Bytes(json.dumps(document).encode()), fault)

    async def send_json(self, writer, request, status, document, fault=None):
        headers = {"Content-Type": "application/json"}
        await self.send(writer, request, status, headers, Bytes(json.dumps(document).encode()), fault)

    async def send_error(self, writer, request, status, code):
        await self.send_json(writer, request, status, {"errors": [{"code": code, "message": code.lower()}]})

    async def send_challenge(self, writer, request, challenges):
        headers = {"Content-Type": "application/json", "WWW-Authenticate": challenges}
        body = json.dumps({"errors": [{"code": "UNAUTHORIZED", "message": "log in"}]}).encode()
        await self.send(writer, request, 401, headers, Bytes(body))

    async def send(self, writer, request, status, headers, body, fault=None):
        """Sends one answer; Range is honoured for blobs."""
        fault = fault or {}
        what = fault.get("fault")
        headers = {**headers, **({} if request.path.startswith("/_control/") else self.config["headers"])}
        start, size = 0, body.size
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if wanted and status == 200 and request.kind in ("blob", "cdn") and fault.get("mode") != "ignore":
            start = int(wanted[1])
            end = min(int(wanted[2] or size - 1), size - 1)
            if start >= size or fault.get("mode") == 416:
                status, start, size = 416, 0, 0
                headers["Content-Range"] = "bytes */%d" % body.size
            else:
                status, size = 206, end - start + 1
                shift = 1 if fault.get("mode") == "shift" else 0
                headers["Content-Range"] = "bytes %d-%d/%d" % (start - shift, end - shift, body.size)
        headers["Content-Length"] = str(size + (fault["delta"] if what == "length" else 0))
        if what == "digest":
            headers["Docker-Content-Digest"] = fault.get("value")
        for name in fault.get("headers", ()) if what == "strip" else ():
            headers.pop(name, None)
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Status"))]
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    lines.append("%s: %s" % (name, one))
        if hasattr(request, "entry"):
            request.entry["status"] = status
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        if request.method != "HEAD":
            await self.send_body(writer, request, body, start, size, fault)
        if what in ("length", "strip"):
            raise Close
        await writer.drain()

    async def send_body(self, writer, request, body, start, size, fault):
        what = fault.get("fault")
        stop = size
        if what in ("cut", "hang"):
            stop = min(size, fault.get("after", 0))
        rate = fault["bps"] if what == "slow" else self.config["rate_mb"] * 1e6
        if request.path.startswith("/_control/"):
            rate = 0
        step = STEP if rate == 0 else max(1, min(STEP, int(rate / 4)))
        begun = time.monotonic()
        sent = 0
        while sent < stop:
            length = min(step, stop - sent)
            if rate:
                # As much as is due by now, so that many streams at once need few wake-ups each.
                due = int((time.monotonic() - begun) * rate) - sent
                if due < length:
                    await asyncio.sleep((sent + length) / rate - (time.monotonic() - begun))
                else:
                    length = min(due, MAX_STEP, stop - sent)
            data = body.read(start + sent, length)
            if what == "corrupt" and start + sent <= fault.get("at", 0) < start + sent + len(data):
                data = bytearray(data)
                data[fault.get("at", 0) - start - sent] ^= 0xFF
            writer.write(data)
            await writer.drain()
            sent += length
            if hasattr(request, "entry"):
                self.bytes[request.kind] += length
        if what == "cut" and stop < size:
            if fault.get("reset"):
                self.abort(writer)
            await self.flush(writer)
            raise Close
        if what == "hang" and stop < size:
            await self.hang(writer, request)

    async def send_chunked(self, writer, request, total):
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % OCI["manifest"].encode()
        )
        if request.method == "HEAD":
            return
        sent = 0
        while total is None or sent < total:
            length = 65536 if total is None else min(65536, total - sent)
            writer.write(b"%x\r\n%s\r\n" % (length, b" " * length))
            await writer.drain()
            sent += length
            self.bytes[request.kind] += length
        writer.write(b"0\r\n\r\n")

    @staticmethod
    async def flush(writer):
        while writer.transport.get_write_buffer_size():
            await asyncio.sleep(0.001)

    @staticmethod
    async def hang(writer, request):
        while not writer.transport.is_closing() and not request.client_left():
            await asyncio.sleep(0.05)
        raise Close

    @staticmethod
    def abort(writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        raise Close

    # Credentials ----------------------------------------------------------------------------------------------------

    def basic_ok(self, request):
        expected = "%s:%s" % (self.config["user"], self.config["password"])
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "basic" and rest == base64.b64encode(expected.encode()).decode()

    def authorized(self, request):
        if self.config["auth"] == "none":
            return True
        if self.config["auth"] == "basic":
            return self.basic_ok(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        issued = self.tokens.get(token) if scheme.lower() == "bearer" else None
        if issued is None or issued["expires"] < time.monotonic():
            return False
        return request.kind == "ping" or self.scope(request) in issued["scopes"]

    @staticmethod
    def scope(request):
        if request.kind == "catalog":
            return "registry:catalog:*"
        return "repository:%s:pull" % request.name if request.name else ""

    def challenge(self, request):
        if self.config["auth"] == "basic":
            return 'Basic realm="faulty"'
        scheme = "https" if self.options.tls_cert else "http"
        realm = self.config["realm"] or "%s://%s/token" % (scheme, request.headers.get("host"))
        value = 'Bearer realm="%s",service="faulty"' % realm
        scope = self.scope(request)
        return value + (',scope="%s"' % scope if scope else "")

    async def send_token(self, writer, request, fault):
        if self.config["user"] is not None and not self.basic_ok(request):
            await self.send_error(writer, request, 401, "UNAUTHORIZED")
            return
        token = secrets.token_urlsafe(24)
        expires = self.config["token_expires"]
        scopes = request.query.get("scope", "").split(" ")
        self.tokens[token] = {"expires": time.monotonic() + (expires or 60), "scopes": scopes}
        document = {self.config["token_field"]: token}
        if expires:
            document["expires_in"] = expires
        await self.send_json(writer, request, 200, document, fault)

    # Control --------------------------------------------------------------------------------------------------------

    def control(self, request):
        command = request.path.removeprefix("/_control/")
        document = json.loads(request.body) if request.body else {}
        if command == "stats":
            return 200, {
                "requests": dict(self.requests),
                "bytes": dict(self.bytes),
                "connections": {"accepted": self.accepted, "open": self.open},
                "most_running": self.most_running,
                "running": self.running,
                "last": list(self.last),
            }
        if command == "faults":
            return 200, self.faults
        if command == "fault":
            added = document if isinstance(document, list) else [document]
            for fault in added:
                fault.update({"id": len(self.faults), "matched": 0, "applied": 0})
                self.faults.append(fault)
            return 200, {"ids": [fault["id"] for fault in added]}
        if command == "tags":
            name = document["repository"]
            for tag in document.get("tags", [document.get("tag")]):
                if document.get("delete"):
                    self.catalog.tags.setdefault(name, {}).pop(tag, None)
                else:
                    self.catalog.set_tag(name, tag, document["image"])
            return 200, {}
        if command == "config":
            unknown = set(document) - set(self.config)
            if unknown:
                return 400, {"error": "unknown keys: %s" % sorted(unknown)}
            self.config.update(document)
            return 200, self.config
        if command == "heal":
            self.faults = []
            return 200, {}
        if command == "revoke":
            self.tokens.clear()
            return 200, {}
        if command == "reset":
            self.reset()
            self.accepted = self.open
            return 200, {}
        return 404, {"error": "unknown control call"}


class Upstream:
    """Runs the server as a child process; for Python tests. Use as a context manager."""

    def __init__(self, *arguments):
        command = [sys.executable, os.path.abspath(__file__), "--port", "0", "--until-eof", *arguments]
        # In a session of its own: its end is that of its input, not the Ctrl-C of the terminal.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.scheme = "https" if "--tls-cert" in arguments else "http"
        self.host = "127.0.0.1:%d" % self.port
        self.url = "%s://%s" % (self.scheme, self.host)

    def control(self, command, document=None):
        data = None if document is None else json.dumps(document).encode()
        context = ssl._create_unverified_context() if self.scheme == "https" else None
        with urllib.request.urlopen(self.url + "/_control/" + command, data, 30, context=context) as answer:
            return json.load(answer)

    def fault(self, fault, **match):
        return self.control("fault", {"fault": fault, **match})

    def config(self, **keys):
        return self.control("config", keys)

    def stats(self):
        return self.control("stats")

    def reset(self):
        return self.control("reset", {})

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()


def parse_options():
    parser = argparse.ArgumentParser(description="A fake OCI registry that fails on request.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--rate-mb", type=float, default=0)
    parser.add_argument("--auth", choices=["none", "basic", "token"], default="none")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--token-expires", type=int, default=300)
    parser.add_argument("--realm")
    parser.add_argument("--referrers", choices=["none", "api", "tag"], default="none")
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--tls-client-ca")
    parser.add_argument("--cdn")
    parser.add_argument("--until-eof", action="store_true")
    return parser.parse_args()


async def main(options):
    server = Server(options)
    context = None
    if options.tls_cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls_cert, options.tls_key)
        if options.tls_client_ca:
            context.load_verify_locations(options.tls_client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    listener = await asyncio.start_server(
        server.connection, options.host, options.port, ssl=context, backlog=4096, limit=256 * 1024
    )
    server.port = listener.sockets[0].getsockname()[1]
    print(json.dumps({"port": server.port}), flush=True)
    if options.until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    await listener.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(parse_options()))
    except KeyboardInterrupt:
        sys.exit(0)
