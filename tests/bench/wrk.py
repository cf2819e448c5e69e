"""Load by wrk, and what it tells of it."""

import dataclasses
import re

from harness.peers import run

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclasses.dataclass
class Load:
    rate: float  # requests per second
    read: float  # bytes in all
    p99: float  # milliseconds


def wrk(url, connections, seconds, headers=None):
    """One thread on so many keep-alive connections. An answer that is no success ends the run.

    In a session of its own: Linux shares processors among sessions first (sched_autogroup), and what else the bench
    does at the same time must not be measured as the server's delay.
    """
    fields = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    done = run(
        "setsid", "--wait", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", *fields, url,
        timeout=seconds + 60,
    )  # fmt: skip
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", done.stdout)
    assert not failed, f"{url}: {failed[0]}"
    number, unit = re.search(r"requests in [^,]+, ([\d.]+)([KMGT]?)B read", done.stdout).groups()
    p99, scale = re.search(r"99% +([\d.]+)(us|ms|s|m)\b", done.stdout).groups()
    return Load(
        rate=float(re.search(r"Requests/sec: +([\d.]+)", done.stdout)[1]),
        read=float(number) * 1024 ** " KMGT".index(unit or " "),
        p99=float(p99) * UNITS[scale],
    )
