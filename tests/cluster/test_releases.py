"""Releases come, change, go back and go, and the server holds what the chart says at each step."""

import chart
import matrix
import pytest
from cluster import OWNER, key_of, meta_of
from release import Release, check_held

# Pods that Kubernetes' strictest standard refuses: the agent writes to its node, and the admin's containers are theirs.
PRIVILEGED = {"nodes", "crio", "pods"}
# All that has a name of its own.
EVERYTHING = {
    **matrix.CASES["several"],
    **matrix.CASES["nodes"],
    **matrix.CASES["observed"],
    **matrix.CASES["policies"],
    **matrix.CASES["route"],
    **matrix.CASES["ingress"],
    **matrix.CASES["disruptions"],
    "rbac": matrix.CASES["elsewhere"]["rbac"],
    "mountSecret": True,
    "secretFiles": {"htpasswd": "a:b"},
}
# Whoever has these has them from the beginning: Kubernetes lets nobody change the address of a service.
FOREVER = {"cluster-ip"}


@pytest.fixture
def place(release):
    """place(case) is a namespace where the pods of this case are let in."""
    return lambda name: release("privileged" if name in PRIVILEGED else "restricted")


def traits(cluster, applied):
    """What of the stored objects a roll-back has to bring back."""
    found = {}
    for one in applied.objects:
        stored = cluster.stored(one)
        meta = {key: meta_of(stored).get(key) for key in ("labels", "annotations", "uid")}
        found[key_of(one)] = {**{key: stored.get(key) for key in ("spec", "data", "rules", "subjects")}, **meta}
    return found


@pytest.mark.parametrize("name", matrix.CASES)
def test_what_is_installed_is_held_and_goes_again(cluster, place, name):
    there = place(name)
    before = cluster.everything().keys()
    applied = there.install(matrix.CASES[name])
    check_held(cluster, applied)
    for word in ("<no value>", "%!", "<nil>", "map["):
        assert word not in applied.notes
    assert applied.notes.startswith("Larder")
    there.uninstall()
    assert cluster.everything().keys() - before == applied.kept()


@pytest.mark.parametrize("name", matrix.CASES)
def test_pods_are_let_in(cluster, place, name):
    there = place(name)
    applied = there.install(matrix.CASES[name])
    meta = {"name": "theirs", "namespace": there.namespace}
    cluster.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta})
    pods = list(applied.pods())
    assert pods
    for pod in pods + chart.parse("\n---\n".join(applied.hooks)):
        cluster.create(pod, dryRun="All", fieldValidation="Strict")


@pytest.mark.parametrize("name", [name for name in matrix.CASES if name not in FOREVER])
def test_an_upgrade_is_held_and_taken_back(cluster, place, name):
    there = place(name)
    first = there.install()
    before = traits(cluster, first)
    second = there.upgrade(matrix.CASES[name])
    check_held(cluster, second)
    gone = [one for one in first.objects if key_of(one) in first.keys() - second.keys() - first.kept()]
    assert not [key_of(one) for one in gone if cluster.stored(one)]
    there.rollback(1)
    check_held(cluster, first)
    for key, after in traits(cluster, first).items():
        if after["uid"] == before[key]["uid"]:
            assert after == before[key], key
    there.uninstall()


@pytest.mark.parametrize("name", ["a" * 53, "true"])
def test_any_name_of_a_release_will_do(cluster, release, name):
    there = release(security="privileged", name=name)
    applied = there.install(EVERYTHING)
    check_held(cluster, applied)
    there.uninstall()


@pytest.mark.parametrize("name", ["1234", "1e3", "null"])
def test_any_name_of_a_namespace_will_do(cluster, package, release, name):
    cluster.add_namespace(name, "privileged")
    there = Release(cluster, package, name)
    check_held(cluster, there.install(EVERYTHING))
    there.uninstall()


def test_who_owns_the_namespace_alone_can_install(start, package):
    """In a cluster that has no operators, either."""
    bare = start()
    bare.add_namespace("bare")
    group, meta = "rbac.authorization.k8s.io", {"name": "owner", "namespace": "bare"}
    rule = {"apiGroups": ["", "apps", "policy"], "resources": ["*"], "verbs": ["*"]}
    bare.create({"apiVersion": f"{group}/v1", "kind": "Role", "metadata": meta, "rules": [rule]})
    binding = {
        "roleRef": {"apiGroup": group, "kind": "Role", "name": "owner"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": "owner"}],
    }
    bare.create({"apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": meta, **binding})
    there = Release(bare, package, "bare", options=(f"--kube-token={OWNER}",))
    check_held(bare, there.install())
    there.upgrade(matrix.CASES["several"])
    there.rollback(1)
    there.uninstall()
