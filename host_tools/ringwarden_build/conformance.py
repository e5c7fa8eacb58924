# SPDX-License-Identifier: Apache-2.0
"""Runs the public TUF conformance suite against the box's client, on CPython and on MicroPython.

The suite (theupdateframework/tuf-conformance) is in no package index: TUF_CONFORMANCE_DIR names an unpacked copy. What
it needs from Python goes into a virtual environment of its own, at the versions that its pyproject.toml asks for. Tests
that must fail stand in tests/conformance/*.xfails; one that passes all the same is a failure. The last line is
`N passed, N failed`.
"""

import hashlib
import os
import subprocess
import sys
import tomllib
import venv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "tests/conformance"
ENVIRONMENT = ROOT / ".cache/tuf-conformance-venv"
REPORTS = ROOT / "build/reports"


class SuiteError(Exception):
    """Why the suite cannot run, and what to do."""


def suite() -> Path:
    """The folder of the suite."""
    named = os.environ.get("TUF_CONFORMANCE_DIR", "")
    if not named:
        raise SuiteError(
            "the public TUF conformance suite is in no package index; "
            "unpack theupdateframework/tuf-conformance (2.4 or later) and set TUF_CONFORMANCE_DIR to its folder"
        )
    folder = Path(named).resolve()
    if not (folder / "tuf_conformance/conftest.py").is_file():
        raise SuiteError(f"TUF_CONFORMANCE_DIR={named} does not hold the suite (no tuf_conformance/conftest.py)")
    return folder


def python_for(folder: Path) -> Path:
    """The interpreter with what the suite depends on; made anew when that changes."""
    wanted: list[str] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["dependencies"]
    stamp = ENVIRONMENT / "wanted"
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    python = ENVIRONMENT / "bin/python"
    if not stamp.is_file() or stamp.read_text() != digest:
        print(f"installing what the suite depends on: {' '.join(wanted)}", flush=True)
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            raise SuiteError("pip could not install what the suite depends on; its message is above")
        stamp.write_text(digest)
    return python


def run(python: Path, folder: Path, interpreter: str, arguments: list[str]) -> tuple[int, int]:
    """One interpreter: how many tests did what is expected of them, and how many did not."""
    report = REPORTS / f"conformance-{interpreter}.xml"
    report.unlink(missing_ok=True)
    # `=` joins the option to its value: pytest would take a path of its own for a test folder of ours.
    command = [str(python), "-m", "pytest", "tuf_conformance", "-q", "-rxX", "-p", "no:cacheprovider", "-c"]
    command += [
        "pyproject.toml",
        "--rootdir=.",
        f"--junitxml={report}",
        f"--entrypoint={CLIENTS}/tuf_client_{interpreter}",
    ]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTEST_ADDOPTS")}
    status = subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    if not report.is_file():
        return 0, 1
    results = next(ElementTree.parse(report).getroot().iter("testsuite"))
    ran, broken, errors = (int(results.get(key, "0")) for key in ("tests", "failures", "errors"))
    expected = sum(skipped.get("type") == "pytest.xfail" for skipped in results.iter("skipped"))
    skipped = int(results.get("skipped", "0")) - expected
    failed = max(broken + errors + skipped, 1 if status or not ran else 0)
    passed = ran - broken - errors - skipped - expected
    print(f"{interpreter}: {passed} passed, {failed} failed, {expected} failed as expected", flush=True)
    return passed, failed


def main(arguments: list[str]) -> int:
    """0 when every test did what is expected of it, 1 when not, 2 when the suite cannot run."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    try:
        folder = suite()
        python = python_for(folder)
    except (SuiteError, OSError, KeyError, ValueError) as error:
        print(f"No conformance run: {error}.", file=sys.stderr)
        return 2
    counts = [run(python, folder, interpreter, arguments) for interpreter in ("cpython", "micropython")]
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
