"""A cached tag while its upstream fails: how long the first and the second answer take."""

import contextlib

from bench.load import answer_time
from bench.measure import Measure, at_most

LIMIT_SECONDS = 3.0  # a peer's answer is waited for no longer
NAME = "img/1x64k/cached"
PATH = f"/v2/{NAME}/manifests/latest"
FAULTS = {
    "answers 500": {"fault": "status", "status": 500},
    "answers 429": {"fault": "status", "status": 429, "headers": {"Retry-After": "60"}},
    "hangs": {"fault": "hang"},
    "is gone": None,
}


def cached_tag(bench):
    measures = []
    for what, fault in FAULTS.items():
        first = Measure(f"cached tag, upstream {what}: first", "s", **at_most(2))
        second = Measure("  then", "s", **at_most(0.010))
        for _ in range(1 if what == "hangs" else bench.runs):
            one_round(bench, fault, first, second)
        measures += [first, second]
    return measures


def one_round(bench, fault, first, second):
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(bench.upstream(throttled=False))
        larderd = stack.enter_context(bench.larderd(upstream, manifestCheckInterval="1ms"))
        peer = stack.enter_context(bench.docker_registry(upstream))
        servers = (("larderd", larderd.address), ("docker-registry", peer.address))
        for server, address in servers:
            _, status = answer_time(address, PATH, LIMIT_SECONDS)
            assert status == 200, f"{server} could not pull: {status}"
        if fault:
            upstream.control("fault", {**fault, "count": -1})
        else:
            upstream.close()
        for server, address in servers:
            for measure in (first, second):
                seconds, status = answer_time(address, PATH, LIMIT_SECONDS)
                # An answer that is no image counts like none.
                measure.add(server, seconds if status == 200 else LIMIT_SECONDS)


ROWS = {"failing": cached_tag}
