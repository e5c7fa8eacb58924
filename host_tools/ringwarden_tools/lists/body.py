# SPDX-License-Identifier: Apache-2.0
"""The exact body, coder 1: blocks of a fixed number of bytes, each filled with as many numbers as it takes."""

from dataclasses import dataclass

import numpy as np

from ringwarden_tools.lists.prefix_code import PrefixCode

HEADER = 3  # bytes: u16 numbers, u8 Rice parameter
PARAMETER_MAX = 50
ESCAPE = 12  # zeros instead of a quotient so large: a jump between two campaigns costs little, whatever the parameter
WIDTH_BITS = 6  # behind an escape: how many bits the gap itself has


@dataclass(frozen=True)
class Cut:
    """Where blocks begin (`starts`, indices of keys), the Rice parameter of each, and the size of a block in bytes."""

    starts: np.ndarray
    parameters: np.ndarray
    size: int


def cut(keys: np.ndarray, category_bits: np.ndarray, size: int) -> Cut:
    """Fill blocks of `size` bytes one after the other, each with the parameter that takes in the most numbers."""
    gaps = np.diff(keys.astype(np.int64), prepend=np.int64(0)) - 1
    starts, parameters = [], []
    at = 0
    window = 512
    while at < len(keys):
        room = 8 * (size - HEADER) - int(category_bits[at])
        taken, parameter = _fill(gaps, category_bits, at + 1, room, window)
        starts.append(at)
        parameters.append(parameter)
        at += 1 + taken
        window = max(64, 2 * taken)
    return Cut(np.array(starts, np.int64), np.array(parameters, np.int64), size)


def _fill(gaps: np.ndarray, category_bits: np.ndarray, at: int, room: int, window: int) -> tuple[int, int]:
    """How many numbers from `at` on fit in `room` bits, and with which parameter. Looks `window` ahead, or further."""
    while True:
        seen = gaps[at : at + window]
        fixed = np.cumsum(category_bits[at : at + window])
        if len(seen) == 0:
            return 0, 0
        taken, parameter = _best_parameter(seen, fixed, room)
        if taken < len(seen) or at + window >= len(gaps):
            return taken, parameter
        window *= 4


def _best_parameter(gaps: np.ndarray, fixed: np.ndarray, room: int) -> tuple[int, int]:
    """Climb from the middle gap to the parameter that fits the most numbers, and among equals needs the fewest bits."""
    escaped = ESCAPE + WIDTH_BITS + bit_lengths(gaps)

    def score(parameter: int) -> tuple[int, int]:
        if not 0 <= parameter <= PARAMETER_MAX:
            return -1, 0
        quotient = gaps >> parameter
        cost = np.cumsum(np.where(quotient < ESCAPE, quotient + 1 + parameter, escaped)) + fixed
        fits = int(np.searchsorted(cost, room, "right"))
        return fits, -int(cost[fits - 1]) if fits else 0

    parameter = min(PARAMETER_MAX, int(np.median(gaps[: len(gaps) // 2 + 1])).bit_length())
    best = score(parameter)
    for step in (1, -1):
        while (found := score(parameter + step)) > best:
            parameter, best = parameter + step, found
    return best[0], parameter


def bit_lengths(values: np.ndarray) -> np.ndarray:
    """Bits that each value needs, 0 for 0. Values are below 2^53, which floating point holds exactly."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def encode(keys: np.ndarray, categories: np.ndarray, code: PrefixCode, where: Cut) -> bytes:
    """The blocks as bytes. All but the last are `where.size` long; the last ends with its last bit."""
    block = np.zeros(len(keys), np.int64)  # the block of each key
    block[where.starts[1:]] = 1
    block = np.cumsum(block)
    parameter = where.parameters[block]
    gaps = np.diff(keys.astype(np.int64), prepend=np.int64(0)) - 1
    gaps[where.starts] = 0
    quotient = gaps >> parameter
    escaped = quotient >= ESCAPE
    low_bits = np.where(escaped, bit_lengths(gaps), parameter)  # the bits of the gap that are written as they are
    width = np.where(escaped, ESCAPE + WIDTH_BITS, quotient + 1) + low_bits
    width[where.starts] = 0  # the index holds the first key
    category_width = code.lengths[categories]

    gap_at, gaps_end = _places(width, where.starts, block)
    category_at, categories_end = _places(category_width, where.starts, block)
    base = 8 * (block * where.size + HEADER)
    gap_at += base
    category_at += base + gaps_end[block]

    used = HEADER + -(-int(gaps_end[-1] + categories_end[-1]) // 8)
    total = (len(where.starts) - 1) * where.size + used
    bits = np.zeros(8 * total, np.uint8)
    plain = (width > 0) & ~escaped
    bits[(gap_at + quotient)[plain]] = 1
    _write(bits, (gap_at + ESCAPE)[escaped], low_bits[escaped], np.full(np.count_nonzero(escaped), WIDTH_BITS))
    coded = width > 0
    _write(bits, (gap_at + width - low_bits)[coded], gaps[coded], low_bits[coded])
    _write(bits, category_at, code.codes[categories], category_width)
    data = np.packbits(bits)
    heads = np.arange(len(where.starts)) * where.size
    numbers = np.diff(where.starts, append=len(keys))
    data[heads] = numbers & 255
    data[heads + 1] = numbers >> 8
    data[heads + 2] = where.parameters
    return data.tobytes()


def _places(width: np.ndarray, starts: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each field begins, counted from its block's first, and where each block's last one ends."""
    ends = np.cumsum(width)
    begins = ends - width
    origin = begins[starts]
    return begins - origin[block], np.append(origin[1:], ends[-1]) - origin


def _write(bits: np.ndarray, at: np.ndarray, value: np.ndarray, width: np.ndarray) -> None:
    """The low `width` bits of each value, most significant first, from bit `at` on."""
    for shift in range(int(width.max(initial=0))):
        rows = width > shift
        bits[at[rows] + width[rows] - 1 - shift] = value[rows] >> shift & 1
