"""Configurations as they are found load as they stand; wrong ones are refused with the place and a hint."""

import json
import pathlib

import pytest
from harness.daemon import config
from harness.peers import run, write_htpasswd

# An on-demand mirror of two registries and a polled one, as published for in-cluster caches.
MIRRORS = """{
  "extensions": {
    "sync": {
      "enable": true,
      "registries": [
        {"urls": ["https://docker.io/library"], "onDemand": true, "tlsVerify": true, "maxRetries": 3,
         "retryDelay": "5m"},
        {"urls": ["https://k8s.gcr.io"], "onDemand": true, "tlsVerify": true, "maxRetries": 3, "retryDelay": "5m"},
        {"urls": ["https://my-registry.example.org"], "onDemand": false, "pollInterval": "5m", "tlsVerify": true,
         "maxRetries": 3, "retryDelay": "5m", "onlySigned": false,
         "content": [{"prefix": "my-organization/my-image", "tags": {"regex": "^6.*", "semver": true}}]}
      ]
    }
  }
}"""
USERS = """{
  "http": {
    "auth": {"htpasswd": {"path": "/secret/htpasswd"}},
    "accessControl": {
      "repositories": {
        "**": {"policies": [{"users": ["admin"], "actions": ["read", "create", "update", "delete"]}]}
      }
    },
    "address": "0.0.0.0",
    "port": "5000"
  }
}"""
CREDENTIALS = '{"extensions": {"sync": {"credentialsFile": "/secret/credentials"}}}'
CREDENTIALS_FILE = '{"my-registry.example.org": {"username": "my-user", "password": "my-token"}      \n}\n'
# The shape that charts write: every registry under a path of its own.
PREFIXES = """
distSpecVersion: 1.1.0
storage:
  rootDirectory: /data
  dedupe: true
  gc: true
  gcDelay: 1h
  gcInterval: 24h
http:
  address: 0.0.0.0
  port: 5000
log: {level: info}
extensions:
  metrics: {enable: true, prometheus: {path: /metrics}}
  scrub: {enable: true, interval: 24h}
  sync:
    enable: true
    registries:
      - urls: [https://registry-1.docker.io]
        onDemand: true
        tlsVerify: true
        maxRetries: 5
        retryDelay: 30s
        preserveDigest: true
        content: [{prefix: "**", destination: /docker.io}]
      - urls: ["https://quay.io"]
        onDemand: true
        content: [{prefix: "**", destination: /quay.io, stripPrefix: false}]
"""


@pytest.fixture
def verify(binary, tmp_path):
    """verify(text) runs `larderd verify` on it; /secret in the text becomes the test's directory, /data too."""

    def check(text, suffix="json"):
        path = tmp_path / f"config.{suffix}"
        placed = text.replace("/secret/", f"{tmp_path}/secret/").replace("/data", f"{tmp_path}/data")
        path.write_text(placed, encoding="utf-8")
        return run(binary, "verify", path, check=False)

    (tmp_path / "secret").mkdir(exist_ok=True)
    return check


@pytest.fixture
def secrets(tmp_path):
    (tmp_path / "secret").mkdir(exist_ok=True)
    (tmp_path / "secret/credentials").write_text(CREDENTIALS_FILE, encoding="utf-8")
    write_htpasswd(tmp_path / "secret/htpasswd", admin="password")


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("text", [MIRRORS, USERS, CREDENTIALS], ids=["mirrors", "users", "credentials"])
def test_published_fragments_load_as_they_stand(verify, text):
    done = verify(text)
    assert done.returncode == 0, done.stdout + done.stderr


def test_yaml_loads_too(verify):
    done = verify(PREFIXES, "yaml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("secrets")
def test_all_fragments_serve_together(serve, data, tmp_path):
    settings = config(data)
    for text in (MIRRORS, USERS, CREDENTIALS):
        fragment = json.loads(text.replace("/secret/", f"{tmp_path}/secret/"))
        settings["http"].update(fragment.get("http", {}))
        sync = settings["extensions"].setdefault("sync", {})
        sync.update(fragment.get("extensions", {}).get("sync", {}))
    settings["http"].update(address="127.0.0.1", port="0")
    daemon = serve(settings)
    assert daemon.client().get("/v2/").status == 401
    assert daemon.client(("admin", "password")).get("/v2/").status == 200
    assert "my-token" not in daemon.log()


def test_keys_are_matched_without_regard_to_case(verify):
    text = '{"HTTP": {"Port": "5000", "ADDRESS": "127.0.0.1"}, "Storage": {"rootdirectory": "/data"}}'
    assert verify(text).returncode == 0


@pytest.mark.parametrize(
    ("text", "path", "hint"),
    [
        ('{"http": {"prot": "5000"}}', "http.prot", "port"),
        ('{"http": {"port": "many"}}', "http.port", ""),
        ('{"http": {"port": 123456}}', "http.port", ""),
        ('{"storage": {"gcDelay": "5 minutes"}}', "storage.gcDelay", ""),
        ('{"storage": {"dedupe": "perhaps"}}', "storage.dedupe", ""),
        ('{"extensions": {"sync": {"registries": [{"urls": ["ftp://example.org"], "onDemand": true}]}}}',
         "extensions.sync.registries[0].urls[0]", ""),
        ('{"extensions": {"sync": {"registries": [{"urls": ["https://example.org"], "content": '
         '[{"prefix": "a", "tags": {"regex": "["}}]}]}}}', "extensions.sync.registries[0].content[0].tags.regex", ""),
        ('{"extensions": {"sync": {"registries": [{"urls": ["https://example.org"], "content": [{"prefix": "a["}]}]}}}',
         "extensions.sync.registries[0].content[0].prefix", ""),
        ('{"http": {"auth": {"htpasswd": {"path": "/secret/nowhere"}}}}', "http.auth.htpasswd.path", ""),
        ('{"http": {"tls": {"cert": "/secret/no.crt", "key": "/secret/no.key"}}}', "http.tls.cert", ""),
        ('{"log": {"level": "loud"}}', "log.level", ""),
    ],
)  # fmt: skip
def test_verify_names_the_place(verify, text, path, hint):
    done = verify(text)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert path in said
    assert hint in said.replace(path, "")


def test_verify_names_every_problem_at_once(verify):
    done = verify('{"http": {"prot": 1, "tls": {"cert": 5}}, "storag": {}, "log": {"level": "loud"}}')
    assert done.returncode == 1
    for path in ("http.prot", "http.tls.cert", "storag", "log.level"):
        assert path in done.stdout + done.stderr, path


def test_text_that_is_neither_json_nor_yaml_is_refused(verify):
    assert verify('{"http": ').returncode == 1
    assert verify("a: [1").returncode == 1
    assert verify("http: {port: 1}\nhttp: {port: 2}\n", "yaml").returncode == 1


def test_a_missing_file_is_refused(binary, tmp_path):
    done = run(binary, "verify", tmp_path / "nothing.json", check=False)
    assert done.returncode == 1
    assert "nothing.json" in done.stdout + done.stderr


def refused_htpasswd(directory, _authority):
    path = directory / "htpasswd"
    path.write_text("alice:$2y$04$abcdefghijklmnopqrstuuWxLmZ1dFZ0Dc9D5e8rS3sJkXn3nZQ2e\ncarl:$apr1$i7l9qjHs$aEznfcRV4gyvC3cBSdj21/\n")
    return {"auth": {"htpasswd": {"path": str(path)}}}, "Apache MD5 hash"


def refused_chain(directory, authority):
    certificate, key = authority.issue("verified", "localhost")
    path = directory / "chain.pem"
    path.write_text(pathlib.Path(certificate).read_text() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return {"tls": {"cert": str(path), "key": str(key)}}, "chain.pem"


@pytest.mark.parametrize("make", [refused_htpasswd, refused_chain])
def test_verify_reads_the_files_as_serve_does(binary, tmp_path, data, authority, make):
    http, message = make(tmp_path, authority)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config(data, http=http)), encoding="utf-8")
    checked = run(binary, "verify", path, check=False)
    served = run(binary, "serve", path, check=False, timeout=20)
    assert (checked.returncode, served.returncode) == (1, 1), checked.stdout + served.stderr
    assert message in checked.stdout
    assert checked.stdout.splitlines()[-1] in served.stderr


def test_serve_refuses_what_verify_refuses(binary, tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"http": {"prot": "5000"}}', encoding="utf-8")
    done = run(binary, "serve", path, check=False, timeout=20)
    assert done.returncode != 0
    assert "http.prot" in done.stdout + done.stderr


def test_version(binary):
    done = run(binary, "--version")
    assert done.stdout.strip().startswith("larderd ")
