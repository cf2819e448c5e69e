"""A release of Zot's chart that becomes one of Larder's keeps its names and its claim; and the workload rolls on one."""

import pytest

ZOT = {"app.kubernetes.io/name": "zot", "app.kubernetes.io/instance": "rel"}


def zots(release="rel", name=None, pvc=None):
    """What a release of Zot's chart leaves in a cluster that matters here."""
    name = name or (release if "zot" in release else f"{release}-zot")
    owner = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "default"}
    managed = {"app.kubernetes.io/managed-by": "Helm"}
    labels = {**ZOT, "app.kubernetes.io/instance": release}
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": "default", "labels": labels | managed, "annotations": owner},
            "spec": {"ports": [{"port": 5000}]},
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            # Made by the StatefulSet's controller, so it is no release's.
            "metadata": {"name": f"{pvc or release + '-pvc'}-{name}-0", "namespace": "default", "labels": labels},
            "spec": {},
        },
    ]


@pytest.mark.parametrize(
    ("release", "values", "name", "claim"),
    [
        ("rel", {}, "rel-zot", "rel-pvc-rel-zot-0"),
        ("my-zot", {}, "my-zot", "my-zot-pvc-my-zot-0"),
        ("rel", {"fullnameOverride": "cache"}, "cache", "rel-pvc-cache-0"),
        ("rel", {"pvc": {"name": "data"}}, "rel-zot", "data-rel-zot-0"),
    ],
)
def test_names_and_claim_stay(cluster, release, values, name, claim):
    cluster.objects = zots(release, name, (values.get("pvc") or {}).get("name"))
    objects, _ = cluster.install(values, release=release)
    assert objects.of("Service")["metadata"]["name"] == name
    assert not objects.has("PersistentVolumeClaim"), "it belongs to nobody, and helm would refuse it"
    volume = objects.pod()["spec"]["volumes"][0]
    assert volume["persistentVolumeClaim"]["claimName"] == claim
    # So that nodes go on being served by whichever pod is ready, and the new pod finds the volume's node.
    assert objects.of("Service")["spec"]["selector"]["app.kubernetes.io/name"] == "zot"
    (term,) = objects.pod()["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"]["matchLabels"] == ZOT | {"app.kubernetes.io/instance": release}
    assert objects.of("Deployment")["metadata"]["name"] == name


def test_tools_that_only_render_say_so_with_a_value(render):
    objects = render(nameOverride="zot")
    assert objects.of("Service")["metadata"]["name"] == "rel-zot"
    assert objects.of("PersistentVolumeClaim")["metadata"]["name"] == "rel-pvc-rel-zot-0"


@pytest.mark.parametrize("release", ["rel", "zot"])
def test_without_a_zot_before_nothing_is_named_after_it(cluster, release):
    objects, _ = cluster.install(release=release)
    assert objects.of("Service")["metadata"]["name"] == f"{release}-larder"
    assert objects.of("PersistentVolumeClaim")["metadata"]["name"] == f"{release}-pvc-{release}-larder-0"


def test_the_zot_of_another_release_is_let_be(cluster):
    cluster.objects = zots("rel-zot", "rel-zot")
    objects, _ = cluster.install(release="rel")
    assert objects.of("Service")["metadata"]["name"] == "rel-larder"


def test_the_claim_that_the_release_made_stays_part_of_it(cluster):
    mine = zots(name="rel-larder")[1]
    mine["metadata"]["annotations"] = {"meta.helm.sh/release-name": "rel", "meta.helm.sh/release-namespace": "default"}
    mine["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
    cluster.objects = [mine]
    claim = cluster.install()[0].of("PersistentVolumeClaim", "rel-pvc-rel-larder-0")
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_a_new_pod_comes_beside_the_old_one_on_the_node_of_its_volume(render):
    objects = render(
        affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}}
    )
    assert objects.of("Deployment")["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }
    admins, own = objects.pod()["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert admins == {"topologyKey": "zone"}
    assert own["topologyKey"] == "kubernetes.io/hostname"
    assert own["labelSelector"]["matchLabels"].items() <= objects.pod()["metadata"]["labels"].items()


@pytest.mark.parametrize(
    "values",
    [
        {"persistence": False},
        {"strategy": {"type": "Recreate"}},
        {"pvc": {"accessModes": ["ReadWriteMany"]}},
        {"pvc": {"accessMode": "ReadWriteMany"}},
    ],
)
def test_no_node_is_named_where_none_has_to_be(render, values):
    assert "affinity" not in render(values).pod()["spec"]


def test_a_volume_for_one_pod_alone_cannot_be_rolled(render):
    objects = render(pvc={"accessModes": ["ReadWriteOncePod"]})
    assert objects.of("Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_several_pods_have_a_volume_each(render):
    objects = render(
        replicaCount=3, serviceHeadless={"enabled": True}, pvc={"storageClassName": "fast", "storage": "20Gi"}
    )
    spec = objects.of("StatefulSet")["spec"]
    (template,) = spec["volumeClaimTemplates"]
    # The claim of the first pod is the one that a Deployment has.
    assert f"{template['metadata']['name']}-{objects.workload()['metadata']['name']}-0" == "rel-pvc-rel-larder-0"
    assert template["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "20Gi"}},
    }
    assert spec["serviceName"] == "rel-larder-headless"
    assert not objects.has("PersistentVolumeClaim")
    assert "rel-pvc" not in [volume["name"] for volume in spec["template"]["spec"]["volumes"]]


@pytest.mark.parametrize(
    ("values", "kind", "claim"),
    [
        ({"replicaCount": 2, "pvc": {"create": False, "name": "shared"}}, "Deployment", "shared"),
        ({"replicaCount": 2, "pvc": {"accessModes": ["ReadWriteMany"]}}, "Deployment", "rel-pvc-rel-larder-0"),
        ({"workload": "StatefulSet", "pvc": {"create": False, "name": "shared"}}, "StatefulSet", "shared"),
        ({"replicaCount": 2, "workload": "Deployment"}, "Deployment", "rel-pvc-rel-larder-0"),
    ],
)
def test_who_shares_a_claim(render, values, kind, claim):
    objects = render(values)
    assert objects.workload()["kind"] == kind
    assert objects.pod()["spec"]["volumes"][0]["persistentVolumeClaim"] == {"claimName": claim}
    assert objects.has("PersistentVolumeClaim") == (claim != "shared")
