# SPDX-License-Identifier: Apache-2.0
"""docs/rwl.ksy says the same of a list's bytes as the second reader does.

The description is interpreted here: what it uses of Kaitai Struct is little, and its compiler is no Python program. It
was compiled with kaitai-struct-compiler 0.11 too.
"""

import re
from pathlib import Path

import numpy as np
import pytest
import rwl_decoder
import yaml

from ringwarden_tools.lists import image

KSY = yaml.safe_load((Path(__file__).parents[2] / "docs/rwl.ksy").read_text())


class Record:
    """The fields of one type."""


class Reader:
    """Bytes, and what was read of them."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.root = Record()

    def take(self, size):
        assert 0 <= size <= len(self.data) - self.at, "bytes end"
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, expression, names):
        """An expression: what Python reads the same way, but for division and `to_i`."""
        python = re.sub(r"\(([^()]*)\)\.to_i", r"int(\1)", str(expression)).replace("/", "//")
        scope = {name: self.value(field["value"], names) for name, field in KSY["instances"].items() if name in python}
        scope |= vars(self.root) | vars(names) | {"_root": self.root}
        return eval(python, {"__builtins__": {"int": int}}, scope)

    def one(self, field, names):
        if "contents" in field:
            assert self.take(len(field["contents"])) == bytes(field["contents"])
            return bytes(field["contents"])
        if "size" in field:
            return self.take(self.value(field["size"], names))
        kind = field["type"]
        if re.fullmatch("[us][1248]", kind):
            return int.from_bytes(self.take(int(kind[1])), "little")
        name, _, argument = kind.partition("(")
        record = Record()
        for parameter in KSY["types"][name].get("params", []):
            setattr(record, parameter["id"], self.value(argument.rstrip(")"), names))
        self.fields(KSY["types"][name]["seq"], record)
        return record

    def fields(self, sequence, record):
        for field in sequence:
            if "if" in field and not self.value(field["if"], record):
                continue
            if "repeat" in field:
                rows = []
                for index in range(self.value(field["repeat-expr"], record)):
                    record._index = index
                    rows.append(self.one(field, record))
                setattr(record, field["id"], rows)
            else:
                setattr(record, field["id"], self.one(field, record))


def read(data):
    reader = Reader(data)
    reader.fields(KSY["seq"], reader.root)
    assert reader.at == len(data)
    return reader.root


def samples():
    rng = np.random.default_rng(3)
    spread = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 6000))
    runs = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 50)[:, None] + np.arange(100))
    tens = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 50)[:, None] + 10 * np.cumsum(rng.integers(1, 3, 300)))
    rows = (("none", spread[:0]), ("one", spread[:1]), ("spread", spread), ("runs", runs), ("tens", tens))
    return [
        pytest.param(keys.astype(np.uint64), (keys // 1000 % 5).astype(np.uint8), id=name)
        for name, keys in ((name, np.unique(keys)) for name, keys in rows)
    ]


@pytest.mark.parametrize("keys, categories", samples())
def test_the_description_reads_what_the_second_reader_reads(keys, categories):
    data = image.make(keys, categories, "CN", rules=b"\0" * 8).data
    described, fields = read(data), rwl_decoder.header(data)
    assert described.num_numbers == fields["count"] == len(keys)
    assert described.checksum == int.from_bytes(data[described.len_header - 4 : described.len_header], "little")
    names = {"base": "base", "items": "items", "keys": "keys", "blocks": "blocks", "node_lines": "node_lines"}
    names |= {
        "node_keys": "node_keys",
        "probes": "probes",
        "flags": "flags",
        "run_min": "run_min",
        "country": "country",
    }
    names |= {"class_low": "low", "class_high": "high", "num_popular": "popular", "num_nodes": "nodes"}
    names |= {"last_keys": "last_keys", "contexts": "contexts"}
    assert all(getattr(described, ours) == fields[theirs] for ours, theirs in names.items())
    for entry, section in zip(described.directory, described.sections, strict=True):
        assert fields[entry.type] == section.body
    if len(keys):
        assert described.thresholds == fields["thresholds"]
        symbols = len(fields["category_tree"].nodes) + 1
        length = -(-symbols // 2) if symbols > 1 else 0
        length += fields["at_category"] if fields["flags"] & 8 else 0
        length += len(fields["starts"]) - fields["at_category"] if fields["flags"] & 16 else 0
        assert len(described.depths_and_starts) == length
