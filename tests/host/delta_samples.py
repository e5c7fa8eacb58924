# SPDX-License-Identifier: Apache-2.0
"""The pair of small lists, and the delta between them, that the C tests and the portable tests use.

`python tests/host/delta_samples.py` writes both files anew; test_delta_samples.py says when a format has changed.
"""

import struct
from pathlib import Path

import numpy as np

from ringwarden_tools.lists import delta, image

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "tests/native/delta_sample.h"
MODULE = ROOT / "tests/portable/delta_sample.py"


def rules(count: int) -> bytes:
    """Section 5 with so many ranges."""
    spans = [(10**12 + 10**4 * i, 10**12 + 10**4 * i + 999) for i in range(count)]
    entries = [first.to_bytes(7, "little") + last.to_bytes(7, "little") + b"\x03" for first, last in spans]
    return struct.pack("<4H", count, 0, 0, 0) + b"".join(entries)


def lists() -> tuple[bytes, bytes, bytes]:
    """Base, delta and target: some hundred numbers, so that there are several blocks, with categories and rules."""
    rng = np.random.default_rng(11)
    near = 8613800138000 + np.cumsum(rng.integers(1, 9, 300))
    keys = np.unique(np.concatenate([near, rng.integers(1, 10**14, 330)])).astype(np.uint64)
    categories = (rng.integers(0, 12, len(keys)) // 3).astype(np.uint8)
    gone, come = rng.permutation(len(keys))[:30].reshape(2, 15)
    old, new = np.delete(np.arange(len(keys)), come), np.delete(np.arange(len(keys)), gone)
    changed = categories.copy()
    changed[rng.permutation(len(keys))[:5]] = 9
    base = delta.take_apart(image.make(keys[old], categories[old], "CN", rules=rules(2)).data)
    target = delta.take_apart(image.make(keys[new], changed[new], "CN", rules=rules(3)).data)
    return base.data, delta.make(base, target).data, target.data


def header(base: bytes, coded: bytes, target: bytes) -> str:
    """The three as a C header."""
    out = "/* SPDX-License-Identifier: Apache-2.0 */\n/* Written by tests/host/delta_samples.py. */\n"
    out += "#ifndef DELTA_SAMPLE_H\n#define DELTA_SAMPLE_H\n\n#include <stdint.h>\n"
    for name, data in (("BASE", base), ("DELTA", coded), ("TARGET", target)):
        rows = [", ".join(f"0x{byte:02x}" for byte in data[at : at + 20]) for at in range(0, len(data), 20)]
        out += f"\nstatic const uint8_t SAMPLE_{name}[{len(data)}] = {{\n    " + ",\n    ".join(rows) + ",\n};\n"
    return out + "\n#endif\n"


def module(base: bytes, coded: bytes, target: bytes) -> str:
    """The three as a Python module for both interpreters."""
    out = "# SPDX-License-Identifier: Apache-2.0\n"
    out += '"""Two lists and the delta between them. Written by tests/host/delta_samples.py."""\n'
    for name, data in (("BASE", base), ("DELTA", coded), ("TARGET", target)):
        text = data.hex()
        rows = [f'    "{text[at : at + 108]}"' for at in range(0, len(text), 108)]
        out += f"\n{name} = bytes.fromhex(\n" + "\n".join(rows) + "\n)\n"
    return out


if __name__ == "__main__":
    made = lists()
    HEADER.write_text(header(*made), encoding="utf-8")
    MODULE.write_text(module(*made), encoding="utf-8")
