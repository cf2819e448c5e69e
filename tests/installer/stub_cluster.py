"""As much of a Kubernetes API server as helm asks before it would install: versions, and what is there already.

Nothing is kept: helm runs with --dry-run=server, which looks up and renders, notes included.
"""

import http.server
import json
import threading
import urllib.parse

import chart

# (group/version, plural, kind, namespaced)
RESOURCES = (
    ("v1", "services", "Service", True),
    ("v1", "secrets", "Secret", True),
    ("v1", "configmaps", "ConfigMap", True),
    ("v1", "serviceaccounts", "ServiceAccount", True),
    ("v1", "persistentvolumeclaims", "PersistentVolumeClaim", True),
    ("v1", "pods", "Pod", True),
    ("apps/v1", "deployments", "Deployment", True),
    ("apps/v1", "statefulsets", "StatefulSet", True),
    ("apps/v1", "daemonsets", "DaemonSet", True),
    ("gateway.networking.k8s.io/v1", "httproutes", "HTTPRoute", True),
    ("monitoring.coreos.com/v1", "servicemonitors", "ServiceMonitor", True),
    ("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", True),
)
GROUPS = sorted({version for version, *_ in RESOURCES})


class StubCluster:
    """`objects` is what the cluster holds."""

    def __init__(self, directory, version="1.31.4"):
        self.objects = []
        cluster = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = json.dumps(cluster.answer(urllib.parse.urlsplit(self.path).path)).encode()
                code = 404 if b'"NotFound"' in body else 200
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.version = version
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.env = {"KUBECONFIG": str(directory / "none"), "HOME": str(directory)}
        self.options = (f"--kube-apiserver=http://127.0.0.1:{self.server.server_address[1]}",)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path):
        parts = path.strip("/").split("/")
        if path == "/version":
            major, minor, _ = self.version.split(".")
            return {"major": major, "minor": minor, "gitVersion": f"v{self.version}"}
        if path == "/api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            groups = [group.split("/") for group in GROUPS if "/" in group]
            return {
                "kind": "APIGroupList",
                "groups": [
                    {
                        "name": name,
                        "versions": [{"groupVersion": f"{name}/{version}", "version": version}],
                        "preferredVersion": {"groupVersion": f"{name}/{version}", "version": version},
                    }
                    for name, version in groups
                ],
            }
        version = "/".join(parts[1:3] if parts[0] == "apis" else parts[1:2])
        rest = parts[3 if parts[0] == "apis" else 2 :]
        known = {plural: kind for group, plural, kind, _ in RESOURCES if group == version}
        if not rest:
            listed = [
                {"name": plural, "kind": kind, "namespaced": namespaced, "verbs": ["get", "list", "create", "patch"]}
                for group, plural, kind, namespaced in RESOURCES
                if group == version
            ]
            return {"kind": "APIResourceList", "groupVersion": version, "resources": listed}
        if rest[0] == "namespaces" and len(rest) >= 3:
            namespace, plural, *name = rest[1:]
            found = [
                one
                for one in self.objects
                if one["kind"] == known.get(plural) and one["metadata"].get("namespace", "default") == namespace
            ]
            if not name:
                return {"kind": f"{known.get(plural)}List", "apiVersion": version, "metadata": {}, "items": found}
            for one in found:
                if one["metadata"]["name"] == name[0]:
                    return one
        return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}

    def install(self, *values, release="rel", namespace="default", **more):
        """(objects, notes) of what `helm install` would do."""
        text = chart.helm(
            "install",
            release,
            chart.CHART,
            f"--namespace={namespace}",
            "--dry-run=server",
            "--disable-openapi-validation",
            *(f"--values={chart.values_file(one)}" for one in (*values, more) if one),
            *self.options,
            env=self.env,
        )
        manifest, _, notes = text.partition("\nNOTES:\n")
        manifest = manifest.partition("\nMANIFEST:\n")[2]
        return chart.parse(manifest), notes
