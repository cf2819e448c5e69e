"""A rolling update of the daemon, --rolls times."""

from harness.daemon import config, rule
from harness.rolling import roll


def test_no_request_fails_and_nothing_is_fetched_twice(serve, data, upstream, request):
    settings = config(data, rule(upstream.url))
    roll(lambda: serve(settings), upstream, request.config.getoption("--rolls"))
