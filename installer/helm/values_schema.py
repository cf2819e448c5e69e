#!/usr/bin/env python3
"""Makes larder/values.schema.json of larder/values.yaml, and larder/files/restart-keys.json of the daemon's schema.

The comment above a value is its description, the value its default, its type that of the default. A line
`@schema {...}` in the comment is laid over that. --check writes nothing and exits 1 if a file is not as it would be.
"""

import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
CHART = HERE / "larder"
DAEMON_SCHEMA = HERE.parent.parent / "resources" / "config.schema.json"
KEY = re.compile(r"^(\s*)([\w.-]+):")
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def described_keys(text):
    """Yields (path, comment lines) of each key of the file's mappings; not of what is inside lists."""
    path, comment, block = [], [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if block is not None and (not line.strip() or indent > block):
            continue
        block = None
        if line.lstrip().startswith("#"):
            comment.append(line.lstrip()[1:].strip())
            continue
        key = KEY.match(line)
        if key:
            del path[indent // 2 :]
            path.append(key[2])
            yield tuple(path), comment
            # What is inside a list or a block scalar is part of the value.
            if line.rstrip().endswith(("|-", "|")):
                block = indent
        elif line.lstrip().startswith("- "):
            block = indent - 1
        comment = []


def schema_of(value, path, comments):
    lines = comments.get(path, [])
    extra = [json.loads(line.removeprefix("@schema")) for line in lines if line.startswith("@schema")]
    made = {"description": " ".join(line for line in lines if not line.startswith("@schema"))}
    if not made["description"]:
        raise SystemExit(f"values.yaml: {'.'.join(path)} has no description: write a comment above it")
    made["type"] = TYPES.get(type(value), ["null"])
    made["default"] = value
    if isinstance(value, dict) and value:
        made["properties"] = {key: schema_of(below, (*path, key), comments) for key, below in value.items()}
    for more in extra:
        made["properties"] = {**made.get("properties", {}), **more.pop("properties", {})}
        if not made["properties"]:
            del made["properties"]
        made |= more
    return made


def values_schema():
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    comments = dict(described_keys(text))
    values = yaml.safe_load(text)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart larder",
        "type": "object",
        "properties": {key: schema_of(value, (key,), comments) for key, value in values.items()},
    }


def restart_keys():
    """The keys that a running daemon does not take over: {"value": [paths], "presence": [paths]}."""
    schema = json.loads(DAEMON_SCHEMA.read_text(encoding="utf-8"))
    found = {"value": [], "presence": []}

    def walk(node, path):
        for name in re.findall(r"^#/definitions/(.*)$", node.get("$ref", "")):
            node = {**schema["definitions"][name], **node}
        if node.get("x-restart"):
            found["presence" if node["x-restart"] == "presence" else "value"].append(".".join(path))
            if node["x-restart"] is True:
                return  # all of it
        for key, below in node.get("properties", {}).items():
            walk(below, [*path, key])
        for below in (node.get("items"), node.get("additionalProperties")):
            if isinstance(below, dict):
                walk(below, [*path, "*"])

    walk(schema, [])
    if any("*" in path for paths in found.values() for path in paths):
        raise SystemExit("config.schema.json: an element of a list needs a restart; _config.tpl cannot pick it out")
    return found


def main():
    made = {"values.schema.json": values_schema(), "files/restart-keys.json": restart_keys()}
    stale = []
    for name, content in made.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        path = CHART / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv[1:]:
        raise SystemExit(f"{', '.join(stale)}: not as values.yaml and config.schema.json have it; run {sys.argv[0]}")


if __name__ == "__main__":
    main()
