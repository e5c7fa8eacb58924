# SPDX-License-Identifier: Apache-2.0
"""A second reader of lists, written from docs/FORMATS.md alone: slow, plain, and sharing no code with the product.

It decodes a whole list, so that tests can compare everything in it and not only the answers.
"""

import zlib


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "little")


class Bits:
    """Bits of bytes, the most significant first."""

    def __init__(self, data):
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.at = 0

    def take(self, width):
        assert self.at + width <= len(self.text), "bits end"
        value = int("0" + self.text[self.at : self.at + width], 2)
        self.at += width
        return value


def header(data):
    """The header's fields, all checks made."""
    assert data[:8] == bytes.fromhex("8952574c0d0a1a0a")
    assert number(data, 8, 2) == 1
    length = number(data, 10, 2)
    assert 52 <= length <= 256
    assert number(data, length - 4, 4) == zlib.crc32(data[: length - 4])
    assert number(data, 12, 4) == len(data)
    fields = {"count": number(data, 16, 4), "country": data[20:22], "line": 1 << data[24], "probes": data[25]}
    fields |= {"node": 1 << data[27], "levels": data[28], "block": 1 << data[29]}
    assert data[22] == 1
    lengths = [data[32 + i // 2] >> 4 * (i % 2) & 15 for i in range(32)]
    fields["codes"] = codes(lengths)
    expected = length
    for i in range(data[23]):
        at = 48 + 16 * i
        kind, offset, size = number(data, at, 2), number(data, at + 4, 4), number(data, at + 8, 4)
        assert offset == expected
        expected += size
        section = data[offset:expected]
        assert zlib.crc32(section) == number(data, at + 12, 4)
        fields[kind] = section
    assert expected == len(data)
    at = 48 + 16 * data[23]
    fields["root"] = data[at : at + number(data, 30, 2)]
    assert not any(data[at + len(fields["root"]) : length - 4])
    return fields


def codes(lengths):
    """{bits as text: category}"""
    used = sorted((length, category) for category, length in enumerate(lengths) if length)
    if len(used) == 1:
        return {"": used[0][1]}
    out, code, before = {}, 0, 0
    for length, category in used:
        code <<= length - before
        out[f"{code:0{length}b}"] = category
        code, before = code + 1, length
    return out


def node(data):
    """(first child, separators)"""
    base, first_child = number(data, 0, 8), number(data, 8, 4)
    count, width, shift = number(data, 12, 2), data[14], data[15]
    bits = Bits(data[16:])
    return first_child, [base] + [((base >> shift) + bits.take(width)) << shift for _ in range(count - 1)], shift


def firsts(fields):
    """The first key of every block, by walking the index from its root; children must come in order."""
    pieces = [fields["root"]]
    done = 0
    for depth in range(fields["levels"] + 1):
        below = []
        for piece in pieces:
            first_child, separators, shift = node(piece)
            assert first_child == done + len(below)
            assert separators == sorted(separators)
            assert depth < fields["levels"] or shift == 0
            below += separators
        if depth == fields["levels"]:
            return below
        pieces = [fields[2][i * fields["node"] : (i + 1) * fields["node"]] for i in range(done, done + len(below))]
        done += len(below)
        done = done if depth + 1 < fields["levels"] else 0
    raise AssertionError


def block(data, first, table):
    """[(key, category)]"""
    parameter, bits = data[2], Bits(data[3:])
    keys = [first]
    for _ in range(number(data, 0, 2) - 1):
        zeros = 0
        while zeros < 12 and bits.take(1) == 0:
            zeros += 1
        gap = bits.take(bits.take(6)) if zeros == 12 else (zeros << parameter) + bits.take(parameter)
        keys.append(keys[-1] + gap + 1)
    out = []
    for key in keys:
        code = ""
        while code not in table:
            code += str(bits.take(1))
        out.append((key, table[code]))
    return out


def decode(data):
    """Every number of a list with its category, in order."""
    fields = header(data)
    if fields["count"] == 0:
        assert not fields["root"] and 1 not in fields and 2 not in fields and 3 not in fields
        return []
    starts = firsts(fields)
    out = []
    for i, first in enumerate(starts):
        out += block(fields[3][i * fields["block"] : (i + 1) * fields["block"]], first, fields["codes"])
    assert len(starts) == -(-len(fields[3]) // fields["block"])
    assert len(out) == fields["count"]
    return out


def in_front(data, key):
    """Whether the front lets a key through."""
    fields = header(data)
    lines, line_bits = len(fields[1]) // fields["line"], 8 * fields["line"]
    line = (splitmix(key, 1) >> 32) * lines >> 32
    chosen, bits = fields[1][line * fields["line"] :], splitmix(key, 2)
    for _ in range(fields["probes"]):
        bit = bits % line_bits
        if not chosen[bit // 8] >> bit % 8 & 1:
            return False
        bits //= line_bits
    return True


def splitmix(seed, nth):
    """The nth output of SplitMix64."""
    mask = 2**64 - 1
    z = seed + nth * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31
