"""The examples of the documents: values that the chart takes, configurations that the daemon takes."""

import json
import re
import shlex
import subprocess
import sys

import chart
import guide
import pytest
import yaml
from conftest import ROOT, run
from harness import zot
from harness.daemon import Larderd, config
from harness.images import make_image

GUIDE = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?ms)^## ([^\n]+)\n(?:(?!^## ).)*?```yaml\n(.*?)```", GUIDE)


def test_the_guide_has_its_steps():
    assert [heading for heading, _ in EXAMPLES] == [
        "Configuration",
        "Authentication",
        "Metrics with a login",
        "Credentials for upstreams",
        "Memory",
    ]


@pytest.mark.parametrize(("heading", "values"), EXAMPLES)
def test_an_example_of_the_guide_works(render, binary, tmp_path, heading, values):
    objects = render(values)
    path = tmp_path / "config.json"
    secrets = yaml.safe_load(values).get("secretFiles", {})
    text = objects.config()["config.json"]
    for name, content in secrets.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        text = text.replace(f"/secret/{name}", str(tmp_path / name))
    # The volume of the pod.
    path.write_text(text.replace("/var/lib/registry", str(tmp_path)), encoding="utf-8")
    done = subprocess.run((binary, "verify", path), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_defaults_in_the_guide_are_the_charts(render):
    (memory,) = (yaml.safe_load(values) for heading, values in EXAMPLES if heading == "Memory")
    assert render().container()["resources"] == memory["resources"]


def test_the_names_in_the_guide_are_those_of_the_chart(render):
    objects = render(release="cache", nameOverride="zot")
    for kind in ("Service", "Deployment"):
        assert objects.of(kind)["metadata"]["name"] == "cache-zot"
    assert objects.of("PersistentVolumeClaim")["metadata"]["name"] == "cache-pvc-cache-zot-0"
    for name in ("`cache-zot`", "`cache-pvc-cache-zot-0`"):
        assert name in GUIDE


def test_operations_names_values_that_there_are():
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "installer/helm/larder/values.schema.json").read_text(encoding="utf-8"))
    paths = set()

    def look(node, path):
        for name, below in node.get("properties", {}).items():
            paths.add(".".join((*path, name)))
            look(below, (*path, name))

    look(schema, ())
    roots = set(schema["properties"])
    named = {name for name in re.findall(r"`([a-zA-Z]+(?:\.[a-zA-Z]+)*)`", text) if name.split(".")[0] in roots}
    assert len(named) > 10
    assert named - paths == set()


def test_operations_installs_an_image_of_the_readers_own(helm, tmp_path):
    run(sys.executable, ROOT / "installer/helm/package.py", "--version=0.1.0+gc0ffee", f"--output={tmp_path}")
    (command,) = (one for one in commands("operations.md") if one.startswith("helm install"))
    package = str(next(tmp_path.glob("larder-*.tgz")))
    words = shlex.split(command.replace("\\\n", " ").replace("build/packages/larder-*.tgz", package))
    output = helm("template", "--kube-version=1.31.0", *(word for word in words[2:] if word != "--create-namespace"))
    assert chart.parse(output).container()["image"] == "registry.example.com/larder:0.1.0-gc0ffee"


def commands(name):
    """The commands of a document, each with its heading."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return re.findall(r"(?ms)^```sh\n(.*?)\n```", text)


def test_the_references_are_what_the_sources_say():
    done = subprocess.run((sys.executable, ROOT / "installer/reference.py", "--check"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_move_from_zot_goes_as_it_is_told(binary, tmp_path):
    here, elsewhere = tmp_path / "zot", tmp_path / "elsewhere"
    images = {name: make_image(name) for name in ("first", "second")}
    zot.write_image(here, "team/first", images["first"], "v1")
    zot.write_image(elsewhere, "team/second", images["second"], "v1")
    daemon = Larderd(binary, tmp_path, config(here), "config")
    told = commands("from-zot.md")
    assert [line.split()[1] for line in told] == ["verify", "serve", "import"]
    for line in (told[0], told[2]):
        line = line.replace("config.json", str(daemon.config_path)).replace("/var/lib/zot", str(elsewhere))
        run(binary, *line.split()[1:])
    assert told[1] == "larderd serve config.json"
    daemon.start()
    try:
        for name, image in images.items():
            assert daemon.client().pull(f"team/{name}", "v1")[0].body == image.manifest.data
    finally:
        daemon.stop()


def test_the_api_is_called_as_it_is_told(binary, tmp_path):
    (tmp_path / "htpasswd").write_text(guide.KNOWN_ADMIN + "\n", encoding="utf-8")
    settings = config(tmp_path / "data", http={"auth": {"htpasswd": {"path": str(tmp_path / "htpasswd")}}})
    daemon = Larderd(binary, tmp_path, settings).start()
    try:
        for line in commands("api.md"):
            answer = json.loads(run("sh", "-euc", line.replace("127.0.0.1:5000", daemon.address)))
            assert answer["name"] == "larder"
    finally:
        daemon.stop()
