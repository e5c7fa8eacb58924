# SPDX-License-Identifier: Apache-2.0
"""What host tests share: where things are, the tools that tests drive, how long hypothesis searches.

A tool that is missing is a failure, never a skip: `make test` installs what it can and says what it cannot.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
RECORDINGS = Path(os.environ.get("RINGWARDEN_RECORDINGS", ROOT.parent / "shared/data/recordings"))

# Quick: the same examples each time, so that a green run stays green. Full (make test-full): new ones, and many more.
settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.register_profile(
    "full", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("RINGWARDEN_HYPOTHESIS", "quick"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of caller-ID recordings from real lines."""
    if not RECORDINGS.is_dir():
        pytest.fail(f"{RECORDINGS} is missing: name the folder of recordings with RINGWARDEN_RECORDINGS")
    return RECORDINGS


@pytest.fixture(scope="session")
def micropython() -> list[str]:
    """The command that starts MicroPython's unix port, without arguments."""
    program = Path(sys.executable).with_name("micropython")
    if not program.is_file():
        pytest.fail("MicroPython's unix port is missing: `make test-portable` installs it")
    return [str(program)]


@pytest.fixture(scope="session")
def micropython_env() -> dict[str, str]:
    """The environment in which MicroPython finds the application and the native module (.frozen holds its asyncio)."""
    if not (ROOT / "build/micropython/_ringwarden.mpy").is_file():
        pytest.fail("build/micropython/_ringwarden.mpy is missing: `make mpy` builds it")
    return {**os.environ, "MICROPYPATH": f".frozen:{ROOT}/firmware:{ROOT}/build/micropython"}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is missing: `make test-page` installs it as root, or says how")
    return program
