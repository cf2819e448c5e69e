"""credentialHelper: short-lived credentials from a token service, renewed before they expire."""

import json
import subprocess

import pytest
from harness.daemon import config, host_of, rule
from harness.process import wait_until
from harness.proxy import ForwardProxy
from harness.upstream import Upstream
from support.token_service import KEY_ID, SECRET, TokenService

IMAGE = "img/1x1000/credentials"
# The helpers of the clouds serve these names alone.
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
GOOGLE = "europe-docker.pkg.dev"
# What the daemon finds of a cloud is what a test puts there.
NO_CLOUD = {
    name: ""
    for name in (
        "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE AWS_ENDPOINT_URL "
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI GOOGLE_APPLICATION_CREDENTIALS"
    ).split()
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    directory = tmp_path_factory.mktemp("keys")
    private, public = directory / "private.pem", directory / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    return private, public


@pytest.fixture
def service(keys):
    made = TokenService(public_key=keys[1])
    yield made
    made.close()


class Cloud:
    """An upstream that goes by the clouds' names. What else is on this machine is reached without the proxy."""

    def __init__(self, upstream, proxy):
        self.upstream = upstream
        self.env = {"https_proxy": proxy.url, "no_proxy": "127.0.0.1"}
        self.config = upstream.config


@pytest.fixture
def cloud(authority):
    certificate, key = authority.issue("cloud", "cloud")
    with Upstream("--tls-cert", certificate, "--tls-key", key) as upstream:
        place = host_of(upstream.url)
        with ForwardProxy({f"{ECR}:443": place, f"{GOOGLE}:443": place}) as proxy:
            yield Cloud(upstream, proxy)


def pull(serve, data, upstream, user, env, url=None, **more):
    """Pulls from an upstream that wants `user` with the first token; the daemon."""
    upstream.config(auth="basic", user=user, password="token-1")
    env = {**getattr(upstream, "env", {}), **env}
    settings = config(
        data, rule(url or upstream.url, manifestCheckInterval="1ms", **more), larder={"upstream": {"negativeTtl": "1ms"}}
    )
    daemon = serve(settings, env={**NO_CLOUD, **env})
    answers = daemon.client().pull(IMAGE, "v1")
    assert [answer.status for answer in answers] == [200] * 3, answers[0].body
    for secret in ("token-1", SECRET, "outside-assertion", "pod-token"):
        assert secret not in daemon.log(), "a secret is in the log"
    return daemon


def ecr_env(service, **more):
    return {"AWS_ENDPOINT_URL": service.url, "AWS_REGION": "eu-west-1", **more}


def test_ecr_with_keys_from_the_environment(serve, data, cloud, service):
    env = ecr_env(service, AWS_ACCESS_KEY_ID=KEY_ID, AWS_SECRET_ACCESS_KEY=SECRET)
    pull(serve, data, cloud, "AWS", env, f"https://{ECR}", credentialHelper="ecr")
    assert service.tokens == ["token-1"]
    assert "/eu-west-1/ecr/aws4_request" in service.requests[0]["headers"]["authorization"]


def test_ecr_with_the_role_of_a_pod(serve, data, cloud, service, tmp_path):
    (tmp_path / "identity").write_text("pod-token\n", encoding="utf-8")
    env = ecr_env(
        service,
        AWS_WEB_IDENTITY_TOKEN_FILE=str(tmp_path / "identity"),
        AWS_ROLE_ARN="arn:aws:iam::1:role/pull",
    )
    pull(serve, data, cloud, "AWS", env, f"https://{ECR}", credentialHelper="ecr")
    assert service.requests[-1]["headers"]["x-amz-security-token"] == "session"


def test_ecr_with_the_role_of_the_machine(serve, data, cloud, service):
    env = ecr_env(service, AWS_EC2_METADATA_SERVICE_ENDPOINT=service.url)
    pull(serve, data, cloud, "AWS", env, f"https://{ECR}", credentialHelper="ecr")
    assert [request["method"] for request in service.requests] == ["PUT", "GET", "GET", "POST"]


def test_gcp_from_the_metadata_server(serve, data, cloud, service):
    env = {"GCE_METADATA_HOST": service.host}
    pull(serve, data, cloud, "oauth2accesstoken", env, f"https://{GOOGLE}", credentialHelper="gcp")
    assert len(service.requests) == 1


def test_gcp_with_a_service_account(serve, data, cloud, service, keys, tmp_path):
    account = {
        "type": "service_account",
        "client_email": "larder@project.test",
        "private_key": keys[0].read_text(encoding="utf-8"),
        "private_key_id": "key",
        "token_uri": service.url + "/token",
    }
    (tmp_path / "account.json").write_text(json.dumps(account), encoding="utf-8")
    env = {"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "account.json")}
    pull(serve, data, cloud, "oauth2accesstoken", env, f"https://{GOOGLE}", credentialHelper="gcp")


def oauth2(service, tmp_path, **more):
    (tmp_path / "assertion").write_text("outside-assertion\n", encoding="utf-8")
    helper = {"tokenURL": service.url + "/token", "assertionFile": str(tmp_path / "assertion"), **more}
    return {"credentialHelper": "oauth2", "oauth2CredentialHelper": {k: v for k, v in helper.items() if v}}


def test_oauth2_with_an_assertion_of_somebody_else(serve, data, upstream, service, tmp_path):
    (tmp_path / "secret").write_text("client-secret\n", encoding="utf-8")
    made = oauth2(
        service,
        tmp_path,
        clientID="larder",
        clientSecretFile=str(tmp_path / "secret"),
        scopes=["pull", "list"],
        username="robot",
    )
    daemon = pull(serve, data, upstream, "robot", {}, **made)
    form = service.requests[0]["form"]
    assert (form["client_id"], form["client_secret"], form["scope"]) == ("larder", "client-secret", "pull list")
    assert "client-secret" not in daemon.log()


def signed(service, tmp_path, key):
    signing = {"privateKeyFile": str(key), "algorithm": "RS256", "keyId": "k", "issuer": "larder"}
    (tmp_path / "signing.json").write_text(json.dumps(signing), encoding="utf-8")
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return oauth2(service, tmp_path, assertionFile=None, signingFile=str(tmp_path / "signing.json"), grantType=grant)


def test_oauth2_with_an_assertion_that_larder_signs(serve, data, upstream, service, keys, tmp_path):
    (tmp_path / "key.pem").symlink_to(keys[0])
    pull(serve, data, upstream, "<token>", {}, **signed(service, tmp_path, tmp_path / "key.pem"))


def test_a_signing_file_chooses_no_key_elsewhere(serve, data, upstream, service, keys, tmp_path):
    upstream.config(auth="basic", user="<token>", password="token-1")
    daemon = serve(config(data, rule(upstream.url, **signed(service, tmp_path, keys[0]))), env=NO_CLOUD)
    assert daemon.client().manifest(IMAGE, "v1").status >= 400
    assert service.requests == []
    daemon.wait_logged("privateKeyFile")


def test_oauth2_token_exchange(serve, data, upstream, service, tmp_path):
    made = oauth2(
        service, tmp_path, grantType="urn:ietf:params:oauth:grant-type:token-exchange", audience="//registry.test"
    )
    pull(serve, data, upstream, "<token>", {}, **made)
    form = service.requests[0]["form"]
    assert form["audience"] == "//registry.test"
    assert form["subject_token_type"] == "urn:ietf:params:oauth:token-type:jwt"
    assert form["requested_token_type"] == "urn:ietf:params:oauth:token-type:access_token"


def test_a_token_is_renewed_before_it_expires(serve, data, cloud, service):
    # A token counts as about to expire in the last half of so short a life.
    service.life = 4
    env = {"GCE_METADATA_HOST": service.host}
    url = f"https://{GOOGLE}"
    client = pull(serve, data, cloud, "oauth2accesstoken", env, url, credentialHelper="gcp").client()
    cloud.config(password="token-2")
    fresh = ("HIT", "MISS")
    # The first one, which was refused, rests for ten seconds; until then the manifest that is there is served.
    wait_until(
        lambda: client.manifest(IMAGE, "v1").headers["X-Cache"] in fresh, timeout=30, what="the second token"
    )
    assert len(service.tokens) == 2


def test_a_token_outlives_its_service(serve, data, cloud, service):
    service.life = 600
    env = {"GCE_METADATA_HOST": service.host}
    url = f"https://{GOOGLE}"
    client = pull(serve, data, cloud, "oauth2accesstoken", env, url, credentialHelper="gcp").client()
    service.broken = 500
    assert client.manifest("img/1x1000/another", "v1").status == 200


def test_a_service_that_refuses_is_named(serve, data, cloud, service):
    service.broken = 403
    cloud.config(auth="basic", user="oauth2accesstoken", password="token-1")
    settings = config(data, rule(f"https://{GOOGLE}", credentialHelper="gcp"))
    daemon = serve(settings, env={**NO_CLOUD, **cloud.env, "GCE_METADATA_HOST": service.host})
    assert daemon.client().manifest(IMAGE, "v1").status in (404, 502)
    daemon.wait_logged("credentials.not_renewed helper=gcp")
