"""What the management API can make the daemon read and whom it can make it talk to: no file and no host that the
configuration file does not already speak for."""

import json
import pathlib
import socket
import threading

import pytest
from harness.admin import Admin, paths
from harness.daemon import config, host_of, rule

SECRET = "root:s3cr3t-of-this-machine"
OPEN_RULE = {"onDemand": True, "tlsVerify": False, "content": [{"prefix": "library/alpine"}]}


class Listener:
    """Notes who connects and what they send; answers with 401."""

    def __init__(self):
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.url = "http://" + self.host
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client:
                client.settimeout(2)
                try:
                    self.heard.append(client.recv(65536))
                    client.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Basic\r\n\r\n")
                except OSError:
                    self.heard.append(b"")


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.socket.close()


@pytest.fixture
def outside(tmp_path_factory):
    """A directory that no configuration speaks of, with a secret in it."""
    directory = tmp_path_factory.mktemp("outside")
    (directory / "shadow").write_text(SECRET + "\nsecond: line\n", encoding="utf-8")
    return directory


@pytest.fixture
def files(tmp_path):
    """The directory of files that the configuration uses."""
    directory = tmp_path / "etc"
    directory.mkdir()
    (directory / "credentials.json").write_text(
        json.dumps({"ghcr.io": {"username": "me", "password": "p4ssw0rd"}}), encoding="utf-8"
    )
    return directory


@pytest.fixture
def settings(data, files, tmp_path):
    made = config(data, rule("https://ghcr.io", destination="/ghcr"))
    made["extensions"]["sync"]["credentialsFile"] = str(files / "credentials.json")
    made["log"]["audit"] = str(tmp_path / "log" / "audit.log")
    (tmp_path / "log").mkdir()
    return made


@pytest.fixture
def admin(serve, settings):
    return Admin(serve(settings).client())


def oauth2(token_url, assertion, **more):
    return {"credentialHelper": "oauth2", "oauth2CredentialHelper": {"tokenURL": token_url, "assertionFile": assertion, **more}}


def test_trials_are_changes(serve, settings):
    settings["larder"]["management"]["readOnly"] = True
    admin = Admin(serve(settings).client())
    trial = {"urls": ["https://ghcr.io"], **OPEN_RULE}
    calls = [
        ("/config/validate", {"patch": {}}, "validateConfig"),
        ("/sync/test", {"rule": trial}, "testRule"),
        ("/sync/preview", {"rule": trial, "repository": "library/alpine"}, "previewRule"),
        ("/config/merge/preview", {"base": 1, "patch": {}}, "previewMerge"),
        ("/config/revert/preview", {"revision": 1}, "previewRevert"),
        ("/config/rollback/preview", {"revision": 1}, "previewRollBack"),
        ("/access/explain", {"repository": "app", "action": "read", "draft": {"patch": {}}}, "explainDraft"),
        ("/access/review", {"draft": {"patch": {}}}, "reviewAccess"),
        ("/access/effective", {"draft": {"patch": {}}}, "effectiveAccess"),
    ]
    for path, body, action in calls:
        answer = admin.call("POST", path, body)
        assert answer.status == 403, (path, answer.status)
        assert "readOnly" in answer.json()["detail"]
        assert admin.json("/audit", action=action)["total"] == 1, action
    # What is in force may be asked about.
    for path, body in (("/access/explain", {"repository": "app", "action": "read"}), ("/access/review", {})):
        assert admin.call("POST", path, body).status == 200, path


def test_a_trial_is_audited_with_what_it_asked(admin):
    admin.call("POST", "/sync/test", {"rule": {"urls": ["https://nowhere.invalid"], **OPEN_RULE}})
    entry = admin.json("/audit", action="testRule")["items"][0]
    assert (entry["object"], entry["status"]) == ("https://nowhere.invalid", 200)
    admin.call("POST", "/config/validate", {"patch": {"log": {"level": "info"}}})
    assert admin.json("/audit", action="validateConfig")["total"] == 1


@pytest.mark.parametrize("call", ["test", "preview", "validate", "add", "patch"])
def test_no_call_reads_a_file_elsewhere_and_posts_it(admin, listener, outside, call):
    for key in ("assertionFile", "clientSecretFile", "signingFile"):
        helper = oauth2(listener.url + "/steal", str(outside / "shadow"))
        if key != "assertionFile":
            helper["oauth2CredentialHelper"][key] = str(outside / "shadow")
        stolen = {"urls": [listener.url], **OPEN_RULE, **helper}
        registries = {"extensions": {"sync": {"registries": [stolen]}}}
        answer = {
            "test": lambda: admin.call("POST", "/sync/test", {"rule": stolen}),
            "preview": lambda: admin.call("POST", "/sync/preview", {"rule": stolen, "repository": "library/alpine"}),
            "validate": lambda: admin.call("POST", "/config/validate", {"patch": registries}),
            "add": lambda: admin.edit("POST", "/sync/rules", stolen),
            "patch": lambda: admin.patch(registries),
        }[call]()
        if call == "validate":
            assert not answer.json()["valid"], answer.body
            places = [error["path"] for error in answer.json()["errors"]]
        else:
            assert answer.status == 422, (key, answer.body)
            places = paths(answer)
        assert any(place.endswith("oauth2CredentialHelper." + key) for place in places), places
        assert SECRET.encode() not in answer.body
    assert listener.heard == []


def test_nothing_tells_whether_a_file_elsewhere_exists(admin, outside, files):
    """The same answer for what is there, what is not, what cannot be read, and what a detour would show."""
    changes = {
        "extensions.sync.credentialsFile": lambda path: {"extensions": {"sync": {"credentialsFile": path}}},
        "http.auth.htpasswd.path": lambda path: {"http": {"auth": {"htpasswd": {"path": path}}}},
        "http.tls.cert": lambda path: {"http": {"tls": {"cert": path, "key": path}}},
        "log.output": lambda path: {"log": {"output": path}},
        "log.audit": lambda path: {"log": {"audit": path}},
        "extensions.sync.registries[0].certDir": lambda path: {
            "extensions": {"sync": {"registries": [rule("https://ghcr.io", certDir=path)]}}
        },
    }
    (files / "link").symlink_to(outside / "shadow")
    elsewhere = [
        outside / "shadow",
        outside / "missing",
        outside,
        "/etc/shadow",
        "/proc/self/environ",
        "/dev/stdin",
        files / "link",
        files / ".." / ".." / outside.name / "shadow",
        f"{outside}/../{files.parent.name}/etc/credentials.json",
        f"{outside}/missing/../../{files.parent.name}/etc/credentials.json",
    ]
    for place, change in changes.items():
        answers = set()
        for path in elsewhere:
            verdict = admin.call("POST", "/config/validate", {"patch": change(str(path))})
            assert not verdict.json()["valid"], (place, path)
            errors = [error for error in verdict.json()["errors"] if error["path"] == place]
            assert len(errors) == 1, (place, path, verdict.body)
            assert SECRET.encode() not in verdict.body
            answers.add(json.dumps(errors[0]))
        assert len(answers) == 1, (place, answers)


def test_files_beside_those_in_use_may_be_named(admin, files, settings):
    (files / "other.json").write_text("{}", encoding="utf-8")
    assert admin.patch({"extensions": {"sync": {"credentialsFile": str(files / "other.json")}}}).status == 200


def test_a_log_and_what_is_sent_open_nothing_beside_them(serve, settings, files, listener, tmp_path):
    """A neighbour of an assertion may be a key, and one of a log anybody's file."""
    (files / "assertion").write_text("jwt", encoding="utf-8")
    (files / "key").write_text(SECRET, encoding="utf-8")
    listed = tmp_path / "listed"
    listed.mkdir()
    (listed / "theirs").write_text("theirs", encoding="utf-8")
    helper = oauth2("https://idp.invalid/token", str(files / "assertion"))
    settings["extensions"]["sync"]["registries"].append({"urls": ["https://r.invalid"], "onDemand": True, **helper})
    settings["larder"]["management"]["fileDirectories"] = [str(listed)]
    admin = Admin(serve(settings).client())
    for neighbour in ("key", "missing"):
        stolen = {"urls": [listener.url], **OPEN_RULE, **oauth2(listener.url + "/steal", str(files / neighbour))}
        for answer in (admin.call("POST", "/sync/test", {"rule": stolen}), admin.edit("POST", "/sync/rules", stolen)):
            assert answer.status == 422, neighbour
            assert any(place.endswith("assertionFile") for place in paths(answer)), answer.body
    assert listener.heard == []
    logs = pathlib.Path(settings["log"]["audit"]).parent
    for place in ("output", "audit"):
        assert admin.patch({"log": {place: str(logs / "other.log")}}).status == 422
        assert admin.patch({"log": {place: str(listed / "theirs")}}).status == 422
    assert (listed / "theirs").read_text(encoding="utf-8") == "theirs"
    assert admin.patch({"log": {"audit": str(listed / "new.log")}}).status == 200


def test_directories_are_listed_in_the_file_alone(serve, settings, outside, files):
    change = {"larder": {"management": {"open": True, "fileDirectories": [str(outside)]}}}
    daemon = serve(settings)
    admin = Admin(daemon.client())
    answer = admin.patch(change)
    assert answer.status == 422, answer.body
    assert paths(answer) == ["larder.management.fileDirectories"]
    first = admin.json("/config")["revision"]
    assert admin.patch({"log": {"level": "info"}}).status == 200

    (outside / "credentials.json").write_text("{}", encoding="utf-8")
    named = {"extensions": {"sync": {"credentialsFile": str(outside / "credentials.json")}}}
    assert admin.patch(named).status == 422
    settings["larder"] = change["larder"]
    daemon.write_config(settings)
    daemon.reload()
    assert admin.patch(named).status == 200
    # What the file lists stays whatever revision comes back, and a roll-back names no file that may not be named.
    assert admin.edit("POST", "/config/rollback", {"revision": first}).status == 200
    assert admin.json("/config")["written"]["larder"] == change["larder"]
    last = max(entry["revision"] for entry in admin.json("/config/history")["items"]) - 1
    settings["larder"] = {"management": {"open": True}}
    daemon.write_config(settings)
    daemon.reload()
    refused = admin.edit("POST", "/config/rollback", {"revision": last})
    assert refused.status == 422, refused.body
    assert paths(refused) == ["extensions.sync.credentialsFile"]


def test_no_message_quotes_a_file(serve, settings, files):
    admin = Admin(serve(settings).client())
    contents = [
        "root:$6$s3cr3t\nsecond: line\n",
        '{"s3cr3t key": {"username": "u", "password": "p"}}',
        '{"ghcr.io": {"password": "s3cr3t", }',
        '{"ghcr.io": "s3cr3t"}',
        '{"ghcr.io": {"username": 1}, "s3cr3t.example": {}}',
        "*s3cr3t\n",
        "a: *s3cr3t\n",
        "- s3cr3t\n",
        "s3cr3t",
        "%s3cr3t\n---\n",
        "-----BEGIN s3cr3t-----\nAAAA\n-----END s3cr3t-----\n",
    ]
    for number, content in enumerate(contents):
        path = files / f"file{number}"
        path.write_text(content, encoding="utf-8")
        for change in (
            {"extensions": {"sync": {"credentialsFile": str(path)}}},
            {"http": {"auth": {"htpasswd": {"path": str(path)}}}},
            {"http": {"tls": {"cert": str(path), "key": str(path), "cacert": str(path)}}},
        ):
            for answer in (admin.call("POST", "/config/validate", {"patch": change}), admin.patch(change)):
                assert b"s3cr3t" not in answer.body, (content, answer.body)


# Where trials go


def trial(admin, url, **more):
    answer = admin.call("POST", "/sync/test", {"rule": {"urls": [url], **OPEN_RULE, **more}})
    assert answer.status == 200, answer.body
    return answer.json()["items"][0]


def test_a_trial_is_no_port_scanner(admin, listener):
    port = listener.host.rsplit(":", 1)[1]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
    hosts = ("127.0.0.1", "localhost", "x.localhost", "127.9.9.9", "[::1]", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]")
    for host in hosts:
        found = [trial(admin, f"http://{host}:{number}") for number in (port, closed)]
        for result in found:
            assert (result["ok"], result["reachable"]) == (False, False), (host, result)
            assert "only if a saved rule" in result["error"], (host, result)
        assert found[0]["error"] == found[1]["error"]
    for host in ("169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "2852039166", "0xa9.0xfe.0xa9.0xfe"):
        answer = admin.call("POST", "/sync/test", {"rule": {"urls": [f"http://{host}"], **OPEN_RULE}})
        if answer.status == 200:
            assert "only if a saved rule" in answer.json()["items"][0]["error"], (host, answer.body)
    preview = admin.call("POST", "/sync/preview", {"rule": {"urls": [listener.url], **OPEN_RULE}, "repository": "library/alpine"})
    assert preview.status != 200
    assert listener.heard == []


def test_a_trial_may_go_where_the_configuration_goes(serve, settings, upstream):
    settings["extensions"]["sync"]["registries"].append(rule(upstream.url, destination="/mirror"))
    admin = Admin(serve(settings).client())
    result = trial(admin, upstream.url, maxRetries=1, retryDelay="1ms")
    assert result["ok"], result


def test_a_trial_sends_no_assertion_to_an_address_of_this_machine(admin, listener, files, settings, serve):
    (files / "assertion").write_text(SECRET, encoding="utf-8")
    settings["larder"]["management"]["fileDirectories"] = [str(files)]
    settings["extensions"]["sync"]["registries"].append(
        {"urls": ["https://registry.invalid"], **OPEN_RULE, **oauth2("https://idp.invalid/token", str(files / "assertion"))}
    )
    admin = Admin(serve(settings, "other").client())
    (files / "another").write_text("another", encoding="utf-8")
    unnamed = trial(admin, "https://registry.invalid", **oauth2(listener.url, str(files / "another")))
    assert not unnamed["ok"]
    # A file that goes to one token service and registry goes to no other.
    saved = f"/sync/rules/{admin.rule_ids()[1]}"
    for url, token_url in (
        ("https://registry.invalid", "https://evil.invalid/token"),
        ("https://evil.invalid", "https://idp.invalid/token"),
        ("https://registry.invalid", "http://idp.invalid/token"),
    ):
        stolen = {"urls": [url], **OPEN_RULE, **oauth2(token_url, str(files / "assertion"))}
        for answer in (admin.call("POST", "/sync/test", {"rule": stolen}), admin.edit("PUT", saved, stolen)):
            assert answer.status == 422, (url, token_url, answer.body)
    # Nor is a file sent that is there for something else.
    stolen = {"urls": ["https://x.invalid"], **OPEN_RULE, **oauth2("https://x.invalid", str(files / "credentials.json"))}
    assert admin.call("POST", "/sync/test", {"rule": stolen}).status == 422
    assert listener.heard == []


def test_stored_credentials_stay_with_their_host(serve, settings, files, upstream, listener):
    upstream.config(auth="basic", user="me", password="p4ssw0rd")
    stored = {host_of(upstream.url): {"username": "me", "password": "p4ssw0rd"}}
    (files / "credentials.json").write_text(json.dumps(stored), encoding="utf-8")
    settings["extensions"]["sync"]["registries"].append(rule(upstream.url, destination="/mirror"))
    settings["extensions"]["sync"]["registries"].append(rule(listener.url, destination="/other"))
    admin = Admin(serve(settings).client())
    assert trial(admin, upstream.url)["login"] == "accepted"
    assert trial(admin, listener.url)["login"] != "accepted"
    assert not any(b"uthorization" in heard for heard in listener.heard)


# Credential helpers


@pytest.mark.parametrize(
    "kind, url",
    [
        ("gcp", "https://registry.example"),
        ("gcp", "https://gcr.io.evil.example"),
        ("gcp", "https://evilgcr.io"),
        ("gcp", "https://pkg.dev"),
        ("gcp", "http://gcr.io"),
        ("gcp", "https://gcr.io:8443"),
        ("ecr", "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example"),
        ("ecr", "https://x.dkr.ecr.eu-west-1.amazonaws.com"),
        ("ecr", "https://1.dkr.ecr.evil.example"),
        ("ecr", "http://123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
    ],
)
def test_helpers_serve_the_hosts_of_their_cloud_alone(admin, kind, url):
    wrong = {"urls": [url], **OPEN_RULE, "credentialHelper": kind}
    for answer in (admin.call("POST", "/sync/test", {"rule": wrong}), admin.edit("POST", "/sync/rules", wrong)):
        assert answer.status == 422, answer.body
        assert paths(answer)[0].endswith("urls[0]")
