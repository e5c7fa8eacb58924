# SPDX-License-Identifier: Apache-2.0
"""Text as chunks of whole lines, and where the lines are in them."""

from collections.abc import Iterator

import numpy as np

from ringwarden_tools.lists.taking import MARGIN, Taker, encoding_of

LINE_MAX = 1 << 16  # bytes; longer ones are no line of a list
NEWLINE, RETURN, QUOTE, HASH = 10, 13, 34, 35

Chunk = tuple[int, bytes]
"""Number of the first line, and whole lines."""


def chunks(blocks: Iterator[bytes], taker: Taker) -> Iterator[Chunk]:
    """Whole lines; the last one gets its line end if it lacks it."""
    line, rest, old_mac = 1, b"", None
    for block in blocks:
        if b"\0" in block:
            at = line + (rest + block[: block.find(b"\0")]).count(b"\n")
            raise taker.fatal(
                at,
                "has a NUL byte in it, so it is not a text file or it is damaged: give a plain list of numbers or CSV,"
                " or repair that line",
            )
        if old_mac is None:
            old_mac = b"\r" in block and b"\n" not in block
        if old_mac:
            block = block.replace(b"\r", b"\n")
        block = rest + block if rest else block
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            if not taker.encoding and not block.isascii():
                taker.encoding = encoding_of(block[:end])
            yield line, block[:end]
            line += block.count(b"\n", 0, end)
        if len(rest) > LINE_MAX:
            raise taker.fatal(
                line, f"is longer than {LINE_MAX:,} bytes, so it is no list: give a number a line, or CSV"
            )
    if rest:
        taker.encoding = taker.encoding or encoding_of(rest)
        yield line, rest + b"\n"


def bounds(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the bytes with a margin, starts of the lines, their ends without line ends)."""
    block = np.frombuffer(data + MARGIN, np.uint8)
    ends = np.flatnonzero(block[: len(data)] == NEWLINE)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    returns = (ends > starts) & (block[np.maximum(ends - 1, 0)] == RETURN)
    return block, starts, ends - returns


def with_space(block: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Which lines begin with a space or a tab."""
    return (block[starts] == 32) | (block[starts] == 9)
