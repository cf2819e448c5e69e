#!/usr/bin/env python3
"""Makes the container image of what `cmake --install` has put below a prefix, without a container engine.

    assemble.py --tree amd64=PREFIX [--tree arm64=PREFIX --sysroot arm64=DIRECTORY] --version VERSION --output LAYOUT
        [--root DIRECTORY]

LAYOUT becomes an OCI image layout (image-spec 1.1): an index with an image for each architecture, and for each image the
list of what is in it (SPDX 2.3) as a referrer. The same trees on the same packages give the same digests: files are
sorted, owned by root and dated SOURCE_DATE_EPOCH. The image holds larderd, the libraries that it loads, certificates of
CAs and a configuration, and nothing else. The libraries are those of this machine, or of another architecture's
--sysroot, which sysroot.py lays out. None of it is run.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY = b"{}"


def out(*command):
    env = {**os.environ, "LC_ALL": "C"}  # readelf speaks the reader's language
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def containerfile():
    """The instructions of the Containerfile that say how the image is run."""
    settings = {}
    for line in (HERE / "Containerfile").read_text(encoding="utf-8").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word in ("ENTRYPOINT", "CMD"):
            settings[word.capitalize()] = json.loads(rest)
        elif word == "ENV":
            settings.setdefault("Env", []).extend(shlex.split(rest))
        elif word in ("VOLUME", "EXPOSE"):
            settings.setdefault({"VOLUME": "Volumes", "EXPOSE": "ExposedPorts"}[word], {})[rest] = {}
        elif word in ("USER", "WORKDIR", "STOPSIGNAL"):
            settings[{"USER": "User", "WORKDIR": "WorkingDir", "STOPSIGNAL": "StopSignal"}[word]] = rest
    return settings


class Libraries:
    """What the dynamic linker of `system`, a root of Debian's, loads for a program; found without running anything."""

    def __init__(self, program, system):
        self.system = system
        self.files = {}  # path in the image: file
        interpreter = re.search(r"program interpreter: (/[^]]+)\]", out("readelf", "-lW", program))
        if not interpreter:
            raise SystemExit(f"{program} names no dynamic linker")
        self.files[interpreter[1]] = (system / interpreter[1].lstrip("/")).resolve()
        # The linker's own folder has a name that all of this architecture's have: x86_64-linux-gnu.
        triple = self.files[interpreter[1]].parent.name
        self.folders = [f"/lib/{triple}", f"/usr/lib/{triple}", "/lib", "/usr/lib"]
        self._add_needed_by(program)

    def _add_needed_by(self, file):
        dynamic = out("readelf", "-dW", file)
        if path := re.search(r"\((?:RPATH|RUNPATH)\)\s+Library \S+ \[(.*)\]", dynamic):
            raise SystemExit(f"{file} looks for libraries in {path[1]}, and the image has them elsewhere")
        for name in re.findall(r"\(NEEDED\)\s+Shared library: \[(.*)\]", dynamic):
            if any(path.endswith(f"/{name}") for path in self.files):
                continue
            path = next((f"{one}/{name}" for one in self.folders if (self.system / f"{one}/{name}"[1:]).exists()), None)
            if path is None:
                raise SystemExit(f"{file} needs {name}, which is not below {self.system}")
            self.files[path] = (self.system / path[1:]).resolve()
            self._add_needed_by(self.files[path])

    def packages(self):
        """{package: version} of those that the files are from."""
        # Debian 12 files its libraries under /lib or /usr/lib, which are the same folder.
        inside = (f"/{file.relative_to(self.system)}" for file in self.files.values())
        spelt = {path: {path, path.removeprefix("/usr")} for path in inside}
        query = ("dpkg-query", "--admindir", self.system / "var/lib/dpkg")
        asked = subprocess.run((*query, "-S", *sorted(set().union(*spelt.values()))), capture_output=True, text=True)
        lines = (line.partition(": ") for line in asked.stdout.splitlines())
        owners = {path: names.split(",")[0] for names, _, path in lines}
        found = set()
        for path, ways in spelt.items():
            owner = next((owners[way] for way in ways if way in owners), None)
            if owner is None:
                raise SystemExit(f"{path} belongs to no package of Debian, so nobody could say what is in the image")
            found.add(owner)
        return versions(query, found)


def versions(query, names):
    """{package: version}"""
    lines = out(*query, "-W", "-f", "${Package}\t${Version}\n", *sorted(names)).splitlines()
    return dict(line.split("\t") for line in lines)


def settings_of(tree):
    """The installed configuration, for a pod: reached from outside, with its data in the volume."""
    etc = next(place for place in (tree / "etc", tree.parent / "etc") if place.exists())  # the prefix /usr has it outside
    settings = json.loads((etc / "larder/config.json").read_text(encoding="utf-8"))
    settings["http"]["address"] = "0.0.0.0"
    settings["storage"]["rootDirectory"] = "/var/lib/registry"
    return (json.dumps(settings, indent=2) + "\n").encode()


class Root:
    """The files of the image: content and mode by path. `system` has the libraries."""

    def __init__(self, tree, system):
        binary = tree / "bin/larderd"
        self.libraries = Libraries(binary, system.resolve())
        self.files = {
            "usr/bin/larderd": (binary.read_bytes(), 0o755),
            "etc/larder/config.json": (settings_of(tree), 0o644),
            "etc/ssl/certs/ca-certificates.crt": (CERTIFICATES.read_bytes(), 0o644),
            "etc/passwd": (b"root:x:0:0::/:/\nlarder:x:1000:1000::/var/lib/registry:/\n", 0o644),
            "etc/group": (b"root:x:0:\nlarder:x:1000:\n", 0o644),
            "etc/nsswitch.conf": (b"hosts: files dns\n", 0o644),
            "usr/share/doc/larder/copyright": ((tree / "share/doc/larder/copyright").read_bytes(), 0o644),
        }
        for place, file in self.libraries.files.items():
            self.files[place.lstrip("/")] = (file.read_bytes(), 0o755)
        # Where Zot's image has it: what is mounted there, or over the configuration itself, is what the daemon reads.
        self.links = {"etc/zot/config.json": "../larder/config.json"}
        # Of the user of the image; all else is root's.
        self.own = ("var/lib/registry",)

    def layer(self, epoch):
        named = (*self.files, *self.links, *self.own)
        folders = {str(parent) for name in named for parent in pathlib.PurePath(name).parents} - {"."}
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name in sorted({*folders, *named, "tmp"}):
                entry = tarfile.TarInfo(name)
                entry.mtime = epoch
                if name in self.files:
                    content, entry.mode = self.files[name]
                    entry.size = len(content)
                    archive.addfile(entry, io.BytesIO(content))
                elif name in self.links:
                    entry.type, entry.mode, entry.linkname = tarfile.SYMTYPE, 0o777, self.links[name]
                    archive.addfile(entry)
                else:
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
                    if name in self.own:
                        entry.uid = entry.gid = 1000
                    archive.addfile(entry)
        return raw.getvalue()


def packages(root, version):
    """[(name, version, licence, Debian's package?)] of what the image is made of."""
    debian = root.libraries.packages() | versions(("dpkg-query",), {"ca-certificates"})
    return sorted({("larder", version, "Apache-2.0", False), *((*one, "NOASSERTION", True) for one in debian.items())})


def contents_list(root, version, architecture, layer_digest, epoch):
    """What is in the image, as SPDX 2.3."""
    listed = []
    for name, number, licence, is_debian in packages(root, version):
        kind = f"pkg:deb/debian/{name}@{number}?arch={architecture}" if is_debian else f"pkg:generic/{name}@{number}"
        listed.append(
            {
                "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
                "name": name,
                "versionInfo": number,
                "licenseDeclared": licence,
                "licenseConcluded": licence,
                "downloadLocation": "NOASSERTION",
                "copyrightText": "NOASSERTION",
                "filesAnalyzed": False,
                "externalRefs": [
                    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": kind}
                ],
            }
        )
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"larder {version} {architecture}",
        "documentNamespace": f"urn:larder:image:{layer_digest}",
        "creationInfo": {"created": timestamp(epoch), "creators": ["Tool: larder-assemble"]},
        "packages": listed,
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": "SPDXRef-larder",
            },
            *(
                {
                    "spdxElementId": "SPDXRef-larder",
                    "relationshipType": "DEPENDS_ON",
                    "relatedSpdxElement": package["SPDXID"],
                }
                for package in listed
                if package["name"] != "larder"
            ),
        ],
    }


def timestamp(epoch):
    return subprocess.run(
        ("date", "-u", "-d", f"@{epoch}", "+%Y-%m-%dT%H:%M:%SZ"), check=True, capture_output=True, text=True
    ).stdout.strip()


class Layout:
    """An OCI image layout that is written."""

    def __init__(self, directory):
        self.blobs = directory / "blobs/sha256"
        if directory.exists():
            if any(directory.iterdir()) and not (directory / "oci-layout").exists():
                raise SystemExit(f"{directory} is there, and no image layout: it stays as it is")
            shutil.rmtree(directory)
        self.blobs.mkdir(parents=True)
        self.directory = directory
        (directory / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def put(self, content, kind):
        if not isinstance(content, bytes):
            content = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
        digest = hashlib.sha256(content).hexdigest()
        (self.blobs / digest).write_bytes(content)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    def close(self, manifests):
        (self.directory / "index.json").write_text(
            json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, indent=1)
        )


def annotations(version, commit, epoch):
    return {
        "org.opencontainers.image.title": "larder",
        "org.opencontainers.image.description": "OCI registry and pull-through cache for container images",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.revision": commit,
        "org.opencontainers.image.created": timestamp(epoch),
        "org.opencontainers.image.licenses": "Apache-2.0",
    }


def add_image(layout, root, architecture, version, commit, epoch):
    """(image, its list of contents), both as descriptors."""
    tar = root.layer(epoch)
    layer = layout.put(gzip.compress(tar, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
    about = annotations(version, commit, epoch)
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": timestamp(epoch),
        "config": {**containerfile(), "Labels": about},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar).hexdigest()]},
        "history": [{"created": timestamp(epoch), "created_by": "larder-assemble"}],
    }
    image = layout.put(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": layout.put(config, "application/vnd.oci.image.config.v1+json"),
            "layers": [layer],
            "annotations": about,
        },
        MANIFEST,
    )
    contents = contents_list(root, version, architecture, layer["digest"], epoch)
    kind = "application/spdx+json"
    referrer = layout.put(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": kind,
            "config": layout.put(EMPTY, "application/vnd.oci.empty.v1+json"),
            "layers": [layout.put(contents, kind)],
            "subject": image,
        },
        MANIFEST,
    )
    return {**image, "platform": {"architecture": architecture, "os": "linux"}}, {**referrer, "artifactType": kind}


def lay_out(root, directory):
    for name, (content, mode) in root.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)
    for name, target in root.links.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    for name in (*root.own, "tmp"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    (directory / "tmp").chmod(0o1777)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", action="append", required=True, metavar="ARCHITECTURE=PREFIX")
    parser.add_argument("--sysroot", action="append", default=[], metavar="ARCHITECTURE=DIRECTORY")
    parser.add_argument("--output", type=pathlib.Path, help="the image layout to write")
    parser.add_argument("--root", type=pathlib.Path, help="lay the files out here too, for the Containerfile")
    parser.add_argument("--version", required=True)
    parser.add_argument("--commit", default="")
    options = parser.parse_args()
    trees, sysroots = (dict(one.split("=", 1) for one in given) for given in (options.tree, options.sysroot))
    if options.root and len(trees) != 1:
        parser.error("--root takes one --tree")
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    layout = Layout(options.output) if options.output else None
    images, referrers = [], []
    for architecture, tree in sorted(trees.items()):
        root = Root(pathlib.Path(tree), pathlib.Path(sysroots.get(architecture, "/")))
        if options.root:
            lay_out(root, options.root)
        if layout:
            image, referrer = add_image(layout, root, architecture, options.version, options.commit, epoch)
            images.append(image)
            referrers.append(referrer)
    if layout:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images}
        index["annotations"] = annotations(options.version, options.commit, epoch)
        tag = {"org.opencontainers.image.ref.name": options.version.replace("+", "-")}
        layout.close([{**layout.put(index, INDEX), "annotations": tag}, *referrers])


if __name__ == "__main__":
    main()
