"""How the upstream is reached: HTTP/2 where it is offered, and the proxies of the environment."""

import socket

import pytest
from harness.daemon import config, host_of, rule
from harness.peers import Http2Front
from harness.process import wait_until
from harness.proxy import ForwardProxy
from harness.upstream import Expected, Upstream, requests

IMAGE = "img/2x100k/transport"
NO_PROXIES = {name: "" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY")}


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue("transport", "127.0.0.1")


@pytest.fixture(scope="module")
def tls_upstream(certificate):
    with Upstream("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])) as server:
        yield server


@pytest.fixture
def front(tmp_path, certificate, upstream):
    server = Http2Front(tmp_path / "front", upstream.url, *certificate)
    yield server
    server.stop()


@pytest.fixture
def proxy():
    with ForwardProxy() as server:
        yield server


def pulls(daemon):
    """Manifest and blobs arrive whole; how many requests that took upstream."""
    answers = daemon.client().pull(IMAGE, "latest")
    assert [answer.status for answer in answers] == [200] * 4
    expected = Expected(IMAGE)
    assert answers[0].body == expected.manifest.data
    assert [answer.body for answer in answers[1:]] == [expected.blob(digest) for digest in expected.blobs]
    return len(answers)


@pytest.mark.parametrize(("options", "protocol"), [({}, "HTTP/2.0"), ({"disableHTTP2": True}, "HTTP/1.1")])
def test_manifests_come_by_http2_where_it_is_offered(serve, data, front, options, protocol):
    """Blobs never do: each has a connection, and with it a window, of its own."""
    count = pulls(serve(config(data, rule(front.url, **options))))
    wait_until(lambda: len(front.requests()) >= count, what="the front's log")
    manifests = [entry for entry in front.requests() if "/manifests/" in entry[1]]
    assert manifests == [["GET", f"/v2/{IMAGE}/manifests/latest", protocol]]
    assert {entry[2] for entry in front.requests() if "/blobs/" in entry[1]} == {"HTTP/1.1"}


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_http_goes_through_the_proxy_of_the_environment(serve, data, upstream, proxy, variable):
    daemon = serve(config(data, rule(upstream.url)), env={**NO_PROXIES, variable: proxy.url})
    pulls(daemon)
    assert ("GET", f"{upstream.url}/v2/{IMAGE}/manifests/latest") in proxy.seen
    assert len([entry for entry in proxy.seen if "/blobs/" in entry[1]]) == 3


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
def test_https_is_tunnelled_through_the_proxy_of_the_environment(serve, data, tls_upstream, proxy, variable):
    daemon = serve(config(data, rule(tls_upstream.url)), env={**NO_PROXIES, variable: proxy.url})
    pulls(daemon)
    assert set(proxy.seen) == {("CONNECT", host_of(tls_upstream.url))}


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("excepted", ["127.0.0.1", "10.0.0.0/8,127.0.0.0/8", "*"])
def test_no_proxy_is_heeded(serve, data, upstream, proxy, variable, excepted):
    daemon = serve(config(data, rule(upstream.url)), env={**NO_PROXIES, "HTTP_PROXY": proxy.url, variable: excepted})
    pulls(daemon)
    assert proxy.seen == []


def test_a_proxy_that_is_away_is_an_outage(serve, data, upstream):
    made = rule(upstream.url, maxRetries=0)
    daemon = serve(config(data, made), env={**NO_PROXIES, "HTTP_PROXY": "http://127.0.0.1:1"})
    assert daemon.client().manifest(IMAGE, "latest").status == 503
    assert upstream.stats()["requests"] == {}


@pytest.mark.parametrize("way", ["realm", "redirect"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_an_upstream_elsewhere_is_not_followed_to_this_machine(serve, data, tls_upstream, way, name):
    """The upstream answers through a proxy, as one that is anywhere does; what it leads to would be reached directly."""
    tls_upstream.reset()
    hosts = {"far.example:443": host_of(tls_upstream.url)}
    with socket.create_server(("127.0.0.1", 0)) as here, ForwardProxy(hosts) as far:
        url = f"https://{name}:{here.getsockname()[1]}"
        tls_upstream.config(**({"auth": "token", "realm": url + "/token"} if way == "realm" else {"cdn": url}))
        env = {**NO_PROXIES, "https_proxy": far.url, "no_proxy": "127.0.0.1,localhost"}
        daemon = serve(config(data, rule("https://far.example", maxRetries=0)), env=env)
        answer = daemon.client().manifest(IMAGE, "latest")
        if way == "redirect":
            assert answer.status == 200
            answer = daemon.client().get(f"/v2/{IMAGE}/blobs/{Expected(IMAGE).layers[0]}")
        assert answer.status >= 400
        daemon.wait_logged("not followed")
        here.settimeout(0.1)
        with pytest.raises(TimeoutError):
            here.accept()
    tls_upstream.reset()


@pytest.mark.parametrize("way", ["realm", "redirect"])
@pytest.mark.parametrize("name", ["10.255.255.1", "192.168.255.1", "100.64.0.1", "[fd12:3456::1]"])
def test_an_upstream_elsewhere_is_not_followed_into_a_private_network(serve, data, upstream, proxy, way, name):
    """Its own address tells whether it belongs there; an admin may list where it does lead to."""
    proxy.hosts["far.example"] = proxy.hosts[f"{name}:81"] = host_of(upstream.url)
    url = f"http://{name}:81"
    upstream.config(**({"auth": "token", "realm": url + "/token"} if way == "realm" else {"cdn": url}))
    env = {**NO_PROXIES, "http_proxy": proxy.url}
    path = f"/v2/{IMAGE}/blobs/{Expected(IMAGE).layers[0]}"
    daemon = serve(config(data, rule("http://far.example", maxRetries=0)), env=env)
    assert daemon.client().get(path).status >= 400
    daemon.wait_logged("is not followed")
    assert not any(name in target for _, target in proxy.seen)
    daemon.stop()

    listed = {"upstreams": {"far.example": {"allowedAuthRealms": [f"{name}:81"]}}}
    daemon = serve(config(data, rule("http://far.example", maxRetries=0), larder=listed), env=env)
    assert daemon.client().get(path).status == 200
    assert any(name in target for _, target in proxy.seen)


def test_an_answer_from_this_machine_speaks_for_nobody_else(serve, data, upstream, proxy):
    """The registry is on this machine and may lead to it. The one that it leads to is elsewhere, and may not."""
    with Upstream() as cdn:
        proxy.hosts["cdn.test"] = host_of(cdn.url)
        upstream.config(cdn="http://cdn.test")
        cdn.fault("redirect", kind="cdn", to=f"http://localhost:{upstream.port}", count=-1)
        env = {**NO_PROXIES, "http_proxy": proxy.url, "no_proxy": "127.0.0.1,localhost"}
        daemon = serve(config(data, rule(upstream.url, maxRetries=0)), env=env)
        client = daemon.client()
        assert client.manifest(IMAGE, "latest").status == 200
        assert client.blob(IMAGE, Expected(IMAGE).layers[0]).status >= 400
        assert any("cdn.test" in target for _, target in proxy.seen)
        assert requests(upstream, "cdn") == 0
        daemon.wait_logged("points to localhost")
