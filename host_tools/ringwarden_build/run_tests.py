# SPDX-License-Identifier: Apache-2.0
"""Runs the steps of `make test` and adds up what ran on which interpreter: `run_tests.py STEP...`, or all of them.

Every step says what it is, shows its own output when it fails or is worth reading, and yields counts. A step that ran
nothing has failed, and so has, on CI, one that skipped anything. The last line is `N passed, N failed`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
BUILD = ROOT / "host_tools/ringwarden_build"
REPORTS = ROOT / "build/reports"
SUITE = "tests/host/test_micropython_suite.py"
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
CI = bool(os.environ.get("CI"))
FUZZ_SECONDS = int(os.environ.get("FUZZ_SECONDS", "4"))

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


class Count:
    """What a step ran: `label` names the interpreter or the tool."""

    def __init__(self, label: str, passed: int, failed: int, note: str = "") -> None:
        self.label = label
        self.passed = passed
        self.failed = failed
        self.note = note

    def __str__(self) -> str:
        return f"{self.label}: {self.passed} passed, {self.failed} failed{self.note}"


def run(command: list[str], show: bool = True, **environment: str) -> tuple[int, str]:
    """Run in the root: status and output; the output is shown as it comes, or only when the command failed."""
    env = {**os.environ, **environment}
    if show:
        return subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False).returncode, ""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    if done.returncode:
        print(output, flush=True)
    return done.returncode, output


def pytest(label: str, name: str, *arguments: str) -> Count:
    """One pytest session, counted from its own report."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    status, _ = run(
        [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", f"--junitxml={report}", *arguments]
    )
    if not report.is_file():
        return Count(label, 0, 1, f" (pytest ended with status {status})")
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))
    ran, broken, skipped = (int(suite.get(key, "0")) for key in ("tests", "failures", "skipped"))
    broken += int(suite.get("errors", "0"))
    passed = max(ran - broken - skipped, 0)
    failed = broken + (skipped if CI else 0)
    if status and not failed:
        failed = 1
    return Count(label, passed, failed, f", {skipped} skipped" if skipped else "")


def check(label: str, *commands: list[str]) -> list[Count]:
    """Commands that are right when they exit 0."""
    failed = sum(run(command)[0] != 0 for command in commands)
    return [Count(label, len(commands) - failed, failed)]


def lint() -> list[Count]:
    """ruff: rules and format."""
    ruff = str(BIN / "ruff")
    return check("ruff", [ruff, "check", "--quiet", "."], [ruff, "format", "--check", "--quiet", "."])


def typecheck() -> list[Count]:
    """mypy: the packages, then the build."""
    mypy = [str(BIN / "mypy"), "--no-error-summary"]
    return check("mypy", mypy, [*mypy, "--scripts-are-modules", *map(str, sorted(BUILD.glob("*.py")))])


def programs(folder: str, prefix: str) -> list[Path]:
    """What the Makefile built in build/native/<folder>."""
    built = sorted((ROOT / "build/native" / folder).glob(f"{prefix}*"))
    return [path for path in built if path.is_file() and os.access(path, os.X_OK)]


def c_tests(label: str, folder: str, wrapper: list[str]) -> Count:
    """C test programs, each of which ends with `N passed, N failed` checks; one program is one test here."""
    failed = checks = 0
    found = programs(folder, "test_")
    for program in found:
        began = time.monotonic()
        status, output = run([*wrapper, str(program)], show=False, **SANITIZERS)
        closing = CLOSING.findall(output)
        good = status == 0 and closing and int(closing[-1][0]) > 0 and closing[-1][1] == "0"
        failed += not good
        checks += int(closing[-1][0]) if closing else 0
        word = "passed" if good else f"FAILED (status {status}, closing line {closing[-1:]})"
        print(f"  {program.name} {word}, {time.monotonic() - began:.1f} s", flush=True)
    return Count(label, len(found) - failed, failed + (not found), f" ({checks} checks)")


def native() -> list[Count]:
    """C tests under AddressSanitizer and UndefinedBehaviorSanitizer, then under valgrind."""
    valgrind = ["valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=all"]
    return [
        c_tests("C under ASan and UBSan", "sanitized", []),
        c_tests("C under valgrind", "plain", valgrind),
    ]


def fuzz() -> list[Count]:
    """Each fuzzer for a few seconds (FUZZ_SECONDS)."""
    found = programs("fuzz", "fuzz_")
    failed = 0
    for program in found:
        artifacts = ROOT / "build/fuzz-findings"
        artifacts.mkdir(parents=True, exist_ok=True)
        options = [f"-max_total_time={FUZZ_SECONDS}", "-seed=1", "-timeout=10", "-rss_limit_mb=1024"]
        options.append(f"-artifact_prefix={artifacts}/{program.name}-")
        known = [str(ROOT / "tests/native/findings" / program.name)]  # what it found once is tried first
        with tempfile.TemporaryDirectory() as fresh:
            status, output = run([str(program), *options, fresh, *filter(os.path.isdir, known)], show=False)
        failed += status != 0
        runs = re.findall(r"Done (\d+) runs", output)
        print(f"  {program.name} {'FAILED' if status else 'passed'}, {runs[-1] if runs else 'no'} runs", flush=True)
    return [Count("fuzzers under ASan and UBSan", len(found) - failed, failed + (not found))]


def cpython() -> str:
    return f"CPython {sys.version.split()[0]}"


def portable() -> list[Count]:
    """The portable suite on CPython, then on MicroPython."""
    here = pytest(f"portable suite on {cpython()}", "portable", "tests/portable")
    report = REPORTS / "micropython.json"
    report.unlink(missing_ok=True)
    there = pytest("", "micropython", SUITE)
    ran: dict[str, Any] = (
        json.loads(report.read_text()) if report.is_file() else {"version": "?", "passed": 0, "failed": 1}
    )
    label = f"portable suite on MicroPython {ran['version']}"
    failed = ran["failed"] or there.failed
    if ran["passed"] != here.passed:
        print(f"MicroPython passed {ran['passed']} portable tests, CPython {here.passed}: they must be the same.")
        failed = failed or 1
    return [here, Count(label, ran["passed"], failed)]


def host() -> list[Count]:
    """Tests of the host's tools."""
    return [pytest(f"host tests on {cpython()}", "host", "tests/host", "-m", "not browser", f"--ignore={SUITE}")]


def box() -> list[Count]:
    """The box as a whole, in an emulated chip."""
    return [pytest("box tests in an emulated ESP32", "box", "tests/box")]


def rv32() -> list[Count]:
    """The native module and the core on MicroPython for 32-bit RISC-V, in QEMU."""
    return [pytest("tests on MicroPython for rv32imc in QEMU", "rv32", "tests/rv32")]


def page() -> list[Count]:
    """The household's page in headless Chromium."""
    return [pytest(f"page tests in Chromium on {cpython()}", "page", "tests/host", "-m", "browser")]


STEPS: dict[str, Callable[[], list[Count]]] = {
    "lint": lint,
    "typecheck": typecheck,
    "native": native,
    "fuzz": fuzz,
    "portable": portable,
    "host": host,
    "box": box,
    "rv32": rv32,
    "page": page,
}


def main(names: list[str]) -> int:
    """Run the steps, print the tally; 1 when anything failed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    counts: list[Count] = []
    for name in names or list(STEPS):
        began = time.monotonic()
        print(f"\n--- {name}: {STEPS[name].__doc__}", flush=True)
        counts += STEPS[name]()
        print(f"--- {name} took {time.monotonic() - began:.1f} s", flush=True)
    print()
    for count in counts:
        print(count)
    passed, failed = sum(count.passed for count in counts), sum(count.failed for count in counts)
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
