"""Each operation of the file, called at a running daemon."""

import json

import pytest
from calls import CALLS, EITHER, Call
from contract import DOCUMENT, OPERATIONS, faults

HTTP = [operation for operation in OPERATIONS.values() if "x-websocket" not in operation.spec]
each = pytest.mark.parametrize("operation", HTTP, ids=lambda operation: operation.id)
guarded = pytest.mark.parametrize(
    "operation", [found for found in HTTP if found.access != "public"], ids=lambda operation: operation.id
)


def has(operation, name):
    return any(parameter["name"] == name for parameter in operation.parameters)


def needs_match(operation):
    return any(entry["name"] == "If-Match" and entry.get("required") for entry in operation.parameters)


def send(world, client, operation, call, raw=None, match=True):
    """Sends the call; `raw` instead of its body, `match` as If-Match (True: the one that fits, None: none)."""
    values = {**call.values, **(call.prepare(world) if call.prepare else {})}
    headers = {}
    if match and needs_match(operation):
        headers["If-Match"] = world.etag() if match is True else match
    if operation.body:
        headers["Content-Type"], example = operation.body
        if raw is None:
            content = example if call.body is None else call.body
            raw = json.dumps(content(world, values) if callable(content) else content)
    return client.request(operation.method, operation.target(values), raw, headers)


def check(operation, answer):
    found = operation.faults(answer)
    assert not found, f"{operation.method} {operation.path}: " + "; ".join(found[:5])


def test_the_examples_of_the_file_keep_to_their_schemas():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for example in schema.get("examples", []):
            assert not faults(example, schema), name


@each
def test_the_daemon_has_the_operation(shared, operation):
    # A path without a route is 404, one without this method 405, before it matters who asks.
    answer = shared.anonymous.request(operation.method, operation.target({}))
    assert answer.status not in (404, 405), f"the daemon has no {operation.method} {operation.path}"
    check(operation, answer)


@each
def test_a_call_answers_what_the_file_says(world, operation):
    prepare, either = EITHER.get(operation.id, (None, None))
    call = CALLS.get(operation.id, Call(prepare=prepare))
    expected = either or {call.status} - {0} or {int(status) for status in operation.spec["responses"] if status[0] == "2"}
    answer = send(world, world.admin, operation, call)
    assert answer.status in expected, f"{operation.id}: {answer.status} {answer.body[:500]!r}"
    check(operation, answer)


@guarded
def test_strangers_are_kept_out(shared, operation):
    answer = shared.anonymous.request(operation.method, operation.target({}))
    assert answer.status == 401
    check(operation, answer)


@pytest.mark.parametrize(
    "operation", [found for found in HTTP if found.access == "admin"], ids=lambda operation: operation.id
)
def test_readers_are_kept_out_of_what_is_for_admins(shared, operation):
    answer = shared.reader.request(operation.method, operation.target({}))
    assert answer.status == 403
    check(operation, answer)


@pytest.mark.parametrize("operation", [found for found in HTTP if found.body], ids=lambda operation: operation.id)
@pytest.mark.parametrize("body", ["[]", '"text"', "null", "{", '{"unknown-member": 1}'])
def test_a_wrong_body_is_refused(shared, operation, body):
    if operation.id == "patchConfig" and body.startswith('{"'):
        pytest.skip("the configuration keeps members that it does not know")
    answer = send(shared, shared.admin, operation, Call(), raw=body)
    assert 400 <= answer.status < 500, f"{answer.status} {answer.body[:500]!r}"
    check(operation, answer)


@pytest.mark.parametrize(
    "operation", [found for found in HTTP if has(found, "limit")], ids=lambda operation: operation.id
)
@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "99999999999999999999"])
def test_a_limit_out_of_range_is_refused(shared, operation, limit):
    values = {**CALLS.get(operation.id, Call()).values, "limit": limit}
    answer = send(shared, shared.admin, operation, Call(values))
    assert answer.status in (400, 422), f"{answer.status} {answer.body[:500]!r}"
    check(operation, answer)


@pytest.mark.parametrize(
    "operation", [found for found in HTTP if needs_match(found)], ids=lambda operation: operation.id
)
@pytest.mark.parametrize(("match", "status"), [('"0"', 412), (None, 428)])
def test_a_lost_update_is_refused(shared, operation, match, status):
    answer = send(shared, shared.admin, operation, CALLS.get(operation.id, Call()), match=match)
    assert answer.status == status, f"{answer.status} {answer.body[:500]!r}"
    check(operation, answer)
