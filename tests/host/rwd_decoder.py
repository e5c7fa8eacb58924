# SPDX-License-Identifier: Apache-2.0
"""A second reader of deltas, written from docs/FORMATS.md alone: slow, plain, and without the library."""

import hashlib
import struct
import zlib


class Stream:
    """The range coder's reading side; every probability learns by its count."""

    def __init__(self, data):
        self.data = data
        self.at = 4
        self.range = 0xFFFFFFFF
        self.code = int.from_bytes(data[:4].ljust(4, b"\0"), "big")

    def _fill(self):
        while self.range < 1 << 24:
            self.range <<= 8
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.code = (self.code << 8 | byte) & 0xFFFFFFFF
            self.at += 1

    def bit(self, table, index):
        zero, count = table.get(index, (32768, 0))
        bound = (self.range >> 16) * zero
        shift = (count + 2).bit_length() - 1
        if self.code < bound:
            self.range = bound
            bit = 0
            zero += (65536 - zero) >> shift
        else:
            self.code -= bound
            self.range -= bound
            bit = 1
            zero -= zero >> shift
        table[index] = zero, min(count + 1, 126)
        self._fill()
        return bit

    def plain(self, width):
        value = 0
        while width:
            step = min(16, width)
            self.range >>= step
            part = self.code // self.range
            assert part < 1 << step
            self.code -= part * self.range
            self._fill()
            value = value << step | part
            width -= step
        return value

    def tree(self, table, width):
        value = 0
        for depth in range(width):
            value = value << 1 | self.bit(table, (1 << depth) + value)
        return value


class Gap:
    def __init__(self, width, half):
        self.width = width
        self.trees = [{}, {}]
        self.half = half
        self.before = 0

    def read(self, stream):
        size = stream.tree(self.trees[self.before >= 8], self.width)
        self.before = size
        value = 1
        if size:
            value = 2 + stream.bit(self.half, size)
            size -= 1
        return (value << size) + stream.plain(size) - 1


def read_regions(stream, base, lengths):
    """The regions of the target that are not numbers; `lengths` gives the length of each, the header's first."""
    same, jump, literal = {}, {}, {}
    last = [0, 0]
    regions = []
    for index, length in enumerate(lengths):
        pointer = stream.plain(32) if index else 0
        out = bytearray()
        while len(out) < length:
            flag = stream.bit(same, 2 * last[0] + last[1])
            last = [last[1], flag]
            if flag:
                out.append(base[pointer])
                pointer += 1
            elif stream.bit(jump, 0):
                pointer = stream.plain(32)
            else:
                out.append(stream.tree(literal, 8))
                pointer = min(pointer + 1, len(base))
        regions.append(bytes(out))
    return regions


def merge(stream, numbers, changes, additions):
    """The target's [(key, category)] from the base's."""
    half = {}
    ranks, keys = Gap(5, half), Gap(6, half)
    kind, same, other = {}, {}, {}
    out = []
    rank = key = -1
    new = False

    def next_change(rank):
        return rank + 1 + ranks.read(stream), stream.bit(kind, 0)

    def add(key):
        before = out[-1][1] if out else 0
        category = before if stream.bit(same, min(15, before)) else stream.tree(other, 5)
        out.append((key, category))

    if changes:
        rank, new = next_change(-1)
    if additions:
        key = keys.read(stream)
    for place, (number, category) in enumerate(numbers):
        while additions and key < number:
            add(key)
            additions -= 1
            if additions:
                key += 1 + keys.read(stream)
        assert not additions or key != number
        if not changes or place != rank:
            out.append((number, category))
            continue
        if new:
            out.append((number, stream.tree(other, 5)))
        changes -= 1
        if changes:
            rank, new = next_change(rank)
    assert not changes
    while additions:
        add(key)
        additions -= 1
        if additions:
            key += 1 + keys.read(stream)
    return out


class Delta:
    """Header and stream of a delta, checked."""

    def __init__(self, data):
        assert data[:8] == b"\x89RWD\r\n\x1a\n"
        version, self.header_length, length = struct.unpack_from("<HHI", data, 8)
        self.base_length, self.target_length, self.changes, self.additions = struct.unpack_from("<IIII", data, 16)
        assert version == 1 and length == len(data)
        self.base_hash, self.target_hash = data[32:64], data[64:96]
        assert struct.unpack_from("<I", data, 96)[0] == zlib.crc32(data[:96])
        coded = data[100:-4]
        assert struct.unpack("<I", data[-4:])[0] == zlib.crc32(coded)
        assert coded[-1:] != b"\0"
        self.stream = Stream(coded)

    def fits(self, base):
        return len(base) == self.base_length and hashlib.sha256(base).digest() == self.base_hash
