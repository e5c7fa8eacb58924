# SPDX-License-Identifier: Apache-2.0
"""A second reader of lists, written from docs/FORMATS.md alone: slow, plain, and sharing no code with the product.

It decodes a whole list, so that tests can compare everything in it and not only the answers.
"""

import math
import zlib

RUN = "run"


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "little")


def bits(data, at, width):
    """`width` bits from bit `at` on, the most significant first."""
    assert at + width <= 8 * len(data), "bits end"
    whole = int.from_bytes(data, "big") >> (8 * len(data) - at - width)
    return whole & ((1 << width) - 1)


def klass(value):
    return value.bit_length() - 1


# -- the header --------------------------------------------------------------------------------------------------------


def header(data):
    """The header's fields, all checks made."""
    assert data[:8] == bytes.fromhex("8952574c0d0a1a0a")
    assert number(data, 8, 2) == 2 and data[22] == 2
    length = number(data, 10, 2)
    assert 68 <= length <= 1024
    assert number(data, length - 4, 4) == zlib.crc32(data[: length - 4])
    assert number(data, 12, 4) == len(data)
    fields = {"count": number(data, 16, 4), "country": data[20:22], "base": number(data, 24, 8)}
    fields |= {"items": number(data, 32, 2), "keys": number(data, 34, 2), "blocks": number(data, 36, 2)}
    fields |= {"node_lines": number(data, 38, 2), "node_keys": number(data, 40, 4), "line": 1 << data[44]}
    fields |= {"probes": data[45], "widths": tuple(data[46:49]), "flags": data[49], "contexts": data[50]}
    fields |= {"run_min": data[51], "popular": data[52], "low": data[53], "high": data[54]}
    fields |= {"gap_rate": (data[56], data[57]), "category_rate": (data[58], data[59])}
    fields |= {"nodes": number(data, 60, 2), "last_keys": number(data, 62, 2)}
    at = length
    for i in range(data[23]):
        entry = data[64 + 12 * i :]
        kind, size = number(entry, 0, 2), number(entry, 4, 4)
        assert number(entry, 2, 2) == 0
        section = data[at : at + size]
        assert zlib.crc32(section) == number(entry, 8, 4)
        assert kind not in fields or kind > 7
        fields[kind] = section
        at += size
    assert at == len(data)
    tables = data[64 + 12 * data[23] : length - 4]
    if fields["count"]:
        read_tables(fields, tables)
    else:
        assert not tables
    return fields


class Tree:
    """Nodes by number: (what bit 0 leads to, what bit 1 leads to), each a node's number or ("leaf", symbol)."""

    def __init__(self, lengths):
        used = sorted((length, order, symbol) for order, (symbol, length) in enumerate(lengths) if length)
        self.nodes = []
        self.only = lengths[0][0] if len(lengths) == 1 else None
        if self.only is not None:
            return
        assert len(used) >= 2 and sum(2.0**-length for length, _, _ in used) == 1
        code, before, codes = 0, 0, {}
        for length, _, symbol in used:
            code <<= length - before
            codes[f"{code:0{length}b}"] = symbol
            code, before = code + 1, length
        self._grow(codes, "")

    def _grow(self, codes, way):
        if way in codes:
            return ("leaf", codes[way])
        here = len(self.nodes)
        self.nodes.append(None)
        self.nodes[here] = (self._grow(codes, way + "0"), self._grow(codes, way + "1"))
        return here


def half_bytes(tables, n):
    taken = [tables.pop(0) for _ in range((n + 1) // 2)]
    values = [half for byte in taken for half in (byte & 15, byte >> 4)]
    assert not any(values[n:])
    return values[:n]


def balanced(n):
    k = klass(n)
    first = 2 ** (k + 1) - n
    return [k + (i >= first) for i in range(n)]


def read_tables(fields, tables):
    tables = list(tables)
    fields["thresholds"] = [tables.pop(0) for _ in range(fields["contexts"] - 1)]
    popular = [number(bytes(tables.pop(0) for _ in range(5)), 0, 5) for _ in range(fields["popular"])]
    assert popular == sorted(set(popular))
    symbols = list(range(fields["low"], fields["high"] + 1)) + [RUN] * (fields["run_min"] > 0)
    symbols += [("popular", gap) for gap in popular]
    flags = fields["flags"]
    lengths = half_bytes(tables, len(symbols)) if flags & 4 else balanced(len(symbols))
    fields["gap_tree"] = Tree(list(zip(symbols, lengths, strict=True)))
    occurring = number(bytes(tables.pop(0) for _ in range(4)), 0, 4)
    names = [c for c in range(32) if occurring >> c & 1]
    lengths = half_bytes(tables, len(names)) if len(names) > 1 else [0]
    fields["category_tree"] = Tree(list(zip(names, lengths, strict=True)))
    gap_bits = (fields["contexts"] + (fields["run_min"] > 0)) * len(fields["gap_tree"].nodes)
    fields["at_half"] = gap_bits
    gap_bits += (fields["high"] - fields["low"] + 1) * (flags & 1)
    fields["at_run"] = gap_bits
    gap_bits += 32 * (fields["run_min"] > 0)
    category_bits = len(fields["category_tree"].nodes) + (2 if flags & 2 else 0)
    assert gap_bits + category_bits <= 256
    fields["at_category"] = gap_bits
    starts = [tables.pop(0) if flags & 8 else 0 for _ in range(gap_bits)]
    starts += [tables.pop(0) if flags & 16 else 0 for _ in range(category_bits)]
    assert not tables
    fields["starts"] = [start(byte - 256 if byte > 127 else byte) for byte in starts]
    fields["counts"] = [fields["gap_rate"]] * gap_bits + [fields["category_rate"]] * category_bits


def start(byte):
    value = round(65536 / (1 + math.exp(-abs(byte) / 8)))
    return value if byte >= 0 else 65536 - value


# -- the coder ---------------------------------------------------------------------------------------------------------


class Decoder:
    """The range coder over one block, with the block's own probabilities: [zero, count, limit]."""

    def __init__(self, data, fields):
        self.data = data
        self.at = 4
        self.range = 2**32 - 1
        self.code = int.from_bytes(data[:4].ljust(4, b"\0"), "big")
        self.model = [[zero, *rate] for zero, rate in zip(fields["starts"], fields["counts"], strict=True)]

    def fill(self):
        while self.range < 2**24:
            byte = self.data[self.at] if self.at < len(self.data) else 0
            self.at += 1
            self.range <<= 8
            self.code = (self.code << 8 | byte) & 0xFFFFFFFF

    def bit(self, which):
        zero, count, limit = probability = self.model[which]
        bound = (self.range >> 16) * zero
        seen = self.code >= bound
        if seen:
            self.code -= bound
            self.range -= bound
        else:
            self.range = bound
        if limit != 255:
            rate = klass(count + 2)
            probability[0] += -(zero >> rate) if seen else (65536 - zero) >> rate
            probability[1] = min(count + 1, limit)
        self.fill()
        return int(seen)

    def plain(self, width):
        value = 0
        while width:
            step = min(width, 16)
            self.range >>= step
            part = min(self.code // self.range, 2**step - 1)
            self.code -= part * self.range
            self.fill()
            value = value << step | part
            width -= step
        return value

    def symbol(self, tree, first):
        if not tree.nodes:
            return tree.only
        node = 0
        while not isinstance(node, tuple):
            node = tree.nodes[node][self.bit(first + node)]
        return node[1]

    def tail(self, width, half):
        """A one, the bit below it with the probability `half` (None: plain like the others), plain bits."""
        value = 1
        if width and half is not None:
            value = 2 | self.bit(half)
            width -= 1
        return value << width | self.plain(width)


class Block:
    """One block: `entries` are its keys and categories."""

    def __init__(self, data, first, fields, last):
        self.fields = fields
        self.decoder = Decoder(data, fields)
        self.same = 0
        self.entries = [(first, self.decoder.symbol(fields["category_tree"], fields["at_category"]))]
        keys = fields["last_keys"] if last else fields["keys"]
        items, gap, context = 1, 0, 0
        while len(self.entries) < keys and (last or items < fields["items"]):
            symbol = self.decoder.symbol(fields["gap_tree"], context * len(fields["gap_tree"].nodes))
            items += 1
            if symbol == RUN:
                assert gap
                times = self.run_length()
                key, category = self.entries[-1]
                self.entries += [(key + gap * (i + 1), category) for i in range(times)]
                context = fields["contexts"]
                continue
            gap = symbol[1] if isinstance(symbol, tuple) else self.gap(symbol)
            context = sum(threshold <= klass(gap) for threshold in fields["thresholds"])
            self.entries.append((self.entries[-1][0] + gap, self.category(self.entries[-1][1])))
        assert len(self.entries) <= keys and items <= fields["items"]

    def gap(self, wide):
        fields = self.fields
        return self.decoder.tail(wide, fields["at_half"] + wide - fields["low"] if fields["flags"] & 1 else None)

    def run_length(self):
        at, wide = self.fields["at_run"], 0
        while wide < 15 and self.decoder.bit(at + wide):
            wide += 1
        return self.decoder.tail(wide, at + 16 + wide) + self.fields["run_min"] - 1

    def category(self, before):
        fields = self.fields
        nodes = len(fields["category_tree"].nodes)
        if fields["flags"] & 2:
            self.same = 1 - self.decoder.bit(fields["at_category"] + nodes + self.same)
            if self.same:
                return before
        return self.decoder.symbol(fields["category_tree"], fields["at_category"])


# -- the whole ---------------------------------------------------------------------------------------------------------


def nodes(fields):
    """(first key, offset in the body, offset in the index) of every node."""
    if fields["nodes"] == 1:
        assert 7 not in fields
        return [(fields["base"], 0, 0)]
    rows, at = [], 0
    for _ in range(fields["nodes"]):
        row = []
        for width in fields["widths"]:
            row.append(bits(fields[7], at, width))
            at += width
        rows.append((row[0] + fields["base"], row[1], row[2]))
    assert len(fields[7]) == -(-at // 8)
    assert rows[0] == (fields["base"], 0, 0)
    assert all(a < b for one, two in zip(rows, rows[1:], strict=False) for a, b in zip(one, two, strict=True))
    return rows


def blocks(fields):
    """(node, first key, bytes) of every block."""
    if 2 not in fields:
        yield 0, fields["base"], fields[3]
        return
    rows, ends = nodes(fields), []
    for i, (base, body, index) in enumerate(rows):
        data = fields[2][index : rows[i + 1][2] if i + 1 < len(rows) else None]
        count, wide, length_width, shortest = data[0] + 1, data[1], data[2], number(data, 3, 2)
        at, first = 40, base
        assert count <= fields["blocks"]
        for block in range(count):
            if block:
                first = base + bits(data, at, wide)
                at += wide
            length = shortest + bits(data, at, length_width)
            at += length_width
            assert length >= 1
            yield i, first, fields[3][body : body + length]
            body += length
        assert len(data) == -(-at // 8) and not bits(data, at, 8 * len(data) - at)
        ends.append(body)
    assert ends == [body for _, body, _ in rows[1:]] + [len(fields[3])]


def decode_nodes(data):
    """Every number with its category, node by node."""
    fields = header(data)
    if fields["count"] == 0:
        assert not any(kind in fields for kind in (1, 2, 3, 7))
        return []
    pieces = list(blocks(fields))
    out = [[] for _ in range(fields["nodes"])]
    for i, (node, first, piece) in enumerate(pieces):
        out[node] += Block(piece, first, fields, i == len(pieces) - 1).entries
    assert sum(map(len, out)) == fields["count"]
    return out


def decode(data):
    """Every number of a list with its category, in order."""
    return [entry for node in decode_nodes(data) for entry in node]


def in_front(data, key):
    """Whether the front lets a key through that is not below the base."""
    fields = header(data)
    line, rows = fields["line"], nodes(fields)
    node = max(i for i, (first, _, _) in enumerate(rows) if first <= key)
    part = fields[1][node * fields["node_lines"] * line :]
    if node < len(rows) - 1:
        part = part[: fields["node_lines"] * line]
    lines = len(part) // line
    assert lines >= 1
    chosen = part[((splitmix(key, 1) >> 32) * lines >> 32) * line :]
    hashed = splitmix(key, 2)
    for _ in range(fields["probes"]):
        bit = hashed % (8 * line)
        if not chosen[bit // 8] >> bit % 8 & 1:
            return False
        hashed //= 8 * line
    return True


def splitmix(seed, nth):
    """The nth output of SplitMix64."""
    mask = 2**64 - 1
    z = seed + nth * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31
