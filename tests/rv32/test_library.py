# SPDX-License-Identifier: Apache-2.0
"""Lookups, signatures and memory on a 32-bit machine."""

import numpy as np
import pytest

from bench.rv32 import library
from ringwarden_tools.lists import coder, image

# A box's core makes 160 million instructions a second at best; the line wants its share of about 12 million.
MOST = {"ed25519": 5_000_000, "p256": 15_000_000, "sha512": 600, "sha256": 120, "crc32": 25}
MOST_STRANGER, MOST_LISTED = 8_000, 50_000  # instructions of the library for a lookup
CODE = 112 * 1024  # bytes of the native module
FROZEN, LOADED = 72 * 1024, 120 * 1024  # bytes of heap: core, lists and updates, decoder included, module not


def test_costs():
    rng = np.random.default_rng(3)
    keys = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 5000).astype(np.uint64))
    categories = (keys % np.uint64(5)).astype(np.uint8)
    made = image.make(keys, categories)
    asked = np.concatenate([rng.permutation(keys)[:12], rng.integers(86 * 10**10, 87 * 10**10, 24).astype(np.uint64)])
    costs = library.costs(made.data, [int(key) for key in asked])
    found, _ = coder.lookups(made.data, asked)
    for lookup, here in zip(costs.lookups, found, strict=True):
        assert lookup.category == (None if here == coder.NOT_LISTED else int(here))
        assert 500 < lookup.alone < lookup.called
        assert lookup.alone < (MOST_STRANGER if lookup.reads == 1 else MOST_LISTED)
    assert all(lookup.category is not None for lookup in costs.lookups[:12])
    assert sum(lookup.reads == 1 for lookup in costs.lookups) >= 18, "most strangers need one read"
    assert set(costs.each) == set(MOST)
    for name, counts in costs.each.items():
        assert all(0 < count < MOST[name] for count in counts), (name, counts)


@pytest.mark.parametrize("frozen", [True, False])
def test_memory(frozen):
    """Frozen into the firmware, and loaded from files as on a box with an official firmware."""
    taken = library.memory(frozen)
    free = taken.pop("free")
    module = taken.pop("module")
    assert 16384 < module < CODE
    assert 32768 < sum(taken.values()) < (FROZEN if frozen else LOADED), taken
    assert taken["appliance"] < 40 * 1024 and free > 128 * 1024
