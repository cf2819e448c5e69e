"""Pods are replaced for what a running daemon does not take over, and for nothing else."""

import json
import pathlib
import subprocess
import sys

import chart
import pytest

TOOL = chart.CHART.parent / "values_schema.py"
BASE = {
    "storage": {"rootDirectory": "/var/lib/registry", "gc": True},
    "http": {"address": "0.0.0.0", "port": "5000", "tls": {"cert": "/secret/a.crt", "key": "/secret/a.key"}},
    "log": {"level": "info"},
}


def checksum(render, settings, **more):
    more.setdefault("httpGet", {"scheme": "HTTPS" if "tls" in settings["http"] else "HTTP"})
    return render(configFiles={"config.json": json.dumps(settings)}, **more).checksum()


def changed(path, value):
    settings = json.loads(json.dumps(BASE))
    *parents, last = path
    at = settings
    for name in parents:
        at = at.setdefault(name, {})
    if value is None:
        del at[last]
    else:
        at[last] = value
    return settings


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("storage", "commit"), False),
        (("storage", "subPaths"), {"/team": {"rootDirectory": "/var/lib/registry/team"}}),
        (("http", "address"), "::"),
        (("log", "output"), "/tmp/log"),
        (("larder",), {"memoryLimit": "100Mi"}),
        (("Larder",), {"MEMORYLIMIT": "100Mi"}),
        (("http", "tls"), None),
    ],
)
def test_what_needs_a_restart_replaces_the_pods(render, path, value):
    assert checksum(render, changed(path, value)) != checksum(render, BASE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("storage", "gc"), False),
        (("log", "level"), "debug"),
        (("http", "tls", "cert"), "/secret/b.crt"),
        (("extensions",), {"sync": {"enable": True, "registries": [{"urls": ["https://quay.io"], "onDemand": True}]}}),
        (("http", "accessControl"), {"repositories": {}}),
    ],
)
def test_what_is_reloaded_does_not(render, path, value):
    assert checksum(render, changed(path, value)) == checksum(render, BASE)


def test_secrets_and_other_files_do_not(render):
    plain = render(configFiles={"config.json": json.dumps(BASE)}, httpGet={"scheme": "HTTPS"})
    more = render(
        configFiles={"config.json": json.dumps(BASE), "more.json": "{}"},
        httpGet={"scheme": "HTTPS"},
        mountSecret=True,
        secretFiles={"htpasswd": "a:b"},
    )
    again = render(
        configFiles={"config.json": json.dumps(BASE), "more.json": "[]"},
        httpGet={"scheme": "HTTPS"},
        mountSecret=True,
        secretFiles={"htpasswd": "a:c"},
    )
    assert more.pod() == again.pod()
    assert plain.checksum() == more.checksum()


def test_yaml_is_read_as_json_is(render):
    written = "storage: {rootDirectory: /var/lib/registry}\nhttp: {address: 0.0.0.0, port: 5000}\n"
    objects = render(configFiles={"config.yaml": written + "# mine\n"})
    assert objects.config()["config.yaml"] == written + "# mine\n"
    assert objects.container()["args"] == ["serve", "/etc/zot/config.yaml"]
    assert objects.checksum() == render(configFiles={"config.yaml": written + "log: {level: warn}\n"}).checksum()
    assert objects.checksum() != render(configFiles={"config.yaml": written + "log: {audit: /tmp/a}\n"}).checksum()


def test_a_roll_can_be_forced(render):
    first, second = render(forceRoll=True), render(forceRoll=True)
    assert first.pod()["metadata"]["annotations"]["rollme"] != second.pod()["metadata"]["annotations"]["rollme"]


def test_the_lists_made_of_the_schemas_are_up_to_date():
    done = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_tool_notices_a_key_that_now_needs_a_restart(tmp_path):
    root = chart.CHART.parents[2]
    for name in ("installer/helm/values_schema.py", "installer/helm/larder", "resources/config.schema.json"):
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-rL", root / name, copy], check=True)
    schema = tmp_path / "resources/config.schema.json"
    document = json.loads(schema.read_text(encoding="utf-8"))
    document["properties"]["log"]["properties"]["level"]["x-restart"] = True
    schema.write_text(json.dumps(document), encoding="utf-8")
    tool = tmp_path / "installer/helm/values_schema.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "files/restart-keys.json" in done.stderr
    subprocess.run([sys.executable, tool], check=True)
    made = json.loads(
        pathlib.Path(tmp_path, "installer/helm/larder/files/restart-keys.json").read_text(encoding="utf-8")
    )
    assert "log.level" in made["value"]
