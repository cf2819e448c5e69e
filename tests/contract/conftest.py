"""A daemon with something of everything: users, a sync rule, credentials, an image that was pushed."""

import json

import pytest
from harness.daemon import Larderd, config, rule
from harness.fixtures import binary, loopback_only  # noqa: F401
from harness.images import make_image
from harness.peers import write_htpasswd
from harness.upstream import Upstream

# keeper is another admin, whom no example of the contract names: nothing happens to them by chance.
PASSWORDS = {"alice": "a-password", "bob": "b-password", "keeper": "k-password"}
REPOSITORY = "team/app"
# The environment of a daemon from which nothing leaves this machine, whatever a rule names.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {"https_proxy": NOWHERE, "http_proxy": NOWHERE, "no_proxy": "127.0.0.1"}


def pytest_addoption(parser):
    parser.addoption("--examples", type=int, default=20, help="generated inputs of an operation in test_schemathesis.py")


@pytest.fixture(scope="session")
def upstream():
    with Upstream() as server:
        yield server


@pytest.fixture(scope="session")
def htpasswd_lines(tmp_path_factory):
    path = write_htpasswd(tmp_path_factory.mktemp("users") / "htpasswd", **PASSWORDS)
    return path.read_text(encoding="utf-8")


class World:
    """alice and keeper are admins, bob may read team/**, the anonymous nothing."""

    def __init__(self, daemon, upstream, image):
        self.daemon = daemon
        self.upstream = upstream
        self.image = image
        secured = "auth" in daemon.settings["http"]
        self.admin = daemon.client(("alice", PASSWORDS["alice"]) if secured else None)
        self.reader = daemon.client(("bob", PASSWORDS["bob"]) if secured else None)
        self.anonymous = daemon.client()

    def rule_ids(self):
        return [rule["id"] for rule in self.admin.get("/api/v1/sync/rules").json()["items"]]

    def etag(self):
        return self.admin.get("/api/v1/config").headers["ETag"]


def begin(binary, directory, upstream, htpasswd_lines, address="127.0.0.1", env=None):
    """Without `htpasswd_lines` nobody can log in."""
    users, credentials = directory / "htpasswd", directory / "credentials.json"
    users.write_text(htpasswd_lines or "", encoding="utf-8")
    credentials.write_text(json.dumps({"ghcr.io": {"username": "u", "password": "p"}}), encoding="utf-8")
    rules = [rule(upstream.url, prefix="upstream/**", pollInterval="24h"), rule("http://127.0.0.1:1", prefix="away/**")]
    access = {
        "repositories": {"team/**": {"policies": [{"users": ["bob"], "actions": ["read"]}]}},
        "adminPolicy": {"users": ["alice", "keeper"], "actions": ["read", "create", "update", "delete"]},
    }
    http = {"address": address}
    if htpasswd_lines:
        http |= {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access}
    settings = config(directory / "data", *rules, http=http)
    settings["extensions"]["sync"]["credentialsFile"] = str(credentials)
    settings["log"]["audit"] = str(directory / "audit.log")
    settings["larder"]["management"]["open"] = False
    world = World(Larderd(binary, directory, settings, env=env).start(), upstream, make_image("contract"))
    world.admin.push(REPOSITORY, world.image, "1.0")
    return world


@pytest.fixture
def world(binary, tmp_path, upstream, htpasswd_lines):
    """One of its own, for a test that changes something."""
    world = begin(binary, tmp_path, upstream, htpasswd_lines)
    yield world
    world.daemon.stop()


@pytest.fixture(scope="session")
def shared(binary, tmp_path_factory, upstream, htpasswd_lines):
    """For tests whose calls are refused or change nothing that another one looks at."""
    world = begin(binary, tmp_path_factory.mktemp("shared"), upstream, htpasswd_lines)
    yield world
    world.daemon.stop()
