"""The container of a rendered pod, played without an engine: image, mounts, arguments, environment, user, read-only root
and memory limit are the pod's, in a mount namespace of its own."""

import base64
import contextlib
import json
import os
import pathlib
import re
import shutil

from harness.client import Client
from harness.process import Process, accepts

MEMORY = pathlib.Path("/sys/fs/cgroup/memory")  # cgroup v1
UNIFIED = pathlib.Path("/sys/fs/cgroup")  # v2


def fill(directory, source):
    """What a volume of a ConfigMap or Secret has in it."""
    directory.mkdir(parents=True)
    for name, text in source["data"].items():
        content = base64.b64decode(text) if source["kind"] == "Secret" else text.encode()
        (directory / name).write_bytes(content)


def bytes_of(quantity):
    number, unit = re.fullmatch(r"(\d+)(Ki|Mi|Gi)?", quantity).groups()
    return int(number) << {None: 0, "Ki": 10, "Mi": 20, "Gi": 30}[unit]


def mirror(*rules):
    """Values of a pod that has these sync rules."""
    return {"configFiles": {"config.json": json.dumps({"extensions": {"sync": {"enable": True, "registries": rules}}})}}


class MemoryLimit:
    """A memory cgroup of this many bytes, where this machine lets one be made."""

    def __init__(self, name, limit):
        self.limit = limit
        for base, key in ((MEMORY, "memory.limit_in_bytes"), (UNIFIED, "memory.max")):
            directory = base / name
            with contextlib.suppress(OSError):
                directory.mkdir()
                try:
                    (directory / key).write_text(str(limit), encoding="ascii")
                except OSError:
                    directory.rmdir()
                    continue
                self.directory = directory
                return
        self.directory = None

    def enter(self):
        """What a shell does to be in it."""
        return f"echo $$ > {self.directory}/cgroup.procs" if self.directory else ":"

    def kills(self):
        """How often the kernel has killed for it."""
        for name in ("memory.oom_control", "memory.events"):
            if (self.directory / name).exists():
                return int(re.search(r"(?m)^oom_kill (\d+)", (self.directory / name).read_text(encoding="ascii"))[1])
        return 0

    def remove(self):
        if self.directory:
            self.directory.rmdir()


class Pod:
    """`data` is what the claim holds; several pods may have the same. `root` is the unpacked image, `image` its
    configuration."""

    def __init__(self, objects, root, image, directory, data):
        self.container = objects.container()
        self.port = self.container["ports"][0]["containerPort"]
        limit = self.container["resources"]["limits"]["memory"]
        self.memory = MemoryLimit(f"larder-test-{os.getpid()}-{self.port}", bytes_of(limit))
        own = directory / "root"
        shutil.copytree(root, own, symlinks=True)
        for folder in [directory, own, *directory.parents[:4]]:
            folder.chmod(0o755)  # pytest's own are closed to the image's user
        script = self._mounts(objects, own, directory, data)
        context = self.container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        arguments = " ".join([*image["Entrypoint"], *self.container.get("args", image["Cmd"])])
        user = f"{context['runAsUser']}:{context['runAsGroup']}"
        script += [self.memory.enter(), f"exec chroot --userspec={user} --groups= {own} {arguments}"]
        env = [*image["Env"], *(f"{one['name']}={one['value']}" for one in self.container.get("env", []))]
        shell = ("sh", "-euc", "\n".join(script))
        # What chroot and mount are found by; larderd is named by its whole path.
        command = ("env", "-i", *env, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "unshare", "--mount", *shell)
        self.process = Process(command, directory / "pod.log")
        try:
            self.process.wait_for(lambda: accepts(self.port), "larderd listening", timeout=60)
        except AssertionError:
            self.process.kill()
            self.memory.remove()
            raise

    def _mounts(self, objects, own, directory, data):
        data.mkdir(exist_ok=True)
        os.chown(data, -1, 1000)
        data.chmod(0o2775)  # as fsGroup has it
        sources = {}
        for volume in objects.pod()["spec"]["volumes"]:
            sources[volume["name"]] = data
            for key, kind, name in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
                if key in volume:
                    sources[volume["name"]] = directory / volume["name"]
                    fill(directory / volume["name"], objects.of(kind, volume[key][name]))
        script = [f"mount --bind {own} {own}"]
        for name in ("proc", "dev", "sys"):
            (own / name).mkdir(exist_ok=True)
            script.append(f"mount --rbind /{name} {own}/{name}")
        for mount in self.container["volumeMounts"]:
            place = f"{own}{mount['mountPath']}"
            os.makedirs(place, exist_ok=True)
            script.append(f"mount --bind {sources[mount['name']]} {place}")
            if mount.get("readOnly"):
                script.append(f"mount -o remount,bind,ro {place}")
        return [*script, f"mount -o remount,bind,ro {own}"]

    def log(self):
        """Each line is an object."""
        return [json.loads(line) for line in self.process.output().splitlines()]

    def client(self, *user, timeout=30.0):
        return Client(f"127.0.0.1:{self.port}", user or None, timeout=timeout)

    def probe(self, name):
        get = self.container[name]["httpGet"]
        headers = {one["name"]: one["value"] for one in get.get("httpHeaders", [])}
        return self.client().get(get["path"], headers=headers).status

    def stop(self):
        """As the kubelet does, within what it waits."""
        code = self.process.stop(45)
        self.memory.remove()
        assert code == 0, self.process.output()[-2000:]
