"""What larder-console costs a desktop: the released one, on a display of its own (Xvfb), told what to do by keys."""

import contextlib
import os
import pathlib
import re
import subprocess
import threading
import time

from bench.display import Display
from bench.live import LiveRelay, Play
from bench.measure import Measure, at_most
from harness.daemon import Larderd, config
from harness.peers import run
from harness.process import Process

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSOLE = pathlib.Path(os.environ.get("LARDER_CONSOLE", ROOT / "build/release/gui/app/larder-console"))
# Beside the console, as the build has it.
CHART_TEST = CONSOLE.parents[2] / "tests/gui/gui_widgets_test"
MB = 1_000_000
REPOSITORIES = 10_000
TRANSFERS = 1_000
SERVERS = 20
CHART = "Bytes served and fetched per second"
ONE_REDRAW = re.compile(r"one redraw of .*: ([\d.]+) ms")
SOAK_SPEED = 6  # an hour in ten minutes
SOAK_TRANSFERS, SOAK_ENDED = 100, 10
SCREENS = "12345678"


class Console:
    """One that runs. What it says is kept with the time: "shown <table or chart> <n>", "stalled <n> ms"."""

    def __init__(self, bench, display, *arguments, stalls=False, profiles=()):
        self.directory = bench.fresh("console")
        self.display = display
        for name in ("run", "config/larder"):
            (self.directory / name).mkdir(parents=True)
        (self.directory / "run").chmod(0o700)
        if profiles:
            self._write(profiles)
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "DBUS_"))},
            "DISPLAY": display.name,
            "HOME": str(self.directory),
            "XDG_CONFIG_HOME": str(self.directory / "config"),
            "XDG_RUNTIME_DIR": str(self.directory / "run"),
            "QT_QPA_PLATFORM": "xcb",
            "LC_ALL": "C.UTF-8",
            "LARDER_CONSOLE_MEASURE": "stalls" if stalls else "shown",
        }
        self._said, self._changed = [], threading.Condition()
        self.begun = time.monotonic()
        self._child = subprocess.Popen(
            [CONSOLE, *arguments], env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.pid = self._child.pid
        threading.Thread(target=self._listen, daemon=True).start()

    def _write(self, profiles):
        lines = ["[profiles]"]
        for number, (name, url) in enumerate(profiles, 1):
            lines += [f"{number}\\name={name}", f"{number}\\url={url}", f"{number}\\keepPassword=false"]
        lines.append(f"size={len(profiles)}")
        (self.directory / "config/larder/larder-console.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _listen(self):
        for line in self._child.stderr:
            with self._changed:
                self._said.append((time.monotonic(), line.strip()))
                self._changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self._child.poll() is None, f"larder-console ended by itself: {self._said[-5:]}"
        self._child.kill()
        self._child.wait()

    def shown(self, name, wanted, since=0.0, timeout=30):
        """When it showed a number of rows that is `wanted`, after `since`."""

        def found():
            for at, line in self._said:
                if at >= since and line.startswith(f"shown {name} ") and wanted(int(line.rsplit(" ", 1)[1])):
                    return at
            return None

        with self._changed:
            self._changed.wait_for(found, timeout)
            assert found(), f"{name} was not shown: {self._said[-10:]}"
            return found()

    def longest_stall(self, since):
        """In ms, as far as it is worth being told."""
        with self._changed:
            told = [line.split() for at, line in self._said if at >= since and line.startswith("stalled ")]
        return max((int(words[1]) for words in told), default=0)

    # As of any child; it is not one that logs to a file.
    resident_bytes = Process.resident_bytes
    cpu_seconds = Process.cpu_seconds

    def ready(self):
        self.shown(CHART, lambda series: series == 2)
        self.display.give_keyboard()

    def busy(self, seconds):
        """How much of a core it takes for so long, in percent."""
        before, begun = self.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        return 100 * (self.cpu_seconds() - before) / (time.monotonic() - begun)


def to(address):
    return ("--server", f"http://{address}")


def start(bench):
    """The first of them brings its libraries into memory, and does not count."""
    measure = Measure("console: first useful paint, from exec", "ms", **at_most(700))
    with Display() as display, bench.larderd() as daemon:
        for number in range(bench.runs + 1):
            with Console(bench, display, *to(daemon.address)) as console:
                shown = console.shown(CHART, lambda series: series == 2)
                if number > 0:
                    measure.add("larderd", 1000 * (shown - console.begun))
    return [measure]


def idle(bench):
    seconds = 5 if bench.quick else 20
    memory = Measure("console: idle on the overview, resident memory", "MB", **at_most(110))
    busy = Measure("  of a core", "%")
    with Display() as display, bench.larderd() as daemon, Console(bench, display, *to(daemon.address)) as console:
        console.ready()
        busy.add("larderd", console.busy(seconds))
        memory.add("larderd", console.resident_bytes() / MB)
    return [memory, busy]


def repositories(bench):
    """Opened by Ctrl+3, filtered by a name that is typed, and scrolled to the end with Page Down."""
    opened = Measure(f"console: {REPOSITORIES:,} repositories, opened", "ms", **at_most(1000))
    filtered = Measure("  filtered, from the last letter", "ms", **at_most(1000))
    stall = Measure("  longest stall while scrolled to the end", "ms", **at_most(50))
    memory = Measure("  resident memory then", "MB", **at_most(150))
    with Display() as display, bench.larderd(data=bench.seeds.catalog(REPOSITORIES)) as daemon:
        for _ in range(bench.runs):
            with Console(bench, display, *to(daemon.address), stalls=True) as console:
                console.ready()
                begun = time.monotonic()
                display.press("Control", "3")
                opened.add("larderd", 1000 * (console.shown("Repositories", lambda rows: rows >= 100, begun) - begun))
                display.press("Control", "f")
                display.type(f"app-{REPOSITORIES // 2:05}"[:-1])
                begun = time.monotonic()
                display.type(f"{REPOSITORIES // 2:05}"[-1])
                filtered.add("larderd", 1000 * (console.shown("Repositories", lambda rows: rows == 1, begun) - begun))
                display.press("Control", "a")
                display.press("BackSpace")
                console.shown("Repositories", lambda rows: rows >= 100, time.monotonic() - 0.5)
                display.press("Return")
                begun = time.monotonic()
                scroll_to_the_end(console)
                stall.add("larderd", console.longest_stall(begun))
                memory.add("larderd", console.resident_bytes() / MB)
    return [opened, filtered, stall, memory]


def scroll_to_the_end(console, a_second=30):
    """As a held key repeats."""
    done = threading.Event()

    def scroll():
        while not done.is_set():
            console.display.press("Next")
            time.sleep(1 / a_second)

    scrolling = threading.Thread(target=scroll)
    scrolling.start()
    try:
        console.shown("Repositories", lambda rows: rows == REPOSITORIES, timeout=120)
    finally:
        done.set()
        scrolling.join()


def transfers(bench):
    seconds = 5 if bench.quick else 20
    measure = Measure(f"console: {TRANSFERS:,} transfers, all of them changed each second, of a core", "%", **at_most(10))
    with Display() as display, bench.larderd() as daemon:
        play = Play(daemon.address, TRANSFERS)
        with LiveRelay(daemon.address, play) as relay, Console(bench, display, *to(relay.address)) as console:
            console.ready()
            display.press("Control", "2")
            console.shown("Running downloads", lambda rows: rows == TRANSFERS)
            for _ in range(bench.runs):
                measure.add("larderd", console.busy(seconds))
    return [measure]


def fleet(bench):
    seconds = 5 if bench.quick else 20
    memory = Measure(f"console: {SERVERS} servers connected, each live, resident memory", "MB", **at_most(250))
    busy = Measure("  of a core", "%")
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(Display())
        daemons = []
        for number in range(SERVERS):
            directory = bench.fresh("larderd")
            daemons.append(Larderd(bench.binary, directory, config(directory / "data")).start())
            stack.callback(daemons[-1].stop)
        profiles = [(f"server-{number:02}", f"http://{one.address}") for number, one in enumerate(daemons)]
        console = stack.enter_context(Console(bench, display, profiles=profiles))
        console.shown("All servers", lambda rows: rows == SERVERS)
        for one in daemons:
            one.wait_logged("/api/v1/live")
        busy.add("larderd", console.busy(seconds))
        memory.add("larderd", console.resident_bytes() / MB)
    return [memory, busy]


def soak(bench):
    """From screen to screen while everything changes, six times as fast as the clock. The first fifth fills what is
    kept of the past, and does not count."""
    measure = Measure(f"console: {bench.soak_seconds:.0f} s of soak, growth of what is in memory", "MB", **at_most(4))
    with Display() as display, bench.larderd() as daemon:
        play = Play(daemon.address, SOAK_TRANSFERS, SOAK_ENDED)
        with LiveRelay(daemon.address, play, SOAK_SPEED) as relay, Console(bench, display, *to(relay.address)) as console:
            console.ready()
            walk(display, bench.soak_seconds / 5)
            before = console.resident_bytes()
            walk(display, bench.soak_seconds * 4 / 5)
            measure.add("larderd", max(0, console.resident_bytes() - before) / MB)
    return [measure]


def walk(display, seconds):
    """Ends at the first screen, as it began."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for screen in (*SCREENS, SCREENS[0]):
            display.press("Control", screen)
            time.sleep(0.5)


def chart(bench):
    """By the time of the processor, in a picture of 1000 x 300."""
    measure = Measure("console: chart of 10 series of 600 points, one redraw", "ms", **at_most(10))
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for _ in range(bench.runs):
        said = run(CHART_TEST, "-maxwarnings", "0", env=env)
        measure.add("larderd", float(ONE_REDRAW.search(said.stdout + said.stderr)[1]))
    return [measure]


ROWS = {
    "console-start": start,
    "console-idle": idle,
    "console-repositories": repositories,
    "console-transfers": transfers,
    "console-fleet": fleet,
    "console-soak": soak,
    "console-chart": chart,
}
