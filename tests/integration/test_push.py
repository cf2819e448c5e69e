"""Push, delete and the lists, over raw HTTP, as the OCI distribution specification 1.1 has them."""

import hashlib
import re
import socket

import pytest
from harness.client import with_query
from harness.images import OCI_INDEX, OCI_MANIFEST, Content, as_json, make_artifact, make_image, make_index, sha256

OCTETS = {"Content-Type": "application/octet-stream"}
MISSING = "sha256:" + "0" * 64


def start_upload(client, repository, **query):
    path = f"/v2/{repository}/blobs/uploads/"
    answer = client.request("POST", with_query(path, **query) if query else path)
    assert answer.status == 202
    assert answer.headers["Content-Length"] == "0"
    return answer.headers["Location"]


def chunk(client, location, data, start, method="PATCH", **query):
    headers = {**OCTETS, "Content-Range": f"{start}-{start + len(data) - 1}"}
    return client.request(method, with_query(location, **query) if query else location, data, headers)


def test_the_api_answers_at_its_root(registry):
    answer = registry.get("/v2/")
    assert answer.status == 200
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_an_image_comes_back_byte_for_byte(registry):
    for docker in (False, True):
        image = make_image(f"bytes-{docker}", docker=docker)
        pushed = registry.push("team/app", image, "v1")
        assert pushed.headers["Docker-Content-Digest"] == image.manifest.digest
        assert image.manifest.digest in pushed.headers["Location"]

        for reference in ("v1", image.manifest.digest):
            got = registry.manifest("team/app", reference)
            assert (got.status, got.body) == (200, image.manifest.data)
            assert got.headers["Content-Type"] == image.manifest.media_type
            assert got.headers["Docker-Content-Digest"] == image.manifest.digest
            head = registry.manifest("team/app", reference, "HEAD")
            assert (head.status, head.body) == (200, b"")
            assert head.headers["Content-Length"] == str(len(image.manifest.data))
            assert head.headers["Docker-Content-Digest"] == image.manifest.digest
        for blob in image.blobs:
            got = registry.blob("team/app", blob.digest)
            assert (got.status, got.body) == (200, blob.data)
            assert got.headers["Docker-Content-Digest"] == blob.digest


def test_an_index_with_its_images_comes_back(registry):
    index = make_index("push-index", architectures=("amd64", "arm64"))
    registry.push("team/multi", index, "v1")
    got = registry.manifest("team/multi", "v1")
    assert (got.body, got.headers["Content-Type"]) == (index.manifest.data, OCI_INDEX)


def test_a_blob_is_pushed_with_a_single_post(registry):
    blob = Content(b"posted with its digest")
    path = with_query("/v2/single/blobs/uploads/", digest=blob.digest)
    answer = registry.request("POST", path, blob.data, OCTETS)
    # The specification lets a registry fall back to a session; either way the blob gets there.
    assert answer.status == 201
    assert registry.blob("single", blob.digest).body == blob.data


def test_a_chunked_upload_keeps_count(registry):
    data = bytes(range(256)) * 100
    location = start_upload(registry, "chunked")
    first = chunk(registry, location, data[:10_000], 0)
    assert (first.status, first.headers["Range"]) == (202, "0-9999")
    status = registry.get(first.headers["Location"])
    assert (status.status, status.headers["Range"]) == (204, "0-9999")

    out_of_order = chunk(registry, first.headers["Location"], data[20_000:], 20_000)
    assert out_of_order.status == 416

    second = chunk(registry, first.headers["Location"], data[10_000:20_000], 10_000)
    assert (second.status, second.headers["Range"]) == (202, "0-19999")
    done = chunk(registry, second.headers["Location"], data[20_000:], 20_000, "PUT", digest=sha256(data))
    assert done.status == 201
    assert done.headers["Docker-Content-Digest"] == sha256(data)
    assert registry.blob("chunked", sha256(data)).body == data


def test_a_streamed_upload_needs_no_content_range(registry):
    data = b"streamed" * 5000

    def pieces():
        for start in range(0, len(data), 7000):
            yield data[start : start + 7000]

    location = start_upload(registry, "streamed")
    answer = registry.request("PATCH", location, pieces(), OCTETS)
    assert answer.status == 202
    done = registry.request("PUT", with_query(answer.headers["Location"], digest=sha256(data)))
    assert done.status == 201
    assert registry.blob("streamed", sha256(data)).body == data


def test_an_upload_is_cancelled(registry):
    location = start_upload(registry, "cancelled")
    assert registry.delete(location).status == 204
    gone = registry.get(location)
    assert (gone.status, gone.error_code) == (404, "BLOB_UPLOAD_UNKNOWN")


def test_an_upload_belongs_to_its_repository(registry):
    location = start_upload(registry, "mine")
    answer = registry.get(location.replace("/v2/mine/", "/v2/theirs/"))
    assert (answer.status, answer.error_code) == (404, "BLOB_UPLOAD_UNKNOWN")


def test_content_with_another_digest_is_refused(registry):
    location = start_upload(registry, "wrong")
    answer = registry.request("PUT", with_query(location, digest=MISSING), b"something else", OCTETS)
    assert (answer.status, answer.error_code) == (400, "DIGEST_INVALID")
    assert registry.blob("wrong", MISSING, "HEAD").status == 404
    assert registry.blob("wrong", sha256(b"something else"), "HEAD").status == 404


def test_sha512_is_a_digest_too(registry):
    data = b"a blob under sha512"
    digest = "sha512:" + hashlib.sha512(data).hexdigest()
    location = start_upload(registry, "sha512")
    assert registry.request("PUT", with_query(location, digest=digest), data, OCTETS).status == 201
    assert registry.blob("sha512", digest).body == data

    image = make_image("sha512")
    registry.push("sha512", image, "v1")
    digest = "sha512:" + hashlib.sha512(image.manifest.data).hexdigest()
    assert registry.push_manifest("sha512", digest, image.manifest).status == 201
    assert registry.manifest("sha512", digest).body == image.manifest.data


def test_a_blob_is_mounted_with_and_without_from(registry):
    blob = Content(b"shared between repositories")
    registry.push_blob("origin/of", blob)
    mounted = registry.request("POST", f"/v2/to/here/blobs/uploads/?mount={blob.digest}&from=origin/of")
    assert mounted.status == 201
    assert registry.blob("to/here", blob.digest).body == blob.data
    anywhere = registry.request("POST", f"/v2/to/there/blobs/uploads/?mount={blob.digest}")
    assert anywhere.status == 201
    assert registry.blob("to/there", blob.digest).body == blob.data
    missing = registry.request("POST", f"/v2/to/here/blobs/uploads/?mount={MISSING}&from=origin/of")
    assert missing.status == 202


def test_a_blob_is_seen_only_in_its_repositories(registry):
    blob = Content(b"private to one repository")
    registry.push_blob("one", blob)
    registry.push_blob("two", Content(b"another"))
    answer = registry.blob("two", blob.digest)
    assert (answer.status, answer.error_code) == (404, "BLOB_UNKNOWN")


def test_a_blob_deleted_in_one_repository_stays_in_the_others(registry):
    blob = Content(b"deleted in one place")
    registry.push_blob("left", blob)
    registry.push_blob("right", blob)
    assert registry.blob("left", blob.digest).status == 200
    assert registry.delete(f"/v2/left/blobs/{blob.digest}").status == 202
    assert registry.blob("left", blob.digest).status == 404
    assert registry.blob("left", blob.digest, "HEAD").status == 404
    assert registry.blob("right", blob.digest).body == blob.data


@pytest.mark.parametrize(
    ("range_", "status", "start", "end"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=500-", 206, 500, 1000),
        ("bytes=-100", 206, 900, 1000),
        ("bytes=900-5000", 206, 900, 1000),
        ("bytes=-5000", 206, 0, 1000),
        ("bytes=1000-", 416, 0, 0),
        ("bytes=2000-3000", 416, 0, 0),
    ],
)
def test_ranges(registry, range_, status, start, end):
    data = bytes(number % 251 for number in range(1000))
    registry.push_blob("ranges", Content(data))
    answer = registry.blob("ranges", sha256(data), range_=range_)
    assert answer.status == status
    if status == 206:
        assert answer.body == data[start:end]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000"
        assert answer.headers["Docker-Content-Digest"] == sha256(data)
    else:
        assert answer.headers["Content-Range"] == "bytes */1000"


def test_a_manifest_may_come_before_its_blobs_and_opens_none_of_them(registry):
    image = make_image("blobs-missing")
    registry.push("elsewhere", image, "v1")
    assert registry.push_manifest("sparse", "v1", image.manifest).status == 201
    layer = image.layers[0]
    answer = registry.blob("sparse", layer.digest)
    assert (answer.status, answer.error_code) == (404, "BLOB_UNKNOWN")
    registry.push_blob("sparse", layer)
    assert registry.blob("sparse", layer.digest).body == layer.data


def test_a_manifest_has_to_be_one(registry):
    for content in (
        Content(b"this is no JSON", OCI_MANIFEST),
        Content(b"[]", OCI_MANIFEST),
        Content(as_json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []}), OCI_MANIFEST),
    ):
        answer = registry.push_manifest("nonsense", "v1", content)
        assert (answer.status, answer.error_code) == (400, "MANIFEST_INVALID"), content.data
    image = make_image("digest-differs")
    registry.push("nonsense", image, "v1")
    answer = registry.push_manifest("nonsense", MISSING, image.manifest)
    assert (answer.status, answer.error_code) == (400, "DIGEST_INVALID")


def test_a_manifest_above_the_limit_is_refused(registry):
    # One that is sent whole, and one that the daemon does not read to its end.
    for size_mb in (5, 64):
        huge = Content(b" " * (size_mb << 20), OCI_MANIFEST)
        assert registry.push_manifest("huge", "v1", huge).status == 413


def test_push_by_digest_sets_the_tags_asked_for(registry):
    image = make_image("by-digest")
    registry.push("tagged", image)
    answer = registry.request(
        "PUT",
        f"/v2/tagged/manifests/{image.manifest.digest}?tag=one&tag=two",
        image.manifest.data,
        {"Content-Type": OCI_MANIFEST},
    )
    assert answer.status == 201
    assert sorted(answer.headers.get_all("OCI-Tag")) == ["one", "two"]
    assert registry.get("/v2/tagged/tags/list").json() == {"name": "tagged", "tags": ["one", "two"]}


def test_deleting_a_tag_leaves_the_manifest(registry):
    image = make_image("delete")
    registry.push("deleting", image, "one")
    registry.push("deleting", image, "two")
    assert registry.delete("/v2/deleting/manifests/one").status == 202
    assert registry.manifest("deleting", "one").error_code == "MANIFEST_UNKNOWN"
    assert registry.manifest("deleting", image.manifest.digest).status == 200
    assert registry.delete(f"/v2/deleting/manifests/{image.manifest.digest}").status == 202
    assert registry.manifest("deleting", "two").status == 404
    assert registry.manifest("deleting", image.manifest.digest).status == 404
    assert registry.delete(f"/v2/deleting/manifests/{image.manifest.digest}").status == 404


def test_a_tag_moves_at_once(registry):
    """What is cached in memory never outlives a push or a delete."""
    for round_ in range(3):
        image = make_image(f"moves-{round_}")
        registry.push("moving", image, "latest")
        assert registry.manifest("moving", "latest").body == image.manifest.data
        assert registry.manifest("moving", "latest").body == image.manifest.data


def test_tags_are_paged_in_order(registry):
    image = make_image("paged")
    registry.push("paged", image)
    for tag in ("c", "a", "e", "b", "d"):
        registry.push_manifest("paged", tag, image.manifest)
    first = registry.get("/v2/paged/tags/list?n=2")
    assert first.json()["tags"] == ["a", "b"]
    link = re.fullmatch(r'<([^>]+)>; *rel="next"', first.headers["Link"])[1]
    second = registry.get(link)
    assert second.json()["tags"] == ["c", "d"]
    last = registry.get("/v2/paged/tags/list?n=2&last=d")
    assert last.json()["tags"] == ["e"]
    assert last.headers["Link"] is None
    assert registry.get("/v2/paged/tags/list?n=0").json()["tags"] == []
    unknown = registry.get("/v2/never/seen/tags/list")
    assert (unknown.status, unknown.error_code) == (404, "NAME_UNKNOWN")


def test_the_catalog_is_paged_in_order(registry):
    image = make_image("catalog", layers=1, layer_size=100)
    for name in ("b/two", "a/one", "c"):
        registry.push(name, image, "v1")
    assert registry.get("/v2/_catalog").json() == {"repositories": ["a/one", "b/two", "c"]}
    first = registry.get("/v2/_catalog?n=2")
    assert first.json()["repositories"] == ["a/one", "b/two"]
    assert 'rel="next"' in first.headers["Link"]
    assert registry.get("/v2/_catalog?n=2&last=b/two").json()["repositories"] == ["c"]
    # A page size from the request must not become an allocation.
    assert registry.get(f"/v2/_catalog?n={2**62}").status in (200, 400)
    assert registry.get("/v2/_catalog?n=-1").status == 400
    assert registry.get("/v2/").status == 200


def test_referrers_are_listed_and_filtered(registry):
    image = make_image("referred")
    registry.push("referred", image, "v1")
    empty = registry.get(f"/v2/referred/referrers/{image.manifest.digest}")
    assert (empty.status, empty.json()["manifests"]) == (200, [])
    assert empty.headers["Content-Type"] == OCI_INDEX

    signature = make_artifact(image.manifest, "application/vnd.test.signature", {"made.by": "test"})
    sbom = make_artifact(image.manifest, "application/vnd.test.sbom")
    for artifact in (signature, sbom):
        pushed = registry.push("referred", artifact)
        assert pushed.headers["OCI-Subject"] == image.manifest.digest
    listed = registry.get(f"/v2/referred/referrers/{image.manifest.digest}").json()
    assert listed["mediaType"] == OCI_INDEX
    assert {entry["digest"] for entry in listed["manifests"]} == {signature.manifest.digest, sbom.manifest.digest}

    answer = registry.get(f"/v2/referred/referrers/{image.manifest.digest}?artifactType=application/vnd.test.signature")
    assert answer.headers["OCI-Filters-Applied"] == "artifactType"
    (entry,) = answer.json()["manifests"]
    assert entry["annotations"] == {"made.by": "test"}
    assert entry["artifactType"] == "application/vnd.test.signature"
    assert entry["size"] == len(signature.manifest.data)

    registry.delete(f"/v2/referred/manifests/{signature.manifest.digest}")
    left = registry.get(f"/v2/referred/referrers/{image.manifest.digest}").json()["manifests"]
    assert [entry["digest"] for entry in left] == [sbom.manifest.digest]


def test_a_subject_may_come_after_its_referrer(registry):
    image = make_image("late-subject")
    artifact = make_artifact(image.manifest, "application/vnd.test.early")
    registry.push("early", artifact)
    listed = registry.get(f"/v2/early/referrers/{image.manifest.digest}").json()["manifests"]
    assert [entry["digest"] for entry in listed] == [artifact.manifest.digest]


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("/v2/Upper/manifests/v1", {"NAME_INVALID"}),
        ("/v2/a/../b/manifests/v1", {"NAME_INVALID"}),
        ("/v2/a%2f..%2fb/manifests/v1", {"NAME_INVALID"}),
        (f"/v2/{'a' * 300}/manifests/v1", {"NAME_INVALID"}),
        (f"/v2/a/manifests/{'t' * 200}", {"MANIFEST_INVALID", "MANIFEST_UNKNOWN", "TAG_INVALID"}),
        ("/v2/a/blobs/sha256:short", {"DIGEST_INVALID"}),
        ("/v2/a/blobs/md5:0123456789abcdef0123456789abcdef", {"DIGEST_INVALID"}),
    ],
)
def test_bad_names_tags_and_digests_are_refused(registry, path, codes):
    answer = registry.get(path)
    assert answer.status in (400, 404)
    assert answer.error_code in codes
    assert answer.headers["Content-Type"].startswith("application/json")


def test_other_methods_are_not_allowed(registry):
    assert registry.request("POST", "/v2/a/manifests/v1").status == 405
    assert registry.request("PATCH", "/v2/_catalog").status == 405
    assert registry.get("/v2/a/unknown/thing").status == 404
    assert registry.get("/nowhere").status == 404


def test_a_tls_hello_on_a_plain_port_is_turned_away_at_once(registry):
    """skopeo and podman try TLS first where --tls-verify=false allows both; a silence costs them ten seconds."""
    host, port = registry.address.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(bytes.fromhex("16030100c8010000c40303") + bytes(194))
        assert not connection.recv(1000).startswith(b"\x16")
