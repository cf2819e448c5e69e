#!/usr/bin/env python3
"""Packages the chart, as `helm package` does, with nothing that differs from one time to the next.

    package.py --version VERSION --output DIRECTORY

Chart.yaml gets the version twice: as the chart's and as the application's. Files are dated SOURCE_DATE_EPOCH.
"""

import argparse
import gzip
import io
import os
import pathlib
import re
import tarfile

CHART = pathlib.Path(__file__).resolve().parent / "larder"


def content_of(path, version):
    content = path.read_bytes()
    if path != CHART / "Chart.yaml":
        return content
    text = content.decode()
    for key in ("version", "appVersion"):
        text, count = re.subn(rf"(?m)^{key}: .*$", f"{key}: {version}", text)
        assert count == 1, key
    return text.encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(one for one in CHART.rglob("*") if one.is_file()):
            entry = tarfile.TarInfo(f"larder/{path.relative_to(CHART)}")
            content = content_of(path, options.version)
            entry.size, entry.mode, entry.mtime = len(content), 0o644, int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
            archive.addfile(entry, io.BytesIO(content))
    options.output.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(raw.getvalue(), mtime=0)
    (options.output / f"larder-{options.version}.tgz").write_bytes(packed)


if __name__ == "__main__":
    main()
