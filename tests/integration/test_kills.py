"""kill -9 at random instants under mixed load; --kills says how often."""

import contextlib
import http.client
import itertools
import random
import threading
import time

from harness.daemon import config, rule
from harness.peers import run
from harness.upstream import Expected
from harness.workers import Worker, state_of

POLLED = "img/2x30k/polled"


def pull_until_gone(client, round_):
    with contextlib.suppress(OSError, http.client.HTTPException):
        for number in itertools.count():
            name = f"img/2x100k/kill-{round_}-{number}"
            image = Expected(name)
            manifest, *blobs = client.pull(f"up/{name}", "latest")
            assert manifest.body == image.manifest.data
            assert [blob.body for blob in blobs] == [image.blob(digest) for digest in image.blobs]


def test_nothing_acknowledged_is_missing_after_kills(request, binary, serve, data, upstream):
    upstream.config(rate_mb=20)
    upstream.control("tags", {"repository": POLLED, "tags": [f"v{n}" for n in range(20)], "image": POLLED})
    polling = {"onDemand": False, "pollInterval": "1s", "content": [{"prefix": POLLED, "destination": "/polled"}]}
    settings = config(
        data,
        rule(upstream.url, "/up"),
        {**rule(upstream.url), **polling},
        storage={"gcDelay": "20s", "gcInterval": "1s"},
        larder={"storage": {"maxBytes": "8MiB", "minFree": "1B"}},
    )
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    daemon = serve(settings)
    workers = []
    for round_ in range(request.config.getoption("--kills")):
        threads = [Worker(daemon.client(), 10 * round_ + number) for number in range(3)]
        workers += threads
        threads.append(threading.Thread(target=pull_until_gone, args=(daemon.client(), round_)))
        for thread in threads:
            thread.start()
        time.sleep(moments.uniform(0.1, 2.0))
        daemon.kill()
        for thread in threads:
            thread.join()
        checked = run(binary, "verify-store", daemon.config_path, check=False)
        assert checked.returncode == 0, checked.stdout
        assert "no damage" in checked.stdout
        # What has no tag is garbage after gcDelay: of the rounds before, the tags are to be there.
        last = workers[-3:]
        client = daemon.start().client()
        state = state_of(client, [worker.repository for worker in last])
        for worker in last:
            worker.assert_kept(state)
        for worker in workers[:-3]:
            for tag, digest in worker.tags.items():
                found = client.manifest(worker.repository, tag).headers["Docker-Content-Digest"]
                assert found == digest or tag in worker.unknown
    assert sum(len(worker.manifests) for worker in workers) > 0
