"""The data outlives what is done to a release: its claim stays the same one, and is in use."""

import pathlib

import pytest
from cluster import meta_of
from release import check_held

ZOT = pathlib.Path(__file__).parent / "zot"
SEVERAL = {"replicaCount": 3}


def claim_of(cluster, namespace, name="rel-pvc-rel-larder-0"):
    place = {"namespace": namespace, "name": name}
    return cluster.stored({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": place})


def make_claim(cluster, workload):
    """The claim of the first pod, as the controller of StatefulSets makes it."""
    (template,) = workload["spec"]["volumeClaimTemplates"]
    meta = {
        "name": f"{meta_of(template)['name']}-{meta_of(workload)['name']}-0",
        "namespace": meta_of(workload)["namespace"],
        "labels": workload["spec"]["selector"]["matchLabels"],
    }
    made = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": template["spec"]}
    return cluster.create(made)


def volumes(workload):
    return [one.get("persistentVolumeClaim") for one in workload["spec"]["template"]["spec"]["volumes"]]


@pytest.mark.parametrize("name", ["rel", "my-zot"])
def test_a_release_of_zots_chart_is_taken_over(cluster, release, name):
    there = release(security="privileged", name=name)
    zot = there.install(where=ZOT)
    claim = make_claim(cluster, zot.objects.of("StatefulSet"))
    service = cluster.stored(zot.objects.of("Service"))
    for _ in range(2):  # the second upgrade finds no Zot any more
        applied = there.upgrade()
        check_held(cluster, applied)
        assert cluster.stored(zot.objects.of("StatefulSet")) is None
        assert {"claimName": meta_of(claim)["name"]} in volumes(cluster.stored(applied.workload()))
        after = cluster.stored(applied.objects.of("Service"))
        assert meta_of(after)["uid"] == meta_of(service)["uid"]
        assert after["spec"]["clusterIP"] == service["spec"]["clusterIP"]
        assert [port["name"] for port in after["spec"]["ports"]] == ["registry"]
    there.rollback(1)
    check_held(cluster, zot)
    there.upgrade()
    there.uninstall()
    assert cluster.stored(claim) == claim


def test_a_claim_is_kept_and_found_again(cluster, release):
    there = release()
    there.install()
    claim = claim_of(cluster, there.namespace)
    there.uninstall()
    check_held(cluster, there.install())
    assert meta_of(claim_of(cluster, there.namespace))["uid"] == meta_of(claim)["uid"]


def test_a_claim_that_another_release_kept_is_used(cluster, release):
    values = {"namespace": "caches"}
    first, second = release(), release()
    first.install(values)
    claim = claim_of(cluster, "caches")
    first.uninstall()
    applied = second.install(values)
    check_held(cluster, applied)
    assert {"claimName": meta_of(claim)["name"]} in volumes(applied.workload())
    second.uninstall()
    assert cluster.stored(claim) == claim


def test_one_pod_becomes_several_and_one_again(cluster, release):
    there = release()
    there.install()
    claim = claim_of(cluster, there.namespace)
    check_held(cluster, there.upgrade(SEVERAL))
    assert meta_of(claim_of(cluster, there.namespace))["uid"] == meta_of(claim)["uid"]
    applied = there.upgrade()
    check_held(cluster, applied)
    assert {"claimName": meta_of(claim)["name"]} in volumes(applied.workload())
    there.upgrade(SEVERAL)
    there.rollback(1)
    check_held(cluster, applied)
    assert meta_of(claim_of(cluster, there.namespace))["uid"] == meta_of(claim)["uid"]


def test_several_pods_become_one_on_the_first_ones_claim(cluster, release):
    there = release()
    several = there.install(SEVERAL)
    claim = make_claim(cluster, several.workload())
    applied = there.upgrade()
    check_held(cluster, applied)
    assert {"claimName": meta_of(claim)["name"]} in volumes(applied.workload())
    there.rollback(1)
    check_held(cluster, several)
    there.uninstall()
    assert cluster.stored(claim) == claim
