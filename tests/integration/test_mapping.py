"""What a client gets when the upstream fails: cold, cached, and how fast.

Bounds are generous, since this runs under sanitizers and on busy machines; ./dev bench has the strict ones.
"""

import time

import pytest
from harness.daemon import config, rule
from harness.process import wait_until
from harness.upstream import Expected, Upstream, blob_bytes, requests

# Short deadlines keep the tests short; each answer has to come within them and a margin.
FIRST_BYTE = 5.0
REVALIDATE = 4.0
MARGIN = 10.0
AT_ONCE = 3.0  # less than whoever waits for the upstream
LARDER = {
    "upstream": {
        "connectTimeout": "1s",
        "firstByteTimeout": f"{FIRST_BYTE}s",
        "revalidateTimeout": f"{REVALIDATE}s",
        "negativeTtl": "30s",
        "breaker": {"failures": 1, "openFor": "30s"},
    }
}
UNAVAILABLE = (502, 503, 504)
FAULTS = {
    "429": {"fault": "status", "status": 429, "headers": {"Retry-After": "30"}},
    "500": {"fault": "status", "status": 500},
    "503": {"fault": "status", "status": 503, "headers": {"Retry-After": "30"}},
    "hangs": {"fault": "hang"},
    "resets": {"fault": "reset"},
    # Connections that are open already are reset.
    "refuses": [{"fault": "refuse"}, {"fault": "reset"}],
    "endless-redirects": {"fault": "redirect", "to": "self"},
    "no-manifest": {"fault": "body", "body": "<html>captive portal</html>", "type": "text/html"},
}


def fail(upstream, name):
    faults = FAULTS[name]
    upstream.control("fault", [{**fault, "count": -1} for fault in (faults if isinstance(faults, list) else [faults])])


@pytest.fixture
def mirror(serve, data, upstream):
    """A client of a daemon that checks a tag on each request."""

    def start(**options):
        made = rule(upstream.url, manifestCheckInterval="1ms", maxRetries=0, **options)
        return serve(config(data, made, larder=LARDER)).client()

    return start


def timed(call):
    begun = time.monotonic()
    answer = call()
    return answer, time.monotonic() - begun


@pytest.mark.parametrize("status", [404, 401, 403])
@pytest.mark.parametrize("kind", ["manifest", "blob"])
def test_what_the_upstream_lacks_or_denies_is_404_and_remembered(mirror, upstream, kind, status):
    name = f"img/1x1000/denied-{kind}-{status}"
    client = mirror()
    headers = {"WWW-Authenticate": 'Basic realm="upstream"'} if status == 401 else {}
    upstream.fault("status", kind=kind, status=status, headers=headers, count=-1)

    def ask():
        if kind == "manifest":
            return client.manifest(name, "latest")
        return client.blob(name, Expected(name).layers[0])

    answer = ask()
    assert answer.status == 404
    assert answer.error_code in ("MANIFEST_UNKNOWN", "NAME_UNKNOWN", "BLOB_UNKNOWN")
    assert answer.headers["WWW-Authenticate"] is None
    asked = requests(upstream, kind)
    for _ in range(3):
        assert ask().status == 404
    assert requests(upstream, kind) == asked


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "429"])
def test_a_cold_manifest_fails_within_seconds(mirror, upstream, fault):
    client = mirror()
    fail(upstream, fault)
    answer, seconds = timed(lambda: client.manifest("img/1x1000/cold", "latest"))
    assert answer.status in UNAVAILABLE, answer.body
    assert answer.json()["errors"][0]["message"]
    assert answer.headers["Content-Type"].startswith("application/json")
    assert seconds < FIRST_BYTE + MARGIN


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("429", "no-manifest")])
def test_a_cold_blob_fails_within_seconds(mirror, upstream, fault):
    client = mirror()
    fail(upstream, fault)
    answer, seconds = timed(lambda: client.blob("img/1x1000/cold", Expected("img/1x1000/cold").layers[0]))
    assert answer.status in UNAVAILABLE, answer.body
    assert answer.json()["errors"]
    assert seconds < FIRST_BYTE + MARGIN


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cached_tag_is_served_while_the_upstream_fails(mirror, upstream, fault, method):
    name = "img/1x1000/cached"
    image = Expected(name)
    client = mirror()
    assert client.manifest(name, "latest").status == 200
    fail(upstream, fault)
    time.sleep(0.01)

    first, seconds = timed(lambda: client.manifest(name, "latest", method))
    assert first.status == 200
    assert first.headers["Docker-Content-Digest"] == image.manifest.digest
    assert first.headers["X-Cache"] == "STALE"
    assert seconds < REVALIDATE + MARGIN

    # The breaker is open now, so nothing waits for the upstream any more.
    second, seconds = timed(lambda: client.manifest(name, "latest", method))
    assert (second.status, second.headers["X-Cache"]) == (200, "STALE")
    assert seconds < AT_ONCE

    pinned, seconds = timed(lambda: client.manifest(name, image.manifest.digest, method))
    assert (pinned.status, pinned.headers["X-Cache"]) == (200, "HIT")
    assert seconds < AT_ONCE


def test_a_cached_blob_needs_no_upstream(mirror, upstream):
    name = "img/1x100k/cached"
    image = Expected(name)
    client = mirror()
    client.pull(name, "latest")
    wait_until(lambda: client.blob(name, image.layers[0], "HEAD").headers["X-Cache"] == "HIT", what="the blob")
    fail(upstream, "hangs")
    answer, seconds = timed(lambda: client.blob(name, image.layers[0]))
    assert answer.body == image.blob(image.layers[0])
    assert seconds < AT_ONCE


def test_a_cold_image_under_429_is_429_until_retry_after(mirror, upstream):
    client = mirror()
    fail(upstream, "429")
    answer = client.manifest("img/1x1000/limited", "latest")
    assert (answer.status, answer.error_code) == (429, "TOOMANYREQUESTS")
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    asked = requests(upstream, "manifest")
    again = client.manifest("img/1x1000/another", "latest")
    assert (again.status, again.error_code) == (429, "TOOMANYREQUESTS")
    assert again.headers["Retry-After"]
    assert requests(upstream, "manifest") == asked


def test_an_upstream_that_recovers_is_used_again(serve, data, upstream):
    quick = {"upstream": {**LARDER["upstream"], "breaker": {"failures": 1, "openFor": "500ms"}}}
    client = serve(config(data, rule(upstream.url, maxRetries=0), larder=quick)).client()
    upstream.fault("status", status=500, count=-1)
    assert client.manifest("img/1x1000/recovers", "latest").status in UNAVAILABLE
    upstream.control("heal", {})
    wait_until(lambda: client.manifest("img/1x1000/recovers", "latest").status == 200, what="the breaker to close")


def test_a_failing_upstream_does_not_harm_another(serve, data, upstream):
    with Upstream() as healthy:
        rules = (rule(upstream.url, "/ill"), rule(healthy.url, "/well"))
        client = serve(config(data, *rules, larder=LARDER)).client()
        upstream.fault("hang", count=-1)
        assert client.manifest("ill/img/1x1000/x", "latest").status in UNAVAILABLE
        answer, seconds = timed(lambda: client.manifest("well/img/1x1000/x", "latest"))
        assert answer.status == 200
        assert seconds < AT_ONCE


@pytest.mark.parametrize(
    "url", ["http://no-such-host.invalid", "https://127.0.0.1:{port}", "http://127.0.0.1:1"], ids=["dns", "tls", "port"]
)
def test_an_upstream_that_is_not_there_fails_within_seconds(serve, data, upstream, url):
    made = rule(url.format(port=upstream.port), maxRetries=0)
    client = serve(config(data, made, larder=LARDER)).client()
    answer, seconds = timed(lambda: client.manifest("img/1x1000/unreachable", "latest"))
    assert answer.status in UNAVAILABLE, answer.body
    assert seconds < FIRST_BYTE + MARGIN


def test_a_certificate_that_is_not_trusted_is_refused(serve, data, authority, tmp_path):
    certificate, key = authority.issue("upstream", "127.0.0.1")
    name = "img/1x1000/tls"
    certs = tmp_path / "certs"
    certs.mkdir()
    (certs / "ca.crt").write_bytes(authority.certificate.read_bytes())
    with Upstream("--tls-cert", str(certificate), "--tls-key", str(key)) as server:
        strict = serve(config(data, rule(server.url, tlsVerify=True, maxRetries=0), larder=LARDER)).client()
        assert strict.manifest(name, "latest").status in UNAVAILABLE
        trusting = rule(server.url, tlsVerify=True, certDir=str(certs))
        assert serve(config(tmp_path / "two", trusting)).client().manifest(name, "latest").status == 200
        lax = rule(server.url, tlsVerify=False)
        assert serve(config(tmp_path / "three", lax)).client().manifest(name, "latest").status == 200


def test_a_body_that_stands_still_upstream_is_resumed(serve, data, upstream):
    """A hang in the middle ends with the daemon's own deadline, not with the client's."""
    name = "img/1x1m/stalled"
    image = Expected(name)
    upstream.fault("hang", kind="blob", after=300_000)
    made = rule(upstream.url, maxRetries=3, retryDelay="10ms")
    client = serve(config(data, made)).client()
    answer, seconds = timed(lambda: client.blob(name, image.layers[0], timeout=60))
    assert answer.body == image.blob(image.layers[0])
    assert seconds < 40
    assert blob_bytes(upstream) <= 2 * (1 << 20)


def test_an_image_deleted_upstream_stays_here_for_its_digest(mirror, upstream):
    image = Expected("img/1x1000/deleted")
    upstream.control("tags", {"repository": "app", "tag": "v1", "image": "img/1x1000/deleted"})
    client = mirror()
    assert client.manifest("app", "v1").status == 200
    upstream.control("tags", {"repository": "app", "tag": "v1", "delete": True})
    time.sleep(0.01)
    client.manifest("app", "v1")
    assert client.manifest("app", image.manifest.digest).status == 200
