"""The chart, rendered by helm: what of it would be in a cluster."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import yaml

CHART = pathlib.Path(__file__).resolve().parents[2] / "installer" / "helm" / "larder"
# What the clusters of the tests have beside Kubernetes' own.
EXTRAS = (
    "autoscaling.k8s.io/v1",
    "cilium.io/v2/CiliumNetworkPolicy",
    "kyverno.io/v2/PolicyException",
    "monitoring.coreos.com/v1",
)


def helm_binary():
    return os.environ.get("HELM") or shutil.which("helm")


class HelmFailed(Exception):
    pass


def helm(*arguments, env=None):
    done = subprocess.run(
        (helm_binary(), *map(str, arguments)),
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **(env or {})},
    )
    if done.returncode != 0:
        raise HelmFailed(done.stderr)
    return done.stdout


def values_file(values):
    """A file with them, which is what admins have; its text may be given as it stands."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False, encoding="utf-8") as file:
        file.write(values if isinstance(values, str) else yaml.safe_dump(values))
    return file.name


class Objects(list):
    """What was rendered."""

    def of(self, kind, name=None):
        found = [one for one in self if one["kind"] == kind and name in (None, one["metadata"]["name"])]
        assert len(found) == 1, f"{len(found)} of {kind} {name or ''} among {self.names()}"
        return found[0]

    def has(self, kind):
        return any(one["kind"] == kind for one in self)

    def names(self):
        return [(one["kind"], one["metadata"]["name"]) for one in self]

    def workload(self):
        return next(one for one in self if one["kind"] in ("Deployment", "StatefulSet"))

    def pod(self):
        return self.workload()["spec"]["template"]

    def container(self):
        return self.pod()["spec"]["containers"][0]

    def checksum(self):
        return self.pod()["metadata"]["annotations"]["checksum/restart-keys"]

    def config(self):
        return next(one for one in self if one["kind"] == "ConfigMap" and one["metadata"]["name"].endswith("-config"))[
            "data"
        ]


def parse(text):
    return Objects(one for one in yaml.safe_load_all(text) if one)


def render(*values, release="rel", namespace="default", kube="1.31.0", extras=(), chart=CHART, **more):
    """The objects for these values (mappings or YAML), laid over each other; keywords are top-level values."""
    files = [values_file(one) for one in (*values, more) if one]
    try:
        text = helm(
            "template",
            release,
            chart,
            f"--namespace={namespace}",
            f"--kube-version={kube}",
            *(f"--api-versions={one}" for one in extras),
            *(f"--values={file}" for file in files),
        )
    finally:
        for file in files:
            os.unlink(file)
    return parse(text)
