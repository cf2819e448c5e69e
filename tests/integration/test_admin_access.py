"""Who may call the management API, from where, and what a foreign page may make a browser do."""

import contextlib
import json
import os
import pty
import re
import select
import socket
import subprocess

import pytest
from harness.admin import PREFIX, Admin, Browser
from harness.daemon import config, rule
from harness.peers import write_htpasswd
from harness.process import wait_until

PASSWORDS = {"root": "root-s3cret", "ann": "ann-s3cret"}

PREVIEW = {"rule": {"urls": ["http://127.0.0.1:9"], "content": [{"prefix": "a"}]}, "repository": "b"}

# Every call of this area: method, path, body, who may, whether it changes something.
CALLS = [
    ("GET", "/session", None, "public", False),
    ("GET", "/status", None, "public", False),
    ("GET", "/openapi.yaml", None, "public", False),
    ("GET", "/config", None, "admin", False),
    ("PATCH", "/config", {"log": {"level": "debug"}}, "admin", True),
    ("GET", "/config/schema", None, "admin", False),
    ("POST", "/config/validate", {"patch": {}}, "admin", True),
    ("GET", "/config/history", None, "admin", False),
    ("GET", "/config/diff?from=1&to=1", None, "admin", False),
    ("POST", "/config/rollback", {"revision": 1}, "admin", True),
    ("POST", "/config/rollback/preview", {"revision": 1}, "admin", True),
    ("GET", "/config/revisions/1", None, "admin", False),
    ("POST", "/config/merge", {"base": 1, "patch": {}}, "admin", True),
    ("POST", "/config/merge/preview", {"base": 1, "patch": {}}, "admin", True),
    ("POST", "/config/revert", {"revision": 1}, "admin", True),
    ("POST", "/config/revert/preview", {"revision": 1}, "admin", True),
    ("GET", "/config/drift", None, "admin", False),
    ("GET", "/config/export", None, "admin", False),
    ("GET", "/users", None, "admin", False),
    ("POST", "/users", {"name": "x", "password": "y" * 8}, "admin", True),
    ("PUT", "/users/x", {"password": "z" * 8}, "admin", True),
    ("DELETE", "/users/x", None, "admin", True),
    ("GET", "/groups", None, "admin", False),
    ("GET", "/access/policies", None, "admin", False),
    ("GET", "/access/explain?repository=a&action=read", None, "admin", False),
    ("POST", "/access/explain", {"repository": "a", "action": "read"}, "admin", False),
    ("POST", "/access/review", {}, "admin", False),
    ("POST", "/access/effective", {}, "admin", False),
    ("GET", "/sync/rules", None, "admin", False),
    ("POST", "/sync/rules", {"urls": ["https://quay.io"], "onDemand": True}, "admin", True),
    ("PUT", "/sync/rules/0123456789ab", {"urls": ["https://ghcr.io"], "onDemand": True}, "admin", True),
    ("DELETE", "/sync/rules/0123456789ab", None, "admin", True),
    ("PUT", "/sync/order", {"order": []}, "admin", True),
    ("POST", "/sync/test", {"rule": {"urls": ["http://127.0.0.1:9"], "onDemand": True}}, "admin", True),
    ("POST", "/sync/preview", PREVIEW, "admin", True),
    ("GET", "/sync/explain?image=nginx", None, "admin", False),
    ("GET", "/sync/presets", None, "admin", False),
    ("POST", "/sync/route", {"rule": {"urls": ["https://quay.io"], "onDemand": True}}, "admin", True),
    ("GET", "/blocks", None, "admin", False),
    ("POST", "/blocks", {"repository": "x"}, "admin", True),
    ("DELETE", "/blocks/0123456789ab", None, "admin", True),
    ("GET", "/storage/tree", None, "admin", False),
    ("GET", "/credentials", None, "admin", False),
    ("PUT", "/credentials/ghcr.io", {"username": "u", "password": "p"}, "admin", True),
    ("DELETE", "/credentials/ghcr.io", None, "admin", True),
    ("GET", "/audit", None, "admin", False),
    ("GET", "/node-setup?client=docker", None, "reader", False),
    ("GET", "/node-setup/check", None, "reader", False),
]


def other_address():
    """An address of this machine that is not loopback; nothing if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        return probe.getsockname()[0]


@pytest.fixture
def secured(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    access = {
        "repositories": {"**": {"defaultPolicy": ["read"]}},
        "adminPolicy": {"users": ["root"], "actions": ["read", "create", "update", "delete"]},
    }
    auth = {"htpasswd": {"path": str(users)}, "failDelay": 0}
    settings = config(data, http={"auth": auth, "accessControl": access})
    settings["log"]["audit"] = str(tmp_path / "audit.log")
    settings["larder"] = {"management": {"bcryptCost": 4}}
    return serve(settings)


def as_user(daemon, name):
    return Admin(daemon.client((name, PASSWORDS[name])))


def let_in(answer):
    """Whether the call got as far as its handler."""
    return answer.status not in (401, 403)


def make(admin, call):
    method, path, body, _, _ = call
    return admin.call(method, path, body, {"If-Match": "*"})


@pytest.mark.parametrize("caller", ["anonymous", "ann", "root"])
def test_with_accounts_rights_decide(secured, caller):
    admin = Admin(secured.client()) if caller == "anonymous" else as_user(secured, caller)
    rank = {"anonymous": 0, "ann": 1, "root": 2}[caller]
    for call in CALLS:
        answer = make(admin, call)
        allowed = rank >= {"public": 0, "reader": 1, "admin": 2}[call[3]]
        assert let_in(answer) == allowed, (call, answer.status, answer.body)
        assert answer.status < 500, (call, answer.body)
        if not allowed:
            assert answer.status == (401 if rank == 0 else 403)
            assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("open_metrics", [False, True])
def test_who_may_not_read_the_metrics_sees_no_figures_elsewhere(serve, data, tmp_path, open_metrics):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    access = {"repositories": {"**": {"anonymousPolicy": ["read"], "defaultPolicy": ["read"]}}}
    if open_metrics:
        access["metrics"] = {"anonymousPolicy": ["read"]}
    auth = {"htpasswd": {"path": str(users)}, "failDelay": 0}
    daemon = serve(config(data, http={"auth": auth, "accessControl": access}))
    assert daemon.client().get("/metrics").status == (200 if open_metrics else 401)
    figures = {"storage", "memory", "cache", "upstreams"}
    for admin, sees in ((Admin(daemon.client()), open_metrics), (as_user(daemon, "ann"), True)):
        assert admin.get("/repositories").status == 200
        shown = admin.json("/status")
        assert "version" in shown and figures & set(shown) == (figures if sees else set())
        for path in ("/metrics/history", "/node-setup?client=docker"):
            assert admin.get(path).status == (200 if sees else 401), path


@pytest.mark.parametrize("named", [False, True])
def test_a_page_whose_name_was_made_to_point_here_reads_nothing(serve, data, tmp_path, named):
    """DNS rebinding, where one can log in and the anonymous may read: the page's origin is what it asks."""
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    access = {"repositories": {"**": {"anonymousPolicy": ["read"], "defaultPolicy": ["read"]}}}
    http = {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access}
    if named:
        http["externalUrl"] = "https://cache.example"
    daemon = serve(config(data, http=http))
    host = f"evil.example:{daemon.port}"
    page = Admin(daemon.client(), {"Host": host, "Origin": f"http://{host}", "Accept-Language": "en"})
    for path in ("/repositories", "/transfers", "/metrics/history", "/live"):
        assert page.get(path).status == (403 if named else 401), path
    log_in = page.call("POST", "/session", {"user": "ann", "password": PASSWORDS["ann"]})
    # Until the names are known it may be an ingress, and this its dashboard.
    assert log_in.status == (403 if named else 201)
    assert Admin(daemon.client(), {"Host": host}).get("/repositories").status == 200, "no page asks so"


def unsecured(data, **management):
    """Nobody can log in, and nothing is said of who may change things."""
    settings = config(data, http={"address": "0.0.0.0"})
    settings["larder"] = {"management": management}
    return settings


def elsewhere(daemon, headers=None):
    """As another machine calls it."""
    address = other_address()
    if not address:
        pytest.skip("this machine has no other address")
    client = daemon.client()
    client.address = f"{address}:{daemon.port}"
    return Admin(client, headers)


def here(daemon, headers=None):
    client = daemon.client()
    client.address = f"127.0.0.1:{daemon.port}"
    return Admin(client, headers)


def bearer(daemon):
    return {"Authorization": f"Bearer {daemon.token()}"}


def reaches(admin):
    """The calls that get as far as their handlers."""
    reached = set()
    for call in CALLS:
        answer = make(admin, call)
        assert answer.status < 500, (call, answer.body)
        if let_in(answer):
            reached.add(call[:2])
    return reached


ALL = {call[:2] for call in CALLS}
FOR_READERS = {call[:2] for call in CALLS if call[3] != "admin"}


def test_without_accounts_the_token_makes_an_admin(serve, data):
    daemon = serve(unsecured(data))
    assert reaches(here(daemon, bearer(daemon))) == ALL
    assert reaches(elsewhere(daemon, bearer(daemon))) == ALL


def test_without_accounts_and_token_all_are_readers(serve, data):
    daemon = serve(unsecured(data))
    proxied = here(daemon, {"X-Forwarded-For": "203.0.113.9"})
    for admin in (here(daemon), elsewhere(daemon), proxied):
        assert reaches(admin) == FOR_READERS
        for path in ("/logs", "/audit", "/credentials", "/config", "/users"):
            assert admin.get(path).status == 403, path
        refused = admin.call("POST", "/users", {"name": "x", "password": "y"})
        assert refused.status == 403
        assert "_larder/tokens" in refused.json()["detail"]
        assert "htpasswd" in refused.json()["detail"]
    wrong = here(daemon, {"Authorization": "Bearer " + "0" * 64})
    assert wrong.get("/config").status == 401


def test_openness_is_said_aloud(serve, data):
    daemon = serve(unsecured(data, open=True))
    assert reaches(here(daemon)) == reaches(elsewhere(daemon)) == ALL
    daemon.wait_logged("larder.management.open")
    assert daemon.token_file() is None


def test_no_place_is_a_proof(serve, data):
    """A forwarder on the daemon's machine that adds no field and is not listed comes from loopback, as people there do."""
    daemon = serve(unsecured(data, trustedProxies=["10.0.0.0/8"]))
    for admin in (here(daemon), here(daemon, {"X-Forwarded-For": "127.0.0.1"})):
        assert reaches(admin) == FOR_READERS
    assert reaches(here(daemon, bearer(daemon))) == ALL


def test_a_trusted_proxy_tells_of_its_client(serve, data, tmp_path):
    settings = unsecured(data, trustedProxies=["127.0.0.1"])
    settings["log"]["audit"] = str(tmp_path / "audit.log")
    daemon = serve(settings)
    assert reaches(here(daemon)) == FOR_READERS
    sent = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Host": "cache.example"}
    assert here(daemon, sent).get("/status").status == 403, "the name that the client called is not known"
    sent["X-Forwarded-Host"] = f"127.0.0.1:{daemon.port}"
    assert here(daemon, sent).call("PATCH", "/config", {}, {"If-Match": "*"}).status == 403
    wait_until(lambda: '"203.0.113.9"' in (tmp_path / "audit.log").read_text(), what="the line of the audit log")


def test_everything_goes_by_the_client_of_a_trusted_proxy(serve, data, upstream, tmp_path):
    """Limits, guesses, the access log, the audit log and transfers; whoever is not trusted cannot say who they are."""
    users = write_htpasswd(tmp_path / "htpasswd", alice="a-s3cret")
    audit = tmp_path / "audit.log"

    def daemon_behind(proxy):
        management = {"trustedProxies": [proxy], "admins": ["alice"]}
        http = {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}}
        limits = {"uploads": 10, "addressShare": 50, "loginGuesses": 2}
        log = {"audit": str(audit)}
        return serve(
            config(data, rule(upstream.url), http=http, log=log, larder={"management": management, "limits": limits})
        )

    def asked_for(client, method, path, sender):
        return client.request(method, path, headers={"X-Forwarded-For": sender})

    daemon = daemon_behind("127.0.0.1")
    alice = daemon.client(("alice", "a-s3cret"))
    answer = asked_for(alice, "GET", "/v2/img/1x1000/app/manifests/v1", "203.0.113.9")
    line = f"request id={answer.headers['X-Request-Id']} "
    daemon.wait_logged(line)
    found = [each for each in daemon.log().splitlines() if line in each]
    assert found[0].rstrip().endswith("remote=203.0.113.9")
    ended = Admin(alice).json("/transfers/ended")["items"]
    assert {each["client"] for each in ended} == {"203.0.113.9"}
    uploads = [asked_for(alice, "POST", "/v2/app/blobs/uploads/", "203.0.113.1").status for _ in range(6)]
    assert uploads == [202] * 5 + [429]
    assert asked_for(alice, "POST", "/v2/app/blobs/uploads/", "203.0.113.2").status == 202

    def guess(number, sender):
        return asked_for(daemon.client(("alice", f"wr0ng{number}")), "GET", "/v2/", sender).status

    assert [guess(number, "203.0.113.3") for number in range(4)][-1] == 429
    assert guess(5, "203.0.113.4") == 401
    wait_until(lambda: '"203.0.113.3"' in audit.read_text(), what="the line of the audit log")
    daemon.stop()

    daemon = daemon_behind("10.0.0.0/8")
    alice = daemon.client(("alice", "a-s3cret"))
    uploads = [asked_for(alice, "POST", "/v2/app/blobs/uploads/", f"203.0.113.{n}").status for n in range(20, 40)]
    assert uploads[-1] == 429
    answer = asked_for(alice, "GET", "/v2/img/1x1000/app/manifests/v1", "203.0.113.77")
    line = f"request id={answer.headers['X-Request-Id']} "
    daemon.wait_logged(line)
    assert "203.0.113.77" not in daemon.log()


def test_the_token_is_the_daemons_own(serve, data):
    """Two daemons on one data directory, and what is left of one that was killed."""
    first, second = serve(unsecured(data)), serve(unsecured(data))
    files = first.token_file(), second.token_file()
    assert files[0] != files[1]
    for file in files:
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert re.fullmatch(r"[0-9a-f]{64}\n", file.read_text())
    assert here(first, bearer(first)).get("/config").status == 200
    assert here(first, bearer(second)).get("/config").status == 401
    assert first.token() not in first.log()
    second.kill()
    assert files[1].exists()
    third = serve(unsecured(data))
    assert not files[1].exists()
    assert files[0].exists()
    third.stop()
    first.stop()
    assert list(files[0].parent.iterdir()) == []


def test_a_new_start_is_a_new_token(serve, data):
    daemon = serve(unsecured(data))
    before = bearer(daemon)
    daemon.stop()
    daemon.start()
    assert here(daemon, before).get("/config").status == 401
    assert here(daemon, bearer(daemon)).get("/config").status == 200


def test_a_browser_trades_the_token_for_a_session(serve, data):
    daemon = serve(unsecured(data))
    begun = here(daemon).call("POST", "/session", {"token": daemon.token()})
    assert begun.status == 201
    cookie = {"Cookie": begun.headers["Set-Cookie"].split(";")[0]}
    browser = here(daemon, {**cookie, "X-CSRF-Token": begun.json()["csrfToken"]})
    assert reaches(browser) == ALL
    assert here(daemon, cookie).call("PATCH", "/config", {}, {"If-Match": "*"}).status == 403
    assert here(daemon).call("POST", "/session", {"token": "0" * 64}).status == 401
    assert browser.call("DELETE", "/session").status == 204
    assert reaches(browser) == FOR_READERS


def test_a_log_in_takes_the_token_away(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    settings = unsecured(data)
    daemon = serve(settings)
    token = bearer(daemon)
    auth = {"htpasswd": {"path": str(users)}, "failDelay": 0}
    daemon.write_config({**settings, "http": {**settings["http"], "auth": auth}})
    wait_until(lambda: here(daemon, token).get("/config").status == 401, what="the log-in")
    wait_until(lambda: daemon.token_file() is None, what="the end of the token")
    daemon.write_config(settings)
    wait_until(lambda: daemon.token_file() is not None, what="another token")
    assert bearer(daemon) != token
    wait_until(lambda: here(daemon, bearer(daemon)).get("/config").status == 200, what="the end of the log-in")


def test_read_only_admins_of_zot_are_none_here(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    access = {
        "repositories": {"**": {"defaultPolicy": ["read"]}},
        "adminPolicy": {"users": ["root"], "actions": ["read"]},
    }
    auth = {"htpasswd": {"path": str(users)}, "failDelay": 0}
    daemon = serve(config(data, http={"auth": auth, "accessControl": access}))
    assert reaches(as_user(daemon, "root")) == FOR_READERS
    assert as_user(daemon, "root").json("/session")["admin"] is False
    assert daemon.client(("root", PASSWORDS["root"])).get("/metrics").status == 200
    assert daemon.client(("ann", PASSWORDS["ann"])).get("/metrics").status == 403


def test_names_that_are_made_to_point_here_are_refused(serve, data):
    daemon = serve(unsecured(data, allowedHosts=["cache.example"]))
    port = daemon.port
    for caller in (here, elsewhere):
        for host in ("evil.example", f"evil.example:{port}", ""):
            for path in ("/session", "/status", "/repositories"):
                answer = caller(daemon, {"Host": host}).get(path)
                assert answer.status in (400, 403), (host, answer.status)
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", f"cache.example:{port}", "Cache.Example"):
            assert caller(daemon, {"Host": host}).get("/status").status == 200, host


def test_pages_of_other_sites_are_refused(secured):
    admin = as_user(secured, "root")
    own = f"http://{secured.address}"
    for origin in ("http://evil.example", "null", own + ".evil.example", "http://127.0.0.1"):
        assert admin.call("GET", "/config", headers={"Origin": origin}).status == 403, origin
        answer = admin.call("PATCH", "/config", {}, {"Origin": origin, "If-Match": "*"})
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert admin.call("GET", "/config", headers={"Origin": own}).status == 200


def test_an_allowed_origin_may_read_with_a_preflight(serve, data):
    settings = config(data, http={"allowOrigin": "*"})
    settings["larder"]["management"]["allowedOrigins"] = ["https://ui.example"]
    admin = Admin(serve(settings).client())
    wanted = {"Origin": "https://ui.example", "Access-Control-Request-Method": "PATCH"}
    preflight = admin.call("OPTIONS", "/config", headers=wanted)
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://ui.example"
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    answer = admin.call("GET", "/config", headers={"Origin": "https://ui.example"})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "https://ui.example")
    # http.allowOrigin is about the registry.
    assert admin.call("GET", "/config", headers={"Origin": "https://other.example"}).status == 403


def test_answers_are_neither_stored_nor_run(secured):
    for path in ("/status", "/config", "/nothing"):
        headers = Admin(secured.client()).get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


# Sessions


def test_a_browser_logs_in_and_out(secured):
    browser = Browser(secured.client(), "root", PASSWORDS["root"])
    assert browser.answer.status == 201
    cookie = browser.answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert re.match(r"larder_session=[0-9a-f]{64};", cookie)
    session = browser.json("/session")
    assert (session["user"], session["admin"], session["mayChange"]) == ("root", True, True)
    assert browser.get("/config").status == 200
    assert browser.call("DELETE", "/session").status == 204
    assert browser.get("/config").status == 401


def test_a_change_needs_the_token(secured):
    browser = Browser(secured.client(), "root", PASSWORDS["root"])
    token = browser.headers.pop("X-CSRF-Token")
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}):
        answer = browser.call("PATCH", "/config", {}, {"If-Match": "*", **wrong})
        assert answer.status == 403, wrong
        assert "X-CSRF-Token" in answer.json()["detail"]
    assert browser.call("PATCH", "/config", {}, {"If-Match": "*", "X-CSRF-Token": token}).status == 200
    for method, path, body, who, changes in CALLS:
        if who == "admin" and changes:
            answer = browser.call(method, path, body, {"If-Match": "*"})
            assert answer.status == 403 and "X-CSRF-Token" in answer.json()["detail"], (method, path)


def test_over_https_the_session_has_a_cookie_that_no_neighbour_can_plant(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    http = {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "externalUrl": "https://cache.example"}
    daemon = serve(config(data, http=http))
    browser = Browser(daemon.client(), "root", PASSWORDS["root"])
    cookie = browser.answer.headers["Set-Cookie"]
    assert re.match(r"__Host-larder_session=[0-9a-f]{64};", cookie)
    assert "; Path=/;" in cookie and "; Secure" in cookie and "Domain" not in cookie
    assert browser.json("/session")["user"] == "root"
    planted = Admin(daemon.client(), {"Cookie": browser.headers["Cookie"].removeprefix("__Host-")})
    assert planted.json("/session")["user"] is None
    assert browser.call("DELETE", "/session").status == 204
    assert browser.get("/config").status == 401


def test_those_listed_as_admins_are_admins_alone(serve, data, tmp_path):
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    auth = {"htpasswd": {"path": str(users)}, "failDelay": 0}
    access = {"repositories": {"**": {"defaultPolicy": ["read"]}}}
    settings = config(data, http={"auth": auth, "accessControl": access})
    settings["larder"] = {"management": {"admins": ["ann"]}}
    daemon = serve(settings)
    assert as_user(daemon, "ann").get("/config").status == 200
    assert as_user(daemon, "root").get("/config").status == 403


def test_the_link_with_the_token_is_printed_on_a_terminal_alone(binary, data, tmp_path):
    settings = config(data)
    settings["larder"] = {}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [binary, "serve", path]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL) as daemon:
        os.close(theirs)
        try:
            shown = b""
            while b"#token=" not in shown or not shown.endswith(b"\n"):
                assert select.select([ours], [], [], 20)[0], shown
                shown += os.read(ours, 65536)
            (token_file,) = data.glob("_larder/tokens/*")
            token = token_file.read_text(encoding="utf-8").strip()
            daemon.terminate()
            with contextlib.suppress(OSError):  # EIO at the end of a terminal
                while piece := os.read(ours, 65536):
                    shown += piece
        finally:
            daemon.kill()
    os.close(ours)
    assert shown.decode().count(token) == 1
    assert re.search(rf"http://127\.0\.0\.1:\d+/#token={token}\s", shown.decode())


def test_a_made_up_session_is_none(secured):
    assert Admin(secured.client(), {"Cookie": "larder_session=" + "a" * 64}).get("/config").status == 401
    # The page can still ask who it is, and log in again.
    stale = Admin(secured.client(), {"Cookie": "larder_session=" + "a" * 64})
    assert stale.json("/session")["user"] is None
    assert stale.get("/status").status == 200


def test_wrong_passwords_are_refused_counted_and_audited(secured):
    for user, password in (("root", "wrong"), ("nobody", "x"), ("root", "")):
        answer = Browser(secured.client(), user, password).answer
        assert answer.status in (401, 422)
    admin = as_user(secured, "root")
    logins = admin.json("/audit", action="login")["items"]
    # A name that nobody has may be a password that was typed into the wrong field.
    assert [(entry["status"], entry["user"], entry.get("tried")) for entry in logins] == [
        (401, "", None),
        (401, "", "root"),
    ]
    assert {entry.get("tried") for entry in admin.json("/audit", user="root", action="login")["items"]} == {"root"}
    assert secured.log().count("auth.refused") == 2


@pytest.mark.parametrize("change", ["password", "removal", "by hand"])
def test_a_session_ends_with_its_password(secured, tmp_path, change):
    browser = Browser(secured.client(), "ann", PASSWORDS["ann"])
    assert browser.json("/session")["user"] == "ann"
    root = as_user(secured, "root")
    if change == "password":
        assert root.call("PUT", "/users/ann", {"password": "new-s3cret"}).status == 204
    elif change == "removal":
        assert root.call("DELETE", "/users/ann").status == 204
    else:
        write_htpasswd(tmp_path / "htpasswd", root=PASSWORDS["root"], ann="new-s3cret")
        wait_until(lambda: browser.json("/session")["user"] is None, what="the session's end")
    assert browser.get("/node-setup?client=docker").status == 401
    assert browser.json("/session")["user"] is None


def test_sessions_of_the_other_users_go_on(secured):
    browser = Browser(secured.client(), "root", PASSWORDS["root"])
    assert browser.call("PUT", "/users/ann", {"password": "new-s3cret"}).status == 204
    assert browser.get("/config").status == 200


# The shape of requests


def test_what_is_no_call_is_told_as_a_problem(secured):
    admin = as_user(secured, "root")
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "", 404),
        ("GET", "/users/a/b", 404),
        ("DELETE", "/status", 405),
        ("PUT", "/config", 405),
    ):
        answer = admin.call(method, path)
        assert answer.status == status, (method, path)
        problem = answer.json()
        assert problem["status"] == status
        assert problem["detail"]
    assert admin.call("DELETE", "/status").headers["Allow"] == "GET, HEAD"


def test_bodies_are_held_to_a_form(secured):
    client = secured.client(("root", PASSWORDS["root"]))

    def post(body, media_type="application/json", path="/users"):
        return client.request("POST", PREFIX + path, body, {"Content-Type": media_type}).status

    assert post("{", "application/json") == 400
    assert post("[" * 100000) == 400
    assert post('{"name": "x", "password": "y"}', "text/plain") == 415
    assert post('{"name": "x", "password": "y"}', "application/x-www-form-urlencoded") == 415
    assert post('"' + "x" * (1 << 20) + '"') == 413
    assert post("[]") == 422
    assert post('{"name": "x", "password": "y", "admin": true}') == 422


def test_head_is_get_without_the_body(secured):
    admin = as_user(secured, "root")
    answer = admin.call("HEAD", "/config")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0
