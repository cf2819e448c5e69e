"""A Kubernetes API server of its own on loopback: etcd and kube-apiserver, and nothing that acts on what they hold.

There is neither a controller nor a node: a workload has no pods, and the claims of a StatefulSet are made by the tests.
"""

import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import urllib.parse

import chart
import yaml
from harness.process import Process, free_port, wait_until

HERE = pathlib.Path(__file__).parent
# The log-ins: of one who may do anything, and of one who may do nothing until a binding says so.
ADMIN, OWNER = "admins-token", "owners-token"
# What the server writes by itself at any time.
OWN = {"Event", "Lease"}


class HelmFailed(Exception):
    pass


def meta_of(one):
    return one["metadata"]


def key_of(one):
    return one["kind"], meta_of(one).get("namespace"), meta_of(one)["name"]


class Cluster:
    def __init__(self, binary, directory):
        self.directory = directory
        self.env = {"KUBECONFIG": str(directory / "kubeconfig"), "HOME": str(directory)}
        self._connection = None
        self._resources = {}
        self._processes = []
        store, peers, self.port = free_port(), free_port(), free_port()
        try:
            self._start_store(f"http://127.0.0.1:{store}", f"http://127.0.0.1:{peers}")
            self._start_server(binary, f"http://127.0.0.1:{store}")
        except BaseException:
            self.close()
            raise

    def close(self):
        for process in reversed(self._processes):
            process.stop()
        shutil.rmtree(self.directory / "etcd", ignore_errors=True)  # 64 MiB at least

    def _start(self, *command):
        # The kernel ends it with the tests, however they end.
        command = ("setpriv", "--pdeathsig", "KILL", *command)
        self._processes.append(Process(command, self.directory / f"{pathlib.Path(command[3]).name}.log"))
        return self._processes[-1]

    def _start_store(self, clients, peers):
        self._start(
            "etcd",
            f"--data-dir={self.directory / 'etcd'}",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
        )

    def _start_server(self, binary, store):
        key, tokens, certificates = self.directory / "key.pem", self.directory / "tokens", self.directory / "tls"
        subprocess.run(("openssl", "genrsa", "-out", key, "2048"), check=True, capture_output=True)
        tokens.write_text(f'{ADMIN},admin,1,"system:masters"\n{OWNER},owner,2\n', encoding="utf-8")
        server = self._start(
            binary,
            f"--etcd-servers={store}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir={certificates}",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            f"--token-auth-file={tokens}",
            "--authorization-mode=RBAC",
            "--allow-privileged",
        )
        self._certificate = certificates / "apiserver.crt"
        server.wait_for(self._is_ready, "the API server is ready", timeout=120)
        user = {"name": "admin", "user": {"token": ADMIN}}
        place = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": str(self._certificate)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": place}],
            "users": [user],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
            "current-context": "test",
        }
        (self.directory / "kubeconfig").write_text(yaml.safe_dump(config), encoding="utf-8")

    def _is_ready(self):
        try:
            return self.call("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def call(self, method, path, body=None, content_type="application/json", **query):
        """(status, what was answered)"""
        if self._connection is None:
            trusted = ssl.create_default_context(cafile=self._certificate)
            self._connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=trusted)
        if query:
            path += "?" + urllib.parse.urlencode(query)
        headers = {"Authorization": f"Bearer {ADMIN}", "Accept": "application/json", "Content-Type": content_type}
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        try:
            self._connection.request(method, path, body and body.encode(), headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self._connection = None
            raise
        return answer.status, json.loads(text) if text.startswith("{") else text

    def must(self, method, path, body=None, **more):
        status, answer = self.call(method, path, body, **more)
        assert status < 300, f"{method} {path}: {status} {answer.get('message', answer)}"
        return answer

    def resources(self):
        """{(group and version, kind): its description} of all that can be listed."""
        if not self._resources:
            groups = self.must("GET", "/apis")["groups"]
            versions = [one["groupVersion"] for group in groups for one in group["versions"]]
            for version in ("v1", *versions):
                for one in self.must("GET", self._root(version))["resources"]:
                    if "list" in one["verbs"]:
                        self._resources[version, one["kind"]] = one
        return self._resources

    @staticmethod
    def _root(version):
        return f"/apis/{version}" if "/" in version else f"/api/{version}"

    def path(self, one, collection=False):
        resource = self.resources()[one["apiVersion"], one["kind"]]
        place = f"/namespaces/{meta_of(one)['namespace']}" if resource["namespaced"] else ""
        name = "" if collection else f"/{meta_of(one)['name']}"
        return f"{self._root(one['apiVersion'])}{place}/{resource['name']}{name}"

    def create(self, one, **query):
        return self.must("POST", self.path(one, collection=True), one, **query)

    def stored(self, one):
        """The object as the server has it; None if it has it not."""
        status, answer = self.call("GET", self.path(one))
        assert status in (200, 404), answer
        return answer if status == 200 else None

    def everything(self):
        """{kind, namespace and name: the object} of all that the server holds."""
        found = {}
        for (version, kind), resource in self.resources().items():
            if kind not in OWN:
                for one in self.must("GET", f"{self._root(version)}/{resource['name']}")["items"]:
                    one |= {"apiVersion": version, "kind": kind}
                    found[key_of(one)] = one
        return found

    def remove(self, one):
        """Removes it at once, whatever protects it."""
        patch = {"metadata": {"finalizers": None}}
        self.must("DELETE", self.path(one))
        self.call("PATCH", self.path(one), patch, content_type="application/merge-patch+json")

    def add_namespace(self, name, security="restricted"):
        """With the account that a controller would make. `security` is the standard that its pods have to meet."""
        labels = {"pod-security.kubernetes.io/enforce": security}
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
        self.create(account)

    def add_definitions(self):
        """Teaches it the kinds of crds.yaml."""
        known = yaml.safe_load((HERE / "crds.yaml").read_text(encoding="utf-8"))
        for one in known:
            schema = {"type": "object", "required": ["spec"], "properties": {"spec": one["spec"]}}
            version = {"name": one["version"], "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
            definition = {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {
                    "name": f"{one['plural']}.{one['group']}",
                    # Asked of all groups below k8s.io.
                    "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
                },
                "spec": {
                    "group": one["group"],
                    "scope": "Namespaced",
                    "names": {"plural": one["plural"], "kind": one["kind"]},
                    "versions": [version],
                },
            }
            self.create(definition)
        for one in known:
            path = f"/apis/{one['group']}/{one['version']}/{one['plural']}"
            wait_until(lambda path=path: self.call("GET", path)[0] == 200, 30, path)
        self._resources = {}

    def helm(self, *arguments):
        """(output, complaints)"""
        done = subprocess.run(
            (chart.helm_binary(), *map(str, arguments)),
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **self.env},
        )
        if done.returncode != 0:
            raise HelmFailed(done.stderr)
        return done.stdout, done.stderr
