"""What probes, Prometheus and an admin see."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess

import pytest
from harness.daemon import config, host_of, rule
from harness.images import make_image
from harness.peers import write_htpasswd
from harness.process import wait_until
from harness.upstream import Expected


@pytest.fixture
def busy(serve, data, upstream, tmp_path):
    """A daemon that has pushed, pulled, missed and failed."""
    daemon = serve(
        config(
            data,
            rule(upstream.url, manifestCheckInterval="1ms", maxRetries=0),
            larder={"upstreams": {host_of(upstream.url): {"allowPush": ["local/*"]}}},
            log={"level": "debug", "audit": str(tmp_path / "audit.log")},
        )
    )
    client = daemon.client()
    client.push("local/app", make_image("observed"), "v1")
    client.pull("local/app", "v1")
    name = "img/2x64k/observed"
    client.pull(name, "latest")
    wait_until(
        lambda: client.blob(name, Expected(name).layers[1], "HEAD").headers["X-Cache"] == "HIT", what="the blobs"
    )
    client.pull(name, "latest")
    client.manifest("no/such", "v1")
    client.manifest("no/such", "v1")
    upstream.fault("status", status=503, count=-1)
    client.manifest(name, "latest")
    client.delete("/v2/local/app/manifests/v1")
    return daemon


def test_promtool_accepts_the_exposition(busy):
    exposition = busy.client().get("/metrics")
    assert exposition.headers["Content-Type"].startswith("text/plain")
    done = subprocess.run(["promtool", "check", "metrics"], input=exposition.body, capture_output=True, timeout=30)
    # Zot's own names break promtool's naming advice; anything else is an error of ours.
    complaints = [
        line
        for line in (done.stdout + done.stderr).decode().splitlines()
        if line.strip() and not line.startswith("zot_")
    ]
    assert complaints == []


SERIES = (
    r'zot_http_requests_total\{.*code="200".*\}',
    r'zot_http_requests_total\{.*method="GET".*\}',
    r'zot_repo_downloads_total\{repo="local/app"\}',
    r'zot_repo_uploads_total\{repo="local/app"\}',
    r'zot_repo_storage_bytes\{repo="local/app"\}',
    r'zot_scheduler_workers\{state="(idle|working)"\}',
    r"zot_scheduler_workers_total",
    r"zot_scheduler_generators_total",
    r'zot_scheduler_generators_status\{priority="(low|medium|high)",state="(ready|waiting|done)"\}',
    r"zot_gc_duration_seconds_(sum|count)",
    r'zot_scheduler_tasksqueue_length\{priority="(high|low)"\}',
    r'zot_storage_lock_latency_seconds_bucket\{.*lockType="RWLock",storageName=".*"\}',
    r'zot_storage_lock_latency_seconds_bucket\{.*lockType="RLock",storageName=".*"\}',
    r"zot_up",
    r"zot_info\{.*version=.*\}",
    r'zot_http_repo_latency_seconds_(sum|count)\{repo="local/app"\}',
    r'zot_http_method_latency_seconds_bucket\{.*method="GET".*\}',
    r'larder_cache_requests_total\{.*result="hit".*\}',
    r'larder_cache_requests_total\{.*result="miss".*\}',
    r'larder_cache_requests_total\{.*result="stale".*\}',
    r'larder_cache_requests_total\{.*result="negative".*\}',
    r'larder_cache_served_bytes_total\{.*source="cache".*\}',
    r'larder_cache_served_bytes_total\{.*source="upstream".*\}',
    r"larder_cache_coalesced_total",
    r"larder_first_byte_seconds_bucket\{.*\}",
    r'larder_upstream_requests_total\{.*code="200".*\}',
    r"larder_upstream_breaker_state\{upstream=.*\}",
    r"larder_config_last_reload_success",
    r"larder_memory_limit_bytes",
    r"process_resident_memory_bytes",
    r"process_open_fds",
    r"process_cpu_seconds_total",
)


def test_the_names_that_dashboards_use_are_there(busy):
    client = busy.client()
    wait_until(lambda: 'zot_repo_storage_bytes{repo="local/app"}' in client.metrics(), what="the sizes")
    metrics = client.metrics()
    missing = [series for series in SERIES if not any(re.fullmatch(series, name) for name in metrics)]
    assert missing == []


def test_the_works_that_come_up_by_themselves_are_shown(serve, data, upstream):
    polled = rule(upstream.url, "/up", prefix="img/1x1k/polled", pollInterval="1h")
    storage = {"gcInterval": "0s", "gcDelay": "1ms", "subPaths": {"/team": {"gc": True, "gcInterval": "24h"}}}
    extensions = {"scrub": {"enable": True, "interval": "24h"}}
    before = serve(config(data))
    before.client().push("local/app", make_image("works"), "v1")
    before.stop()
    client = serve(config(data, polled, storage=storage, extensions=extensions)).client()

    def status(priority, state):
        return client.metrics()[f'zot_scheduler_generators_status{{priority="{priority}",state="{state}"}}']

    wait_until(lambda: status("medium", "done") == 1, timeout=20, what="the one collection")
    wait_until(lambda: status("medium", "waiting") == 2, timeout=20, what="the sub-path and the rule to wait")
    wait_until(lambda: status("low", "waiting") == 1, timeout=20, what="the scrub")
    assert status("high", "waiting") == 1
    for task in ("GCTask", "ScrubTask", "SyncTask"):
        series = f'zot_scheduler_workers_tasks_duration_seconds_count{{name="{task}"}}'
        wait_until(lambda name=series: client.metrics().get(name) == 1, timeout=20, what=task)
    metrics = client.metrics()
    assert metrics["zot_scheduler_generators_total"] == 5
    assert metrics["zot_gc_duration_seconds_count"] >= 1
    workers = sum(metrics[f'zot_scheduler_workers{{state="{state}"}}'] for state in ("idle", "working"))
    assert metrics["zot_scheduler_workers_total"] == workers


def test_counters_count(busy):
    metrics = busy.client().metrics()

    def total(prefix, **labels):
        return sum(
            value
            for name, value in metrics.items()
            if name.startswith(prefix) and all(f'{key}="{label}"' in name for key, label in labels.items())
        )

    assert total("zot_http_requests_total{", method="DELETE", code="202") == 1
    assert total("zot_repo_uploads_total{", repo="local/app") >= 1
    assert total("larder_cache_served_bytes_total{", source="upstream") >= 128 << 10
    assert total("larder_cache_served_bytes_total{", source="cache") >= 128 << 10
    assert total("larder_upstream_breaker_state{") >= 0
    assert total("zot_up") == 1


def test_repository_labels_exist_only_for_repositories(busy):
    """A scanner must not fill Prometheus with names of its own."""
    client = busy.client()
    for number in range(50):
        client.manifest(f"scan/{number}", "v1")
        client.blob(f"scan/{number}", "sha256:" + "0" * 64)
    assert not [name for name in client.metrics() if "scan/" in name or "no/such" in name]


def test_a_repository_shows_its_bytes_while_it_is_there(serve, data):
    client = serve(config(data)).client()
    image = make_image("measured")
    client.push("team/app", image, "v1")
    client.push("team/other", image, "v1")
    size = 'zot_repo_storage_bytes{repo="team/app"}'
    wait_until(lambda: client.metrics().get(size) == image.size, what="the size")
    client.delete(f"/v2/team/app/blobs/{image.blobs[0].digest}")
    wait_until(lambda: client.metrics()[size] == image.size - len(image.blobs[0].data), what="the smaller size")
    client.pull("team/other", "v1")

    # As another daemon on this data directory removes it.
    with contextlib.closing(sqlite3.connect(data / "_larder" / "larder.db")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("DELETE FROM repository WHERE name = 'team/app'")
        database.commit()
    wait_until(lambda: not [name for name in client.metrics() if "team/app" in name], what="the end of its series")
    left = {name.split("{")[0] for name in client.metrics() if 'repo="team/other"' in name}
    assert {"zot_repo_storage_bytes", "zot_repo_uploads_total", "zot_repo_downloads_total"} <= left


def test_workers_and_their_queues_are_shown(serve, data):
    client = serve(config(data, scheduler={"numWorkers": 3})).client()
    metrics = client.metrics()
    workers = [metrics[f'zot_scheduler_workers{{state="{state}"}}'] for state in ("idle", "working")]
    # And eight for the disk and in the background.
    assert sum(workers) == 11
    assert metrics['zot_scheduler_tasksqueue_length{priority="high"}'] >= 0


def test_changes_and_reads_of_the_metadata_are_timed(serve, data):
    client = serve(config(data)).client()

    def count(lock):
        name = f'zot_storage_lock_latency_seconds_count{{lockType="{lock}",storageName="{data}"}}'
        return client.metrics().get(name, 0)

    before = count("RWLock"), count("RLock")
    client.push("timed", make_image("timed"), "v1")
    client.manifest("timed", "v1")
    assert count("RWLock") > before[0]
    assert count("RLock") > before[1]


def test_probes(registry):
    for path in ("/livez", "/readyz", "/startupz"):
        for method in ("GET", "HEAD"):
            assert registry.request(method, path).status == 200


def test_a_request_has_an_id_that_the_log_knows(serve, data):
    daemon = serve(config(data))
    first, second = (daemon.client().get("/v2/").headers["X-Request-Id"] for _ in range(2))
    assert first and second and first != second
    daemon.wait_logged(first)
    evil = daemon.client().get("/v2/", headers={"X-Request-Id": "made-up by-the-client\x7f"})
    assert evil.status in (200, 400)


def test_the_access_log_names_the_user(serve, data, tmp_path):
    path = write_htpasswd(tmp_path / "htpasswd", alice="a-s3cret")
    auth = {"htpasswd": {"path": str(path)}, "failDelay": 0}
    access = {"repositories": {"**": {"anonymousPolicy": ["read"], "defaultPolicy": ["read", "create"]}}}
    daemon = serve(config(data, http={"auth": auth, "accessControl": access}))
    alice = daemon.client(("alice", "a-s3cret"))
    alice.push("app", make_image("access-log"), "v1")
    # The second and the third are answered from memory.
    answers = [client.manifest("app", "v1") for client in (alice, alice, daemon.client())]
    answers.append(daemon.client(("alice", "wr0ng")).manifest("app", "v1"))
    assert [answer.status for answer in answers] == [200, 200, 200, 401]
    for answer, user in zip(answers, ("alice", "alice", "", "")):
        line = f'request id={answer.headers["X-Request-Id"]} user="{user}" method=GET path=/v2/app/manifests/v1 '
        daemon.wait_logged(line)
    assert not [secret for secret in ("s3cret", "wr0ng") if secret in daemon.log()]


def test_failed_log_ins_are_counted(serve, data, tmp_path):
    path = write_htpasswd(tmp_path / "htpasswd", alice="a-s3cret")
    auth = {"htpasswd": {"path": str(path)}, "failDelay": 0}
    daemon = serve(config(data, http={"auth": auth}))
    alice = daemon.client(("alice", "a-s3cret"))
    name = 'larder_auth_failures_total{method="htpasswd"}'
    assert alice.metrics()[name] == 0
    for user in (("alice", "wrong"), ("alice", "wrong"), ("nobody", "wrong")):
        assert daemon.client(user).get("/v2/").status == 401
    # Who brings no credentials is challenged, and has failed at nothing.
    assert daemon.client().get("/v2/").status == 401
    assert alice.metrics()[name] == 3


def test_metrics_are_off_unless_enabled(serve, data):
    client = serve(config(data, extensions={"metrics": {"enable": False}})).client()
    assert client.get("/metrics").status == 404


def test_the_path_of_the_metrics_is_configurable(serve, data):
    client = serve(config(data, extensions={"metrics": {"prometheus": {"path": "/numbers"}}})).client()
    assert client.get("/numbers").status == 200
    assert client.get("/metrics").status == 404


def test_changes_are_in_the_audit_log(busy, tmp_path):
    log = tmp_path / "audit.log"
    # It is written beside the answers; the deletion comes last.
    wait_until(lambda: "DELETE" in log.read_text(encoding="utf-8"), what="the deletion in the audit log")
    text = log.read_text(encoding="utf-8")
    assert "local/app" in text
    assert "PUT" in text
    assert "GET" not in text


def test_logs_cannot_be_forged(serve, data):
    daemon = serve(config(data))
    daemon.client().get("/v2/x%0aerror%20forged%3d1/manifests/v1")
    daemon.client().get("/v2/", headers={"User-Agent": 'x" forged=1'})
    daemon.client().get("/livez")
    assert not [line for line in daemon.log().splitlines() if line.startswith("error forged")]


def test_the_log_can_be_rotated(serve, data, tmp_path):
    path = tmp_path / "larder.log"
    daemon = serve(config(data, log={"level": "debug", "output": str(path)}), name="rotated")
    path.rename(tmp_path / "larder.log.1")
    daemon.reload()
    wait_until(path.exists, what="the log to be opened again")


def test_lines_that_the_log_had_no_room_for_are_told_of(serve, data, tmp_path):
    path = tmp_path / "unread"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    client = serve(config(data, log={"level": "debug", "output": str(path)}), name="unread").client()
    for _ in range(2000):
        client.get("/v2/")
    lines = bytearray()

    def told():
        client.get("/v2/")
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(reader, 65536):
                lines.extend(piece)
        return re.search(rb"warning log.lines_lost count=[1-9]", lines)

    wait_until(told, what="the loss to be told of")
    os.close(reader)


def test_discover_lists_the_extensions(registry):
    answer = registry.get("/v2/_oci/ext/discover")
    assert answer.status == 200
    assert isinstance(json.loads(answer.body)["extensions"], list)
