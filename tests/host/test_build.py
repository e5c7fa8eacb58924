# SPDX-License-Identifier: Apache-2.0
"""The build speaks plainly when something is missing, and its tally cannot be fooled."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "host_tools/ringwarden_build"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run in the root, with more in the environment."""
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """host_tools/ringwarden_build/run_tests.py as a module."""
    spec = importlib.util.spec_from_file_location("ringwarden_run_tests", BUILD / "run_tests.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "CI", False)
    return module


def program(folder: Path, name: str, body: str) -> Path:
    """An executable shell script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_missing_tools_are_listed_with_the_command_that_installs_them(tmp_path: Path) -> None:
    done = run(sys.executable, str(BUILD / "need.py"), "cc", "valgrind", "chromium", PATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    missing, remedy = done.stderr.strip().splitlines()
    assert "a C compiler" in missing and "Chromium" in missing
    assert remedy.endswith("sudo apt-get install chromium gcc libc6-dbg libc6-dev valgrind")


def test_an_unknown_tool_is_refused() -> None:
    done = run(sys.executable, str(BUILD / "need.py"), "cc", "abacus")
    assert done.returncode == 2 and "abacus" in done.stderr


def test_a_python_that_is_too_old_or_absent_is_named(tmp_path: Path) -> None:
    body = 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac'
    old = program(tmp_path, "python3.9", body)
    done = run("make", f"PYTHON={old}", "check-python")
    assert done.returncode == 2 and done.stderr.startswith("Python 3.9.2 is too old: Ringwarden needs Python 3.11")
    done = run("make", "PYTHON=no-such-python", "check-python")
    assert done.returncode == 2 and done.stderr.startswith("There is no no-such-python here")


def test_a_wrong_micropython_tree_is_named(tmp_path: Path) -> None:
    done = run(sys.executable, str(BUILD / "micropython_source.py"), MICROPYTHON_DIR=str(tmp_path))
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and "holds no py/dynruntime.mk" in done.stderr


def test_wrong_monocypher_sources_are_named(tmp_path: Path) -> None:
    done = run(sys.executable, str(BUILD / "third_party.py"), MONOCYPHER_DIR=str(tmp_path))
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and "holds no monocypher.c" in done.stderr


def test_monocypher_is_the_one_that_was_pinned() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MONOCYPHER_DIR"}
    done = subprocess.run(
        [sys.executable, str(BUILD / "third_party.py")], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert "Monocypher version 4.0.3" in (folder / "monocypher.c").read_text().splitlines()[0]
    pinned = re.search(
        r"^(pymonocypher)==(\S+)", (ROOT / "host_tools/requirements-source.txt").read_text(), re.MULTILINE
    )
    assert pinned and f'PACKAGE = "{pinned[1]}-{pinned[2]}"' in (BUILD / "third_party.py").read_text()


def test_every_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    inner = {
        "check-python",
        "need-native",
        "need-fuzz",
        "need-page",
        "need-rv32",
        "rv32",
        "need-bench",
        "need-falsing",
        "native-tests",
        "native-fuzzers",
    }
    phony = {name for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE) for name in line.split()}
    shown = set(re.findall(r"^  make (\S+)", run("make", "help").stdout, re.MULTILINE))
    assert shown == phony - inner


BODIES = [
    # what a C test program does, whether it counts as passed
    ("echo 3 passed, 0 failed", True),
    ("echo 3 passed, 1 failed; exit 1", False),
    ("echo 3 passed, 1 failed", False),
    ("echo 0 passed, 0 failed", False),
    ("echo 3 passed, 0 failed; exit 9", False),
    ("true", False),
]


@pytest.mark.parametrize(("body", "good"), BODIES)
def test_c_programs_are_judged_by_status_and_closing_line(
    tally: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, good: bool
) -> None:
    found = [program(tmp_path, "test_x", body)]
    monkeypatch.setattr(tally, "programs", lambda folder, prefix: found)
    count = tally.c_tests("C", "sanitized", [])
    assert (count.passed, count.failed) == (int(good), int(not good))


def test_a_step_that_ran_nothing_has_failed(tally: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tally, "programs", lambda folder, prefix: [])
    monkeypatch.setattr(tally, "REPORTS", tmp_path)
    assert tally.c_tests("C", "sanitized", []).failed == 1
    assert tally.fuzz()[0].failed == 1
    empty = tmp_path / "test_nothing.py"
    empty.write_text("")
    count = tally.pytest("CPython", "nothing", str(empty))
    assert (count.passed, count.failed) == (0, 1)


@pytest.mark.parametrize(("ci", "failed"), [(False, 1), (True, 2)])
def test_pytest_sessions_are_counted_and_skips_fail_on_ci(
    tally: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: bool, failed: int
) -> None:
    monkeypatch.setattr(tally, "REPORTS", tmp_path)
    monkeypatch.setattr(tally, "CI", ci)
    path = tmp_path / "test_three.py"
    path.write_text(
        "import pytest\ndef test_a(): pass\ndef test_b(): assert 0\ndef test_c(): pytest.skip()\ndef test_d(): pass\n"
    )
    count = tally.pytest("CPython", "three", str(path))
    assert (count.passed, count.failed) == (2, failed)
