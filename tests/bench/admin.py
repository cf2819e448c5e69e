"""The management API: how soon a change of the configuration is in force."""

import http.client
import json
import time

from bench.measure import Measure, at_most
from bench.stores import Stores


def patch_of_the_configuration(bench):
    """One PATCH after the other, each validated, written with fsync, kept as a revision and in force when answered."""
    count = 10 if bench.quick else 50
    measure = Measure("PATCH of the configuration, p99", "ms", **at_most(50))
    with Stores(bench).larderd() as larderd:
        connection = http.client.HTTPConnection(larderd.url.split("//")[1], timeout=30)
        for _ in range(bench.runs):
            took = sorted(patch(connection, f"bench {number}") for number in range(count))
            measure.add(larderd.name, 1000 * took[min(count - 1, count * 99 // 100)])
    return [measure]


def patch(connection, realm):
    """The seconds that it took."""
    begun = time.perf_counter()
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    connection.request("PATCH", "/api/v1/config", json.dumps({"http": {"realm": realm}}), headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body)
    return time.perf_counter() - begun


ROWS = {"config-patch": patch_of_the_configuration}
