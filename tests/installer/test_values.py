"""What each value does, and that what is rendered is what Kubernetes takes."""

import json
import os
import subprocess

import chart
import matrix
import pytest
import yaml

SCHEMA = json.loads((chart.CHART / "values.schema.json").read_text(encoding="utf-8"))
# What the specifications of objects that are not Kubernetes' own have to have, by their definitions.
REQUIRED = {
    "BackendTrafficPolicy": ["targetRefs"],
    "CiliumNetworkPolicy": ["endpointSelector"],
    "GRPCRoute": ["rules", "parentRefs"],
    "HTTPRoute": ["rules", "parentRefs"],
    "ListenerSet": ["parentRef", "listeners"],
    "PolicyException": ["exceptions", "match"],
    "PrometheusRule": ["groups"],
    "SecurityPolicy": ["targetRefs"],
    "ServiceMonitor": ["endpoints", "selector"],
    "TCPRoute": ["rules"],
    "VerticalPodAutoscaler": ["targetRef"],
}


@pytest.fixture
def case(render):
    return lambda name, **more: render(matrix.CASES[name], extras=chart.EXTRAS, **more)


@pytest.mark.parametrize("name", matrix.CASES)
def test_objects_are_whole(case, name):
    objects = case(name)
    namespace = matrix.CASES[name].get("namespace", "default")
    for one in objects:
        where = "policy-exceptions" if one["kind"] == "PolicyException" else namespace
        assert one["metadata"]["namespace"] == where, one
        assert {"helm.sh/chart", "app.kubernetes.io/instance"} <= one["metadata"]["labels"].keys()
        for key in REQUIRED.get(one["kind"], ()):
            assert one["spec"][key], one
    assert len(set(objects.names())) == len(objects), objects.names()
    pod = objects.pod()
    service = objects.of("Service", objects.workload()["metadata"]["name"])
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert service["spec"]["ports"][0]["targetPort"] == objects.container()["ports"][0]["containerPort"]
    mounted = {one["name"] for one in objects.container()["volumeMounts"]}
    claims = objects.workload()["spec"].get("volumeClaimTemplates", [])
    there = [one["name"] for one in pod["spec"]["volumes"]] + [one["metadata"]["name"] for one in claims]
    assert mounted == set(there)
    assert len(there) == len(set(there))


def test_kubernetes_takes_them(case, tmp_path):
    """By the definitions of two versions, with no key that they do not know."""
    tool = os.environ.get("KUBERNETES_VALIDATE")
    if not tool:
        pytest.skip("kubernetes-validate is not here: the objects are NOT held to Kubernetes' definitions")
    files = []
    for name in matrix.CASES:
        for number, one in enumerate(case(name)):
            if one["kind"] not in REQUIRED:
                files.append(tmp_path / f"{name}-{number}-{one['kind']}.yaml")
                files[-1].write_text(yaml.safe_dump(one), encoding="utf-8")
    for version in ("1.30", "1.33"):
        done = subprocess.run((tool, "--strict", "-k", version, *files), capture_output=True, text=True)
        bad = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line or "failed" in line.lower()]
        assert done.returncode == 0 and not bad, "\n".join(bad[:10]) or done.stdout[-2000:]


def test_helm_has_no_complaint(helm):
    assert "1 chart(s) linted, 0 chart(s) failed" in helm("lint", "--strict", "--kube-version=1.31.0", chart.CHART)


def test_every_value_has_a_description_and_a_default():
    def look(node, path):
        assert node.get("description", "").strip(), path
        assert "default" in node, path
        for key, below in node.get("properties", {}).items():
            look(below, f"{path}.{key}")

    for key, node in SCHEMA["properties"].items():
        look(node, key)
    assert len(SCHEMA["properties"]) > 50


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"replicaCount": "two"}, "replicaCount"),
        ({"strategy": {"type": "Rolling"}}, "strategy"),
        ({"configFiles": {"config.json": {"http": {}}}}, "config.json"),
        ({"externalSecrets": [{"secretName": "a"}]}, "externalSecrets"),
        ({"nodes": {"enabled": "yes"}}, "nodes"),
        ({"topologySpreadConstraints": ["zone"]}, "topologySpreadConstraints"),
        ({"route": {"matches": ["/"]}}, "route"),
    ],
)
def test_a_wrong_value_is_named(render, values, place):
    with pytest.raises(chart.HelmFailed, match=place):
        render(values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"configFiles": {"config.json": "{"}}, r"configFiles\.config\.json cannot be read"),
        ({"configFiles": {"config.json": '{"http": {"address": "127.0.0.1"}}'}}, "nothing outside of the pod reaches"),
        ({"configFiles": {"config.json": '{"http": {"port": 8080}}'}}, "http.port is 8080, and httpGet.port 5000"),
        ({"configFiles": {"config.json": '{"http": {"tls": {"cert": "a"}}}'}}, "Set httpGet.scheme to HTTPS"),
        ({"podDisruptionBudget": {"enabled": True}}, "exactly one of"),
        ({"podDisruptionBudget": {"enabled": True, "minAvailable": 1, "maxUnavailable": 0}}, "exactly one of"),
        ({"listenerset": {"enabled": True}}, "listenerset.parentRef.name is needed"),
        ({"listenerset": {"enabled": True, "parentRef": {"name": "a"}}}, "listenerset.listeners needs"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(render, values, message):
    with pytest.raises(chart.HelmFailed, match=message):
        render(values)


def test_probes(case):
    container = case("probes").container()
    assert container["startupProbe"]["periodSeconds"] == 10
    for probe, path in (("startupProbe", "/startupz"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        get = container[probe]["httpGet"]
        assert (get["path"], get["port"], get["scheme"]) == (path, 5000, "HTTP")
        assert get["httpHeaders"] == [{"name": "Authorization", "value": "Basic Zm9vOmJhcg=="}]
    assert case("tls").container()["livenessProbe"]["httpGet"]["scheme"] == "HTTPS"
    assert case("other-port").container()["livenessProbe"]["httpGet"]["port"] == 8080
    assert json.loads(case("other-port").config()["config.json"])["http"]["port"] == "8080"


def test_a_pod_leaves_the_service_before_it_stops(render):
    container = render().container()
    assert container["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}
    assert render().pod()["spec"]["terminationGracePeriodSeconds"] >= 35
    assert "lifecycle" not in render(kube="1.29.0").container()
    assert "lifecycle" not in render(preStopSeconds=0).container()


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        ({}, ["serve", "/etc/zot/config.json"]),
        ({"extraArgs": ["--core-dumps"]}, ["serve", "/etc/zot/config.json", "--core-dumps"]),
        ({"extraArgs": ["serve", "/etc/zot/other.yaml"]}, ["serve", "/etc/zot/other.yaml"]),
        ({"mountConfig": False}, ["serve", "/etc/larder/config.json"]),
    ],
)
def test_arguments(render, values, arguments):
    assert render(values).container()["args"] == arguments


def test_the_pod_has_all_that_was_asked_for(case):
    values = matrix.CASES["pods"]
    objects = case("pods")
    spec = objects.pod()["spec"]
    assert spec["nodeSelector"] == {"pool": "storage"}
    assert spec["tolerations"] == [{"key": "storage", "operator": "Exists"}]
    expression = spec["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]["preference"]
    assert expression["matchExpressions"][0]["values"] == ["storage"]
    for key in ("priorityClassName", "imagePullSecrets", "dnsConfig", "hostAliases", "initContainers"):
        assert spec[key] == values[key], key
    given, of_the_release = spec["topologySpreadConstraints"]
    assert given == values["topologySpreadConstraints"][0]
    assert of_the_release["topologyKey"] == "storage"
    assert of_the_release["labelSelector"] == objects.workload()["spec"]["selector"]
    assert spec["containers"][1:] == values["extraContainers"]
    assert values["extraVolumes"][0] in spec["volumes"]
    assert values["extraVolumeMounts"][0] in objects.container()["volumeMounts"]
    assert objects.container()["env"] == values["env"]
    assert spec["serviceAccountName"] == "theirs"
    assert not objects.has("ServiceAccount")
    assert values["podAnnotations"].items() <= objects.pod()["metadata"]["annotations"].items()
    assert values["podLabels"].items() <= objects.pod()["metadata"]["labels"].items()
    assert values["deploymentAnnotations"] == objects.workload()["metadata"]["annotations"]


def test_a_pod_has_no_more_rights_than_it_needs(render):
    objects = render()
    spec = objects.pod()["spec"]
    for context in (spec["securityContext"], objects.container()["securityContext"]):
        assert (context["runAsUser"], context["runAsNonRoot"]) == (1000, True)
    assert objects.container()["securityContext"]["readOnlyRootFilesystem"] is True
    assert spec["automountServiceAccountToken"] is False
    assert not objects.has("Role")


def test_services(case):
    node_port = case("node-port").of("Service")["spec"]
    assert (node_port["type"], node_port["ports"][0]["nodePort"]) == ("NodePort", 31000)
    assert node_port["externalTrafficPolicy"] == "Local"
    assert case("cluster-ip").of("Service")["spec"]["clusterIP"] == "10.96.0.50"
    assert "nodePort" not in case("cluster-ip").of("Service")["spec"]["ports"][0]
    assert case("load-balancer").of("Service")["spec"]["trafficDistribution"] == "PreferClose"
    headless = case("several").of("Service", "rel-larder-headless")
    assert headless["spec"]["clusterIP"] == "None"
    # Else the monitor would read every pod twice.
    assert "app.kubernetes.io/component" not in headless["metadata"]["labels"]


def test_the_monitor_finds_the_service_and_logs_in(case):
    objects = case("observed")
    monitor = objects.of("ServiceMonitor")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= objects.of("Service")["metadata"]["labels"].items()
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    endpoint = monitor["spec"]["endpoints"][0]
    assert endpoint["port"] == objects.of("Service")["spec"]["ports"][0]["name"]
    assert endpoint["honorLabels"] is True
    assert endpoint["relabelings"][0]["targetLabel"] == "node"
    assert objects.of("Secret")["data"] == {"username": "MTIzNDU=", "password": "Njc4OTA="}
    assert case("tls").of("ServiceMonitor")["spec"]["endpoints"][0]["scheme"] == "https"


def test_ways_in(case):
    rules = case("ingress").of("Ingress")["spec"]["rules"]
    assert [rule["host"] for rule in rules] == ["cache.example", "bare.example"]
    assert [path["backend"]["service"]["port"]["number"] for path in rules[0]["http"]["paths"]] == [5000, 81]
    assert rules[1]["http"]["paths"][0]["path"] == "/"
    objects = case("route")
    route = objects.of("HTTPRoute")
    assert route["spec"]["hostnames"] == ["rel.example"]
    assert route["spec"]["rules"][0]["matches"][0]["path"]["value"] == "/rel"
    assert route["spec"]["rules"][1]["backendRefs"] == [{"name": "rel-larder", "port": 5000}]
    target = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "rel-larder"}
    assert objects.of("BackendTrafficPolicy")["spec"] == {"targetRefs": [target], "connection": {"bufferLimit": "1Gi"}}
    assert objects.of("SecurityPolicy")["spec"]["basicAuth"] == {"users": {"name": "users"}}
    (rule,) = case("grpc-route").of("GRPCRoute")["spec"]["rules"]
    assert rule == {"backendRefs": [{"name": "rel-larder", "port": 5000}]}
    assert case("tcp-route").of("TCPRoute", "cache")["apiVersion"] == "gateway.networking.k8s.io/v1alpha2"
    assert case("listeners").of("ListenerSet")["spec"]["parentRef"]["namespace"] == "gateways"


def test_policies(case):
    objects = case("policies")
    assert objects.of("NetworkPolicy")["spec"]["ingress"] == [
        {"ports": [{"port": 5000, "protocol": "TCP"}], "from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}
    ]
    assert objects.of("CiliumNetworkPolicy")["spec"]["ingress"][0]["fromEntities"] == ["cluster"]
    assert case("node-port").of("CiliumNetworkPolicy")["spec"]["ingress"][0]["fromEntities"] == ["cluster", "world"]
    assert objects.of("PolicyException")["spec"]["match"]["any"][0]["resources"]["namespaces"] == ["default"]
    assert case("disruptions").of("PodDisruptionBudget")["spec"]["maxUnavailable"] == 0
    binding = case("elsewhere").of("RoleBinding")
    assert binding["subjects"][0]["namespace"] == "caches"


def test_objects_of_others_are_made_where_the_cluster_has_them(render):
    objects = render()
    assert not objects.has("CiliumNetworkPolicy") and not objects.has("VerticalPodAutoscaler")
    assert render(giantswarm={"verticalPodAutoscaler": {"force": True}}).has("VerticalPodAutoscaler")


def test_images(render):
    assert render().container()["image"] == "gsoci.azurecr.io/giantswarm/larder:0.1.0"
    images = {"registry": "", "larder": {"image": "localhost:5000/larderd", "tag": "0.2.0+g1"}}
    assert render(giantswarm={"images": images}).container()["image"] == "localhost:5000/larderd:0.2.0-g1"


def test_the_agent_of_the_nodes(case):
    objects = case("nodes")
    spec = objects.of("DaemonSet")["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert "--from=http://rel-larder.default.svc:5000" in container["args"]
    assert "--ca-file=/etc/larder-ca/ca.crt" in container["args"]
    assert container["env"][0]["valueFrom"]["secretKeyRef"]["name"] == objects.of("Secret")["metadata"]["name"]
    assert (
        spec["volumes"][0]["hostPath"]["path"] == "/etc/containerd/certs.d" == container["volumeMounts"][0]["mountPath"]
    )
    assert spec["tolerations"] == [{"operator": "Exists"}]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    # The service does not send pulls to the agents.
    labels = objects.of("DaemonSet")["spec"]["template"]["metadata"]["labels"]
    assert not objects.of("Service")["spec"]["selector"].items() <= labels.items()
    crio = case("crio").of("DaemonSet")["spec"]["template"]["spec"]["containers"][0]
    assert {"--client=crio", "--address=http://127.0.0.1:32767"} <= set(crio["args"])
    assert crio["volumeMounts"][0]["mountPath"] == "/etc/containers/registries.conf.d"
