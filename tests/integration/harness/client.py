"""A registry client over plain http.client: one request, one connection, nothing hidden from the test."""

import base64
import contextlib
import dataclasses
import http.client
import json
import urllib.parse

from harness.images import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST

ACCEPT = ", ".join((DOCKER_MANIFEST, DOCKER_LIST, OCI_MANIFEST, OCI_INDEX, "*/*"))


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    @property
    def error_code(self):
        """The code of the first error in the body, as the distribution specification has it."""
        return self.json()["errors"][0]["code"]


class Client:
    """Speaks to `address` (host:port). `user` is a pair for Basic authentication, `tls` an ssl.SSLContext."""

    def __init__(self, address, user=None, tls=None, timeout=30.0):
        self.address = address
        self._tls = tls
        self._timeout = timeout
        self.headers = {}
        if user:
            self.headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()

    def _connect(self, timeout=None):
        timeout = timeout or self._timeout
        if self._tls:
            return http.client.HTTPSConnection(self.address, timeout=timeout, context=self._tls)
        return http.client.HTTPConnection(self.address, timeout=timeout)

    @contextlib.contextmanager
    def open(self, method, path, body=None, headers=None, timeout=None):
        """The response with its body unread; leaving the block closes the connection, whatever is still to come."""
        with contextlib.closing(self._connect(timeout)) as connection:
            connection.connect()
            # A server may answer early and read no more of the body; clients then look for the answer (RFC 9112, 9.5).
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers={**self.headers, **(headers or {})})
            yield connection.getresponse()

    def request(self, method, path, body=None, headers=None, timeout=None):
        with self.open(method, path, body, headers, timeout) as response:
            return Answer(response.status, response.headers, response.read())

    def get(self, path, headers=None, timeout=None):
        return self.request("GET", path, headers=headers, timeout=timeout)

    def head(self, path, headers=None, timeout=None):
        return self.request("HEAD", path, headers=headers, timeout=timeout)

    def delete(self, path):
        return self.request("DELETE", path)

    def manifest(self, repository, reference, method="GET", ns=None, timeout=None):
        query = f"?ns={ns}" if ns else ""
        path = f"/v2/{repository}/manifests/{reference}{query}"
        return self.request(method, path, headers={"Accept": ACCEPT}, timeout=timeout)

    def blob(self, repository, digest, method="GET", ns=None, range_=None, timeout=None):
        query = f"?ns={ns}" if ns else ""
        headers = {"Range": range_} if range_ else {}
        return self.request(method, f"/v2/{repository}/blobs/{digest}{query}", headers=headers, timeout=timeout)

    def pull(self, repository, reference, ns=None):
        """Manifest and blobs of an image, each checked against its digest by the caller; a list of answers."""
        answers = [self.manifest(repository, reference, ns=ns)]
        manifest = answers[0].json()
        for descriptor in (manifest["config"], *manifest["layers"]):
            answers.append(self.blob(repository, descriptor["digest"], ns=ns))
        return answers

    def push_blob(self, repository, content):
        started = self.request("POST", f"/v2/{repository}/blobs/uploads/")
        assert started.status == 202, (started.status, started.body)
        return self.request(
            "PUT",
            with_query(started.headers["Location"], digest=content.digest),
            content.data,
            {"Content-Type": "application/octet-stream"},
        )

    def push_manifest(self, repository, reference, content):
        path = f"/v2/{repository}/manifests/{reference}"
        return self.request("PUT", path, content.data, {"Content-Type": content.media_type})

    def push(self, repository, image, tag=None):
        """An Image, or an Index with all its images. Without a tag, by digest."""
        for child in getattr(image, "images", ()):
            self.push(repository, child)
        for blob in getattr(image, "blobs", ()):
            answer = self.push_blob(repository, blob)
            assert answer.status == 201, (answer.status, answer.body)
        answer = self.push_manifest(repository, tag or image.manifest.digest, image.manifest)
        assert answer.status == 201, (answer.status, answer.body)
        return answer

    def metrics(self):
        """The exposition as {'name{label="x"}': value}."""
        answer = self.get("/metrics")
        assert answer.status == 200, answer.status
        series = (line.rsplit(" ", 1) for line in answer.body.decode().splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in series}


def with_query(location, **parameters):
    """Path and query of a Location, absolute or not, with more parameters."""
    parts = urllib.parse.urlsplit(location)
    query = "&".join(filter(None, (parts.query, urllib.parse.urlencode(parameters))))
    return f"{parts.path}?{query}"
