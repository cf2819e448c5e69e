"""The packages, on this machine with everything that is written thrown away: install, upgrade, remove, purge."""

import os
import pathlib
import subprocess

import pytest
from conftest import ROOT, run

# Runs the script below in a root whose lower layer is the machine's own, and whose upper one goes with the namespace.
OVERLAY = """
set -eu
work=$1 script=$2
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount -t proc proc "$work/root/proc"
mount --rbind /dev "$work/root/dev"
mount --bind "$(dirname "$script")" "$work/root/mnt"
printf '#!/bin/sh\\nexit 101\\n' >"$work/root/usr/sbin/policy-rc.d"
chmod 755 "$work/root/usr/sbin/policy-rc.d"
exec chroot "$work/root" sh -eu "/mnt/$(basename "$script")"
"""


@pytest.fixture(scope="session")
def packages(build, tmp_path_factory):
    place = tmp_path_factory.mktemp("deb")
    run("cpack", "-G", "DEB", "-B", place, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", cwd=build)
    return {made.name.split("_")[0]: made for made in place.glob("*.deb")}


@pytest.fixture(scope="session")
def package(packages):
    return packages["larder"]


@pytest.fixture(scope="session")
def console(packages):
    if "larder-console" not in packages:
        pytest.skip("this build has no console: its package is NOT tested")
    return packages["larder-console"]


def with_version(package, version, directory):
    """The same package as another version."""
    tree = directory / version
    run("dpkg-deb", "-R", package, tree)
    control = tree / "DEBIAN/control"
    lines = control.read_text(encoding="utf-8").splitlines()
    changed = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
    control.write_text("\n".join(changed) + "\n", encoding="utf-8")
    made = directory / f"larder_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree, made)
    return made


@pytest.fixture
def in_root(tmp_path):
    """in_root(package, script) runs the script in the root, with versions of the package in /mnt."""
    if os.geteuid() != 0:
        pytest.skip("only root can install: the package is NOT installed")
    shared = tmp_path / "shared"
    shared.mkdir()

    def script(package, text):
        for version in ("0.0.1", "99.0.0"):
            with_version(package, version, tmp_path).rename(shared / f"{version}.deb")

        (shared / "script").write_text(text, encoding="utf-8")
        work = tmp_path / "overlay"
        work.mkdir(exist_ok=True)
        command = ("unshare", "--mount", "sh", "-c", OVERLAY, "sh", work, shared / "script")
        return run(*command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})

    return script


def test_the_package_says_what_it_needs_and_holds(package, version):
    control = run("dpkg-deb", "-f", package)
    assert f"Version: {version}\n" in control
    for needed in ("libc6 (>=", "libcurl4", "libsqlite3-0", "ca-certificates", "systemd | systemd-standalone-sysusers"):
        assert needed in control, control
    listed = run("dpkg-deb", "-c", package)
    for path in ("./usr/bin/larderd", "./etc/larder/config.json", "./usr/lib/systemd/system/larder.service"):
        assert path in listed, listed
    assert "/usr/etc" not in listed
    assert run("dpkg-deb", "-I", package, "conffiles") == "/etc/larder/config.json\n"


@pytest.mark.parametrize("name", ["larder", "larder-console"])
def test_lintian_finds_no_fault(packages, name):
    if name not in packages:
        pytest.skip("this build has no console: its package is NOT looked through")
    if subprocess.run(("which", "lintian"), capture_output=True).returncode != 0:
        pytest.skip("lintian is not here: the package is NOT looked through")
    command = ("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", packages[name])
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_console_installs_starts_and_goes(console, in_root, version):
    said = in_root(
        console,
        """
dpkg -i /mnt/0.0.1.deb >/dev/null
QT_QPA_PLATFORM=offscreen larder-console --version
desktop-file-validate /usr/share/applications/larder-console.desktop >&2
appstreamcli validate --no-net /usr/share/metainfo/org.larder.console.metainfo.xml >&2
test -s /usr/share/icons/hicolor/scalable/apps/larder-console.svg
dpkg -i /mnt/99.0.0.deb >/dev/null
dpkg -P larder-console >/dev/null
test ! -e /usr/bin/larder-console
test ! -e /usr/share/applications/larder-console.desktop
echo gone
""",
    )
    assert said.splitlines() == [f"larder-console {version}", "gone"]


def test_install_serve_upgrade_remove_purge_reinstall(package, in_root):
    said = in_root(
        package,
        """
dpkg -i /mnt/0.0.1.deb >/dev/null
getent passwd larder
stat -c '%U:%G %a %n' /var/lib/larder /etc/larder /etc/larder/config.json
test -L /etc/systemd/system/multi-user.target.wants/larder.service && echo enabled

# As the unit has it: its user, its command line, and the socket where it says that it is ready.
command=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/larder.service)
sed -i 's/"port": 5000/"port": 0/' /etc/larder/config.json
cat >/tmp/wait.py <<'PYTHON'
import os, socket, subprocess, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
    listener.bind("/tmp/notify")
    os.chmod("/tmp/notify", 0o777)
    listener.settimeout(120)
    user = ["setpriv", "--reuid=larder", "--regid=larder", "--clear-groups", "--no-new-privs"]
    child = subprocess.Popen([*user, *sys.argv[1:]], env={"NOTIFY_SOCKET": "/tmp/notify"}, stdout=subprocess.DEVNULL)
    print(listener.recv(100).decode())
    child.terminate()
    print(listener.recv(100).decode())
    print("ended with", child.wait(60))
PYTHON
python3 /tmp/wait.py $command
ls -A /var/lib/larder

dpkg -i /mnt/99.0.0.deb >/dev/null
grep -c '"port": 0' /etc/larder/config.json
dpkg -r larder >/dev/null
test ! -e /usr/bin/larderd
test -e /etc/larder/config.json
test -d /var/lib/larder/_larder
dpkg -i /mnt/99.0.0.deb >/dev/null
grep -c '"port": 0' /etc/larder/config.json
dpkg -P larder >/dev/null
test ! -e /etc/larder
test ! -e /var/lib/larder
dpkg -i /mnt/0.0.1.deb >/dev/null
grep -c '"port": 5000' /etc/larder/config.json
larderd --version
""",
    )
    lines = said.splitlines()
    assert lines[0].startswith("larder:") and lines[0].endswith(":/var/lib/larder:/usr/sbin/nologin")
    assert lines[1:5] == [
        "larder:larder 750 /var/lib/larder",
        "root:larder 750 /etc/larder",
        "root:larder 640 /etc/larder/config.json",
        "enabled",
    ]
    assert lines[5:9] == ["READY=1", "STOPPING=1", "ended with 0", "_larder"]
    assert lines[9:12] == ["1", "1", "1"]
    assert lines[12].startswith("larderd ")


def test_maintainer_scripts_are_posix_shell():
    scripts = [ROOT / "installer/deb" / name for name in ("postinst", "prerm", "postrm")]
    for script in scripts:
        assert pathlib.Path(script).read_text(encoding="utf-8").startswith("#!/bin/sh\nset -e\n")
    run("shellcheck", *scripts)
