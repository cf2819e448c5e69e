#!/usr/bin/env python3
"""The console's translations: what is missing in them, and bringing them up to date.

    catalogue.py            takes new texts in as unfinished, and drops those that are no longer used
    catalogue.py --check    says what is not translated, or not as it should be; fails if there is any

A text means the same wherever it stands, so a catalogue has one context for all of them ("console"), and
console::app::Catalogue looks there whatever class asks. Translators use Qt Linguist, or any editor.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).resolve().parent
PLACEHOLDER = re.compile(r"%(?:\d+|n)|\[\*\]")
LUPDATE = "/usr/lib/qt6/bin/lupdate"


def used_texts(lupdate):
    """Each text of gui/ once, in the order of the files."""
    with tempfile.TemporaryDirectory() as directory:
        found = pathlib.Path(directory, "found.ts")
        subprocess.run(
            [lupdate, "-silent", "-locations", "none", "-no-obsolete", str(HERE.parent), "-ts", str(found)],
            check=True,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        root = ElementTree.parse(found).getroot()
    return list(dict.fromkeys(message.findtext("source") for message in root.iter("message")))


def read(path):
    """Translations by text; those that are unfinished are None."""
    translations = {}
    for message in ElementTree.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        finished = translation.get("type") is None and (translation.text or "") != ""
        translations[message.findtext("source")] = translation.text if finished else None
    return translations


def write(path, language, texts, translations):
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        "<context>",
        "    <name>console</name>",
    ]
    for text in texts:
        translation = translations.get(text)
        done = f"<translation>{escape(translation)}</translation>" if translation else '<translation type="unfinished"/>'
        lines += ["    <message>", f"        <source>{escape(text)}</source>", f"        {done}", "    </message>"]
    lines += ["</context>", "</TS>", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def faults(texts, translations):
    for text in texts:
        translation = translations.get(text)
        if translation is None:
            yield f"not translated: {text!r}"
            continue
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translation)):
            yield f"other placeholders: {text!r}: {translation!r}"
        if bool(re.search(r"&\w", text)) != bool(re.search(r"&\w", translation)):
            yield f"with or without a letter to jump to: {text!r}: {translation!r}"
        for edge in (0, -1):
            if text[edge].isspace() != translation[edge].isspace():
                yield f"another blank at its edge: {text!r}: {translation!r}"
    for text in translations:
        if text not in texts:
            yield f"no longer used: {text!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--lupdate", default=shutil.which("lupdate") or LUPDATE)
    arguments = parser.parse_args()
    if not os.access(arguments.lupdate, os.X_OK):
        sys.exit(f"{arguments.lupdate} is not there: install qt6-l10n-tools")
    texts = used_texts(arguments.lupdate)
    if not texts:
        sys.exit("lupdate found no text in gui/")
    failed = False
    for path in sorted(HERE.glob("*.ts")):
        translations = read(path)
        if not arguments.check:
            write(path, path.stem.rsplit("_", 1)[1], texts, translations)
            translations = read(path)
        for fault in faults(texts, translations):
            print(f"{path.name}: {fault}")
            failed = True
    return 1 if failed and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
