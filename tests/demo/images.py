"""A few dozen small images that look as real ones do: shared base layers, several platforms, labels, history."""

import concurrent.futures
import functools
import gzip

from harness.images import (
    OCI_CONFIG,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    Content,
    Image,
    Index,
    as_json,
    layer_tar,
    make_artifact,
    sha256,
)

KIB = 1 << 10
SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json"
SBOM = "application/spdx+json"
ALL_PLATFORMS = ("amd64", "arm64")
BASES = {"alpine": (60,), "debian": (220, 12), "scratch": ()}

# repository: (base, KiB of its own layers, command, port, tags)
HUB = {
    "library/alpine": ("alpine", (), "/bin/sh", None, ("3.19", "3.20", "latest")),
    "library/debian": ("debian", (), "bash", None, ("bookworm", "bookworm-slim", "latest")),
    "library/busybox": ("scratch", (14,), "sh", None, ("1.36", "latest")),
    "library/nginx": ("debian", (190, 6, 2), "nginx -g 'daemon off;'", 80, ("1.26", "1.27", "1.27.3", "latest")),
    "library/httpd": ("debian", (120, 40), "httpd-foreground", 80, ("2.4", "latest")),
    "library/haproxy": ("debian", (70, 8), "haproxy -f /usr/local/etc/haproxy/haproxy.cfg", None, ("3.0", "3.1")),
    "library/traefik": ("alpine", (240,), "traefik", 80, ("v2.11", "v3.2", "latest")),
    "library/redis": ("alpine", (50, 3), "redis-server", 6379, ("6.2", "7.2", "7.4", "latest")),
    "library/valkey": ("alpine", (52, 3), "valkey-server", 6379, ("7.2", "8.0")),
    "library/memcached": ("alpine", (18,), "memcached", 11211, ("1.6", "latest")),
    "library/postgres": ("debian", (310, 40, 9, 4), "postgres", 5432, ("15", "16", "17", "latest")),
    "library/mariadb": ("debian", (350, 24, 6), "mariadbd", 3306, ("10.11", "11.4", "latest")),
    "library/rabbitmq": ("alpine", (280, 30), "rabbitmq-server", 5672, ("3.13", "4.0", "4.0-management")),
    "library/python": ("debian", (260, 110, 20), "python3", None, ("3.11", "3.12", "3.13", "3.13-slim")),
    "library/node": ("debian", (380, 60), "node", None, ("20", "22", "22-slim", "lts")),
    "library/golang": ("debian", (420, 160), "bash", None, ("1.22", "1.23")),
    "library/eclipse-temurin": ("debian", (330, 45), "jshell", None, ("17-jre", "21-jre")),
    "library/registry": ("alpine", (90,), "registry serve /etc/docker/registry/config.yml", 5000, ("2.8.3", "latest")),
    "grafana/grafana": ("alpine", (390, 120, 15), "/run.sh", 3000, ("10.4.2", "11.3.0", "latest")),
    "grafana/loki": ("alpine", (210,), "loki -config.file=/etc/loki/local-config.yaml", 3100, ("2.9.8", "3.2.1")),
    "grafana/promtail": ("debian", (180,), "promtail", None, ("2.9.8", "3.2.1")),
    "prom/prometheus": ("scratch", (260, 12, 3), "prometheus", 9090, ("v2.53.2", "v2.55.1", "v3.0.0")),
    "prom/alertmanager": ("scratch", (130, 9), "alertmanager", 9093, ("v0.26.0", "v0.27.0")),
    "prom/node-exporter": ("scratch", (46,), "node_exporter", 9100, ("v1.7.0", "v1.8.2")),
    "hashicorp/vault": ("alpine", (410,), "vault server -dev", 8200, ("1.17", "1.18")),
    "hashicorp/consul": ("alpine", (300,), "consul agent -dev", 8500, ("1.19", "1.20")),
    "jetstack/cert-manager-controller": ("scratch", (170,), "controller", 9402, ("v1.15.3", "v1.16.1")),
    "bitnami/kubectl": ("debian", (150,), "kubectl", None, ("1.30", "1.31")),
    "calico/node": ("scratch", (340, 80), "start_runit", None, ("v3.28.2", "v3.29.0")),
    "cilium/cilium": ("debian", (400, 130), "cilium-agent", None, ("v1.15.10", "v1.16.3")),
    "coredns/coredns": ("scratch", (150,), "/coredns", 53, ("1.11.3", "1.12.0")),
    "fluxcd/source-controller": ("alpine", (140,), "source-controller", 8080, ("v1.3.0", "v1.4.1")),
    "argoproj/argocd": ("debian", (370, 70, 20), "argocd-server", 8080, ("v2.12.6", "v2.13.0")),
    "velero/velero": ("scratch", (190,), "/velero", 8085, ("v1.14.1", "v1.15.0")),
    "minio/minio": ("scratch", (230, 16), "minio server /data", 9000, ("2024-10-02", "2024-11-07")),
    "openpolicyagent/opa": ("scratch", (120,), "/opa run --server", 8181, ("0.69.0", "0.70.0")),
}


@functools.cache
def layer(seed, kib):
    """(diff id, compressed layer)"""
    tar = layer_tar(seed, kib * KIB)
    return sha256(tar), Content(gzip.compress(tar, compresslevel=0, mtime=0), OCI_LAYER)


def image(name, tag, architecture, base, own, command, port, created="2024-11-05T08:30:00Z"):
    """One platform of one tag."""
    layers = [layer(f"{base}-{architecture}-{number}", kib) for number, kib in enumerate(BASES[base])]
    layers += [layer(f"{name}-{tag}-{architecture}-{number}", kib) for number, kib in enumerate(own)]
    steps = [f"ADD {base}-rootfs.tar.xz / # buildkit"] * len(BASES[base])
    steps += [f"RUN /bin/sh -c set -eux; make install # part {number + 1} of {name}" for number in range(len(own))]
    short = name.rsplit("/", 1)[1]
    config = Content(
        as_json(
            {
                "architecture": architecture,
                "os": "linux",
                "created": created,
                "author": f"The maintainers of {short}",
                "config": {
                    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", f"VERSION={tag}"],
                    "Entrypoint": ["/docker-entrypoint.sh"],
                    "Cmd": command.split(),
                    "WorkingDir": "/",
                    "User": "" if base == "debian" else "65532",
                    **({"ExposedPorts": {f"{port}/tcp": {}}} if port else {}),
                    "Labels": {
                        "org.opencontainers.image.title": short,
                        "org.opencontainers.image.version": tag,
                        "org.opencontainers.image.source": f"https://github.example/{name}",
                        "org.opencontainers.image.licenses": "Apache-2.0",
                    },
                },
                "rootfs": {"type": "layers", "diff_ids": [diff for diff, _ in layers]},
                "history": [{"created": created, "created_by": step} for step in steps]
                + [{"created": created, "created_by": f'CMD ["{command}"]', "empty_layer": True}],
            }
        ),
        OCI_CONFIG,
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": config.descriptor(),
        "layers": [content.descriptor() for _, content in layers],
        "annotations": {"org.opencontainers.image.created": created, "org.opencontainers.image.version": tag},
    }
    return Image(Content(as_json(manifest), OCI_MANIFEST), config, tuple(content for _, content in layers))


def one_platform(name, tag, *what):
    return image(name, tag, ALL_PLATFORMS[0], *what)


def multi_platform(name, tag, *what):
    images = tuple(image(name, tag, architecture, *what) for architecture in ALL_PLATFORMS)
    entries = [
        one.manifest.descriptor(platform={"architecture": architecture, "os": "linux"})
        for architecture, one in zip(ALL_PLATFORMS, images)
    ]
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    index["annotations"] = {"org.opencontainers.image.title": f"{name} {tag}"}
    return Index(Content(as_json(index), OCI_INDEX), images)


def fill(client):
    """Pushes all of HUB. Most have images of several platforms, every third is signed."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number, name: fill_one(client, number, name, *HUB[name]), range(len(HUB)), HUB))


def fill_one(client, number, name, base, own, command, port, tags):
    pushed = set()
    for tag in tags:
        what = (name, tag, base, own or (8,), command, port)
        made = multi_platform(*what) if number % 4 < 2 or number % 3 == 0 else one_platform(*what)
        for one in getattr(made, "images", (made,)):
            for blob in set(one.blobs) - pushed:
                client.push_blob(name, blob)
            pushed.update(one.blobs)
            client.push_manifest(name, one.manifest.digest, one.manifest)
        client.push_manifest(name, tag, made.manifest)
    if number % 3 == 0:
        sign(client, name, made)


def sign(client, name, made):
    """A signature and a bill of materials, under the tags that tools use where there is no referrers API."""
    subject = made.manifest
    referrers = [
        make_artifact(subject, SIGNATURE, {"dev.sigstore.cosign/bundle": "demo"}),
        make_artifact(subject, SBOM, {"org.opencontainers.image.created": "2024-11-05T08:31:00Z"}),
    ]
    entries = []
    for referrer, kind in zip(referrers, (SIGNATURE, SBOM)):
        client.push(name, referrer)
        entries.append(referrer.manifest.descriptor(artifactType=kind))
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    tag = subject.digest.replace(":", "-")
    client.push_manifest(name, tag, Content(as_json(index), OCI_INDEX))
