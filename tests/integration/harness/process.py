"""Child processes that log to a file, are waited for with a deadline, and never outlive the test."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time


def forget_proxies():
    """Everything here is on loopback; a proxy of the surroundings, which larderd would honour, has no part in it."""
    for name in list(os.environ):
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            del os.environ[name]


def free_port():
    """A port that was free a moment ago, for programs that cannot say which one they took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, timeout=10.0, what="the condition", interval=0.02):
    """Returns the first true value of condition(); fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s for {what}")
        time.sleep(interval)


def accepts(port, host="127.0.0.1"):
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


class Process:
    """One child. `log` is the file that takes its standard output and error."""

    def __init__(self, command, log, env=None, cwd=None):
        self.log = pathlib.Path(log)
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,  # whoever started it ends it, not the Ctrl-C of the terminal
            )

    @property
    def pid(self):
        return self._child.pid

    @property
    def running(self):
        return self._child.poll() is None

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition, what, timeout=10.0):
        """Like wait_until(), but fails at once, with the log, if the child ends."""

        def check():
            value = condition()
            if not value and not self.running:
                raise AssertionError(f"ended with {self._child.returncode} before {what}:\n{self.output()[-4000:]}")
            return value

        try:
            return wait_until(check, timeout, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- {self.log}\n{self.output()[-4000:]}") from None
        except BaseException:
            self.kill()  # interrupted, often before anybody else knows of it
            raise

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, timeout=15.0):
        return self._child.wait(timeout)

    def stop(self, timeout=15.0):
        """SIGTERM, SIGKILL if that does not help in time. Returns the exit code, negative for a signal."""
        if self.running:
            self._child.terminate()
            try:
                self._child.wait(timeout)
            except subprocess.TimeoutExpired:
                self._child.kill()
        return self._child.wait()

    def kill(self):
        if self.running:
            self._child.send_signal(signal.SIGKILL)
        return self._child.wait()

    def resident_bytes(self, field="VmRSS"):
        """What of the process is in memory; with "VmHWM" the most that ever was, with "RssAnon" what is no file's."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self):
        """With its children, for nginx works in children."""
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        ticks = 0
        for pid in (self.pid, *map(int, children.split())):
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")
