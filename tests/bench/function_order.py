"""Writes the list of functions that pulls run through, by which the linker lays them out side by side: the kernel maps
the pages around each one that is touched, and so nearly all code would count as larderd's memory. What the list does
not name, or names in vain, costs a little memory and nothing else.

Valgrind tells which functions ran."""

import collections
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from bench.cold import prepare
from bench.load import pull_all
from bench.servers import Bench
from harness.process import forget_proxies

IMAGES = [f"img/4x4m/ordered-{number}" for number in range(24)]


def make_wrapper(directory, binary, profile):
    """larderd under Valgrind, which does not read its debug information."""
    bare = directory / "larderd"
    subprocess.run(["objcopy", "--strip-debug", binary, bare], check=True)
    wrapper = directory / "wrapper"
    how = ("--tool=callgrind", f"--callgrind-out-file={profile}", "--compress-strings=no", "--demangle=no")
    command = ["valgrind", *how, bare]
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def functions(profile):
    """Those of larderd in a profile of Callgrind, the busiest first."""
    binary, costs, is_call = "", collections.Counter(), False
    for line in profile.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key == "ob":
            binary = value
        elif key == "fn":
            function = re.sub(r"'\d+$", "", value)  # a number of recursion
        elif key == "calls":
            is_call = True
        elif re.match(r"[-+*\d]", line):
            # Without a name it has an address, which is another one in the next build.
            if not is_call and binary.endswith("/larderd") and not function.startswith("0x"):
                costs[function] += int(line.split()[1])
            is_call = False
    return [function for function, _ in costs.most_common()]


def main():
    output = pathlib.Path(sys.argv[1])
    forget_proxies()
    with tempfile.TemporaryDirectory(prefix="larder-order-") as name:
        directory = pathlib.Path(name)
        profile = directory / "profile"
        bench = Bench(directory, make_wrapper(directory, os.environ["LARDERD"], profile), True, None)
        with bench.upstream() as upstream:
            prepare(upstream, IMAGES)
            with bench.larderd(upstream) as larderd:
                # What the start runs through is not needed again.
                forget = ("callgrind_control", "--zero", str(larderd.process.pid))
                subprocess.run(forget, check=True, capture_output=True)
                pull_all(larderd.address, IMAGES)
                pull_all(larderd.address, IMAGES)
        ran = functions(profile)
    output.write_text("".join(f"{one}\n" for one in ran), encoding="utf-8")
    print(f"{len(ran)} functions in {output}")


if __name__ == "__main__":
    main()
