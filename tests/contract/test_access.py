"""Each operation of the file by everyone, from this machine and from elsewhere, with and without a way to log in.

An address decides nothing.
"""

import json
import socket

import pytest
from calls import CALLS, Call
from conftest import OFFLINE, begin
from contract import OPERATIONS

# They are about the caller's own session.
CHANGES_NOTHING = {"createSession", "deleteSession"}
# Whoever has logged in is an insider.
RANKS = {"public": 0, "reader": 1, "insider": 1, "admin": 2}


def changes(operation):
    return operation.method != "GET" and operation.id not in CHANGES_NOTHING


def other_address():
    """An address of this machine that is not loopback; skips where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("this machine has no other address")
        return probe.getsockname()[0]


@pytest.fixture(params=["loopback", "elsewhere"])
def place(request):
    return request.param


@pytest.fixture
def start(binary, tmp_path, upstream, place):
    """start(htpasswd_lines) → a world, and what its clients call."""
    worlds = []

    def start(htpasswd_lines):
        address = "127.0.0.1" if place == "loopback" else "0.0.0.0"
        host = "127.0.0.1" if place == "loopback" else other_address()
        world = begin(binary, tmp_path, upstream, htpasswd_lines, address, OFFLINE)
        worlds.append(world)
        for client in (world.admin, world.reader, world.anonymous):
            client.address = f"{host}:{world.daemon.port}"
        return world

    yield start
    for world in worlds:
        world.daemon.stop()


def answers(client):
    """(operation, answer) of each, as it stands in the file; a log-in with a wrong password is one with a 401."""
    for operation in OPERATIONS.values():
        if operation.id == "createSession":
            continue
        headers, body = {"If-Match": "*"}, None
        if operation.body:
            media_type, example = operation.body
            headers["Content-Type"], body = media_type, json.dumps(example)
        target = operation.target(CALLS.get(operation.id, Call()).values)
        answer = client.request(operation.method, target, body, headers)
        assert not operation.faults(answer), (operation.id, operation.faults(answer))
        assert answer.status < 500 or answer.status == 502, (operation.id, answer.status, answer.body)
        yield operation, answer


@pytest.mark.parametrize("who", ["anonymous", "reader", "admin"])
def test_rights_decide_where_one_can_log_in(start, htpasswd_lines, who):
    rank = {"anonymous": 0, "reader": 1, "admin": 2}[who]
    for operation, answer in answers(getattr(start(htpasswd_lines), who)):
        if rank >= RANKS[operation.access]:
            # bob may read team/**, and change nothing.
            assert answer.status not in (401, 403) or (rank == 1 and changes(operation)), (operation.id, answer.body)
        else:
            assert answer.status == (403 if rank else 401), (operation.id, answer.body)


@pytest.mark.parametrize("proof", ["none", "token"])
def test_a_proof_decides_where_nobody_can_log_in(start, proof):
    world = start(None)
    if proof == "token":
        world.anonymous.headers["Authorization"] = f"Bearer {world.daemon.token()}"
    for operation, answer in answers(world.anonymous):
        if proof == "none" and (operation.access == "admin" or changes(operation)):
            assert answer.status == 403, (operation.id, answer.status)
            assert "htpasswd" in answer.json()["detail"], (operation.id, answer.body)
        else:
            assert answer.status not in (401, 403), (operation.id, answer.body)
