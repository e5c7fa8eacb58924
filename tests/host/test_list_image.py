# SPDX-License-Identifier: Apache-2.0
"""Lists as bytes: built, decoded by a second reader, asked through the C library, and damaged in every way."""

import re
import shlex
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import rwl_decoder
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ringwarden.blocklist import Blocklist, ListError
from ringwarden_tools.cli import main
from ringwarden_tools.lists import choose, coder, image, prefix_code

FORMATS = Path(__file__).parents[2] / "docs/FORMATS.md"
TOP = 10**15 - 1


def make(entries, **options):
    """An image of {key: category}."""
    keys = np.array(sorted(entries), np.uint64)
    return image.make(keys, np.array([entries[int(key)] for key in keys], np.uint8), **options)


def opened(data):
    return Blocklist(lambda offset, length: data[offset : offset + length], len(data))


def campaigns():
    """Keys as they come: runs of neighbours, and single ones from anywhere."""
    run = st.builds(
        lambda start, steps: [key for key in (start + sum(steps[:i]) for i in range(len(steps) + 1)) if key <= TOP],
        st.integers(1, TOP),
        st.lists(st.integers(1, 50), max_size=60),
    )
    return st.lists(run, max_size=12).map(lambda runs: sorted({key for keys in runs for key in keys}))


@st.composite
def lists(draw):
    keys = draw(campaigns())
    last = draw(st.integers(0, 31))
    return {key: draw(st.integers(0, last)) if i < 30 else key % (last + 1) for i, key in enumerate(keys)}


@settings(max_examples=120, deadline=None)
@given(lists(), st.sampled_from([None, 0, 100, 5000]), st.sampled_from(["", "CN"]), st.data())
def test_every_member_is_found_and_no_stranger(entries, front_bytes, country, data):
    made = make(entries, country=country, front_bytes=front_bytes)
    assert rwl_decoder.decode(made.data) == sorted(entries.items())
    assert made.front_bytes <= (max(32, len(entries) + 64) if front_bytes is None else front_bytes)
    blocklist = opened(made.data)
    blocklist.verify()
    assert (blocklist.count, blocklist.country) == (len(entries), country)
    for key, category in entries.items():
        assert blocklist.lookup(key) == category
        assert blocklist.reads <= made.reads <= 3
        assert not made.front_bytes or rwl_decoder.in_front(made.data, key)
    near = [key + step for key in entries for step in (-1, 1)] + [0, 1, TOP, TOP + 1, 10**18 - 1]
    for key in near + data.draw(st.lists(st.integers(0, TOP), max_size=20)):
        assert blocklist.lookup(key) == entries.get(key)


def shapes():
    """Lists that lead the builder to each part of the format: (name, keys, categories)."""
    rng = np.random.default_rng(8)
    spread = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 9000))
    starts = rng.integers(86 * 10**10, 87 * 10**10, 60)
    runs = np.unique(np.concatenate([start + np.arange(rng.integers(5, 400)) for start in starts]))
    tens = np.unique(np.concatenate([start + 10 * np.cumsum(rng.integers(1, 3, 200)) for start in starts]))
    dense = 8613 * 10**9 + np.flatnonzero(rng.random(20000) < 0.5)
    wide = np.unique(rng.integers(1, TOP, 5000))
    mixed = np.unique(np.concatenate([spread[:3000], runs, dense[:3000]]))
    for name, keys in (
        ("spread", spread),
        ("runs", runs),
        ("tens", tens),
        ("dense", dense),
        ("wide", wide),
        ("mixed", mixed),
    ):
        keys = keys.astype(np.uint64)
        kinds = (
            np.zeros(len(keys)),
            rng.choice(10, len(keys)),
            np.arange(len(keys)) // 150 % 7,
            keys % np.uint64(2) * np.uint64(31),
        )
        for kind, categories in enumerate(kinds):
            yield f"{name}-{kind}", keys, categories.astype(np.uint8)


@pytest.mark.parametrize("keys, categories", [pytest.param(k, c, id=name) for name, k, c in shapes()])
def test_each_part_of_the_format(keys, categories):
    made = image.make(keys, categories)
    assert rwl_decoder.decode(made.data) == list(zip(keys.tolist(), categories.tolist(), strict=True))
    read = coder.dump(made.data)
    assert np.array_equal(read[0], keys) and np.array_equal(read[1], categories)
    found, reads = coder.lookups(made.data, keys)
    assert np.array_equal(found, categories) and reads.max() <= 3
    near = np.setdiff1d(np.concatenate([keys - np.uint64(1), keys + np.uint64(1)]), keys)
    assert np.all(coder.lookups(made.data, near)[0] == coder.NOT_LISTED)


def test_the_parts_of_the_format_are_reached():
    """The lists above make the builder use what the format offers."""
    seen = [rwl_decoder.header(image.make(keys, categories).data) for _, keys, categories in shapes()]
    assert {fields["run_min"] > 0 for fields in seen} == {False, True}
    assert any(fields["popular"] for fields in seen)
    assert {fields["contexts"] for fields in seen} >= {1, 2}
    assert {bool(fields["flags"] & flag) for fields in seen for flag in (2,)} == {False, True}
    assert {fields["gap_rate"] == (255, 255) for fields in seen} == {False, True}
    assert {fields["nodes"] > 1 for fields in seen} == {False, True}


@pytest.mark.parametrize(
    "low, span, count", [(86 * 10**10, 10**10, 150_000), (1, TOP, 60_000), (8613 * 10**9, 3 * 10**5, 150_000)]
)
def test_large_lists_need_three_reads(low, span, count):
    rng = np.random.default_rng(5)
    keys = np.unique(rng.integers(low, low + span, count)).astype(np.uint64)
    made = image.make(keys, (keys % np.uint64(10)).astype(np.uint8))
    assert made.reads == 3 and made.top_bytes <= 4096
    found, reads = coder.lookups(made.data, keys)
    assert np.array_equal(found, keys % np.uint64(10)) and reads.max() == 3
    strangers = np.setdiff1d(rng.integers(low, low + span, 100_000).astype(np.uint64), keys)
    found, reads = coder.lookups(made.data, strangers)
    assert np.all(found == coder.NOT_LISTED) and reads.max() <= 3
    assert np.mean(reads > 1) < 0.03  # 2.5 % at 8 bits a number


def test_the_top_never_outgrows_its_room(monkeypatch):
    """When nodes are so small that the top would be too long, the builder makes them larger."""
    monkeypatch.setattr(choose, "NODE_KEYS", 256)
    monkeypatch.setattr(choose, "NODES", 10**9)
    keys = np.unique(np.random.default_rng(6).integers(1, TOP, 150_000)).astype(np.uint64)
    made = image.make(keys, np.zeros(len(keys), np.uint8))
    assert 2048 < made.top_bytes <= 4096
    assert np.all(coder.lookups(made.data, keys)[0] == 0)


@pytest.mark.parametrize("front_bytes", [0, 10, 64, 1000, 4097, 50_000, 10**6])
def test_the_front_fits_what_it_is_given(front_bytes):
    keys = np.unique(np.random.default_rng(7).integers(1, TOP, 20_000)).astype(np.uint64)
    made = image.make(keys, np.zeros(len(keys), np.uint8), front_bytes=front_bytes)
    assert made.front_bytes <= front_bytes
    assert made.front_bytes > 0.97 * min(front_bytes, 4 * len(keys)) or front_bytes < 4096
    assert np.all(coder.lookups(made.data, keys)[0] == 0)


def test_widest_gaps_stay_within_a_read():
    """The most expensive numbers there are: every block still fits, and nothing asks for more than it may."""
    entries = {TOP - (1999 - i) * (TOP // 2000): i % 32 for i in range(2000)}
    data = make(entries).data
    asked = []
    blocklist = Blocklist(lambda offset, length: asked.append(length) or data[offset : offset + length], len(data))
    assert all(blocklist.lookup(key) == category for key, category in entries.items())
    assert max(asked) <= 2048


def exact_bits(made):
    return 8 * (made.body_bytes + made.index_bytes + made.top_bytes) / made.count


def test_size_of_uniform_lists():
    """The exact part is close to what can be had: log2(e * span / n) bits a number when keys are random."""
    rng = np.random.default_rng(6)
    keys = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 200_000)).astype(np.uint64)
    assert exact_bits(image.make(keys, np.zeros(len(keys), np.uint8))) < 1.015 * np.log2(np.e * 10**10 / len(keys))


def test_size_of_clustered_lists():
    rng = np.random.default_rng(6)
    starts = rng.integers(86 * 10**10, 87 * 10**10, 1000)
    keys = np.unique(starts[:, None] + rng.integers(0, 5000, (1000, 200))).astype(np.uint64)
    assert exact_bits(image.make(keys, np.zeros(len(keys), np.uint8))) < 6.5
    keys = np.unique(starts[:, None] + np.arange(200)).astype(np.uint64)
    assert exact_bits(image.make(keys, np.zeros(len(keys), np.uint8))) < 0.2


@pytest.mark.parametrize(
    "shares", [[0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01], [0.9, 0.1], [1 / 32] * 32]
)
def test_size_of_categories(shares):
    """Within 3 % of their entropy."""
    rng = np.random.default_rng(9)
    keys = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 60_000)).astype(np.uint64)
    categories = rng.choice(len(shares), len(keys), p=shares).astype(np.uint8)
    counts = np.bincount(categories) / len(keys)
    plain, made = image.make(keys, categories * 0), image.make(keys, categories)
    bits = 8 * (len(made.data) - len(plain.data)) / len(keys)
    assert bits < 1.03 * -np.sum(counts * np.log2(counts))


def test_sections_are_the_same_wherever_they_are_cut():
    """Body, index and top depend on numbers and parameters alone: made again, and made with a front or rules."""
    entries = {8613800138000 + 37 * i * i: i % 5 for i in range(3000)}
    first, second, third = make(entries), make(entries), make(entries, front_bytes=0, rules=b"\0" * 8)
    assert first.data == second.data
    fields, others = rwl_decoder.header(first.data), rwl_decoder.header(third.data)
    assert all(fields[kind] == others[kind] for kind in (2, 3))
    assert others[5] == b"\0" * 8 and 1 not in others


SMALL = make({8613800138000 + 37 * i * i: i % 5 for i in range(40)}, country="CN").data


def test_every_flipped_bit_is_refused():
    for bit in range(8 * len(SMALL)):
        damaged = bytearray(SMALL)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ListError):
            opened(damaged).verify()


def test_every_truncation_is_refused():
    for length in range(len(SMALL)):
        with pytest.raises(ListError) as caught:
            opened(SMALL[:length])
        assert caught.value.code == "length"
    with pytest.raises(ListError):
        opened(SMALL + b"\0")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=20), st.booleans())
def test_damage_never_does_worse_than_an_error(changes, seal):
    damaged = bytearray(SMALL)
    for at, value in changes:
        damaged[at] = value
    length = struct.unpack_from("<H", damaged, 10)[0]
    if seal and 4 <= length <= len(damaged):
        struct.pack_into("<I", damaged, length - 4, zlib.crc32(damaged[: length - 4]))
    try:
        blocklist = opened(damaged)
        for key in range(8613800138000, 8613800138400):
            blocklist.lookup(key)
            assert blocklist.reads <= 3
    except ListError as error:
        assert error.code in ("magic", "version", "length", "checksum", "format")


@pytest.mark.parametrize(
    "at, value, code", [(0, 0, "magic"), (8, 1, "version"), (22, 1, "version"), (12, 0, "length"), (20, 68, "checksum")]
)
def test_codes_of_refusal(at, value, code):
    damaged = bytearray(SMALL)
    damaged[at] = value
    if code != "checksum":
        length = struct.unpack_from("<H", damaged, 10)[0]
        struct.pack_into("<I", damaged, length - 4, zlib.crc32(damaged[: length - 4]))
    with pytest.raises(ListError) as caught:
        opened(damaged)
    assert caught.value.code == code


def test_sections_of_unknown_type_are_skipped():
    extra = b"something that a later version adds"
    sections, length = SMALL[23], struct.unpack_from("<H", SMALL, 10)[0]
    directory = 64 + 12 * sections
    head = bytearray(
        SMALL[:directory] + struct.pack("<HHII", 9, 0, len(extra), zlib.crc32(extra)) + SMALL[directory : length - 4]
    )
    head[23] += 1
    struct.pack_into("<HI", head, 10, length + 12, len(SMALL) + 12 + len(extra))
    data = head + struct.pack("<I", zlib.crc32(head)) + SMALL[length:] + extra
    blocklist = opened(bytes(data))
    blocklist.verify()
    assert [section.kind for section in blocklist.sections()] == [1, 3, 9]
    assert blocklist.lookup(8613800138000) == 0
    assert rwl_decoder.decode(bytes(data)) == rwl_decoder.decode(SMALL)


@given(st.lists(st.integers(0, 10**9), min_size=32, max_size=32).filter(any))
def test_codes_are_complete_and_short(counts):
    depths = prefix_code.lengths(counts)
    used = [depth for depth in depths if depth]
    assert max(depths) <= 15
    assert len(used) == (sum(map(bool, counts)) if sum(map(bool, counts)) > 1 else 0)
    assert not used or sum(2.0**-depth for depth in used) == 1


def test_skewed_codes_stay_within_fifteen_bits():
    fibonacci = [1, 1]
    while len(fibonacci) < 32:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    depths = prefix_code.lengths(fibonacci)
    assert max(depths) == 15 and sum(2.0**-depth for depth in depths) == 1


@pytest.mark.parametrize("symbols", range(2, 63))
def test_balanced_trees_are_complete(symbols):
    depths = prefix_code.balanced(symbols)
    assert sum(2.0**-depth for depth in depths) == 1 and max(depths) - min(depths) <= 1


# -- what the document says --------------------------------------------------------------------------------------------


def test_document_hash_vectors():
    rows = re.findall(r"^\| (\d+) \| `([0-9a-f]{16})` \| `([0-9a-f]{16})` \|$", FORMATS.read_text(), re.M)
    assert len(rows) >= 4
    for key, first, second in rows:
        for nth, text in ((1, first), (2, second)):
            assert rwl_decoder.splitmix(int(key), nth) == int(text, 16)


def test_document_walk_through(tmp_path, monkeypatch):
    """The dump in the document is the file that its own commands make."""
    text = FORMATS.read_text()
    rows = re.search(r"cat > tiny\.csv <<END\n(.*?)END\n", text, re.S)
    command = re.search(r"^ringwarden (list build tiny\.csv .*)$", text, re.M)
    monkeypatch.chdir(tmp_path)
    Path("tiny.csv").write_text(rows[1])
    result = CliRunner().invoke(main, shlex.split(command[1]))
    assert result.exit_code == 0, result.output
    dump = re.findall(r"^([0-9a-f]{8})  ((?:[0-9a-f]{2} {0,2})+)$", text, re.M)
    assert b"".join(bytes.fromhex(data) for _, data in dump) == Path("tiny.rwl").read_bytes()
    assert [int(offset, 16) for offset, _ in dump] == list(range(0, 16 * len(dump), 16))
