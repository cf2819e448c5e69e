#!/usr/bin/env python3
"""Makes the manual pages, the completions of bash, zsh and fish, and Debian's changelog of what the programs say of
themselves.

    manual.py LARDERD DIRECTORY [LARDER-CONSOLE]

`larderd commands` is the source of larderd(1) and of the completions, `larderd schema` that of larder.json(5), and
`larder-console --help` that of larder-console(1). The date is SOURCE_DATE_EPOCH, if that is set.
"""

import email.utils
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent / "manual"


def roff(text):
    """Text as it stands, in a manual page."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def with_values(option):
    """--name VALUE, or NAME alone for what has no dashes."""
    if option["positional"]:
        return option["names"][0].upper()
    value = f" {option['names'][-1].lstrip('-').upper().replace('-', '_')}" if option["takesValue"] else ""
    return ", ".join(option["names"]) + value


def usable(command):
    return [option for option in command["options"] if "--help" not in option["names"]]


def walk(command, path=()):
    """(words, command) of each command that does something."""
    for one in command["commands"]:
        if one["commands"]:
            yield from walk(one, (*path, one["name"]))
        else:
            yield (*path, one["name"]), one


def synopsis(words, command):
    parts = [f"\\fBlarderd {roff(' '.join(words))}\\fR"]
    for option in sorted(usable(command), key=lambda one: one["positional"]):
        text = roff(with_values(option))
        parts.append(text if option["required"] else f"[{text}]")
    return " ".join(parts)


def command_page(top):
    commands = list(walk(top))
    lines = []
    for words, command in commands:
        also = f" (also {', '.join(command['aliases'])})" if command["aliases"] else ""
        lines += [f".SS {roff(' '.join(words))}{roff(also)}", roff(command["description"])]
        for option in usable(command):
            default = f" Default: {option['default']}." if option["default"] else ""
            lines += [".TP", f".B {roff(with_values(option))}", roff(option["description"] + default)]
    return {
        "SYNOPSIS": "\n.br\n".join(synopsis(*one) for one in commands),
        "COMMANDS": "\n".join(lines),
    }


def keys_of(schema):
    """(path, definition) of each key, in the order of the schema."""

    def resolved(node):
        for name in re.findall(r"^#/definitions/(.*)$", node.get("$ref", "")):
            return {**schema["definitions"][name], **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def look(node, path):
        for name, below in node.get("properties", {}).items():
            below = resolved(below)
            place = f"{path}.{name}" if path else name
            yield place, below
            yield from look(below, place)
            for key, mark in (("items", "[]"), ("additionalProperties", ".*")):
                if isinstance(below.get(key), dict):
                    yield from look(resolved(below[key]), place + mark)

    yield from look(schema, "")


def key_page(schema):
    lines = []
    for place, node in keys_of(schema):
        kinds = node.get("type", "")
        notes = [" or ".join(kinds) if isinstance(kinds, list) else kinds]
        if "enum" in node:
            notes = ["one of " + ", ".join(json.dumps(value) for value in node["enum"])]
        if "default" in node:
            notes.append("default " + json.dumps(node["default"]))
        if node.get("x-restart"):
            notes.append("restart")
        lines += [".TP", f".B {roff(place)}", roff(node.get("description", node.get("title", "")))]
        if notes := [note for note in notes if note]:
            lines += (
                [".RI ( " + f'"{roff("; ".join(notes))}"' + " )"]
                if '"' not in "".join(notes)
                else [f"({roff('; '.join(notes))})"]
            )
    return {"KEYS": "\n".join(lines)}


def long_options(command):
    return [name for option in usable(command) if not option["positional"] for name in option["names"]]


def bash(top):
    cases = []
    for words, command in walk(top):
        pattern = "|".join(" ".join((*words[:-1], name)) for name in (words[-1], *command["aliases"]))
        quoted = "|".join(f'"{one}"' for one in pattern.split("|"))
        cases.append(f'    {quoted}) options="{" ".join(long_options(command))}" ;;')
    groups = {
        one["name"]: " ".join(below["name"] for below in one["commands"]) for one in top["commands"] if one["commands"]
    }
    names = " ".join(name for one in top["commands"] for name in (one["name"], *one["aliases"]))
    nested = "\n".join(f'    {name}) words="{below}" ;;' for name, below in groups.items())
    return f"""# bash completion for larderd. Generated from `larderd commands`.
_larderd() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]-}} words="" options=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "{names} --help --version" -- "$current")
    return
  fi
  case $command in
{nested}
  esac
  if [[ -n $words ]]; then
    if ((COMP_CWORD == 2)); then
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
      return
    fi
    command="$command ${{COMP_WORDS[2]}}"
  fi
  case $command in
{chr(10).join(cases)}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options --help" -- "$current")
  else
    compopt -o default
  fi
}}
complete -F _larderd larderd
"""


def zsh(top):
    def quoted(text):
        return text.replace("'", "'\\''")

    def described(text):
        return quoted(text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:"))

    def arguments(command):
        lines = []
        for option in usable(command):
            if option["positional"]:
                lines.append(f"'*:{option['names'][0]}:_files'")
            else:
                value = ":value:_files" if option["takesValue"] else ""
                lines += [f"'{name}[{described(option['description'])}]{value}'" for name in option["names"]]
        return " ".join(lines + ["'--help[Print help]'"])

    cases, lists = [], []
    for one in top["commands"]:
        names = "|".join((one["name"], *one["aliases"]))
        if one["commands"]:
            below = " ".join(f"'{sub['name']}:{described(sub['description'])}'" for sub in one["commands"])
            inner = "\n".join(f"          {sub['name']}) _arguments {arguments(sub)} ;;" for sub in one["commands"])
            cases.append(f"""    {names})
      if ((CURRENT == 3)); then
        local -a below=({below})
        _describe 'what to try' below
      else
        shift 2 words; ((CURRENT -= 2))
        case ${{words[1]}} in
{inner}
        esac
      fi
      ;;""")
        else:
            cases.append(f"    {names}) shift words; ((CURRENT--)); _arguments {arguments(one)} ;;")
        lists += [f"'{name}:{described(one['description'])}'" for name in (one["name"], *one["aliases"])]
    return f"""#compdef larderd
# zsh completion for larderd. Generated from `larderd commands`.
_larderd() {{
  if ((CURRENT == 2)); then
    local -a commands=({' '.join(lists)})
    _describe 'command' commands
    return
  fi
  case ${{words[2]}} in
{chr(10).join(cases)}
  esac
}}
_larderd "$@"
"""


def fish(top):
    def quoted(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = ["# fish completion for larderd. Generated from `larderd commands`."]
    for one in top["commands"]:
        for name in (one["name"], *one["aliases"]):
            lines.append(f"complete -c larderd -n __fish_use_subcommand -f -a {name} -d {quoted(one['description'])}")
        for below in one["commands"]:
            seen = f"'__fish_seen_subcommand_from {one['name']}; and not __fish_seen_subcommand_from {below['name']}'"
            lines.append(f"complete -c larderd -n {seen} -f -a {below['name']} -d {quoted(below['description'])}")
    for words, command in walk(top):
        names = " ".join((words[-1], *command["aliases"]))
        for option in usable(command):
            if option["positional"]:
                continue
            spelt = " ".join(
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option["names"]
            )
            value = " -r" if option["takesValue"] else ""
            seen = quoted(f"__fish_seen_subcommand_from {names}")
            lines.append(f"complete -c larderd -n {seen} {spelt}{value} -d {quoted(option['description'])}")
    return "\n".join(lines) + "\n"


def console_page(text):
    """Of what Qt prints as help: a name in two blanks, and what it does in a column of its own."""
    entries, section = [], ""
    for line in text.splitlines():
        if match := re.fullmatch(r"  (\S.*?)(?:  +(\S.*))?", line):
            entries.append([section, match[1], match[2] or ""])
        elif line.startswith("   ") and entries:
            entries[-1][2] = f"{entries[-1][2]} {line.strip()}".strip()
        elif line.endswith(":"):
            section = line[:-1]
    entries = [one for one in entries if one[1] != "--help-all"]
    if not {"Options", "Arguments"} <= {section for section, _, _ in entries}:
        raise SystemExit(f"larder-console --help is not as expected:\n{text}")
    usage = re.search(r"Usage: \S+ (.*)", text)[1]
    lines = []
    for section, name, description in entries:
        lines += [".TP", f".B {roff(re.sub('<(.*)>', lambda value: value[1].upper(), name))}", roff(description)]
    return {"SYNOPSIS": f"\\fBlarder\\-console\\fR {roff(usage)}", "OPTIONS": "\n".join(lines)}


def changelog(version):
    date = email.utils.formatdate(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    return (
        f"larder ({version}) unstable; urgency=medium\n\n  * The history of the source has what is new.\n\n"
        f" -- The authors of Larder <maintainers@larder.example>  {date}\n"
    )


def filled(template, values):
    text = (HERE / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def main():
    daemon, directory, *consoles = sys.argv[1:]
    directory = pathlib.Path(directory)

    def said(*arguments, program=daemon, **env):
        env = {**os.environ, **env}
        return subprocess.run((program, *arguments), check=True, capture_output=True, text=True, env=env).stdout

    top = json.loads(said("commands"))
    version = said("--version").split()[1]
    directory.mkdir(parents=True, exist_ok=True)
    made = {
        "larderd.1.gz": filled("larderd.1.in", {"VERSION": roff(version), **command_page(top)}),
        "larder.json.5.gz": filled("larder.json.5.in", {"VERSION": roff(version), **key_page(json.loads(said("schema")))}),
        "larderd.bash": bash(top),
        "_larderd": zsh(top),
        "larderd.fish": fish(top),
        "changelog.gz": changelog(version),
    }
    for program in consoles:
        page = console_page(said("--help", program=program, QT_QPA_PLATFORM="offscreen", LC_ALL="C.UTF-8"))
        made["larder-console.1.gz"] = filled("larder-console.1.in", {"VERSION": roff(version), **page})
    for name, text in made.items():
        content = text.encode()
        (directory / name).write_bytes(gzip.compress(content, 9, mtime=0) if name.endswith(".gz") else content)


if __name__ == "__main__":
    main()
