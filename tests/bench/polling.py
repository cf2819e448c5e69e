"""A poll of tags that have not changed: what the upstream is asked for, and how long it takes."""

import json
import sqlite3

from bench.measure import Measure, at_most
from harness.process import wait_until

NAME, TAGS = "img/2x1000/polled", 500


def unchanged_tags(bench):
    heads = Measure(f"poll of {TAGS} unchanged tags", "HEADs", **at_most(TAGS))
    others = Measure("  requests besides", "", **at_most(1))
    seconds = Measure("  time", "s", **at_most(5))
    one_round(bench, heads, others, seconds)
    return [heads, others, seconds]


def one_round(bench, heads, others, seconds):
    with bench.upstream() as upstream:
        # Its token lives longer than the round.
        upstream.config(token_expires=3600)
        upstream.control("tags", {"repository": NAME, "tags": [f"v{n}" for n in range(TAGS)], "image": NAME})
        polled = {"onDemand": False, "pollInterval": "15s", "content": [{"prefix": NAME}]}
        with bench.larderd(upstream, **polled) as larderd:
            await_run(larderd, 1)
            before = upstream.stats()["requests"]
            run = await_run(larderd, 2)
            after = upstream.stats()["requests"]
    assert (run["tags"], run["copied"], run["errors"]) == (TAGS, 0, 0), run
    made = {what: after[what] - before.get(what, 0) for what in after}
    heads.add("larderd", made["HEAD manifest"])
    others.add("larderd", sum(made.values()) - made["HEAD manifest"])
    seconds.add("larderd", (run["endedMs"] - run["startedMs"]) / 1000)


def await_run(larderd, number):
    """Until that many polls have ended; what the last one did."""

    def ended():
        with sqlite3.connect(f"file:{larderd.data}/_larder/larder.db?mode=ro", uri=True) as database:
            row = database.execute("SELECT content FROM document WHERE key LIKE 'poll/%'").fetchone()
        runs = json.loads(row[0])["runs"] if row else []
        return runs[0] if len(runs) == number and "endedMs" in runs[0] else None

    return wait_until(ended, timeout=60, what=f"poll {number}")


ROWS = {"polling": unchanged_tags}
