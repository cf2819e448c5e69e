"""Looking through what is stored, and removing, pinning and rechecking it, through the management API."""

import urllib.parse

import pytest
from harness.daemon import config, rule
from harness.images import Content, OCI_CONFIG, OCI_MANIFEST, as_json, make_artifact, make_image, make_index
from harness.peers import write_htpasswd
from harness.process import wait_until

HTML = "<img src=x onerror=alert(1)>"
PASSWORDS = {"root": "root-s3cret", "bob": "bob-s3cret"}


class Api:
    """The management API of a daemon: api.get("tags", repository="app") → the answer."""

    def __init__(self, daemon, user=None):
        self.client = daemon.client((user, PASSWORDS[user]) if user else None)

    def call(self, method, path, **parameters):
        query = urllib.parse.urlencode({name.rstrip("_"): value for name, value in parameters.items()})
        return self.client.request(method, f"/api/v1/{path}?{query}")

    def get(self, path, **parameters):
        answer = self.call("GET", path, **parameters)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.json()

    def status(self, method, path, **parameters):
        answer = self.call(method, path, **parameters)
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status

    def names(self, path, **parameters):
        return [item["name"] for item in self.get(path, **parameters)["items"]]


@pytest.fixture
def daemon(serve, data):
    return serve(config(data))


@pytest.fixture
def api(daemon):
    return Api(daemon)


def test_tags_have_sizes_and_are_sorted_as_versions(daemon, api):
    client = daemon.client()
    for number, tag in enumerate(("latest", "1.9", "v1.10", "1.10-rc1", "1.10-alpine")):
        client.push("app", make_image(f"app-{tag}", layers=number + 1), tag)
    versions = ["latest", "1.9", "1.10-rc1", "v1.10", "1.10-alpine"]
    assert api.names("tags", repository="app", sort="version") == versions
    assert api.names("tags", repository="app", sort="version", order="desc") == versions[::-1]
    assert api.names("tags", repository="app", sort="own", order="desc")[0] == "1.10-alpine"
    seen, cursor = [], None
    while not seen or cursor:
        page = api.get("tags", repository="app", sort="version", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [tag["name"] for tag in page["items"]]
        cursor = page.get("next")
    assert seen == versions
    for tag in api.get("tags", repository="app")["items"]:
        assert tag["sizeBytes"] == tag["ownBytes"] + tag["sharedBytes"] > 0
    one = api.get("tags", repository="app", q="1.9")["items"][0]
    client.push("app", make_image("app-1.9", layers=2), "same")

    def shared():  # a machine that took long to sum may answer with the sum from before
        tags = [tag for tag in api.get("tags", repository="app")["items"] if tag["name"] in ("1.9", "same")]
        return [tag["ownBytes"] for tag in tags] == [0, 0] and tags

    both = wait_until(shared, what="each to keep the other's content")
    assert both[0]["sizeBytes"] == one["sizeBytes"] > 0 == both[0]["ownBytes"] < one["ownBytes"]


def test_what_takes_the_disk_is_shown_level_by_level(serve, data, upstream):
    daemon = serve(config(data, rule(upstream.url, destination="/mirror")))
    api = Api(daemon)
    client = daemon.client()
    client.push("team/app", make_image("team", layers=3), "1")
    client.push("team/copy", make_image("team", layers=3), "1")
    client.pull("mirror/img/2x10k/app", "latest")

    def mirrored():
        nodes = {node["name"]: node for node in api.get("storage/tree", sort="size", order="desc")["items"]}
        found = [node for name, node in nodes.items() if name]
        return found and found[0]["sizeBytes"] > 20_000 and nodes

    registries = wait_until(mirrored, what="the mirrored image in the tree")
    pushed = registries[""]
    assert (pushed["path"], pushed["children"]) == ("-", 2)
    assert pushed["sizeBytes"] == pushed["ownBytes"] > 0
    repositories = api.get("storage/tree", path_=pushed["path"], sort="name")
    assert (repositories["level"], repositories["total"]) == ("repository", 2)
    app = repositories["items"][0]
    assert (app["name"], app["path"], app["ownBytes"], app["children"]) == ("team/app", "team/app", 0, 1)
    assert app["sizeBytes"] == pushed["sizeBytes"]
    tags = api.get("storage/tree", path_="team/app")
    assert (tags["level"], tags["items"][0]["path"]) == ("tag", "team/app:1")
    assert api.status("GET", "storage/tree", path_="nowhere") == 404
    assert api.status("GET", "storage/tree", sort="pulls") == 422


def test_repositories_are_searched_sorted_and_paged(daemon, api):
    client = daemon.client()
    for number, name in enumerate(("team/alpha", "team/beta", "library/gamma")):
        for tag in range(3 - number):
            client.push(name, make_image(name, layers=number + 1), str(tag))
    assert api.names("repositories") == ["library/gamma", "team/alpha", "team/beta"]
    assert api.names("repositories", order="desc")[0] == "team/beta"
    assert api.names("repositories", sort="size", order="desc") == ["library/gamma", "team/beta", "team/alpha"]
    assert api.names("repositories", q="TEAM/") == ["team/alpha", "team/beta"]
    assert api.names("repositories", q="et") == ["team/beta"]
    assert api.names("repositories", q="\" OR 1 --") == []
    page = api.get("repositories", limit=2)
    assert (page["total"], len(page["items"])) == (3, 2)
    assert [item["name"] for item in api.get("repositories", limit=2, cursor=page["next"])["items"]] == ["team/beta"]
    assert "next" not in api.get("repositories", limit=3)
    first = api.get("repositories", q="alpha")["items"][0]
    assert first["tags"] == 3 and first["sizeBytes"] > 20_000 and "origin" not in first and "lastPulledAt" not in first
    client.manifest("team/alpha", "0")
    wait_until(lambda: api.get("repositories", q="alpha")["items"][0]["pulls"] == 1, timeout=20, what="the pull")
    assert api.names("repositories", sort="lastPull", order="desc")[0] == "team/alpha"
    assert api.names("repositories", sort="pulls", order="desc")[0] == "team/alpha"


@pytest.mark.parametrize(
    "fault", [{"sort": "colour"}, {"order": "up"}, {"cursor": "x"}, {"cursor": "9" * 40 + ":a"}, {"cursor": "1:"}]
)
def test_a_faulty_query_is_refused_with_the_parameter(api, fault):
    answer = api.call("GET", "repositories", **fault)
    assert answer.status == 422
    assert answer.json()["errors"][0]["path"] == "?" + next(iter(fault))
    assert api.status("GET", "repositories", limit=0) == 400
    assert api.status("GET", "tags") == 422
    assert api.status("GET", "tags", repository="Not A Name") == 404
    assert api.status("GET", "manifest", repository="app", reference="") == 422


def test_tags_and_the_tree_of_an_image(daemon, api):
    client = daemon.client()
    index = make_index("tree", architectures=("amd64", "arm64"))
    client.push("team/app", index, "1.0")
    client.push("team/app", index, "latest")
    client.push("team/other", index.images[0], "1.0")
    tags = api.get("tags", repository="team/app")
    assert tags["total"] == 2
    assert {tag["digest"] for tag in tags["items"]} == {index.manifest.digest}
    assert api.names("tags", repository="team/app", q="LAT", sort="pushed") == ["latest"]

    shown = api.get("manifest", repository="team/app", reference="1.0")
    assert shown["tags"] == ["1.0", "latest"] and not shown["cached"] and not shown["pinned"]
    root = shown["root"]
    assert [child["platform"]["architecture"] for child in root["manifests"]] == ["amd64", "arm64"]
    amd, arm = root["manifests"]
    assert all(child["stored"] for child in (amd, arm))
    assert [layer["shared"] for layer in (*amd["layers"], *arm["layers"])] == [True, True, False, False]
    assert root["totalBytes"] == root["storedBytes"] == len(index.manifest.data) + sum(i.size for i in index.images)
    commands = {entry["client"]: entry["command"] for entry in shown["pull"]}
    assert commands["docker"] == f"docker pull {daemon.address}/team/app:1.0"

    detail = api.get("repository", repository="team/app")
    assert detail["manifests"] == 3 and detail["may"] == ["read", "create", "update", "delete"]
    assert detail["sizeBytes"] == root["totalBytes"]
    assert detail["ownBytes"] == detail["sizeBytes"] - index.images[0].size
    image = api.get("image", repository="team/app", reference=amd["digest"])
    assert image["labels"] == {"seed": "tree-amd64"} and image["env"] == ["PATH=/bin"]
    assert [step["digest"] for step in image["history"]] == [blob.digest for blob in index.images[0].layers]
    assert api.status("GET", "image", repository="team/app", reference="1.0") == 422
    assert api.status("GET", "manifest", repository="team/app", reference="2.0") == 404


def test_nothing_that_an_image_says_is_more_than_text(daemon, api):
    client = daemon.client()
    settings = Content(as_json({"architecture": HTML, "os": HTML, "author": HTML, "config": {"Labels": {HTML: HTML}}}), OCI_CONFIG)
    manifest = Content(
        as_json(
            {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": settings.descriptor(),
                "layers": [],
                "annotations": {HTML: HTML},
            }
        ),
        OCI_MANIFEST,
    )
    client.push_blob("app", settings)
    assert client.push_manifest("app", "1", manifest).status == 201
    client.push("app", make_artifact(manifest, "text/" + HTML, {HTML: HTML}))
    answer = api.call("GET", "image", repository="app", reference="1")
    assert answer.json()["labels"] == {HTML: HTML} and answer.json()["author"] == HTML
    for path, more in (("manifest", {"reference": "1"}), ("referrers", {"digest": manifest.digest})):
        answer = api.call("GET", path, repository="app", **more)
        assert answer.status == 200 and HTML in str(answer.json())
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_referrers_and_signatures_are_listed(daemon, api):
    client = daemon.client()
    image = make_image("signed")
    client.push("app", image, "1")
    client.push("app", make_artifact(image.manifest, "application/spdx+json", {"by": "us"}))
    tag = image.manifest.digest.replace(":", "-") + ".sig"
    client.push("app", make_image("signature"), tag)
    found = api.get("referrers", repository="app", digest=image.manifest.digest)
    assert found["total"] == 2
    assert [(item["artifactType"], item.get("tag")) for item in found["items"]] == [
        (OCI_CONFIG, tag),
        ("application/spdx+json", None),
    ]
    assert found["items"][1]["annotations"] == {"by": "us"}
    assert api.get("referrers", repository="app", digest="sha256:" + "0" * 64)["items"] == []
    assert api.status("GET", "referrers", repository="app", digest="nothing") == 422


def test_removal_of_tags_manifests_and_repositories(daemon, api):
    client = daemon.client()
    image = make_image("removed")
    for tag in ("1", "2"):
        client.push("app", image, tag)
    assert api.status("DELETE", "manifest", repository="app", reference="1") == 204
    assert api.status("DELETE", "manifest", repository="app", reference="1") == 404
    assert client.manifest("app", "2").status == 200
    assert api.status("DELETE", "manifest", repository="app", reference=image.manifest.digest) == 204
    assert client.manifest("app", "2").status == 404
    assert api.get("repository", repository="app")["tags"] == 0
    assert api.status("DELETE", "repository", repository="app") == 204
    assert api.status("GET", "repository", repository="app") == 404
    assert api.status("DELETE", "repository", repository="app") == 404
    assert api.names("repositories") == [] and api.names("repositories", q="app") == []


def test_pins_are_set_listed_and_lifted(daemon, api):
    client = daemon.client()
    image = make_image("pinned")
    client.push("app", image, "1")
    assert api.status("PUT", "pins", repository="app", reference="1") == 204
    assert api.status("PUT", "pins", repository="app", reference=image.manifest.digest) == 204
    assert api.status("PUT", "pins", repository="nowhere", reference="1") == 404
    pins = api.get("pins")
    assert {pin["reference"] for pin in pins["items"]} == {"1", image.manifest.digest} and pins["total"] == 2
    assert api.get("tags", repository="app")["items"][0]["pinned"]
    for _ in range(2):
        assert api.status("DELETE", "pins", repository="app", reference="1") == 204
    assert [pin["reference"] for pin in api.get("pins", repository="app")["items"]] == [image.manifest.digest]


def test_a_mirrored_image_is_browsed_and_rechecked_without_being_fetched(serve, data, docker_registry):
    upstream = docker_registry.client()
    index = make_index("mirrored", architectures=("amd64", "arm64"))
    upstream.push("browse/mirrored", index, "1")
    settings = config(data, rule(docker_registry.url, prefix="browse/**", manifestCheckInterval="1h"))
    daemon = serve(settings)
    api, client = Api(daemon), daemon.client()
    assert client.manifest("browse/mirrored", "1").status == 200
    shown = api.get("manifest", repository="browse/mirrored", reference="1")
    assert shown["cached"]
    assert [child["stored"] for child in shown["root"]["manifests"]] == [False, False]
    arm = index.images[1].manifest.digest
    assert api.status("GET", "image", repository="browse/mirrored", reference=arm) == 404
    assert client.manifest("browse/mirrored", arm).status == 200
    assert api.status("GET", "image", repository="browse/mirrored", reference=arm) == 404
    assert api.get("repositories")["items"][0]["origin"]["name"] == "browse/mirrored"

    same = api.call("POST", "recheck", repository="browse/mirrored", reference="1").json()
    assert same == {"digest": index.manifest.digest, "changed": False, "previous": index.manifest.digest}
    moved = make_image("moved")
    upstream.push("browse/mirrored", moved, "1")
    assert client.manifest("browse/mirrored", "1").headers["Docker-Content-Digest"] == index.manifest.digest
    checked = api.call("POST", "recheck", repository="browse/mirrored", reference="1").json()
    assert checked == {"digest": moved.manifest.digest, "changed": True, "previous": index.manifest.digest}
    assert client.manifest("browse/mirrored", "1").headers["Docker-Content-Digest"] == moved.manifest.digest
    assert api.status("POST", "recheck", repository="browse/mirrored", reference="2") == 404
    assert api.status("POST", "recheck", repository="browse/mirrored", reference=arm) == 422
    client.push("pushed/here", moved, "1")
    assert api.status("POST", "recheck", repository="pushed/here", reference="1") == 409

    # What is purged comes again with the next pull.
    assert api.status("DELETE", "repository", repository="browse/mirrored") == 204
    assert client.manifest("browse/mirrored", "1").headers["X-Cache"] == "MISS"


def test_storage_and_what_would_be_removed(serve, data):
    # The collection itself is far off.
    daemon = serve(config(data, storage={"gcDelay": "1ms", "gcInterval": "24h"}, larder={"storage": {"maxBytes": "1GiB"}}))
    api, client = Api(daemon), daemon.client()
    old = make_image("old")
    client.push("app", old, "1")
    client.push("app", make_image("new", layers=3), "1")
    client.push("small", make_image("small", layers=1), "1")
    use = api.get("storage")
    assert use["limitBytes"] == 1 << 30 and use["repositories"] == 2
    assert use["lowWatermarkBytes"] < use["highWatermarkBytes"] <= use["limitBytes"]
    assert [repository["name"] for repository in use["biggest"]] == ["app", "small"]
    assert use["usedBytes"] > 100_000 and use["diskFreeBytes"] <= use["diskBytes"]
    plan = api.get("storage/preview", kind="retention")
    assert plan["total"] == 1
    assert plan["items"][0]["repository"] == "app" and plan["items"][0]["digest"] == old.manifest.digest
    assert plan["items"][0]["reason"]
    assert api.get("storage/preview", kind="retention", repository="small")["items"] == []
    assert api.get("storage/preview", kind="eviction") == {"items": [], "total": 0}
    assert client.manifest("app", old.manifest.digest).status == 200, "nothing was removed"
    assert api.status("GET", "storage/preview", kind="everything") == 422
    assert api.status("GET", "storage/preview", kind="retention", repository="nowhere") == 404


def test_everybody_sees_and_does_what_the_policies_let_them(serve, data, tmp_path):
    access = {
        "repositories": {
            "team/**": {"policies": [{"users": ["bob"], "actions": ["read"]}]},
            "own/**": {"policies": [{"users": ["bob"], "actions": ["read", "delete"]}]},
        },
        "adminPolicy": {"users": ["root"], "actions": ["read", "create", "update", "delete"]},
    }
    htpasswd = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    auth = {"htpasswd": {"path": str(htpasswd)}, "failDelay": 0}
    daemon = serve(config(data, http={"auth": auth, "accessControl": access}))
    root, bob, nobody = Api(daemon, "root"), Api(daemon, "bob"), Api(daemon)
    for name in ("team/app", "own/app", "secret/app"):
        root.client.push(name, make_image(name), "1")
        assert root.status("PUT", "pins", repository=name, reference="1") == 204
    assert root.names("repositories") == ["own/app", "secret/app", "team/app"]
    assert bob.names("repositories") == ["own/app", "team/app"]
    assert bob.get("repositories", q="app", limit=1)["total"] == 2
    assert bob.names("repositories", q="secret") == []
    assert {pin["repository"] for pin in bob.get("pins")["items"]} == {"own/app", "team/app"}
    assert bob.get("repository", repository="team/app")["may"] == ["read"]
    for path in ("repository", "tags", "manifest", "image"):
        assert bob.status("GET", path, repository="secret/app", reference="1") == 404
    assert bob.status("GET", "pins", repository="secret/app") == 404
    assert bob.status("DELETE", "repository", repository="secret/app") == 404
    assert bob.status("DELETE", "repository", repository="team/app") == 403
    assert bob.status("DELETE", "manifest", repository="team/app", reference="1") == 403
    assert bob.status("DELETE", "manifest", repository="own/app", reference="1") == 204
    for method, path in (("PUT", "pins"), ("DELETE", "pins"), ("POST", "recheck")):
        assert bob.status(method, path, repository="team/app", reference="1") == 403
    assert bob.status("GET", "storage") == 403
    assert bob.status("GET", "storage/preview", kind="retention") == 403
    for path in ("repositories", "tags", "pins", "storage"):
        assert nobody.status("GET", path, repository="team/app") == 401
