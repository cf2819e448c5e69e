"""The dashboard and its API below a path of a host, by the nginx of docs/operations.md."""

import json
import pathlib
import re
import urllib.parse

import pytest
from harness.admin import Admin, Browser
from harness.client import Client
from harness.daemon import config
from harness.peers import start_nginx, write_htpasswd
from harness.process import free_port
from harness.websocket import Refused, WebSocket

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs/operations.md"
PASSWORD = "correct-horse"
HTML = {"Accept": "text/html"}
BASE = re.compile(r'<base href="([^"]*)" />')


def documented():
    """The two parts of the example: what is to stand in nginx's http block, and in the daemon's configuration."""
    section = DOCS.read_text(encoding="utf-8").split("## Behind a reverse proxy")[1].split("\n## ")[0]
    return [re.search(rf"```{kind}\n(.*?)```", section, re.DOTALL).group(1) for kind in ("nginx", "json")]


class Front:
    """nginx before daemons by their prefixes; over TLS, as documented, with a certificate."""

    def __init__(self, directory, daemons, tls=None):
        directory.mkdir()
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        example = documented()[0]
        location = re.search(r"    location .*?\n    }\n", example, re.DOTALL).group(0)
        assert location in example and "/larder" in location and "127.0.0.1:5000" in location
        locations = "".join(
            location.replace("/larder", prefix).replace("127.0.0.1:5000", daemon.address)
            for prefix, daemon in daemons.items()
        )
        settings = example.replace(location, locations).replace("listen 443 ssl", f"listen {port}{' ssl' if tls else ''}")
        certificate, key = tls or ("", "")
        settings = re.sub(r"ssl_certificate .*", f"ssl_certificate {certificate};" if tls else "", settings)
        settings = re.sub(r"ssl_certificate_key .*", f"ssl_certificate_key {key};" if tls else "", settings)
        self.process = start_nginx(directory, port, "access_log off;\n" + settings)


@pytest.fixture
def front(tmp_path):
    started = []

    def start(daemons, tls=None):
        started.append(Front(tmp_path / f"nginx{len(started)}", daemons, tls))
        return started[-1].address

    yield start
    for one in started:
        one.process.stop()


@pytest.fixture
def locked(serve, data, tmp_path):
    """A daemon with the documented configuration, and alice as its admin."""
    users = write_htpasswd(tmp_path / "htpasswd", alice=PASSWORD)

    def start(name="larderd", **management):
        documented_management = json.loads(documented()[1])["larder"]["management"]
        http = {"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}}
        settings = config(data / name, http=http)
        settings["larder"] = {"management": {**documented_management, "admins": ["alice"], **management}}
        return serve(settings, name)

    return start


class Below(Client):
    """A browser at the host of the example, below the prefix that its proxy takes off."""

    def __init__(self, address, prefix="/larder", **options):
        super().__init__(address, **options)
        self.prefix = prefix
        self.headers |= {"Host": "admin.example.com", "Accept-Language": "en"}

    def open(self, method, path, *rest, **options):
        return super().open(method, self.prefix + path, *rest, **options)



def page(client, path="/", headers=None):
    answer = client.get(path, {**HTML, **(headers or {})})
    if answer.headers["Content-Type"].startswith("text/plain"):
        pytest.skip("this build has no dashboard")
    return answer


def test_a_browser_finds_all_of_the_dashboard(locked, front):
    address = front({"/larder": locked()})
    client = Below(address)
    for path in ("/", "/storage?tab=tree", "/anything/deeper"):
        answer = page(client, path, {"Accept-Encoding": "br, gzip"})
        assert answer.status == 200 and "Content-Encoding" not in answer.headers
        text = answer.body.decode()
        assert BASE.findall(text) == ["/larder/"]
        assert "base-uri 'self'" in answer.headers["Content-Security-Policy"]
        base = f"http://{address}/larder/"
        files = [urllib.parse.urljoin(base, name) for name in re.findall(r'(?:src|href)="([^"]+)"', text)]
        assert len([name for name in files if name.startswith(base + "assets/")]) >= 3, "script, style, icon"
        for name in files:
            assert name.startswith(base), name
            if name != base:
                assert Client(address).get(urllib.parse.urlsplit(name).path).status == 200, name
    assert Client(address).get("/larder", HTML).status == 301, "nginx adds the slash"
    tag = answer.headers["ETag"]
    assert page(client, headers={"If-None-Match": tag}).status == 304


def test_the_text_for_others_names_what_is_below(locked, front):
    text = Below(front({"/larder": locked()})).get("/").body.decode()
    assert "\n/larder/metrics " in text and "/larder/livez" in text
    assert "\n/v2/ " in text


def test_two_caches_on_a_host_have_a_session_each(locked, front):
    address = front({"/larder": locked("one"), "/other": locked("two")})
    browsers = {prefix: Browser(Below(address, prefix), "alice", PASSWORD) for prefix in ("/larder", "/other")}
    for prefix, browser in browsers.items():
        cookie = browser.answer.headers["Set-Cookie"]
        assert re.match(rf"larder_session=[0-9a-f]{{64}}; Path={prefix};", cookie), cookie
        assert browser.json("/session")["user"] == "alice"
    ended = browsers["/larder"].call("DELETE", "/session")
    assert "; Path=/larder; " in ended.headers["Set-Cookie"] and "Max-Age=0" in ended.headers["Set-Cookie"]
    assert browsers["/larder"].json("/session")["user"] is None
    assert browsers["/other"].json("/session")["user"] == "alice"


def test_over_tls_the_cookie_is_one_that_browsers_take(locked, front, authority):
    address = front({"/larder": locked()}, authority.issue("front", "admin.example.com"))
    client = Below(address, tls=authority.context())
    client.headers["Origin"] = "https://admin.example.com"
    browser = Browser(client, "alice", PASSWORD)
    cookie = browser.answer.headers["Set-Cookie"]
    assert re.match(r"__Secure-larder_session=[0-9a-f]{64}; Path=/larder;", cookie), cookie
    assert cookie.endswith("; Secure") and "Domain" not in cookie
    assert browser.json("/session")["user"] == "alice"


def test_changes_and_the_live_stream_go_through(locked, front):
    address = front({"/larder": locked()})
    client = Below(address)
    client.headers["Origin"] = "http://admin.example.com"
    browser = Browser(client, "alice", PASSWORD)
    assert browser.patch({"log": {"level": "info"}}).status == 200
    fields = {"Host": "admin.example.com", "Origin": "http://admin.example.com"}
    live = WebSocket(address, "/larder/api/v1/live", Cookie=browser.headers["Cookie"], **fields)
    live.subscribe("metrics")
    assert live.read()["type"] == "snapshot"
    assert live.read()["type"] == "change"
    live.close()
    with pytest.raises(Refused, match="403"):
        WebSocket(address, "/larder/api/v1/live", Host="admin.example.com", Origin="http://evil.example")


def test_who_is_no_trusted_proxy_says_nothing_of_a_prefix(locked, front):
    """Not the daemon's own clients, and not those of the proxy: its own value is the last."""
    daemon = locked(trustedProxies=["10.0.0.0/8"])
    sent = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": "/evil", "Host": f"127.0.0.1:{daemon.port}"}
    for client in (daemon.client(), Below(front({"/larder": daemon}))):
        answer = page(client, headers=sent)
        assert BASE.findall(answer.body.decode()) == ["/"]
        browser = Browser(client, "alice", PASSWORD)
        assert "; Path=/; " in browser.answer.headers["Set-Cookie"]
    answer = page(Below(front({"/larder": locked("trusting")})), headers={"X-Forwarded-Prefix": "/evil"})
    assert BASE.findall(answer.body.decode()) == ["/larder/"]


HOSTILE = [
    "//evil.example", "/..", "/a/../b", "/a//b", "/.", "https://evil.example", "larder", '/"><script>alert(1)</script>',
    "/a'b", "/a b", "/a%2e%2e", "/a;Domain=example", "/a\\b", "/a?b", "/a#b", "/ä", "/" + "a" * 256, "/larder,", "",
]  # fmt: skip


def test_a_hostile_prefix_is_none(locked):
    """Even from the address of a proxy, where a page in a browser beside it may have sent it."""
    daemon = locked()
    plain = page(daemon.client())
    for prefix in HOSTILE:
        sent = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": prefix.encode()}
        answer = page(daemon.client(), headers=sent)
        assert (answer.body, answer.headers["ETag"]) == (plain.body, plain.headers["ETag"]), prefix
        admin = Admin(daemon.client(), sent)
        begun = admin.call("POST", "/session", {"user": "alice", "password": PASSWORD})
        assert re.fullmatch(
            r"larder_session=\w+; Path=/; HttpOnly; SameSite=Strict; Max-Age=\d+", begun.headers["Set-Cookie"]
        ), prefix


def test_no_cache_gives_a_page_to_another_prefix(locked):
    daemon = locked()

    def below(prefix, **fields):
        return page(daemon.client(), headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": prefix, **fields})

    one, other, root = below("/one"), below("/other"), page(daemon.client())
    tags = {answer.headers["ETag"] for answer in (one, other, root)}
    assert len(tags) == 3
    for answer in (one, other, root):
        assert "X-Forwarded-Prefix" in answer.headers["Vary"] and answer.headers["Cache-Control"] == "no-cache"
    assert below("/one", **{"If-None-Match": other.headers["ETag"]}).status == 200
    assert below("/one", **{"If-None-Match": one.headers["ETag"]}).status == 304


def test_the_registry_stays_at_the_root(locked):
    """Clients would not look for the location of an upload below the prefix of a dashboard."""
    daemon = locked()
    client = daemon.client(("alice", PASSWORD))
    sent = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": "/larder"}
    answer = client.request("POST", "/v2/app/blobs/uploads/", headers=sent)
    assert answer.status == 202 and answer.headers["Location"].startswith("/v2/app/blobs/uploads/")
