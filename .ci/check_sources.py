#!/usr/bin/env python3
"""Checks what a compiler does not: layers, sizes of files, leftovers, who parses what comes from outside.

The layers are those of CONTRIBUTING.md. A library may include headers of, and link in CMake, the layers listed for it
and nothing else. Prints each violation as path:line: message and exits 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

BASE = {"core", "runtime", "telemetry"}
LAYERS = {
    "core": set(),
    "apitypes": {"core"},
    "runtime": {"core"},
    "telemetry": {"core", "runtime"},
    "config": {"core", "runtime"},
    "storage": BASE,
    "upstream": BASE,
    "auth": {"core", "runtime", "config"},
    "registry": BASE | {"config", "storage", "upstream", "auth"},
    "http": BASE,
    "api": BASE | {"config", "auth", "registry", "http", "apitypes"},
}
LAYERS["daemon"] = set(LAYERS)

# The console's: folders of gui/, and those of gui/screens/ by themselves. Of the backend it has CONSOLE_BACKEND alone.
CONSOLE_BACKEND = {"core", "apitypes"}
CONSOLE_LAYERS = {
    "client": set(),
    "models": {"client"},
    "forms": {"models", "widgets"},
    "widgets": {"models"},
    "screens": {"client", "models", "forms", "widgets"},
    "desktop": {"client"},
    "app": {"client", "models", "forms", "widgets", "screens", "desktop"},
}

# Free of Asio and Beast: the console links them, and each of these headers costs seconds per file.
PLAIN = ("backend/core/", "backend/apitypes/", "gui/")
# JSON and YAML are parsed by one file each, which know depth, size and duplicate keys (larder/core/json.hpp).
JSON_READER, YAML_READER = "backend/core/src/json.cpp", "backend/config/src/document_yaml.cpp"
PARSES_JSON = re.compile(
    r"\b(?:json|Json|ordered_json|basic_json\w*|decltype\(.*?\))\s*(?:<[^;]*>)?\s*::\s*"
    r"(?:parse|accept|sax_parse|from_(?:cbor|msgpack|ubjson|bson|bjdata))\b"
    r"|\bsax_parse\b|\bparser_callback_t\b|>>\s*(?:\w+\.)*\w*[jJ]son\w*\s*[;)>]"
)
JSON_ALIAS = re.compile(r"\busing\s+(\w+)\s*=\s*nlohmann::|\btypedef\s+nlohmann::\w+\s+(\w+)|\bnamespace\s+(\w+)\s*=\s*nlohmann\b")
MAX_LINES, MAX_TEST_LINES = 600, 900
SIZED = {".cpp", ".hpp", ".py", ".ts", ".tsx", ".sh"}
# A catalogue of Qt Linguist is a .ts too, and as long as there are texts.
CATALOGUES = "gui/translations/"
# A window that waits is frozen: no nested event loop, no blocking call, nothing that Windows and macOS do not have.
BLOCKS = re.compile(
    r"\bQEventLoop\b|\b(?:\w+[.>])?exec\(\)|\bprocessEvents\(|\bwaitFor(?!Done)\w+\(|\bQMessageBox::(?:question|information|"
    r"warning|critical|about)\(|\bQInputDialog::get|\bQFileDialog::get\w*File|\bQFileDialog::getExisting|"
    r"\bQThread::(?:sleep|msleep|usleep)\("
)
RUNS_APPLICATION = "gui/app/main/main.cpp"
POSIX = re.compile(r"^(?:unistd\.h|fcntl\.h|dirent\.h|pwd\.h|sys/.*|netinet/.*|arpa/.*)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]')
CONSOLE_USES = re.compile(r"console_library\(\s*([\w/]+)(.*?)\)", re.DOTALL)
USES = re.compile(r"larder_library\(\s*(\w+)(.*?)\)", re.DOTALL)
# Spelt in halves, so that this file passes its own check.
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|not imple" r"mented|unimple" r"mented")


def tracked_files(root):
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    return [name for name in names.splitlines() if (root / name).is_file()]


def layer_of(name):
    parts = name.split("/")
    return parts[1] if parts[0] == "backend" and len(parts) > 2 else None


def check_includes(name, lines):
    layer = layer_of(name)
    if layer is not None and layer not in LAYERS:
        yield 1, f"backend/{layer} is no known layer; add it to the table in .ci/check_sources.py and CONTRIBUTING.md"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match[1]
        if header.startswith(("boost/asio", "boost/beast")) and name.startswith(PLAIN):
            yield number, f"{header} does not belong here: this code stays free of Asio and Beast"
        if layer and header.startswith("larder/"):
            used = header.split("/")[1]
            if used != layer and used not in LAYERS[layer]:
                yield number, f"{layer} may not use {used}"


def check_console(name, lines):
    layer = name.split("/")[1]
    if layer not in CONSOLE_LAYERS:
        yield 1, f"gui/{layer} is no known layer; add it to the table in .ci/check_sources.py and CONTRIBUTING.md"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        header = match[1] if match else ""
        parts = header.split("/")
        if parts[0] == "larder" and parts[1] not in CONSOLE_BACKEND:
            yield number, f"the console may not use {parts[1]} of the backend"
        if parts[0] == "console" and parts[1] != layer and parts[1] not in CONSOLE_LAYERS[layer]:
            yield number, f"{layer} may not use {parts[1]}"
        if parts[0] == "console" and layer == "screens" and parts[1] == "screens" and len(parts) > 3:
            if parts[2] != name.split("/")[2]:
                yield number, "a screen knows no other screen"
        if POSIX.match(header):
            yield number, f"{header} is not there on every system that the console runs on"
        if name != RUNS_APPLICATION and BLOCKS.search(line.split("//", 1)[0]):
            yield number, "this blocks the window, or runs a nested event loop: use open(), popup() and signals"


def check_console_cmake(text):
    for match in CONSOLE_USES.finditer(text):
        layer, arguments = match[1].split("/")[0], match[2].split()
        if layer not in CONSOLE_LAYERS or "USES" not in arguments:
            continue
        for word in arguments[arguments.index("USES") + 1 :]:
            if word.isupper():
                break
            if word != layer and word.split("/")[0] not in CONSOLE_LAYERS[layer]:
                yield text.count("\n", 0, match.start()) + 1, f"{layer} may not link {word}"


def check_cmake(text):
    for match in USES.finditer(text):
        layer, arguments = match[1], match[2].split()
        if layer not in LAYERS or "USES" not in arguments:
            continue
        for word in arguments[arguments.index("USES") + 1 :]:
            if word.isupper():
                break
            if word not in LAYERS[layer]:
                yield text.count("\n", 0, match.start()) + 1, f"{layer} may not link {word}"


def check_parsing(name, lines):
    for number, line in enumerate(lines, 1):
        code = line.split("//", 1)[0]
        if name != JSON_READER and PARSES_JSON.search(code):
            yield number, "JSON is parsed by core::parseJson() or parseOrderedJson() alone, which are bounded"
        alias = JSON_ALIAS.search(code)
        if alias and not {"json", "Json"} & set(alias.groups()):
            yield number, "another name of nlohmann's JSON than json or Json hides from this check who parses it"
        if name != YAML_READER and INCLUDE.match(line) and "yaml-cpp/" in line:
            yield number, f"YAML is parsed in {YAML_READER} alone, which is bounded"


def check_size(name, lines):
    limit = MAX_TEST_LINES if name.startswith("tests/") else MAX_LINES
    if len(lines) > limit:
        yield limit + 1, f"{len(lines)} lines, {limit} allowed: split it by concern"


def check_leftovers(lines):
    for number, line in enumerate(lines, 1):
        match = LEFTOVER.search(line)
        if match:
            yield number, f"'{match[0]}' is left behind: finish it or take it out"


def check(root, name):
    try:
        text = (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    suffix = pathlib.PurePath(name).suffix
    if suffix in (".cpp", ".hpp"):
        yield from check_includes(name, lines)
        if name.startswith(("backend/", "gui/")):
            yield from check_parsing(name, lines)
        if name.startswith("gui/") and name.count("/") > 1:
            yield from check_console(name, lines)
    if suffix in SIZED and not name.startswith(CATALOGUES):
        yield from check_size(name, lines)
    if name.startswith("backend/") and name.endswith("CMakeLists.txt"):
        yield from check_cmake(text)
    if name.startswith("gui/") and name.endswith("CMakeLists.txt"):
        yield from check_console_cmake(text)
    if not name.endswith((".lock", "package-lock.json")):
        yield from check_leftovers(lines)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    found = [(name, *problem) for name in tracked_files(root) for problem in check(root, name)]
    for name, number, message in found:
        print(f"{name}:{number}: {message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
