#!/usr/bin/env python3
"""Writes docs/configuration.md from resources/config.schema.json, and docs/api.md from resources/openapi.yaml.

    reference.py [--check]

--check writes nothing, and fails where a file is not what it would be.
"""

import json
import pathlib
import sys

import yaml
from manual import keys_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
METHODS = ("get", "put", "post", "patch", "delete")
CONFIGURATION = """# Configuration

All keys, generated from [the schema](../resources/config.schema.json) by `installer/reference.py`. Keys outside `larder`
are Zot's. `[]` stands for each item of a list, `*` for each key of a map. The file may be JSON or YAML; keys are not
case-sensitive. `larderd verify FILE` lists the problems of a file.

Changes take effect within seconds, except for the keys that need a restart.
"""
API = """# The management API

Generated from [openapi.yaml](../resources/openapi.yaml) by `installer/reference.py`; the daemon serves that file at
`/api/v1/openapi.yaml`. Bodies are JSON, errors are `application/problem+json` (RFC 9457). Changes to the configuration
need `If-Match` with the `ETag` of the version they are based on.

```sh
curl -s -u admin:password http://127.0.0.1:5000/api/v1/status
```
"""


def cell(text):
    return " ".join(str(text).split()).replace("|", "\\|")


def kind_of(node):
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"] if value != "")
    kinds = node.get("type", "")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return node.get("format") or " or ".join(kind for kind in kinds if kind != "null")


def configuration():
    schema = json.loads((ROOT / "resources/config.schema.json").read_text(encoding="utf-8"))
    sections, groups = {}, set()
    for place, node in keys_of(schema):
        if not place.count("."):
            groups = {f"{place}.{name}" for name, below in node.get("properties", {}).items() if "properties" in below}
        head = next((group for group in groups if f"{place}.".startswith(f"{group}.")), place.split(".")[0])
        rows = sections.setdefault(head, [])
        if place == head and "properties" in node:
            continue  # its keys say it
        text = node.get("description", node.get("title", ""))
        if node.get("x-restart"):
            text += " *Needs a restart.*"
        default = f"`{json.dumps(node['default'])}`" if "default" in node else ""
        rows.append(f"| `{place}` | {cell(text)} | {cell(kind_of(node))} | {cell(default)} |")
    lines = [CONFIGURATION]
    for head, rows in sections.items():
        if rows:
            lines += [f"\n## {head}\n", "| key | description | type | default |", "|---|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def api():
    document = yaml.safe_load((ROOT / "resources/openapi.yaml").read_text(encoding="utf-8"))
    base = document["servers"][0]["url"].rstrip("/")
    described = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    by_tag = {name: [] for name in described}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                by_tag[item[method]["tags"][0]].append((method.upper(), base + path, item[method]))
    lines = [API]
    for tag, operations in by_tag.items():
        if not operations:
            continue
        lines += [f"\n## {described[tag] or tag}\n", "| call | description |", "|---|---|"]
        lines += [f"| `{method} {path}` | {cell(one['summary'])} |" for method, path, one in operations]
    return "\n".join(lines) + "\n"


def main():
    stale = []
    for name, text in (("configuration.md", configuration()), ("api.md", api())):
        path = ROOT / "docs" / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv[1:] and stale:
        sys.exit(f"Run installer/reference.py: docs/{', docs/'.join(stale)} is not what the sources say.")


if __name__ == "__main__":
    main()
