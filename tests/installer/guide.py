"""The values of the published guide on in-cluster caches with Zot, fragment by fragment."""

import json

from harness.daemon import merged

MIRRORS = {
    "extensions": {
        "sync": {
            "enable": True,
            "registries": [
                {
                    "urls": ["https://docker.io/library"],
                    "onDemand": True,
                    "tlsVerify": True,
                    "maxRetries": 3,
                    "retryDelay": "5m",
                },
                {
                    "urls": ["https://k8s.gcr.io"],
                    "onDemand": True,
                    "tlsVerify": True,
                    "maxRetries": 3,
                    "retryDelay": "5m",
                },
                {
                    "urls": ["https://my-registry.example.org"],
                    "onDemand": False,
                    "pollInterval": "5m",
                    "tlsVerify": True,
                    "maxRetries": 3,
                    "retryDelay": "5m",
                    "onlySigned": False,
                    "content": [{"prefix": "my-organization/my-image", "tags": {"regex": "^6.*", "semver": True}}],
                },
            ],
        }
    }
}
USERS = {
    "http": {
        "auth": {"htpasswd": {"path": "/secret/htpasswd"}},
        "accessControl": {
            "repositories": {
                "**": {"policies": [{"users": ["admin"], "actions": ["read", "create", "update", "delete"]}]}
            }
        },
        "address": "0.0.0.0",
        "port": "5000",
    }
}
CREDENTIALS = {"extensions": {"sync": {"credentialsFile": "/secret/credentials"}}}
# As published. prom's password is "example"; admin's is not "password", whatever the command before it suggests.
ADMIN = "admin:$2y$05$.fR2nhyzstpecApibWVQDOg12aeXG8I4Zq8fW/ez8VJJ9zSc8zBQi"
PROM = "prom:$2y$05$lvhRlI3YHWbQjlhOMPFwY.vGym0e6dpMpQPyTrwTM5X3OVsTGfUJy"
# A log-in that can be tried: admin, "password".
KNOWN_ADMIN = "admin:$2y$05$ruLNJARbSRsTY6BrFBhp9uKUyZrGAZ.TOa1xw4SClkZZ/KGF9hSua"
CREDENTIALS_FILE = (
    '{\n  "my-registry.example.org": {\n    "username": "my-user",\n    "password": "my-token"\n  }      \n}'
)

HTPASSWD = {"mountSecret": True, "secretFiles": {"htpasswd": ADMIN}}
METRICS = {
    "secretFiles": {"htpasswd": PROM},
    "serviceMonitor": {"basicAuth": {"username": "prom", "password": "example"}},
}
UPSTREAM_LOGIN = {"mountSecret": True, "secretFiles": {"credentials": CREDENTIALS_FILE}}
AUTOSCALED = {
    "giantswarm": {"verticalPodAutoscaler": {"enabled": True, "maxAllowed": {"cpu": "750m", "memory": "2048Mi"}}},
    "resources": {"requests": {"cpu": "300m", "memory": "1024Mi"}, "limits": {"cpu": "500m", "memory": "1536Mi"}},
}
FIXED = {
    "giantswarm": {"verticalPodAutoscaler": {"enabled": False}},
    "resources": {"requests": {"cpu": "350m", "memory": "1024Mi"}, "limits": {"cpu": "500m", "memory": "1024Mi"}},
    "env": [{"name": "GOGC", "value": "50"}, {"name": "GOMEMLIMIT", "value": "800MiB"}],
}
RECREATE = {"strategy": {"type": "Recreate"}}


def configuration(*parts):
    """configFiles with these parts laid over each other, as an admin would have put them into one file."""
    whole = {}
    for part in parts:
        whole = merged(whole, part)
    return {"configFiles": {"config.json": json.dumps(whole, indent=2)}}


# All of the guide at once.
WHOLE = merged(
    merged(
        merged(configuration(MIRRORS, USERS, CREDENTIALS), METRICS),
        {"mountSecret": True, "secretFiles": {"htpasswd": f"{ADMIN}\n{PROM}", "credentials": CREDENTIALS_FILE}},
    ),
    merged(AUTOSCALED, {**RECREATE, "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}}}),
)
FRAGMENTS = {
    "mirrors": configuration(MIRRORS),
    "users": configuration(USERS),
    "htpasswd": HTPASSWD,
    "metrics": METRICS,
    "upstream-login": UPSTREAM_LOGIN,
    "credentials": configuration(CREDENTIALS),
    "autoscaled": AUTOSCALED,
    "fixed": FIXED,
    "recreate": RECREATE,
    "whole": WHOLE,
}
