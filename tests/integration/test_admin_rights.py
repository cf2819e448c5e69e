"""Who may do what: answers for what is saved and for drafts, effective access, and what a review warns of."""

import pytest
from harness.admin import Admin
from harness.daemon import config
from harness.images import make_image
from harness.peers import write_htpasswd

PASSWORDS = {"root": "root-s3cret", "alice": "a-s3cret", "bob": "b-s3cret"}


@pytest.fixture
def daemon(serve, data, tmp_path):
    access = {
        "groups": {"ops": {"users": ["bob"]}},
        "adminPolicy": {"users": ["root"], "actions": ["read", "create", "update", "delete"]},
        "repositories": {
            "**": {"policies": [{"groups": ["ops"], "actions": ["read", "delete"]}], "defaultPolicy": ["read"]},
            "team/**": {"policies": [{"users": ["alice"], "actions": ["read", "create"]}], "defaultPolicy": ["read"]},
        },
    }
    users = write_htpasswd(tmp_path / "htpasswd", **PASSWORDS)
    return serve(config(data, http={"auth": {"htpasswd": {"path": str(users)}, "failDelay": 0}, "accessControl": access}))


@pytest.fixture
def admin(daemon):
    return Admin(daemon.client(("root", PASSWORDS["root"])))


def explain(admin, **question):
    answer = admin.call("POST", "/access/explain", {"action": "read", **question})
    assert answer.status == 200, answer.body
    return answer.json()


def granting(glob, **policies):
    return {"patch": {"http": {"accessControl": {"repositories": {glob: policies}}}}}


def test_the_answer_names_the_rule_that_wins_and_those_that_lose(admin):
    answer = explain(admin, user="alice", repository="team/app", action="create")
    assert (answer["allowed"], answer["source"], answer["glob"], answer["policy"]) == (True, "policy", "team/**", 0)
    assert answer["rules"] == [{"repositories": "team/**", "wins": True}, {"repositories": "**", "wins": False}]
    # The longest glob alone decides: what ** gives to ops does not count in team.
    assert not explain(admin, user="bob", repository="team/app", action="delete")["allowed"]
    assert explain(admin, user="bob", repository="other/app", action="delete")["source"] == "policy"
    assert explain(admin, group="ops", repository="other/app", action="delete")["allowed"]
    assert explain(admin, user="alice", repository="other/app")["source"] == "defaultPolicy"
    assert (explain(admin, repository="team/app")["allowed"], explain(admin, repository="team/app")["source"]) == (False, "entry")


def test_a_draft_is_judged_before_it_is_saved_as_requests_are_after(daemon, admin):
    daemon.client(("root", PASSWORDS["root"])).push("secret/app", make_image("secret"), "1")
    draft = granting("secret/**", policies=[{"users": ["bob"], "actions": ["read"]}])
    for user in ("alice", "bob"):
        now = explain(admin, user=user, repository="secret/app")["allowed"]
        drafted = explain(admin, user=user, repository="secret/app", draft=draft)["allowed"]
        assert (now, drafted) == (True, user == "bob")
        assert daemon.client((user, PASSWORDS[user])).manifest("secret/app", "1").status == 200
    assert admin.patch(draft["patch"]).status == 200
    for user in ("alice", "bob"):
        status = daemon.client((user, PASSWORDS[user])).manifest("secret/app", "1").status
        assert (status == 200) == explain(admin, user=user, repository="secret/app")["allowed"] == (user == "bob")


def test_a_draft_that_is_no_configuration_is_refused_at_its_place(admin):
    body = {"user": "alice", "repository": "team/app", "action": "read", "draft": granting("team/**", policies=[{"users": {"alice": 1}}])}
    answer = admin.call("POST", "/access/explain", body)
    assert answer.status == 422
    assert answer.json()["errors"][0]["path"].startswith('http.accessControl.repositories["team/**"]')
    for wrong in ({"draft": {}}, {"action": "fly"}, {"repository": "No"}, {"user": "alice", "group": "ops"}):
        assert admin.call("POST", "/access/explain", {"repository": "a", "action": "read", **wrong}).status == 422, wrong


def test_the_review_warns_of_what_may_not_be_meant(admin):
    review = admin.call("POST", "/access/review", {}).json()
    assert [(item["precedence"], item["repositories"]) for item in review["items"]] == [(1, "team/**"), (2, "**")]
    found = {warning["kind"]: warning for warning in review["warnings"]}
    taken = found["takesAway"]
    assert (taken["repositories"], taken["wider"], taken["who"], taken["actions"]) == ("team/**", "**", ["group ops"], ["delete"])
    wider = found["widerByDefault"]
    assert (wider["repositories"], wider["wider"], wider["who"], wider["actions"]) == ("team/**", "**", ["alice"], ["read"])
    assert "anonymousChanges" not in found
    drafted = admin.call("POST", "/access/review", {"draft": granting("open/**", anonymousPolicy=["read", "create"])}).json()
    opened = next(warning for warning in drafted["warnings"] if warning["kind"] == "anonymousChanges")
    assert (opened["repositories"], opened["actions"]) == ("open/**", ["create"])


def test_effective_access_lists_what_somebody_may_do_page_by_page(daemon, admin):
    image = make_image("effective")
    for name in ("other/app", "team/a", "team/b"):
        daemon.client(("root", PASSWORDS["root"])).push(name, image, "1")

    def effective(**subject):
        answer = admin.call("POST", "/access/effective", subject)
        assert answer.status == 200, answer.body
        return answer.json()

    alice = effective(user="alice")
    assert {item["repository"]: item["actions"] for item in alice["items"]} == {
        "other/app": ["read"],
        "team/a": ["read", "create"],
        "team/b": ["read", "create"],
    }
    assert alice["items"][1]["rule"] == 'http.accessControl.repositories["team/**"].policies[0]'
    assert [(glob["repositories"], glob["actions"]) for glob in alice["globs"]] == [
        ("team/**", ["read", "create"]),
        ("**", ["read"]),
    ]
    assert (alice["admin"], effective(user="root")["admin"]) == (False, True)
    assert effective()["items"] == []
    assert effective(group="ops")["items"][0]["actions"] == ["read", "delete"]
    first = effective(user="alice", q="team", limit=1)
    second = effective(user="alice", q="team", limit=1, cursor=first["next"])
    assert (first["total"], first["items"][0]["repository"], second["items"][0]["repository"]) == (2, "team/a", "team/b")
    drafted = effective(user="alice", draft=granting("other/**", policies=[]))
    assert [item["repository"] for item in drafted["items"]] == ["team/a", "team/b"]
