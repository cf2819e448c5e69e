"""What one client without a log-in can make the daemon do, hold and write; and how many passwords it can try."""

import base64
import collections
import concurrent.futures
import contextlib
import hashlib
import json
import os
import socket
import time

import pytest
from harness.admin import Admin, Browser
from harness.daemon import config
from harness.images import Content, make_image
from harness.process import wait_until
from harness.peers import run

MIB = 1 << 20
PASSWORD = "s3cret"


def connect(daemon, source="127.0.0.1", window=None):
    host, port = daemon.address.rsplit(":", 1)
    client = socket.socket()
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.settimeout(10)
    client.bind((source, 0))
    client.connect((host, int(port)))
    return contextlib.closing(client)


def read_to_end(client):
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(65536):
            received += piece
    return received


def ask(daemon, text, source="127.0.0.1"):
    """The answer to one request, as its status, its fields and its body."""
    with connect(daemon, source) as client:
        client.sendall(text.encode())
        head, _, body = read_to_end(client).partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        return int(status.split()[1]), dict(field.split(": ", 1) for field in fields), body


def log_in(daemon, user, password, source="127.0.0.1"):
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return ask(
        daemon,
        f"GET /v2/ HTTP/1.1\r\nHost: larder\r\nAuthorization: Basic {pair}\r\nConnection: close\r\n\r\n",
        source,
    )


@pytest.fixture
def secured(serve, data, tmp_path):
    """A daemon with the users alice and bob. Called with the limits and other settings of the test."""

    def start(limits=None, **changes):
        htpasswd = tmp_path / "htpasswd"
        run("htpasswd", "-cbBC", "4", htpasswd, "alice", PASSWORD)
        run("htpasswd", "-bBC", "4", htpasswd, "bob", PASSWORD)
        http = {"auth": {"htpasswd": {"path": str(htpasswd)}, "failDelay": 0}}
        return serve(config(data, http=http, larder={"limits": limits} if limits else {}, **changes))

    return start


# Connections


def test_whoever_is_refused_is_answered_before_the_body_has_come(secured):
    daemon = secured()
    for field in ("Content-Length: 200000", "Transfer-Encoding: chunked"):
        with connect(daemon) as client:
            client.sendall(f"PUT /v2/app/manifests/v1 HTTP/1.1\r\nHost: larder\r\n{field}\r\n\r\n".encode())
            client.sendall(b"7fff\r\nhalf of the body")
            begun = time.monotonic()
            assert client.recv(65536).startswith(b"HTTP/1.1 401 ")
            assert time.monotonic() - begun < 10  # of 60 that a body may stand still
            # Nothing more is listened to for long.
            read_to_end(client)
            assert time.monotonic() - begun < 20


def test_a_refused_client_is_not_asked_for_its_body(secured):
    with connect(secured()) as client:
        client.sendall(
            b"PUT /v2/app/manifests/v1 HTTP/1.1\r\nHost: larder\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
        )
        assert read_to_end(client).startswith(b"HTTP/1.1 401 ")


def test_a_body_that_trickles_in_is_cut_off(serve, data):
    daemon = serve(config(data, larder={"limits": {"minRate": "10KiB", "minRateWindow": "2s"}}))
    with connect(daemon) as client:
        client.sendall(
            b"POST /v2/app/blobs/uploads/?digest=sha256:" + b"0" * 64 + b" HTTP/1.1\r\nHost: larder\r\n"
            b"Content-Length: 1000000\r\n\r\n"
        )
        client.settimeout(0.1)
        begun = time.monotonic()
        answer = b""
        while not answer and time.monotonic() - begun < 10:
            with contextlib.suppress(TimeoutError):
                client.sendall(b"x")
                answer = client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        assert b"minRate" in answer


def test_an_upload_that_moves_takes_as_long_as_it_needs(serve, data):
    daemon = serve(
        config(data, larder={"limits": {"minRate": "2KiB", "minRateWindow": "3s"}}, http={"readTimeout": "3s"})
    )
    blob = Content(bytes(range(256)) * 128)  # 32 KiB, in 6 s
    with connect(daemon) as client:
        client.sendall(
            f"POST /v2/app/blobs/uploads/?digest={blob.digest} HTTP/1.1\r\nHost: larder\r\n"
            f"Content-Length: {len(blob.data)}\r\nConnection: close\r\n\r\n".encode()
        )
        for at in range(0, len(blob.data), 1024):
            client.sendall(blob.data[at : at + 1024])
            time.sleep(0.2)
        assert read_to_end(client).startswith(b"HTTP/1.1 201 ")


def test_a_reader_that_hardly_reads_is_cut_off(serve, data):
    daemon = serve(config(data, larder={"limits": {"minRate": "1MiB", "minRateWindow": "2s"}}))
    blob = Content(bytes(64 * MIB))
    assert daemon.client().push_blob("team/app", blob).status == 201
    with connect(daemon, window=4096) as client:
        client.sendall(f"GET /v2/team/app/blobs/{blob.digest} HTTP/1.1\r\nHost: larder\r\n\r\n".encode())
        begun, received = time.monotonic(), 0

        def is_cut_off():
            nonlocal received
            with contextlib.suppress(ConnectionResetError):
                received += len(client.recv(4096))
            return daemon.client().metrics()["larder_http_connections"] <= 1

        # Some kilobytes a second: an idle time-out would never notice.
        wait_until(is_cut_off, timeout=20, what="the reader to be cut off")
    assert received < len(blob.data)
    assert time.monotonic() - begun > 2, "a window of time is what it gets"


def test_a_reader_that_is_merely_slow_gets_it_all(serve, data):
    """More waits in buffers than it reads in a time-out, which must not be taken for standing still."""
    daemon = serve(config(data, http={"writeTimeout": "1s"}))
    blob = Content(hashlib.sha256(b"slow").digest() * (12 * MIB // 32))
    assert daemon.client().push_blob("team/app", blob).status == 201
    with connect(daemon, window=65536) as client:
        client.sendall(
            f"GET /v2/team/app/blobs/{blob.digest} HTTP/1.1\r\nHost: larder\r\nConnection: close\r\n\r\n".encode()
        )
        received = b""
        while piece := client.recv(65536):
            received += piece
            time.sleep(0.03 if len(received) < 8 * MIB else 0)
    assert received.partition(b"\r\n\r\n")[2] == blob.data


def test_too_few_descriptors_are_told_once_and_not_at_each_reload(binary, serve, data, tmp_path):
    few = tmp_path / "few"
    few.write_text(f'#!/bin/sh\nulimit -n 1024\nexec {binary} "$@"\n', encoding="utf-8")
    few.chmod(0o755)
    daemon = serve(config(data, larder={"limits": {"connections": 5000}}), program=few)
    for number in range(2):
        daemon.reload()
        wait_until(lambda: daemon.log().count(" config_reloaded") > number, what="the reload")
    assert daemon.log().count("connections.limited") == 1


def test_one_address_leaves_connections_for_others(serve, data):
    daemon = serve(config(data, larder={"limits": {"connections": 64, "addressShare": 50}}))
    with contextlib.ExitStack() as stack:
        for _ in range(32):
            client = stack.enter_context(connect(daemon))
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: larder\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        request = "GET /v2/ HTTP/1.1\r\nHost: larder\r\nConnection: close\r\n\r\n"
        status, fields, body = ask(daemon, request)
        assert status == 429
        assert int(fields["Retry-After"]) > 0
        assert json.loads(body)["errors"][0]["code"] == "TOOMANYREQUESTS"
        assert ask(daemon, request, source="127.0.0.2")[0] == 200
    metrics = daemon.client().metrics()
    assert metrics["larder_http_connections_refused_total"] >= 1


def test_a_daemon_of_few_descriptors_goes_on(binary, serve, tmp_path, data):
    few = tmp_path / "few"
    few.write_text(f'#!/bin/sh\nulimit -n 256\nexec "{binary}" "$@"\n', encoding="utf-8")
    few.chmod(0o755)
    daemon = serve(config(data), program=few)
    client = daemon.client()
    blobs = [Content(f"blob {number} ".encode() * 9000) for number in range(150)]
    for blob in blobs:
        assert client.push_blob("team/app", blob).status == 201
    uploads = [client.request("POST", "/v2/team/app/blobs/uploads/").headers["Location"] for _ in range(100)]
    for location in uploads:
        assert client.request("PATCH", location, b"begun").status == 202
    for blob in blobs:
        assert client.get(f"/v2/team/app/blobs/{blob.digest}").status == 200
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            with contextlib.suppress(OSError):
                stack.enter_context(connect(daemon))
        request = "GET /readyz HTTP/1.1\r\nHost: larder\r\nConnection: close\r\n\r\n"
        assert ask(daemon, request, source="127.0.0.2")[0] == 200
        assert len(os.listdir(f"/proc/{daemon.process.pid}/fd")) < 200
    assert "accept.failed" not in daemon.log()
    wait_until(lambda: client.request("PATCH", uploads[0], b"and went on").status == 202, what="the first upload to go on")


# Passwords


def test_no_more_passwords_can_be_tried_than_allowed(secured):
    daemon = secured({"loginGuesses": 2})
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: log_in(daemon, "alice", f"guess {number}"), range(50)))
    statuses = collections.Counter(status for status, _, _ in answers)
    assert 2 <= statuses[401] <= 3, statuses  # another one comes after half a minute
    assert statuses[401] + statuses[429] == 50
    for status, fields, body in answers:
        if status == 429:
            assert 1 <= int(fields["Retry-After"]) <= 60
            assert json.loads(body)["errors"][0]["code"] == "TOOMANYREQUESTS"
    # The dashboard's log-in is the same one.
    assert Browser(daemon.client(), "alice", "another guess").answer.status == 429
    # Names that do not exist are no different.
    with concurrent.futures.ThreadPoolExecutor(15) as pool:
        strangers = list(pool.map(lambda number: log_in(daemon, "nobody", f"guess {number}")[0], range(15)))
    assert 2 <= collections.Counter(strangers)[401] <= 3


def test_guessing_locks_nobody_out_of_where_they_log_in(secured):
    daemon = secured({"loginGuesses": 1})  # and three a minute from everywhere
    assert log_in(daemon, "alice", PASSWORD, source="127.0.0.7")[0] == 200
    daemon.reload()  # forgets passwords that were right
    daemon.wait_logged("config_reloaded")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: log_in(daemon, "alice", f"guess {number}", f"127.0.1.{number + 1}"), range(20)))
    assert log_in(daemon, "alice", PASSWORD, source="127.0.0.8")[0] == 429
    assert log_in(daemon, "alice", PASSWORD, source="127.0.0.7")[0] == 200
    assert log_in(daemon, "bob", PASSWORD, source="127.0.0.8")[0] == 200


def test_held_up_log_ins_are_counted(secured, tmp_path):
    daemon = secured({"loginGuesses": 2}, log={"level": "info", "audit": str(tmp_path / "audit.log")})
    for number in range(10):
        log_in(daemon, "alice", f"guess {number}")
    metrics = daemon.client(user=("bob", PASSWORD)).metrics()
    assert metrics['larder_auth_held_up_total{by="address"}'] >= 7
    log = (tmp_path / "audit.log").read_text(encoding="utf-8").splitlines()
    assert len(log) < 8, log


# What is written


def test_failures_do_not_fill_the_audit_log(serve, data, tmp_path):
    audit = tmp_path / "audit.log"
    daemon = serve(config(data, log={"level": "info", "audit": str(audit)}))
    name = "v" * 4000
    with connect(daemon) as client:
        for number in range(200):
            requests = (f"DELETE /v2/app/manifests/{name}{number} HTTP/1.1\r\nHost: larder\r\n\r\n") * 10
            client.sendall(requests.encode())
            answers = b""
            while answers.count(b"HTTP/1.1 ") < 10:
                answers += client.recv(65536)
    records = Admin(daemon.client()).json("/audit", action="delete")["items"]
    assert audit.stat().st_size < 10_000
    assert [record.get("repeated") for record in records] == [1999, None]


def test_the_audit_log_is_rotated_and_read_on(serve, data, tmp_path):
    audit = tmp_path / "audit.log"
    settings = config(
        data, log={"level": "info", "audit": str(audit)}, larder={"audit": {"maxSize": "2KiB", "keep": 3}}
    )
    admin = Admin(serve(settings).client())
    for number in range(12):
        admin.client.push("app", make_image("audited", layers=1), f"v{number}")
    wait_until((tmp_path / "audit.log.1").exists, what="the audit log to be rotated")
    assert not (tmp_path / "audit.log.4").exists()
    assert all(file.stat().st_size <= 2048 for file in tmp_path.glob("audit.log*"))
    objects, cursor = [], None
    while True:
        page = admin.json("/audit", action="push", limit=3, **({"cursor": cursor} if cursor else {}))
        objects += [record["object"] for record in page["items"]]
        cursor = page.get("next")
        if not cursor:
            break
    tags = [name for name in objects if ":v" in name]
    assert len(tags) > 3
    assert tags == [f"app:v{number}" for number in range(11, 11 - len(tags), -1)]


# Uploads


def test_an_upload_alone_makes_no_repository(serve, data):
    client = serve(config(data)).client()
    for number in range(20):
        assert client.request("POST", f"/v2/nothing/here{number}/blobs/uploads/").status == 202
    assert client.get("/v2/_catalog").json()["repositories"] == []
    assert client.push_blob("nothing/here7", Content(b"something")).status == 201
    assert client.get("/v2/_catalog").json()["repositories"] == ["nothing/here7"]


def test_one_address_leaves_uploads_for_others(serve, data):
    daemon = serve(config(data, larder={"limits": {"uploads": 10, "addressShare": 50}}))
    client = daemon.client()
    started = [client.request("POST", "/v2/app/blobs/uploads/") for _ in range(10)]
    assert collections.Counter(answer.status for answer in started) == {202: 5, 429: 5}
    assert started[-1].error_code == "TOOMANYREQUESTS"
    assert int(started[-1].headers["Retry-After"]) > 0
    request = (
        "POST /v2/app/blobs/uploads/ HTTP/1.1\r\nHost: larder\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    assert ask(daemon, request, source="127.0.0.2")[0] == 202
    for answer in started[:2]:
        assert client.delete(answer.headers["Location"]).status == 204
    assert client.request("POST", "/v2/app/blobs/uploads/").status == 202
