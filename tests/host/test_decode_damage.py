# SPDX-License-Identifier: Apache-2.0
"""Every 1-bit flip and every truncation of a message, modulated: refused, or decoded right. Never another message."""

import impairments as line
import numpy as np
import pytest

from ringwarden import native

SHAPES = {
    "mdmf": line.mdmf((1, "03150941"), (2, "5551234567")),
    "name": line.mdmf((2, "0123"), (7, "Ann B")),
    "withheld": line.mdmf((1, "12312359"), (4, "P"), (8, "O")),
    "rich": line.mdmf((0x11, b"\x01"), (2, "99"), (0x13, b"\x03"), (0x99, b"\x00\xff")),
    "sdmf": line.sdmf("03150941", "62345678"),
    "waiting": line.mdmf((0x0B, b"\xff"), kind=0x82),
}
FRAMING = {"seizure": 96, "marks": 60}


def hear(wave, **options):
    decoder = native.CidDecoder(8000, native.STANDARDS["bell202"] | native.STANDARDS["v23"], **options)
    return [e for e in decoder.feed(line.to_int16(wave)) + decoder.flush() if e.kind == "message"]


@pytest.mark.parametrize("standard", ["bell202", "v23"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_flip(shape, standard):
    message = SHAPES[shape]
    for bit in range(8 * len(message)):
        bent = bytearray(message)
        bent[bit // 8] ^= 1 << bit % 8
        found = hear(line.padded(line.fsk(bytes(bent), standard, **FRAMING), 0.03, 0.08))
        assert all(e.data == message for e in found), f"bit {bit}"


@pytest.mark.parametrize("after", ["silence", "marks", "noise"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_truncation(shape, after):
    message = SHAPES[shape]
    rng = np.random.default_rng(len(message))
    standard = "v23" if len(message) % 2 else "bell202"
    for length in range(len(message)):
        burst = line.fsk(message[:length], standard, tail=60 if after == "marks" else 0, **FRAMING)
        wave = line.padded(burst, 0.03, 0.12)
        if after == "noise":
            wave[-960:] = rng.normal(0, 0.05, 960)
        assert not hear(wave), f"{length} bytes"


@pytest.mark.parametrize("shape", SHAPES)
def test_flips_are_bad_messages_at_best(shape):
    """Where bad messages are asked for, a bent one is reported as bad, with the bytes that were sent."""
    message = SHAPES[shape]
    for bit in range(16, 8 * len(message), 5):  # behind type and length, which say where it ends
        bent = bytearray(message)
        bent[bit // 8] ^= 1 << bit % 8
        found = hear(line.padded(line.fsk(bytes(bent), "v23", **FRAMING), 0.03, 0.08), report_bad=True)
        assert all(e.data == (message if e.checksum_ok else bytes(bent)) for e in found)
