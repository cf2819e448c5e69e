"""The daemon under test: its configuration, its process, its data directory."""

import json
import os
import pathlib
import re
import signal
import urllib.parse

from harness.client import Client
from harness.process import Process, wait_until

LISTENING = re.compile(r"\blistening\b.*?\baddress=(\S+)")
SANITIZER_REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error: ")


def merged(base, changes):
    """`base` with `changes` laid over it, key by key."""
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def config(data, *rules, **changes):
    """A configuration on a free port with the data directory `data`, the given sync rules, and `changes` over it.

    Whoever reaches the daemon is an admin where nobody can log in, unless `changes` say otherwise.
    """
    base = {
        "distSpecVersion": "1.1.1",
        "storage": {"rootDirectory": str(data)},
        "http": {"address": "127.0.0.1", "port": "0"},
        "log": {"level": "debug"},
        "extensions": {"metrics": {"enable": True, "prometheus": {"path": "/metrics"}}},
        "larder": {"management": {"open": True}},
    }
    if rules:
        base["extensions"]["sync"] = {"enable": True, "registries": list(rules)}
    return merged(base, changes)


def rule(url, destination=None, prefix="**", **more):
    """An on-demand sync rule for `url`; with neither destination nor prefix it takes every name."""
    made = {"urls": [url], "onDemand": True, "tlsVerify": False}
    if destination or prefix != "**":
        made["content"] = [{"prefix": prefix, **({"destination": destination} if destination else {})}]
    return merged(made, more)


def host_of(url):
    return urllib.parse.urlsplit(url).netloc


class Larderd:
    """`larderd serve` with its configuration written to `directory`. Several may share one data directory."""

    def __init__(self, binary, directory, settings, name="larderd", env=None, options=()):
        self.binary = binary
        self.env = env
        self.options = options
        self.directory = directory
        self.config_path = directory / f"{name}.json"
        self.log_path = directory / f"{name}.log"
        self.settings = settings
        self.process = None
        self.address = None
        self.write_config(settings)

    def write_config(self, settings):
        """Replaces the file as a whole, as an editor or a deployment tool does."""
        self.settings = settings
        draft = self.config_path.with_suffix(".new")
        draft.write_text(json.dumps(settings, indent=2), encoding="utf-8")
        os.replace(draft, self.config_path)

    def launch(self):
        """Starts the process without waiting for it to listen."""
        command = (self.binary, "serve", *self.options, self.config_path)
        self.process = Process(command, self.log_path, env=self.env, cwd=self.directory)

    def start(self):
        before = len(self.log_path.read_text(encoding="utf-8")) if self.log_path.exists() else 0
        self.launch()

        def announced():
            return LISTENING.search(self.process.output()[before:])

        self.address = self.process.wait_for(announced, "larderd listening", timeout=30)[1]
        return self

    def client(self, user=None, tls=None, timeout=30.0):
        return Client(self.address, user, tls, timeout)

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    @property
    def data(self):
        return self.settings["storage"]["rootDirectory"]

    def token_file(self):
        """Of the daemon's own token; nothing where somebody can log in."""
        found = list(pathlib.Path(self.data, "_larder", "tokens").glob(f"*-{self.port}"))
        assert len(found) < 2, found
        return found[0] if found else None

    def token(self):
        return self.token_file().read_text(encoding="utf-8").strip()

    def log(self):
        """What is written by now: a thread of its own writes it, so that it may come after the answer."""
        return self.process.output()

    def wait_logged(self, text, timeout=10):
        wait_until(lambda: text in self.log(), timeout=timeout, what=f"{text!r} in the log")

    def reload(self):
        self.process.signal(signal.SIGHUP)

    def kill(self):
        self.process.kill()

    def stop(self):
        """A graceful end, which has to be clean: exit code 0 and no report of a sanitizer."""
        if self.process is None:
            return
        running = self.process.running
        code = self.process.stop()
        report = SANITIZER_REPORT.search(self.log())
        assert not report, f"{report[0]} in {self.log_path}:\n{self.log()[report.start() :][:6000]}"
        assert not running or code == 0, f"larderd ended with {code}:\n{self.log()[-4000:]}"
        self.process = None
