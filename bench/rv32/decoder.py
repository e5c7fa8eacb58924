# SPDX-License-Identifier: Apache-2.0
"""The decoder on the 32-bit machine: what it hears, and how many instructions a sample it takes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.decoder import ours
from bench.rv32 import machine
from ringwarden import native

BLOCKS = 100  # blocks a second: 10 ms each


@dataclass(frozen=True)
class Piece:
    """Audio for the decoder. counted: whether instructions are counted (the audio then runs twice)."""

    samples: NDArray[np.int16]
    rate: int = 8000
    standards: int = native.AUTO
    bad: bool = False
    counted: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of a piece of audio.

    events: every field of every event, as text. alone: instructions a sample of cid_feed; called: of CidDecoder.feed,
    Python around it included. Both leave out the first fifth of the audio. state: bytes.
    """

    events: list[str]
    alone: float
    called: float
    state: int


def _start(piece: Piece) -> int:
    """Samples before the first counted block."""
    block = piece.rate // BLOCKS
    return len(piece.samples) // 5 // block * block if piece.counted else len(piece.samples)


def _packed(piece: Piece) -> bytes:
    head = struct.pack("<5I", len(piece.samples), piece.rate, piece.standards, piece.bad, _start(piece))
    content = head + piece.samples.astype("<i2").tobytes()
    return content + bytes(-len(content) % 4)


def shown(event: native.Event) -> str:
    """An event as the machine's script prints it."""
    fields = [getattr(event, name) for name in native.Event.__slots__ if name != "data"]
    return " ".join(["event", *map(str, fields), event.data.hex()])


def expected(piece: Piece) -> list[str]:
    """What the library of this computer hears in it, in the same words."""
    return [shown(event) for event, _ in ours.events(piece.samples, piece.rate, piece.standards, piece.bad)]


def heard(pieces: Sequence[Piece], timeout: float = 300.0) -> list[Outcome]:
    """All pieces, one after another in one run of the machine, each with a fresh decoder."""
    output = machine.run(machine.chip_script("decode.py"), b"".join(map(_packed, pieces)), timeout=timeout)
    outcomes: list[Outcome] = []
    events: list[str] = []
    for line in output.splitlines():
        if line.startswith("event "):
            events.append(line)
        elif line.startswith("counted "):
            alone, called, state = map(int, line.split()[1:])
            piece = pieces[len(outcomes)]
            counted = max(len(piece.samples) - _start(piece), 1)
            outcomes.append(Outcome(events, alone / counted, called / counted, state))
            events = []
    if len(outcomes) != len(pieces):
        raise machine.MachineError(f"the machine answered for {len(outcomes)} of {len(pieces)} pieces")
    return outcomes
