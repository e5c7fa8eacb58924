# SPDX-License-Identifier: Apache-2.0
"""The portable suite on a 32-bit machine with a box's heap: the same files (but ELSEWHERE), the same tests.

QEMU's port of MicroPython has neither asyncio nor time nor sockets. `run` is all that the suite needs of the first, and
its coroutines never wait; of the second it needs numbers that differ, of the third that it can be imported.
"""

import ast
import json
from pathlib import Path

import pytest

from bench.rv32 import machine

PORTABLE = machine.ROOT / "tests/portable"
# These need tasks that wait for each other, a random source, a real clock or the box's loader: the unix port runs them.
ELSEWHERE = {
    "test_connection",
    "test_improv",
    "test_must_ring_always",
    "test_portal",
    "test_rule_must_ring",
    "test_serial_link",
    "test_setup_state",
    "test_wlan",
}
FILES = sorted(path for path in PORTABLE.glob("test_*.py") if path.stem not in ELSEWHERE)
FLASH = machine.ROOT / "firmware/boards/simulator/flash.py"
SOURCES = {f"/tests/{file.name}": file.read_bytes() for file in (*PORTABLE.glob("*.py"), FLASH)}
ASYNCIO = b"""
def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value
"""
TIME = b"""
from ringwarden_rv32 import instret as time_ns
"""


def test_there_is_a_suite():
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_file_passes(path: Path) -> None:
    names = [
        node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
    ]
    files = SOURCES | {"/tests/asyncio.py": ASYNCIO, "/tests/time.py": TIME, "/tests/socket.py": b"", "/tmp/here": b""}
    script = f"import sys\nsys.path.append('/tests')\nimport run_micropython\nrun_micropython.main(['{path.name}'])\n"
    lines = machine.run(script, files=files).strip().splitlines()
    report = json.loads(lines[-1])
    assert report["failed"] == 0, "\n".join(lines)
    assert report["tests"] == sorted(f"{path.stem}.{name}" for name in names if name.startswith("test_"))
