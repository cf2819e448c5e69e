"""A release of the chart in a cluster: what helm does with it, what it was to bring about, and what came of that."""

import json
import os
import re

import chart
import yaml
from cluster import key_of, meta_of


def documents(text):
    """The YAML documents of a manifest, as text."""
    return [one for one in re.split(r"(?m)^---$", text) if yaml.safe_load(one)]


class Release:
    """One release of a chart in a namespace of its own."""

    def __init__(self, cluster, package, namespace, name="rel", options=()):
        self.cluster, self.chart, self.namespace, self.name = cluster, package, namespace, name
        self.options = (f"--namespace={namespace}", *options)

    def _apply(self, verb, values, where, *options):
        file = chart.values_file(values or {})
        options = (*self.options, *options, "--output=json", f"--values={file}")
        try:
            output, complaints = self.cluster.helm(verb, self.name, where or self.chart, *options)
        finally:
            os.unlink(file)
        made = json.loads(output)
        assert made["info"]["status"] == "deployed"
        # This is where helm writes what the server warns of: unknown fields that it drops, pods that it would refuse.
        assert complaints == "", complaints
        return Applied(made)

    def install(self, values=None, where=None):
        return self._apply("install", values, where)

    def upgrade(self, values=None, where=None):
        return self._apply("upgrade", values, where, "--reset-values")

    def rollback(self, revision):
        _, complaints = self.cluster.helm("rollback", self.name, revision, *self.options)
        assert complaints == "", complaints

    def uninstall(self):
        _, complaints = self.cluster.helm("uninstall", self.name, *self.options)
        assert complaints == "", complaints


class Applied:
    """What an installation or an upgrade was to bring about: its objects, as YAML and parsed, and its notes."""

    def __init__(self, release):
        self.notes = release["info"].get("notes", "")
        self.texts = documents(release["manifest"])
        self.hooks = [hook["manifest"] for hook in release.get("hooks") or ()]
        self.objects = chart.parse(release["manifest"])

    def workload(self):
        return self.objects.workload()

    def keys(self):
        return {key_of(one) for one in self.objects}

    def kept(self):
        return {key_of(one) for one in self.objects if keeps(one)}

    def pods(self):
        """One pod of each workload, as its controller would make it."""
        for one in self.objects:
            template = one.get("spec", {}).get("template")
            if template:
                name, namespace = f"{meta_of(one)['name']}-0", meta_of(one)["namespace"]
                volumes = list(template["spec"].get("volumes", ()))
                for claim in one["spec"].get("volumeClaimTemplates", ()):
                    volume = meta_of(claim)["name"]
                    volumes.append({"name": volume, "persistentVolumeClaim": {"claimName": f"{volume}-{name}"}})
                meta = {**template["metadata"], "name": name, "namespace": namespace}
                spec = {**template["spec"], "volumes": volumes}
                yield {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def keeps(one):
    return meta_of(one).get("annotations", {}).get("helm.sh/resource-policy") == "keep"


UNITS = {"m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "": 1}


def quantity(text):
    """A quantity as a number, which the server writes its own way; None if it is none."""
    match = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text))
    return float(match[1]) * UNITS[match[2]] if match and match[2] in UNITS else None


def lost(meant, stored, path=""):
    """Where what is stored does not have what was meant; it may have more."""
    if isinstance(meant, dict) and isinstance(stored, dict):
        return [found for key in meant for found in lost(meant[key], stored.get(key), f"{path}.{key}")]
    if isinstance(meant, list) and isinstance(stored, list) and len(meant) == len(stored):
        return [found for n, one in enumerate(meant) for found in lost(one, stored[n], f"{path}[{n}]")]
    same = meant == stored or (not meant and stored is None)
    if not same and quantity(meant) is not None:
        same = quantity(meant) == quantity(stored)
    return [] if same else [f"{path}: {meant!r} became {stored!r}"]


def check_held(cluster, applied):
    """The server has each object as it was meant, and had nothing to object to in its text."""
    for text, one in zip(applied.texts, applied.objects, strict=True):
        stored = cluster.stored(one)
        assert stored, f"{key_of(one)} is not there"
        assert not lost(one, stored), (key_of(one), lost(one, stored))
        cluster.must(
            "PATCH",
            cluster.path(one),
            text,
            content_type="application/apply-patch+yaml",
            fieldManager="test",
            force="true",
            dryRun="All",
            fieldValidation="Strict",
        )
