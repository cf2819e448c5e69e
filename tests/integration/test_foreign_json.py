"""JSON of others that is nested deeper than a stack is: whoever sends it, the daemon says no and goes on."""

import json

import pytest
from harness.admin import Admin
from harness.daemon import config, rule
from harness.images import Content, make_image, sha256
from harness.websocket import Closed, WebSocket

DEPTH = 200_000
DEEP = "[" * DEPTH + "]" * DEPTH
OBJECTS = '{"a":' * DEPTH + "1" + "}" * DEPTH
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
NAME = "img/1x1000/deep"


@pytest.fixture
def mirror(serve, data, upstream):
    return serve(config(data, rule(upstream.url)))


def alive(daemon):
    assert daemon.client().get("/v2/").status == 200
    return True


@pytest.mark.parametrize("deep", [DEEP, OBJECTS], ids=["lists", "objects"])
def test_an_upstream_that_nests_its_answers_is_refused(mirror, upstream, deep):
    client = mirror.client()
    digest = client.manifest(NAME, "latest").headers["Docker-Content-Digest"]
    bodies = {
        "referrers": (f"/v2/{NAME}/referrers/{digest}", f'{{"schemaVersion":2,"manifests":[{{"annotations":{deep}}}]}}'),
        "manifest": (f"/v2/{NAME}/manifests/other", f'{{"schemaVersion":2,"config":{deep}}}'),
        "tags": (f"/v2/{NAME}/tags/list", f'{{"name":"{NAME}","tags":[{deep}]}}'),
    }
    for kind, (path, body) in bodies.items():
        media_type = OCI_INDEX if kind != "tags" else "application/json"
        upstream.fault("body", kind=kind, body=body, type=media_type, count=-1)
        client.get(path)
        assert alive(mirror), kind


@pytest.mark.parametrize("deep", [DEEP, OBJECTS], ids=["lists", "objects"])
def test_a_token_that_is_nested_is_refused(mirror, upstream, deep):
    upstream.config(auth="bearer")
    upstream.fault("body", kind="token", body=f'{{"token":"x","more":{deep}}}', count=-1)
    assert mirror.client().manifest(NAME, "latest").status >= 400
    assert alive(mirror)


@pytest.mark.parametrize("deep", [DEEP, OBJECTS], ids=["lists", "objects"])
def test_a_pushed_configuration_that_is_nested_is_refused(serve, data, deep):
    lint = {"lint": {"enable": True, "mandatoryAnnotations": ["org.example.team"]}}
    daemon = serve(config(data, extensions=lint))
    client = daemon.client()
    image = make_image("deep")
    blob = Content(f'{{"config":{{"Labels":{{"a":{deep}}}}}}}'.encode(), "application/vnd.oci.image.config.v1+json")
    document = json.loads(image.manifest.data)
    document["config"] |= {"digest": sha256(blob.data), "size": len(blob.data), "mediaType": blob.media_type}
    for content in (*image.blobs, blob):
        assert client.push_blob("team/app", content).status == 201
    pushed = client.push_manifest("team/app", "v1", Content(json.dumps(document).encode(), image.manifest.media_type))
    assert pushed.status == 400 and pushed.error_code == "MANIFEST_INVALID"
    assert alive(daemon)


@pytest.mark.parametrize("deep", [DEEP, OBJECTS], ids=["lists", "objects"])
def test_what_clients_nest_is_refused(registry, deep):
    admin = Admin(registry)
    manifest = Content(f'{{"schemaVersion":2,"config":{deep}}}'.encode(), "application/vnd.oci.image.manifest.v1+json")
    assert registry.push_manifest("team/app", "v1", manifest).status == 400
    headers = {"Content-Type": "application/json"}
    for path in ("/config/validate", "/session", "/sync/test"):
        answer = registry.request("POST", "/api/v1" + path, deep[: 1 << 19].encode(), headers)
        assert 400 <= answer.status < 500, (path, answer.status)
    live = WebSocket(registry.address)
    live.send_text('{"type":"subscribe","topic":"metrics","more":' + "[" * 2000 + "]" * 2000 + "}")
    with pytest.raises(Closed):
        live.read_until(lambda message: False)
    assert admin.get("/status").status == 200
