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
from ringwarden_tools.lists import front, image, prefix_code

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
@given(lists(), st.sampled_from([0, 1, 4, 8, 32]), st.sampled_from(["", "CN"]), st.data())
def test_every_member_is_found_and_no_stranger(entries, front_bits, country, data):
    made = make(entries, country=country, front_bits=front_bits)
    assert rwl_decoder.decode(made.data) == sorted(entries.items())
    blocklist = opened(made.data)
    blocklist.verify()
    assert (blocklist.count, blocklist.country) == (len(entries), country)
    for key, category in entries.items():
        assert blocklist.lookup(key) == category
        assert blocklist.reads <= made.reads
    near = [key + step for key in entries for step in (-1, 1)] + [0, 1, TOP, TOP + 1, 10**18 - 1]
    for key in near + data.draw(st.lists(st.integers(0, TOP), max_size=20)):
        assert blocklist.lookup(key) == entries.get(key)


@pytest.mark.parametrize("root_max, count, depth", [(120, 2500, 0), (24, 2500, 1), (16, 12000, 2)])
def test_each_depth_of_index(monkeypatch, root_max, count, depth):
    """A root that is held small makes a small list as deep as a large one."""
    monkeypatch.setattr(image, "ROOT_MAX", root_max)
    monkeypatch.setattr(image, "SHAPES", ((8, 8),))
    rng = np.random.default_rng(depth)
    keys = 8613 * 10**9 + np.cumsum(rng.integers(1, 10 ** rng.integers(1, 6, count)))
    entries = {int(key): int(key) % 3 for key in keys}
    made = make(entries)
    assert made.levels == depth
    assert rwl_decoder.decode(made.data) == sorted(entries.items())
    blocklist = opened(made.data)
    for key in entries:
        assert blocklist.lookup(key) == key % 3
        assert blocklist.lookup(key + 1) == entries.get(key + 1)
        assert blocklist.reads <= depth + 2


@pytest.mark.parametrize(
    "low, span, count", [(86 * 10**10, 10**10, 150_000), (1, TOP, 60_000), (8613 * 10**9, 3 * 10**5, 150_000)]
)
def test_large_lists_need_three_reads(low, span, count):
    rng = np.random.default_rng(5)
    keys = np.unique(rng.integers(low, low + span, count)).astype(np.uint64)
    made = image.make(keys, (keys % np.uint64(10)).astype(np.uint8))
    assert made.reads <= 3
    blocklist = opened(made.data)
    members = set(keys.tolist())
    passed = strangers = 0
    for key in rng.choice(keys, 4000).tolist():
        assert blocklist.lookup(key) == key % 10
        assert blocklist.reads <= 3
    for key in rng.integers(low, low + span, 6000).tolist():
        assert (blocklist.lookup(key) is not None) == (key in members)
        strangers += key not in members
        passed += key not in members and blocklist.reads > 1
    assert passed < 0.03 * strangers  # 2.3 % at 8 bits a number


def test_widest_gaps_stay_within_a_read():
    """The most expensive numbers there are: every block still fits, and nothing asks for more than it may."""
    entries = {TOP - (1999 - i) * (TOP // 2000): i % 32 for i in range(2000)}
    data = make(entries).data
    asked = []
    blocklist = Blocklist(lambda offset, length: asked.append(length) or data[offset : offset + length], len(data))
    assert all(blocklist.lookup(key) == category for key, category in entries.items())
    assert max(asked) <= 1024


def test_size_of_uniform_and_clustered_lists():
    """The exact part is close to what can be had: log2(e * span / n) bits a number when keys are random."""
    rng = np.random.default_rng(6)
    keys = np.unique(rng.integers(86 * 10**10, 87 * 10**10, 200_000)).astype(np.uint64)
    made = image.make(keys, np.zeros(len(keys), np.uint8))
    bound = np.log2(np.e * 10**10 / len(keys))
    assert 8 * (made.body_bytes + made.index_bytes) / len(keys) < bound + 0.3
    starts = rng.integers(86 * 10**10, 87 * 10**10, 1000)
    keys = np.unique(starts[:, None] + rng.integers(0, 5000, (1000, 200))).astype(np.uint64)
    made = image.make(keys, np.zeros(len(keys), np.uint8))
    assert 8 * (made.body_bytes + made.index_bytes) / len(keys) < 6.5


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
            assert blocklist.reads <= 4
    except ListError as error:
        assert error.code in ("magic", "version", "length", "checksum", "format")


@pytest.mark.parametrize(
    "at, value, code", [(0, 0, "magic"), (8, 2, "version"), (22, 2, "version"), (12, 0, "length"), (20, 68, "checksum")]
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
    directory = 48 + 16 * sections
    root = SMALL[directory : directory + struct.unpack_from("<H", SMALL, 30)[0]]
    entry = struct.pack("<HHIII", 9, 0, len(SMALL), len(extra), zlib.crc32(extra))
    head = bytearray((SMALL[:directory] + entry + root).ljust(length - 4, b"\0"))
    assert len(head) == length - 4  # the padding had room
    head[23] += 1
    struct.pack_into("<I", head, 12, len(SMALL) + len(extra))
    data = head + struct.pack("<I", zlib.crc32(head)) + SMALL[length:] + extra
    blocklist = opened(bytes(data))
    blocklist.verify()
    assert [section.kind for section in blocklist.sections()] == [1, 3, 9]
    assert blocklist.lookup(8613800138000) == 0
    assert rwl_decoder.decode(bytes(data)) == rwl_decoder.decode(SMALL)


@given(st.lists(st.integers(0, 10**9), min_size=32, max_size=32).filter(any))
def test_category_codes_are_complete_and_short(counts):
    code = prefix_code.build(np.array(counts))
    used = [length for length in code.table if length]
    assert [bool(length) for length in code.table] == [bool(count) for count in counts]
    assert max(used) <= 15
    assert used == [1] or sum(2.0**-length for length in used) == 1


def test_skewed_categories_stay_within_fifteen_bits():
    fibonacci = [1, 1]
    while len(fibonacci) < 32:
        fibonacci.append(fibonacci[-1] + fibonacci[-2])
    code = prefix_code.build(np.array(fibonacci))
    assert max(code.table) == 15 and sum(2.0**-length for length in code.table) == 1


# -- what the document says --------------------------------------------------------------------------------------------


def test_document_hash_vectors():
    rows = re.findall(r"^\| (\d+) \| `([0-9a-f]{16})` \| `([0-9a-f]{16})` \|$", FORMATS.read_text(), re.M)
    assert len(rows) >= 4
    for key, first, second in rows:
        for nth, text in ((1, first), (2, second)):
            assert (
                int(front.mix(np.array([int(key)], np.uint64), nth)[0])
                == rwl_decoder.splitmix(int(key), nth)
                == int(text, 16)
            )


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
