"""Fixtures of every suite that runs the real daemon."""

import os
import pathlib

import pytest
from harness.process import forget_proxies

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session", autouse=True)
def loopback_only():
    forget_proxies()


@pytest.fixture(scope="session")
def binary():
    path = pathlib.Path(os.environ.get("LARDERD", ROOT / "build/dev/backend/daemon/larderd"))
    assert path.is_file(), f"{path} is not there: build it with ./dev build, or set LARDERD"
    return path
