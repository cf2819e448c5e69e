"""What is in the cache already, behind passwords and access policies, and under TLS."""

import socket

from bench.hot import BLOB_CONNECTIONS, CONNECTIONS, blob_speed, manifest_rate
from bench.measure import Measure, at_least
from bench.stores import BCRYPT_COST, Stores


def with_log_in(bench):
    """Every server checks the same bcrypt file; only larderd has access policies too."""
    seconds = 1 if bench.quick else 2
    measure = Measure(f"hot manifest, Basic auth (bcrypt {BCRYPT_COST}), policies", "/s", **at_least(0.8, "before"))
    plain, secured = Stores(bench), Stores(bench, log_in=True)

    def add(server, stores):
        measure.add(server.name, manifest_rate(server, stores, seconds))

    with secured.nginx() as nginx, secured.docker_registry() as docker_registry:  # in no bar: once
        add(nginx, secured)
        add(docker_registry, secured)
    with plain.larderd("before") as before, secured.larderd() as larderd:
        for _ in range(bench.runs):
            add(before, plain)
            add(larderd, secured)
    return [measure]


def with_tls(bench):
    """Keep-alive, and the same cipher on both sides. nginx may hand encryption to a kernel that can do it."""
    seconds = 1 if bench.quick else 2
    stores = Stores(bench, tls=True)
    with stores.nginx() as nginx, stores.larderd() as larderd:
        servers = (nginx, larderd)
        ciphers = {negotiated(server, stores) for server in servers}
        assert len(ciphers) == 1, f"the servers agree on different ciphers: {ciphers}"
        protocol, cipher = ciphers.pop()
        assert protocol == "TLSv1.3", protocol
        manifests = Measure(f"hot manifest, {protocol}, -c{CONNECTIONS}", "/s", **at_least(1.0, "nginx"))
        speed = Measure(f"hot 50 MB blob, {cipher}, -c{BLOB_CONNECTIONS}", "GB/s", **at_least(1.0, "nginx"))
        for _ in range(bench.runs):
            for server in servers:
                manifests.add(server.name, manifest_rate(server, stores, seconds))
                speed.add(server.name, blob_speed(server, seconds)[0])
    return [manifests, speed]


def negotiated(server, stores):
    """(protocol, cipher) with a client that takes all, in OpenSSL's order, as wrk does."""
    host, port = server.url.split("//")[1].split(":")
    with socket.create_connection((host, int(port))) as plain:
        with stores.tls_context.wrap_socket(plain, server_hostname=host) as connection:
            return connection.version(), connection.cipher()[0]


ROWS = {"auth": with_log_in, "tls": with_tls}
