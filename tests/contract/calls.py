"""For each operation a call that has to succeed, where the examples of the file are not one already."""

import dataclasses
import json

from conftest import PASSWORDS, REPOSITORY

# The upstream makes up an image of two small layers for this name.
IMAGE = "upstream/img/2x10k/contract"
ARTIFACT = {"repository": REPOSITORY, "reference": "1.0"}


@dataclasses.dataclass
class Call:
    values: dict = dataclasses.field(default_factory=dict)  # of parameters
    body: object = None  # instead of the file's example
    status: int = 0  # 0: the success that the file has
    prepare: object = None  # prepare(world) → more values


def started_job(world):
    """A job that is known, whether or not it has ended."""
    answer = world.admin.request("POST", "/api/v1/jobs", '{"kind": "gc"}', {"Content-Type": "application/json"})
    assert answer.status == 202, (answer.status, answer.body)
    return {"id": answer.json()["id"]}


def second_revision(world):
    changed = world.admin.request(
        "PATCH",
        "/api/v1/config",
        json.dumps({"http": {"realm": "contract"}}),
        {"Content-Type": "application/merge-patch+json", "If-Match": world.etag()},
    )
    assert changed.status == 200, (changed.status, changed.body)
    history = world.admin.get("/api/v1/config/history").json()["items"]
    return {"from": history[1]["revision"], "to": history[0]["revision"]}


def first_rule(world):
    return {"id": world.rule_ids()[0]}


def pushed_digest(world):
    return {"digest": world.image.manifest.digest}


def some_block(world):
    answer = world.admin.request(
        "POST", "/api/v1/blocks", '{"repository": "some/where"}', {"Content-Type": "application/json"}
    )
    assert answer.status == 200, (answer.status, answer.body)
    return {"id": answer.json()["id"]}


def upstream_rule(world):
    return {"urls": [world.upstream.url], "onDemand": True, "tlsVerify": False, "content": [{"prefix": "upstream/**"}]}


CALLS = {
    "createSession": Call(body={"user": "alice", "password": PASSWORDS["alice"]}),
    "diffConfig": Call(prepare=second_revision),
    "rollBackConfig": Call(prepare=second_revision, body=lambda world, values: {"revision": values["from"]}),
    "setPassword": Call({"name": "bob"}),
    "removeUser": Call({"name": "bob"}),
    "explainAccess": Call({"user": "bob", "repository": REPOSITORY, "action": "read"}),
    "orderRules": Call(body=lambda world, values: {"order": world.rule_ids()[::-1]}),
    "getRule": Call(prepare=first_rule),
    "removeRule": Call(prepare=first_rule),
    "runRule": Call(prepare=first_rule),
    "pauseRule": Call(prepare=first_rule),
    "revertConfig": Call(prepare=second_revision, body=lambda world, values: {"revision": values["to"]}),
    "previewRevert": Call(prepare=second_revision, body=lambda world, values: {"revision": values["to"]}),
    "previewRollBack": Call(prepare=second_revision, body=lambda world, values: {"revision": values["from"]}),
    "addRule": Call(body=lambda world, values: upstream_rule(world)),
    "replaceRule": Call(prepare=first_rule, body=lambda world, values: upstream_rule(world)),
    "testRule": Call(body=lambda world, values: {"rule": upstream_rule(world)}),
    "tryRoute": Call(body=lambda world, values: {"rule": upstream_rule(world), "images": [IMAGE]}),
    "previewRule": Call(body=lambda world, values: {"rule": upstream_rule(world), "repository": IMAGE}),
    "explainRoute": Call({"image": IMAGE + ":latest"}),
    "removeCredential": Call({"host": "ghcr.io"}),
    "removeBlock": Call(prepare=some_block),
    "getRepository": Call({"repository": REPOSITORY}),
    "deleteRepository": Call({"repository": REPOSITORY}),
    "listTags": Call({"repository": REPOSITORY}),
    "getManifest": Call(ARTIFACT),
    "deleteManifest": Call(ARTIFACT),
    "getImage": Call(ARTIFACT),
    "listReferrers": Call({"repository": REPOSITORY}, prepare=pushed_digest),
    "pin": Call(ARTIFACT),
    "unpin": Call(ARTIFACT),
    # It was pushed, so there is no upstream to ask.
    "recheck": Call(ARTIFACT, status=409),
    "prefetch": Call(body={"image": IMAGE + ":latest"}),
    # Nothing is being downloaded.
    "cancelTransfer": Call({"id": "1"}, status=404),
    "getJob": Call(prepare=started_job),
    "storageTree": Call({"path": REPOSITORY}),
    "previewRemoval": Call({"kind": "retention"}),
}
# What depends on how fast a job ends.
EITHER = {"cancelJob": (started_job, {204, 409})}
