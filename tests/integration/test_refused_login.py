"""Credentials of an upstream that it does not accept any more: the admin is told, and clients do not pay for it."""

import json

import pytest
from harness.admin import Admin
from harness.daemon import config, host_of, rule
from harness.process import wait_until

USER, RIGHT = "mirror", "right"


@pytest.fixture(params=["token", "basic"])
def private(request, upstream):
    upstream.config(auth=request.param, user=USER, password=RIGHT)
    return upstream


@pytest.fixture
def daemon(serve, data, tmp_path, private):
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({host_of(private.url): {"username": USER, "password": RIGHT}}))
    sync = {"enable": True, "credentialsFile": str(credentials), "registries": [rule(private.url, "/up")]}
    larder = {"upstream": {"missBudget": 5}}
    started = serve(config(data, extensions={"sync": sync}, larder=larder))
    started.credentials = credentials
    return started


def rotate(upstream, password):
    upstream.config(password=password)
    upstream.control("revoke", {})


def status_of(daemon):
    (health,) = Admin(daemon.client()).json("/status")["upstreams"]
    return health


def test_rotated_credentials_are_told_and_cost_no_client_anything(daemon, private):
    client = daemon.client()
    assert client.manifest("up/img/1x1000/before", "latest").status == 200
    assert status_of(daemon)["state"] == "up"
    rotate(private, "rotated")
    # More than the budget of misses.
    for number in range(12):
        assert client.manifest(f"up/img/1x1000/n{number}", "latest").status == 404
    health = status_of(daemon)
    assert health["state"] == "denied"
    assert "credentials" in health["lastError"]
    daemon.wait_logged("upstream.login_refused")
    assert daemon.log().count("upstream.login_refused") == 1
    metrics = client.metrics()
    assert metrics[f'larder_upstream_login_refused{{upstream="{host_of(private.url)}"}}'] == 1

    # The admin mends the file: at once, and also for what was asked for before.
    daemon.credentials.write_text(json.dumps({host_of(private.url): {"username": USER, "password": "rotated"}}))
    wait_until(
        lambda: client.manifest("up/img/1x1000/n3", "latest").status == 200, timeout=8, what="the new credentials"
    )
    assert client.manifest("up/img/1x1000/after", "latest").status == 200
    assert status_of(daemon)["state"] == "up"
    assert client.metrics()[f'larder_upstream_login_refused{{upstream="{host_of(private.url)}"}}'] == 0


def test_what_is_denied_without_credentials_is_told(serve, data, upstream):
    upstream.fault("status", status=403, count=-1)
    daemon = serve(config(data, rule(upstream.url, "/up")))
    answer = daemon.client().manifest("up/img/1x1000/hidden", "latest")
    # As registries answer for what does not exist: the client goes on to its next mirror.
    assert (answer.status, answer.error_code) == (404, "MANIFEST_UNKNOWN")
    assert "403" in answer.body.decode()
    health = status_of(daemon)
    assert health["state"] == "up"
    assert "denied access" in health["lastError"]
    assert "has no entry in a credentials file" in health["lastError"]
    daemon.wait_logged("upstream.denied")
    daemon.client().manifest("up/img/1x1000/other", "latest")
    assert daemon.log().count("upstream.denied") == 1


def test_credentials_that_are_mended_at_the_upstream_work_again(daemon, private):
    client = daemon.client()
    rotate(private, "rotated")
    assert client.manifest("up/img/1x1000/mended", "latest").status == 404
    rotate(private, RIGHT)
    # Refused credentials rest for ten seconds.
    wait_until(
        lambda: client.manifest("up/img/1x1000/mended", "latest").status == 200,
        timeout=20,
        what="the next try",
        interval=0.5,
    )
    assert status_of(daemon)["state"] == "up"
    daemon.wait_logged("upstream.login_accepted")
