# SPDX-License-Identifier: Apache-2.0
"""The portable suite on MicroPython's unix port: the same files, the same tests, in a heap as large as a box has."""

import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTABLE = ROOT / "tests/portable"
FILES = sorted(PORTABLE.glob("test_*.py"))
REPORT = ROOT / "build/reports/micropython.json"
HEAP = "320k"  # as much as a box has, though pointers here are twice as wide

pytestmark = pytest.mark.micropython


def written_tests(path: Path) -> list[str]:
    """The tests that a file holds, as pytest on CPython collects them."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    return sorted(f"{path.stem}.{name}" for name in functions if name.startswith("test_"))


@pytest.fixture(scope="module")
def summary() -> Iterator[dict[str, Any]]:
    """Counts over all files; `make test` prints them from the file that this leaves behind."""
    counts: dict[str, Any] = {"version": "", "passed": 0, "failed": 0}
    yield counts
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(counts), encoding="utf-8")


def test_there_is_a_suite() -> None:
    assert FILES and all(written_tests(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_file_passes_on_micropython(
    path: Path, micropython: list[str], micropython_env: dict[str, str], summary: dict[str, Any]
) -> None:
    command = [*micropython, "-X", f"heapsize={HEAP}", str(PORTABLE / "run_micropython.py"), path.name]
    done = subprocess.run(
        command, env=micropython_env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200
    )
    output = done.stdout + done.stderr
    lines = done.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        summary["failed"] += 1
        pytest.fail(f"MicroPython ended with status {done.returncode} and no summary:\n{output}", pytrace=False)
    report = json.loads(lines[-1])
    summary["version"] = report["version"]
    summary["passed"] += report["passed"]
    summary["failed"] += report["failed"]
    assert report["interpreter"] == "micropython"
    if report["failed"] or done.returncode:
        pytest.fail(
            f"{report['failed']} failed on MicroPython, exit status {done.returncode}:\n{output}", pytrace=False
        )
    assert report["tests"] == written_tests(path), "not the tests that CPython runs"
