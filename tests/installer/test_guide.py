"""Each fragment of the guide on caches with Zot, with nothing changed but the chart."""

import base64
import json

import chart
import guide
import pytest
from harness.daemon import merged

POD_NEEDS = {
    "storage": {"rootDirectory": "/var/lib/registry"},
    "http": {"address": "0.0.0.0", "port": "5000"},
}


def decoded(secret):
    return {name: base64.b64decode(text).decode() for name, text in secret["data"].items()}


@pytest.mark.parametrize("name", guide.FRAGMENTS)
def test_a_fragment_makes_a_pod_that_can_be_reached(render, name):
    objects = render(guide.FRAGMENTS[name], extras=chart.EXTRAS)
    settings = json.loads(objects.config()["config.json"])
    assert settings["http"]["address"] == "0.0.0.0"
    assert int(settings["http"]["port"]) == 5000
    assert settings["storage"]["rootDirectory"] == "/var/lib/registry"
    assert objects.container()["args"] == ["serve", "/etc/zot/config.json"]
    mounts = {one["mountPath"]: one["name"] for one in objects.container()["volumeMounts"]}
    assert mounts["/etc/zot"] == "rel-config"
    assert mounts["/var/lib/registry"] == "rel-pvc"


def test_a_configuration_that_says_it_all_stays_as_it_was_written(render):
    text = json.dumps(merged(POD_NEEDS, guide.MIRRORS), indent=3)
    assert render(configFiles={"config.json": text}).config() == {"config.json": text}


def test_what_a_pod_needs_is_added_to_the_mirrors_alone(render):
    made = json.loads(render(guide.FRAGMENTS["mirrors"]).config()["config.json"])
    assert made == merged(POD_NEEDS, guide.MIRRORS)


def test_users_and_credentials_are_where_the_configuration_names_them(render):
    secret = render(guide.WHOLE).of("Secret", "rel-secret")
    assert decoded(secret) == {"htpasswd": f"{guide.ADMIN}\n{guide.PROM}", "credentials": guide.CREDENTIALS_FILE}
    pod = render(guide.WHOLE).pod()["spec"]
    assert {"name": "rel-secret", "secret": {"secretName": "rel-secret"}} in pod["volumes"]
    mounts = {one["name"]: one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}
    assert mounts["rel-secret"] == "/secret"


def test_prometheus_logs_in_as_the_user_of_the_guide(render):
    objects = render(guide.WHOLE, extras=chart.EXTRAS)
    (endpoint,) = objects.of("ServiceMonitor")["spec"]["endpoints"]
    assert endpoint["basicAuth"]["username"] == {"name": "rel-larder-sm-auth", "key": "username"}
    assert decoded(objects.of("Secret", "rel-larder-sm-auth")) == {"username": "prom", "password": "example"}
    settings = json.loads(objects.config()["config.json"])
    assert settings["http"]["accessControl"]["metrics"] == {"users": ["prom"]}
    assert settings["extensions"]["metrics"] == {"enable": True}


def test_who_may_read_metrics_is_not_changed_where_it_is_said(render):
    said = merged(guide.USERS, {"http": {"accessControl": {"metrics": {"users": ["other"]}}}})
    settings = json.loads(render(guide.METRICS, guide.configuration(said)).config()["config.json"])
    assert settings["http"]["accessControl"]["metrics"] == {"users": ["other"]}


def test_memory_and_its_autoscaler(render):
    objects = render(guide.AUTOSCALED, extras=chart.EXTRAS)
    assert objects.container()["resources"] == guide.AUTOSCALED["resources"]
    (policy,) = objects.of("VerticalPodAutoscaler")["spec"]["resourcePolicy"]["containerPolicies"]
    assert policy["maxAllowed"] == {"cpu": "750m", "memory": "2048Mi"}
    # Not what was requested, as with Zot: what is not used goes back.
    assert policy["minAllowed"] == {"cpu": "50m", "memory": "64Mi"}
    assert policy["containerName"] == objects.container()["name"]
    target = objects.of("VerticalPodAutoscaler")["spec"]["targetRef"]
    assert (target["kind"], target["name"]) == (objects.workload()["kind"], "rel-larder")


def test_fixed_memory(render):
    objects = render(guide.FIXED, extras=chart.EXTRAS)
    assert not objects.has("VerticalPodAutoscaler")
    assert objects.container()["resources"] == guide.FIXED["resources"]
    assert objects.container()["env"] == guide.FIXED["env"]


def test_recreate_is_honoured_with_a_volume(render):
    assert render(guide.RECREATE).of("Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_the_notes_name_what_was_set_for_zot(cluster):
    notes = cluster.install(guide.WHOLE, guide.FIXED)[1]
    for words in (
        "resources.requests.memory is 1024Mi",
        "GOGC has no effect",
        "GOMEMLIMIT is not needed",
        "strategy.type is Recreate",
        "k8s.gcr.io, which has moved to registry.k8s.io",
        "extensions.metrics.enable, http.accessControl.metrics.users, storage.rootDirectory",
    ):
        assert words in notes, notes
    assert "basicAuth sets credentials" not in notes
    assert "no ServiceMonitor is created" in cluster.install(guide.METRICS)[1]
    assert "route.parentRefs is empty" in cluster.install({"route": {"enabled": True}})[1]


def test_the_defaults_have_nothing_to_look_at(cluster):
    objects, notes = cluster.install()
    assert "Please check" not in notes
    assert objects.container()["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"memory": "128Mi"},
    }
