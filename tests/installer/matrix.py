"""Values of every kind that the chart takes, each by a name."""

import guide

SPREAD = {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
LISTENER = {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "cache.example"}
CASES = {
    "defaults": {},
    **{f"guide-{name}": values for name, values in guide.FRAGMENTS.items()},
    "no-volume": {"persistence": False},
    "own-claim": {"pvc": {"create": False, "name": "mine"}},
    "several": {"replicaCount": 3, "serviceHeadless": {"enabled": True, "annotations": {"a": "b"}}},
    "elsewhere": {
        "namespace": "caches",
        "nameOverride": "cache",
        "rbac": {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
    },
    "own-config-map": {"configFiles": None},
    "no-config": {"mountConfig": False},
    "tls": {
        "httpGet": {"scheme": "HTTPS"},
        "configFiles": {"config.json": '{"http": {"tls": {"cert": "/tls/tls.crt", "key": "/tls/tls.key"}}}'},
        "externalSecrets": [{"secretName": "larder-tls", "mountPath": "/tls"}],
        "metrics": {"enabled": True, "serviceMonitor": {"enabled": True, "tlsConfig": {"insecureSkipVerify": True}}},
    },
    "other-port": {"httpGet": {"port": "8080"}, "configFiles": {"config.json": "{}"}, "service": {"port": 80}},
    "probes": {
        "authHeader": "Zm9vOmJhcg==",
        "startupProbe": {"initialDelaySeconds": 5, "periodSeconds": 10, "failureThreshold": 3},
    },
    "node-port": {
        "service": {"type": "NodePort", "nodePort": 31000, "externalTrafficPolicy": "Local", "annotations": {"a": "b"}}
    },
    "load-balancer": {"service": {"type": "LoadBalancer", "trafficDistribution": "PreferClose"}},
    "cluster-ip": {"service": {"clusterIP": "10.96.0.50", "internalTrafficPolicy": "Local"}},
    "ingress": {
        "ingress": {
            "enabled": True,
            "annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "0"},
            "hosts": [
                {"host": "cache.example", "paths": [{"path": "/"}, {"path": "/other", "servicePort": 81}]},
                "bare.example",
            ],
            "tls": [{"secretName": "cache-tls", "hosts": ["cache.example"]}],
        }
    },
    "route": {
        "route": {
            "enabled": True,
            "hostnames": ["{{ .Release.Name }}.example"],
            "parentRefs": [{"name": "gateway", "namespace": "gateways"}],
            "additionalRules": [{"matches": [{"path": {"type": "Exact", "value": "/{{ .Release.Name }}"}}]}],
            "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": ["x-a"]}}],
            "backendTrafficPolicy": {"enabled": True, "connection": {"bufferLimit": "1Gi"}},
            "securityPolicy": {"enabled": True, "labels": {"a": "b"}, "basicAuth": {"users": {"name": "users"}}},
        }
    },
    "grpc-route": {
        "route": {
            "enabled": True,
            "kind": "GRPCRoute",
            "parentRefs": [{"name": "gateway"}],
            "hostnames": ["cache.example"],
        }
    },
    "tcp-route": {"route": {"enabled": True, "kind": "TCPRoute", "name": "cache"}},
    "listeners": {
        "listenerset": {
            "enabled": True,
            "parentRef": {"name": "gateway", "namespace": "gateways"},
            "listeners": [LISTENER],
        }
    },
    "observed": {
        "metrics": {
            "enabled": True,
            "serviceMonitor": {
                "enabled": True,
                "jobLabel": "app.kubernetes.io/name",
                "honorLabels": True,
                "additionalLabels": {"release": "prometheus"},
                "basicAuth": {"username": 12345, "password": 67890},
                "relabelings": [
                    {"action": "replace", "targetLabel": "node", "sourceLabels": ["__meta_kubernetes_pod_node_name"]}
                ],
                "metricRelabelings": [{"action": "drop", "sourceLabels": ["__name__"], "regex": "go_.*"}],
            },
            "rules": {"enabled": True, "additionalLabels": {"release": "prometheus"}},
            "dashboard": {"enabled": True, "annotations": {"folder": "Registries"}},
        }
    },
    "policies": {
        "networkPolicy": {"enabled": True, "from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
        "pvc": {"policyException": {"enforce": True}},
    },
    "disruptions": {"podDisruptionBudget": {"enabled": True, "maxUnavailable": 0}},
    "pods": {
        "podAnnotations": {"a": "b"},
        "podLabels": {"c": "d"},
        "deploymentAnnotations": {"e": "f"},
        "priorityClassName": "high",
        "imagePullSecrets": [{"name": "pull"}],
        "dnsConfig": {"nameservers": ["10.0.0.10"]},
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a.example"]}],
        "topologySpreadConstraints": [
            {**SPREAD, "topologyKey": "zone", "labelSelector": {"matchLabels": {"c": "d"}}},
            {**SPREAD, "topologyKey": "{{ .Values.global.pool }}"},
        ],
        "global": {"pool": "storage"},
        "nodeSelector": {"pool": "{{ .Values.global.pool }}"},
        "affinity": {
            "nodeAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 1,
                        "preference": {
                            "matchExpressions": [
                                {"key": "pool", "operator": "In", "values": ["{{ .Values.global.pool }}"]}
                            ]
                        },
                    }
                ]
            }
        },
        "tolerations": [{"key": "{{ .Values.global.pool }}", "operator": "Exists"}],
        "env": [{"name": "A", "value": "b"}],
        "extraArgs": ["--core-dumps"],
        "extraVolumes": [{"name": "more", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
        "initContainers": [{"name": "before", "image": "busybox"}],
        "extraContainers": [{"name": "beside", "image": "busybox"}],
        "serviceAccount": {"create": False, "name": "theirs"},
    },
    "nodes": {"nodes": {"enabled": True, "caSecret": "ca"}, "authHeader": "Zm9vOmJhcg=="},
    "crio": {
        "nodes": {"enabled": True, "runtime": "crio", "address": "http://127.0.0.1:32767", "nodeSelector": {"a": "b"}}
    },
}
