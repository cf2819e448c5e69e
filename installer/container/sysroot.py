#!/usr/bin/env python3
"""Lays out what Debian has for another architecture, to compile against and to take libraries from.

    sysroot.py --architecture arm64 --output DIRECTORY PACKAGE...

The packages, with all that they depend on, come from where this machine's apt gets its own. They are unpacked, and
nothing of them is run; dpkg's database in DIRECTORY says which file is whose, so `dpkg-query --admindir` answers as it
does for a machine. Neither the packages nor the architectures of this machine change, and no root is needed.

A DIRECTORY that has these packages already stays as it is, until this machine's own have changed: then there are new
ones of the other architecture too.
"""

import argparse
import os
import pathlib
import shutil
import subprocess

MERGED = ("bin", "lib", "sbin")  # Debian 12 has these below /usr


def out(*command):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def stamp_of(packages):
    """What the directory was made of: the packages, and the versions that this machine has of them."""
    asked = ("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *sorted(packages))
    return subprocess.run(asked, capture_output=True, text=True).stdout + "\n".join(sorted(packages)) + "\n"


def download(architecture, packages, work):
    """Their .debs, by an apt that has nothing installed and knows one architecture."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    status = work / "status"
    status.touch()
    settings = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "false",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Dir::State": work / "state",
        "Dir::State::status": status,
        "Dir::Cache": work / "cache",
    }
    apt = ["apt-get", "-q", "-y", *(f"-o{key}={value}" for key, value in settings.items())]
    for step in (["update"], ["install", "--download-only", *packages]):
        subprocess.run([str(part) for part in apt + step], check=True, stdout=subprocess.DEVNULL)
    return sorted((work / "cache/archives").glob("*.deb"))


def unpack(package, root, database):
    """Unpacks it, and enters it as dpkg would."""
    keep = ("tar", "-x", "-C", root, "--keep-directory-symlink", "--no-same-owner")
    with subprocess.Popen(("dpkg-deb", "--fsys-tarfile", package), stdout=subprocess.PIPE) as content:
        subprocess.run(keep, stdin=content.stdout, check=True)
    if content.returncode != 0:
        raise SystemExit(f"{package} could not be read")
    fields = out("dpkg-deb", "-f", package)
    named = dict(line.split(": ", 1) for line in fields.splitlines() if not line.startswith(" "))
    with (database / "status").open("a", encoding="utf-8") as status:
        first, rest = fields.split("\n", 1)
        status.write(f"{first}\nStatus: install ok unpacked\n{rest.rstrip()}\n\n")
    qualified = f":{named['Architecture']}" if named.get("Multi-Arch") == "same" else ""
    entries = [line.split(None, 5)[5].split(" -> ")[0] for line in out("dpkg-deb", "-c", package).splitlines()]
    paths = [entry.removeprefix(".").rstrip("/") or "/." for entry in entries]
    (database / "info" / f"{named['Package']}{qualified}.list").write_text("\n".join(paths) + "\n", encoding="utf-8")


def make_relative(root):
    """A link to an absolute path would lead out of the directory."""
    for folder, folders, files in os.walk(root):
        for path in (pathlib.Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink() and (target := os.readlink(path)).startswith("/"):
                path.unlink()
                path.symlink_to(os.path.relpath(root / target.lstrip("/"), folder))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("packages", nargs="+")
    options = parser.parse_args()
    root = options.output.resolve()
    stamp, made_of = root / "made-of", stamp_of(options.packages)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_of:
        return
    work = root.with_name(root.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    for name in MERGED:
        (work / "usr" / name).mkdir(parents=True)
        (work / name).symlink_to(f"usr/{name}")
    database = work / "var/lib/dpkg"
    (database / "info").mkdir(parents=True)
    (database / "info/format").write_text("1\n", encoding="ascii")
    for package in download(options.architecture, options.packages, work / "apt"):
        unpack(package, work, database)
    shutil.rmtree(work / "apt")
    make_relative(work)
    (work / "made-of").write_text(made_of, encoding="utf-8")
    shutil.rmtree(root, ignore_errors=True)
    work.rename(root)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"sysroot.py: {error.cmd[0]} failed") from None
