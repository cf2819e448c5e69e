"""nginx, docker-registry and larderd with the same image and the same large blob: open, behind log-in, or with TLS."""

import contextlib
import dataclasses

from harness.client import Client
from harness.images import Content, make_image
from harness.peers import CertificateAuthority, write_htpasswd
from harness.process import Process

NAME = "hot/app"
BLOB_SIZE = 50_000_000
IMAGE = make_image("hot", layers=2)
BLOB = Content(bytes(range(250)) * (BLOB_SIZE // 250))
MANIFEST_PATH = f"/v2/{NAME}/manifests/latest"
BLOB_PATH = f"/v2/{NAME}/blobs/{BLOB.digest}"
FILES = {
    MANIFEST_PATH: (IMAGE.manifest.media_type, IMAGE.manifest.data),
    BLOB_PATH: (BLOB.media_type, BLOB.data),
}
USER, PASSWORD, BCRYPT_COST = "puller", "puller-s3cret", 5
EVERYTHING = ["read", "create", "update", "delete"]
POLICIES = {
    "groups": {"nodes": {"users": [USER]}},
    "repositories": {
        "**": {"policies": [{"users": ["someone"], "actions": EVERYTHING}]},
        "hot/**": {"policies": [{"groups": ["nodes"], "actions": EVERYTHING}], "defaultPolicy": ["read"]},
    },
    "adminPolicy": {"users": ["admin"], "actions": EVERYTHING},
}


@dataclasses.dataclass
class Server:
    name: str
    url: str
    process: Process


class Stores:
    """Makes them; each lives as long as its block. Before load is put on one, it has given the right bytes."""

    def __init__(self, bench, log_in=False, tls=False):
        self._bench = bench
        self._user = (USER, PASSWORD) if log_in else None
        self._htpasswd = log_in and write_htpasswd(bench.fresh("users") / "htpasswd", BCRYPT_COST, **{USER: PASSWORD})
        self._certificate = self.tls_context = None
        if tls:
            authority = CertificateAuthority(bench.fresh("authority"))
            self._certificate, self.tls_context = authority.issue("server", "server"), authority.context()

    def client(self, address):
        return Client(address, self._user, self.tls_context)

    @property
    def manifest_headers(self):
        return {"Accept": IMAGE.manifest.media_type, **self.client("").headers}

    @contextlib.contextmanager
    def nginx(self):
        with self._bench.nginx(FILES, htpasswd=self._htpasswd, tls=self._certificate) as server:
            yield self._checked("nginx", server)

    @contextlib.contextmanager
    def docker_registry(self):
        with self._bench.docker_registry(htpasswd=self._htpasswd) as server:
            self._push(server)
            yield self._checked("docker-registry", server)

    @contextlib.contextmanager
    def larderd(self, name="larderd"):
        """With a sync rule that takes every name, and with metrics."""
        http = {}
        if self._htpasswd:
            http |= {"auth": {"htpasswd": {"path": str(self._htpasswd)}}, "accessControl": POLICIES}
        if self._certificate:
            certificate, key = map(str, self._certificate)
            http |= {"tls": {"cert": certificate, "key": key}}
        with self._bench.upstream(throttled=False) as upstream:
            with self._bench.larderd(upstream, settings={"http": http}) as server:
                self._push(server)
                yield self._checked(name, server)

    def _push(self, server):
        client = self.client(server.address)
        client.push(NAME, IMAGE, "latest")
        assert client.push_blob(NAME, BLOB).status == 201

    def _checked(self, name, server):
        client = self.client(server.address)
        for path, (media_type, data) in FILES.items():
            answer = client.get(path, {"Accept": media_type})
            assert (answer.status, answer.body) == (200, data), f"{name}{path}: {answer.status}"
        if self._user:
            assert Client(server.address).get(MANIFEST_PATH).status == 401, f"{name} lets anyone in"
        return Server(name, f"{'https' if self._certificate else 'http'}://{server.address}", server.process)
