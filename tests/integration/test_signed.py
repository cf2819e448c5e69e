"""onlySigned: what has no signature at the upstream is not brought in."""

import json
import re

from harness.daemon import config, rule
from harness.upstream import Expected, requests

IMAGE = "img/1x1000/signing"
PLATFORMS = "multi/2/1x1000/signing"
NOTATION = "application/vnd.cncf.notary.signature"


def only_signed(serve, data, upstream, **more):
    return serve(config(data, rule(upstream.url, onlySigned=True, **more))).client()


def set_tags(upstream, name, *tags):
    """Then no other tag of the name resolves: without this, cosign's would."""
    upstream.control("tags", {"repository": name, "tags": list(tags), "image": name})


def cosign_tag(digest):
    return digest.replace(":", "-") + ".sig"


def attach(upstream, subject, artifact_type):
    entry = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": subject, "size": 2}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json"}
    index["manifests"] = [{**entry, "artifactType": artifact_type}]
    path = f"/referrers/{re.escape(subject)}$"
    upstream.fault("body", body=json.dumps(index), kind="referrers", path=path, count=-1)


def test_an_unsigned_image_is_refused(serve, data, upstream):
    set_tags(upstream, IMAGE, "v1")
    client = only_signed(serve, data, upstream)
    refused = client.manifest(IMAGE, "v1")
    assert (refused.status, refused.error_code) == (404, "MANIFEST_UNKNOWN")
    assert "onlySigned" in refused.json()["errors"][0]["message"]
    seen = requests(upstream, "manifest")
    assert client.manifest(IMAGE, "v1").status == 404
    assert requests(upstream, "manifest") == seen
    assert client.get("/v2/_catalog").json()["repositories"] == []


def test_a_signed_image_costs_one_request_more(serve, data, upstream):
    digest = Expected(IMAGE).manifest.digest
    set_tags(upstream, IMAGE, "v1", cosign_tag(digest))
    client = only_signed(serve, data, upstream)
    for _ in range(2):
        assert [answer.status for answer in client.pull(IMAGE, "v1")] == [200] * 3
    assert requests(upstream, "manifest", "GET") == requests(upstream, "manifest", "HEAD") == 1
    assert requests(upstream, "referrers") == 0
    assert client.manifest(IMAGE, cosign_tag(digest)).status == 200


def test_a_notation_signature_counts_and_lets_the_platforms_in(serve, data, upstream):
    index = Expected(PLATFORMS)
    set_tags(upstream, PLATFORMS, "v1")
    attach(upstream, index.manifest.digest, NOTATION)
    client = only_signed(serve, data, upstream)
    assert client.manifest(PLATFORMS, "v1").status == 200
    seen = requests(upstream, "referrers")
    for entry in index.document["manifests"]:
        assert client.manifest(PLATFORMS, entry["digest"]).status == 200
    assert requests(upstream, "referrers") == seen == 1


def test_a_stored_image_is_served_when_its_tag_moves_to_an_unsigned_one(serve, data, upstream):
    digest = Expected(IMAGE).manifest.digest
    set_tags(upstream, IMAGE, "v1", cosign_tag(digest))
    client = only_signed(serve, data, upstream, manifestCheckInterval="1ms")
    assert client.manifest(IMAGE, "v1").status == 200
    upstream.control("tags", {"repository": IMAGE, "tag": "v1", "image": "img/1x1000/unsigned"})
    kept = client.manifest(IMAGE, "v1")
    assert (kept.status, kept.headers["Docker-Content-Digest"]) == (200, digest)
    assert kept.headers["X-Cache"] == "STALE"


def test_tag_filters_are_for_polling(serve, data, upstream):
    made = rule(upstream.url)
    made["content"] = [{"prefix": "**", "tags": {"regex": "^v", "excludeRegex": "rc", "semver": True}}]
    client = serve(config(data, made)).client()
    for tag in ("v1.0", "latest", "v1.0-rc1"):
        assert client.manifest(IMAGE, tag).status == 200
