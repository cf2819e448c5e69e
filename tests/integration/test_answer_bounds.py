"""A client that may push cannot make an answer, or the memory that it takes, as large as it likes."""

import pytest
from harness.admin import Admin
from harness.daemon import config
from harness.images import OCI_INDEX, OCI_MANIFEST, Content, as_json, make_artifact, make_image

MIB = 1 << 20


@pytest.fixture
def daemon(serve, data):
    return serve(config(data))


def index_of(descriptors):
    return Content(as_json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors}), OCI_INDEX)


def annotated(seed, length):
    """A manifest of no layers with that much in its annotations."""
    settings = make_image(seed).config
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": settings.descriptor(),
        "layers": [],
        "annotations": {"seed": seed, "long": "x" * length},
    }
    return Content(as_json(manifest), OCI_MANIFEST)


def push(client, reference, *manifests):
    for manifest in manifests:
        assert client.push_manifest("app", reference, manifest).status == 201


def test_an_index_that_names_a_long_manifest_a_thousand_times_is_unfolded_once(daemon):
    client = daemon.client()
    long = annotated("long", MIB)
    bomb = index_of([long.descriptor()] * 1000)
    push(client, "long", long)
    push(client, "bomb", bomb)
    before = daemon.process.resident_bytes("VmHWM")
    answer = Admin(client).get("/manifest", repository="app", reference="bomb")
    assert answer.status == 200 and len(answer.body) < 2 * MIB, len(answer.body)
    assert daemon.process.resident_bytes("VmHWM") - before < 64 * MIB
    shown = answer.json()
    assert shown["truncated"]
    assert shown["root"]["totalBytes"] == len(bomb.data) + len(long.data) + len(make_image("long").config.data)
    nodes = shown["root"]["manifests"]
    assert [node.get("repeated", False) for node in nodes] == [False] + [True] * (len(nodes) - 1)


def test_nested_indexes_are_unfolded_once_each(daemon):
    client = daemon.client()
    lowest = annotated("lowest", 10)
    push(client, "0", lowest)
    for level in range(1, 5):
        lowest = index_of([{**lowest.descriptor(), "annotations": {"at": str(at)}} for at in range(200)])
        push(client, str(level), lowest)
    answer = Admin(client).get("/manifest", repository="app", reference="4")
    assert answer.status == 200 and len(answer.body) < 2 * MIB
    unfolded, left = 0, [answer.json()["root"]]
    while left:
        node = left.pop()
        unfolded += "manifests" in node
        left += node.get("manifests", [])
    assert unfolded == 4


def test_referrers_are_paged_however_much_they_say(daemon):
    client = daemon.client()
    admin = Admin(client)
    image = make_image("subject")
    client.push("app", image, "1")
    subject = image.manifest.digest
    expected = set()
    for number in range(60):
        kind = "odd" if number % 2 else "even"
        note = {"number": str(number), "note": "x" * 60_000, "long": "x" * MIB}
        artifact = make_artifact(image.manifest, f"application/{kind}", note)
        client.push("app", artifact)
        expected.add(artifact.manifest.digest)
    before = daemon.process.resident_bytes("VmHWM")

    def read(target):
        found = []
        while target:
            answer = client.get(target)
            assert answer.status == 200 and len(answer.body) <= 3 * MIB
            for descriptor in answer.json()["manifests"]:
                assert set(descriptor["annotations"]) == {"number", "note"}
                found.append(descriptor["digest"])
            link = answer.headers.get("Link", "")
            target = link[1 : link.index(">")] if link else ""
        return found

    listed = read(f"/v2/app/referrers/{subject}")
    assert len(listed) == 60 and set(listed) == expected
    assert len(read(f"/v2/app/referrers/{subject}?artifactType=application/odd")) == 30

    cursor, shown, pages = {}, [], 0
    while cursor is not None:
        page = admin.json("/referrers", repository="app", digest=subject, limit=25, **cursor)
        assert page["total"] == 60 and len(page["items"]) <= 25
        assert all(set(item["annotations"]) == {"number"} for item in page["items"])
        shown += [item["digest"] for item in page["items"]]
        cursor = {"cursor": page["next"]} if "next" in page else None
        pages += 1
    assert set(shown) == expected and len(shown) == 60 and pages >= 3
    assert daemon.process.resident_bytes("VmHWM") - before < 64 * MIB
    assert admin.get("/referrers", repository="app", digest=subject, cursor="nonsense").status == 400
