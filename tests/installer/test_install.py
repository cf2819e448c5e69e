"""What `cmake --install` puts where, and the manual and completions that are made of the program itself."""

import configparser
import gzip
import json
import os
import re
import subprocess

import pytest
from conftest import ROOT, run

LAID = {
    "usr/bin/larderd",
    "etc/larder/config.json",
    "usr/lib/systemd/system/larder.service",
    "usr/lib/sysusers.d/larder.conf",
    "usr/lib/tmpfiles.d/larder.conf",
    "usr/share/bash-completion/completions/larderd",
    "usr/share/doc/larder/changelog.gz",
    "usr/share/doc/larder/copyright",
    "usr/share/fish/vendor_completions.d/larderd.fish",
    "usr/share/larder/config.schema.json",
    "usr/share/larder/larder.dashboard.json",
    "usr/share/larder/larder.rules.yaml",
    "usr/share/man/man1/larderd.1.gz",
    "usr/share/man/man5/larder.json.5.gz",
    "usr/share/zsh/vendor-completions/_larderd",
}


@pytest.fixture(scope="session")
def commands(binary):
    return json.loads(run(binary, "commands"))


def test_what_is_installed(installed):
    assert {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()} == LAID
    done = run(installed / "usr/bin/larderd", "verify", installed / "etc/larder/config.json")
    assert done.endswith("is valid.\n")


def test_the_version_is_that_of_the_commit(version):
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: the version is NOT compared with git")
    commit = run("git", "-C", ROOT, "rev-parse", "--short=12", "HEAD").strip()
    tag = subprocess.run(
        ("git", "-C", ROOT, "describe", "--tags", "--exact-match", "--match", "v[0-9]*"), capture_output=True, text=True
    )
    expected = tag.stdout.strip()[1:] if tag.returncode == 0 else f"+g{commit}"
    assert expected in version


def test_the_version_file_is_left_alone_until_it_changes(tmp_path):
    def write(**definitions):
        options = [f"-D{name}={value}" for name, value in definitions.items()]
        run("cmake", *options, f"-DOUTPUT={tmp_path}/version.cpp", "-P", ROOT / "backend/version.cmake")
        return (tmp_path / "version.cpp").read_text(encoding="utf-8")

    def git(*arguments):
        run("git", "-C", tmp_path / "clone", "-c", "user.name=a", "-c", "user.email=a@b", *arguments)

    assert '"9.9"' in write(VERSION="9.9", BASE="0.1.0", SOURCE=tmp_path)
    assert '"0.1.0"' in write(BASE="0.1.0", SOURCE=tmp_path / "nothing")
    before = (tmp_path / "version.cpp").stat().st_mtime_ns
    write(BASE="0.1.0", SOURCE=tmp_path / "nothing")
    assert (tmp_path / "version.cpp").stat().st_mtime_ns == before
    (tmp_path / "clone").mkdir()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    assert re.search(r'"0\.1\.0\+g[0-9a-f]{12}"', write(BASE="0.1.0", SOURCE=tmp_path / "clone"))
    git("tag", "v1.2.3")
    assert '"1.2.3"' in write(BASE="0.1.0", SOURCE=tmp_path / "clone")
    (tmp_path / "clone/file").write_text("a", encoding="utf-8")
    git("add", "file")
    assert re.search(r'"0\.1\.0\+g[0-9a-f]{12}\.dirty"', write(BASE="0.1.0", SOURCE=tmp_path / "clone"))


def every(command):
    for one in command["commands"]:
        yield one
        yield from every(one)


def page_of(prefix, name):
    """Its source, with dashes as they are read."""
    return gzip.decompress((prefix / "share/man" / f"{name}.gz").read_bytes()).decode().replace("\\-", "-")


def test_the_manual_has_every_command_option_and_key(prefix, commands):
    page = page_of(prefix, "man1/larderd.1")
    assert "@" not in re.sub(r"\S+@\S+", "", page)
    for command in every(commands):
        if not command["commands"]:
            assert re.search(rf"(?m)^\.SS .*{re.escape(command['name'])}\b", page), command["name"]
        for option in command["options"]:
            assert option["names"][-1] in ("--help", *re.findall(r"[\w-]+", page.lower())), option
    keys = page_of(prefix, "man5/larder.json.5")
    for key in (
        "storage.rootDirectory",
        "extensions.sync.registries[].urls",
        "http.accessControl.repositories.*.policies",
    ):
        assert f"\n.B {key}\n" in keys, key


@pytest.fixture(scope="session")
def pages(build):
    """All manual pages, that of the console too where it is built."""
    made = sorted((build / "installer/manual").glob("*.[1-9].gz"))
    assert len(made) >= 2
    return made


def test_the_manual_has_no_faults(pages):
    for page in pages:
        done = subprocess.run(
            ("man", "--warnings=w", "-l", page),
            capture_output=True,
            text=True,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "120"},
        )
        assert done.returncode == 0 and not done.stderr, done.stderr


def test_the_consoles_manual_has_every_option_it_prints(build):
    console, made = build / "gui/app/larder-console", build / "installer/manual/larder-console.1.gz"
    if not (console.exists() and made.exists()):
        pytest.skip("this build has no console: its manual is NOT tested")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    printed = set(re.findall(r"--[a-z-]+", run(console, "--help", env=env))) - {"--help-all"}
    page = gzip.decompress(made.read_bytes()).decode()
    assert {"--server", "--user", "--version"} <= printed <= set(re.findall(r"--[a-z-]+", page.replace("\\-", "-")))
    assert "\n.B place\n" in page and "@" not in page


def completed(prefix, *words):
    script = prefix / "share/bash-completion/completions/larderd"
    line = " ".join(f"'{word}'" for word in words)
    text = (
        f"source {script}; compopt() {{ :; }}; COMP_WORDS=(larderd {line}); COMP_CWORD={len(words)}; _larderd;"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return run("bash", "-euc", text).split()


def test_bash_completes_commands_and_options(prefix, commands):
    names = [command["name"] for command in commands["commands"]]
    assert set(names) <= set(completed(prefix, ""))
    assert completed(prefix, "ver") == ["verify", "verify-store", "verify-feature"]
    assert completed(prefix, "verify-feature", "") == ["retention"]
    assert "--timeout" in completed(prefix, "verify-feature", "retention", "--")
    assert completed(prefix, "scrub", "--q") == ["--quarantine"]
    assert completed(prefix, "import", "--hard") == ["--hard-link"]


@pytest.mark.parametrize(
    ("shell", "file"), [("zsh", "zsh/vendor-completions/_larderd"), ("fish", "fish/vendor_completions.d/larderd.fish")]
)
def test_other_shells_take_theirs(prefix, shell, file):
    if subprocess.run(("which", shell), capture_output=True).returncode != 0:
        pytest.skip(f"{shell} is not here: its completion is NOT parsed")
    run(shell, "-n", prefix / "share" / file)


def test_the_unit_serves_as_its_own_user_and_says_when_it_is_ready(prefix):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(prefix / "lib/systemd/system/larder.service", encoding="utf-8")
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["User"] == "larder"
    assert service["ExecStart"].split()[1:2] == ["serve"]
    for key in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "LockPersonality", "MemoryDenyWriteExecute"):
        assert service[key] == "yes", key
    assert service["ProtectSystem"] == "strict"
    assert (prefix / "lib/sysusers.d/larder.conf").read_text(encoding="utf-8").startswith("u larder ")
