# SPDX-License-Identifier: Apache-2.0
"""Instructions of a lookup on rv32imc: a program without a system, run one instruction at a time by qemu-riscv32."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from bench.list import numbers
from ringwarden_tools.lists import coder, image

ROOT = Path(__file__).resolve().parents[2]
COMPILER = "riscv64-unknown-elf-gcc"
FLAGS = [
    "-march=rv32imc",
    "-mabi=ilp32",
    "-O2",
    "-ffreestanding",
    "-nostdlib",
    "-static",
    "-Wl,--build-id=none,--no-relax",
]
LISTS = (("one category", False), ("ten categories", True))
ASKED = 40


def count(sample: numbers.Sample, seed: int, labelled: bool) -> tuple[float, float] | None:
    """Instructions for a listed number, and for a stranger that the front lets through; None without the tools."""
    if not (shutil.which(COMPILER) and shutil.which("qemu-riscv32")):
        return None
    rng = np.random.default_rng(seed)
    sample = numbers.labelled(rng, sample) if labelled else sample
    made = image.make(sample.keys, sample.categories)
    strangers = rng.integers(int(sample.keys[0]), int(sample.keys[-1]), 100_000).astype(np.uint64)
    found, reads = coder.lookups(made.data, strangers)
    passed = strangers[(found == coder.NOT_LISTED) & (reads == 3)]
    with tempfile.TemporaryDirectory() as folder:
        listed = rng.permutation(sample.keys)[:ASKED]
        return _each(Path(folder), made.data, listed), _each(Path(folder), made.data, passed[:ASKED])


def _each(folder: Path, data: bytes, keys: np.ndarray) -> float:
    (folder / "list").write_bytes(data)
    (folder / "keys").write_bytes(keys.astype("<u8").tobytes())
    return (_run(folder, len(keys)) - _run(folder, 0)) / len(keys)


def _run(folder: Path, lookups: int) -> int:
    """Instructions of a run with so many lookups: lines of the emulator's log."""
    program = folder / "program"
    library = ROOT / "native/src"
    sources = [ROOT / "bench/list/drivers/rv32_lookup.c", *sorted(library.glob("list_*.c")), library / "crc32.c"]
    (folder / "string.h").write_text(
        "#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\nvoid *memset(void *, int, size_t);\n"
        "void *memmove(void *, const void *, size_t);\nint memcmp(const void *, const void *, size_t);\n"
    )
    subprocess.run(
        [COMPILER, *FLAGS, f"-I{folder}", f"-I{ROOT / 'native/include'}", f"-I{library}", f'-DLIST="{folder}/list"',
         f'-DKEYS="{folder}/keys"', f"-DCOUNT={lookups}", *map(str, sources), "-lgcc", "-o", str(program)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    log = folder / "log"
    subprocess.run(["qemu-riscv32", "-singlestep", "-d", "nochain,exec", "-D", str(log), str(program)], check=True)
    with log.open("rb") as lines:
        return sum(len(re.findall(rb"^Trace ", piece, re.M)) for piece in lines)
