# SPDX-License-Identifier: Apache-2.0
"""Deltas: the library and a second reader read what the encoder writes, and it makes the same list byte for byte."""

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
import rwd_decoder
from hypothesis import given
from hypothesis import strategies as st

from ringwarden.blocklist import delta as portable
from ringwarden.blocklist.delta import DeltaError, DeltaHeader
from ringwarden_tools.lists import delta, image

KEY_LIMIT = 10**15


def listing(numbers, rules=b"", country="CN", front_bytes=None):
    """A list of {key: category}, built and taken apart."""
    keys = np.array(sorted(numbers), np.uint64)
    categories = np.array([numbers[int(key)] for key in keys], np.uint8)
    made = image.make(keys, categories, country, front_bytes=front_bytes, rules=rules)
    return delta.take_apart(made.data)


def rules(places, category=3):
    """Section 5 with a range of a thousand numbers at each of these places."""
    spans = [(10**12 + 10**4 * place, 10**12 + 10**4 * place + 999) for place in sorted(places)]
    entries = [first.to_bytes(7, "little") + last.to_bytes(7, "little") + bytes([category]) for first, last in spans]
    return struct.pack("<4H", len(spans), 0, 0, 0) + b"".join(entries) if spans else b""


def second_reading(base, target, coded):
    """The delta as the second reader understands it: regions and numbers, compared with the target."""
    read = rwd_decoder.Delta(coded)
    assert read.fits(base.data) and not read.fits(base.data + b"x")
    lengths = [region.length for region in target.regions]
    assert lengths[0] == read.header_length
    regions = rwd_decoder.read_regions(read.stream, base.data, lengths)
    assert regions == [target.data[region.offset : region.offset + region.length] for region in target.regions]
    numbers = list(zip(base.keys.tolist(), base.categories.tolist(), strict=True))
    merged = rwd_decoder.merge(read.stream, numbers, read.changes, read.additions)
    assert merged == list(zip(target.keys.tolist(), target.categories.tolist(), strict=True))


def both(base, target):
    """A delta whose result was compared, by the library and by the second reader."""
    made = delta.make(base, target)
    assert delta.applied(base.data, made.data, portable.MEMORY) == target.data
    second_reading(base, target, made.data)
    return made


keys = st.one_of(
    st.integers(1, KEY_LIMIT - 1),
    st.integers(8613800138000, 8613800138200),
    st.builds(lambda n: 4915200000000 + 10 * n, st.integers(0, 500)),
)
numbers = st.dictionaries(keys, st.one_of(st.just(1), st.integers(0, 31)), max_size=150)


@st.composite
def pairs(draw):
    """Two lists that share many numbers, with rules that may change."""
    shared = draw(numbers)
    old = shared | draw(st.dictionaries(keys, st.integers(0, 31), max_size=30))
    new = shared | draw(st.dictionaries(keys, st.integers(0, 31), max_size=30))
    places = st.sets(st.integers(0, 10**5), max_size=20)
    before = draw(places)
    after = draw(st.sampled_from([before, set(), before | draw(places), before - draw(places)]))
    return old, new, rules(before), rules(after, draw(st.integers(3, 4)))


@given(pairs())
def test_any_pair_of_lists(pair):
    old, new, old_rules, new_rules = pair
    both(listing(old, old_rules), listing(new, new_rules))


@pytest.mark.parametrize(
    "old, new",
    [
        ({}, {}),
        ({}, {8613800138000: 1}),
        ({8613800138000: 1}, {}),
        ({1: 0}, {KEY_LIMIT - 1: 31}),
        ({8613800138000: 1}, {8613800138000: 2}),
        ({k: 1 for k in range(1, 5000)}, {k: 1 for k in range(2500, 7500)}),
        ({k: k % 32 for k in range(1, 3000)}, {k: (k + 1) % 32 for k in range(1, 3000)}),
    ],
)
def test_edges(old, new):
    made = both(listing(old), listing(new))
    gone, come = len(old.keys() - new.keys()), len(new.keys() - old.keys())
    changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
    assert (made.removed, made.added, made.changed) == (gone, come, changed)


@pytest.mark.parametrize("front_bytes", [0, 100, 20_000, None])
def test_front_of_another_size(front_bytes):
    rng = np.random.default_rng(3)
    old = {int(k): 0 for k in rng.integers(1, 10**10, 20_000)}
    new = old | {int(k): 3 for k in rng.integers(1, 10**10, 200)}
    both(listing(old), listing(new, front_bytes=front_bytes))


def test_country_and_rules_change():
    rng = np.random.default_rng(4)
    old = {int(k): 0 for k in rng.integers(1, 10**10, 500)}
    places = set(rng.permutation(10**5)[:200].tolist())
    new = sorted(places)
    del new[40:44]
    made = both(listing(old, rules(places)), listing(old, rules([*new, 10**5 + 1, new[80] + 1]), "DE"))
    assert len(made.data) < 104 + 200  # two more and four fewer are no reason to send 2,800 bytes


def with_sections(data, extra):
    """A list with sections of unknown types, each before the section with this number."""
    fixed, entry = 64, 12
    header_length, count = struct.unpack_from("<H", data, 10)[0], data[23]
    tables = data[fixed + entry * count : header_length - 4]
    at, parts = header_length, []
    for index in range(count + 1):
        parts += [(kind, content) for kind, place, content in extra if place == index]
        if index < count:
            kind, _, length = struct.unpack_from("<HHI", data, fixed + entry * index)
            parts.append((kind, data[at : at + length]))
            at += length
    directory = b"".join(struct.pack("<HHII", kind, 0, len(part), zlib.crc32(part)) for kind, part in parts)
    body = b"".join(part for _, part in parts)
    head = bytearray(data[:fixed] + directory + tables + bytes(4))
    struct.pack_into("<HI", head, 10, len(head), len(head) + len(body))
    head[23] = len(parts)
    struct.pack_into("<I", head, len(head) - 4, zlib.crc32(head[:-4]))
    return delta.take_apart(bytes(head) + body)


def test_unknown_sections():
    """They are carried along, wherever they stand: new, changed, moved, gone, two side by side."""
    rng = np.random.default_rng(9)
    old = {int(k): int(k) % 3 for k in rng.integers(1, 10**10, 20_000)}
    new = dict(sorted(old.items())[50:])
    one, other = rng.bytes(3000), rng.bytes(500)
    before, after = rules([1, 2, 3]), rules([1, 3])
    base, target = listing(old, before).data, listing(new, after).data
    cases = [
        ([], [(0x8001, 0, one)]),
        ([(0x8001, 1, one)], [(0x8001, 3, one[:900] + b"changed" + one[901:])]),
        ([(0x8001, 2, one), (0x9000, 2, other)], [(0x9000, 0, other), (0x8001, 4, one), (6, 4, b"x")]),
        ([(0x8001, 0, one)], []),
    ]
    plain = len(both(listing(old, before), listing(new, after)).data)
    lengths = [
        len(both(with_sections(base, before), with_sections(target, after)).data) - plain for before, after in cases
    ]
    assert 3000 <= lengths[0] < 3200  # random bytes that the base has not
    assert all(length < 120 for length in lengths[1:]), lengths


def churned(rng, count, churn, limit=10**10):
    """A uniform list, and the same with so many numbers out and so many others in."""
    everything = rng.permutation(np.unique(rng.integers(1, limit, int((count + churn) * 1.01), dtype=np.uint64)))
    base, come = np.sort(everything[:count]), everything[count : count + churn]
    return base, np.sort(np.concatenate([np.delete(base, rng.choice(count, churn, replace=False)), come]))


def zero(some):
    return np.zeros(len(some), np.uint8)


def test_five_thousand_of_a_million():
    """The promise: 5,000 out and 5,000 in of a million take at most 20,000 bytes, in the memory of a box."""
    old, new = churned(np.random.default_rng(5), 1_000_000, 5_000)
    base = delta.take_apart(image.make(old, zero(old), "CN").data)
    target = delta.take_apart(image.make(new, zero(new), "CN").data)
    made = delta.make(base, target)
    assert (made.removed, made.added, made.changed) == (5_000, 5_000, 0)
    assert len(made.data) <= 20_000
    assert delta.applied(base.data, made.data, portable.MEMORY) == target.data


@pytest.fixture(scope="module")
def small():
    rng = np.random.default_rng(6)
    old = {int(k): int(c) for k, c in zip(rng.integers(1, 10**10, 900), rng.integers(0, 4, 900), strict=True)}
    new = dict(sorted(old.items())[20:]) | {int(k): 2 for k in rng.integers(1, 10**10, 30)}
    base, target = listing(old, rules([5, 6])), listing(new, rules([5, 7, 8]))
    return base, target, delta.make(base, target).data


def refusal(base, coded):
    """The code with which a delta is refused, "" when it is not."""
    try:
        delta.applied(base, coded)
    except DeltaError as error:
        assert str(error) == portable.EXPLANATIONS[error.code]
        return error.code
    return ""


def test_every_truncation_is_refused(small):
    base, _, coded = small
    for length in range(len(coded)):
        assert refusal(base.data, coded[:length]) == "length", length
    assert refusal(base.data, coded + b"\0") == "length"


def test_every_flipped_bit_is_refused(small):
    base, _, coded = small
    codes = set()
    for bit in range(8 * len(coded)):
        damaged = bytearray(coded)
        damaged[bit // 8] ^= 1 << bit % 8
        code = refusal(base.data, bytes(damaged))
        assert code, bit
        codes.add(code)
    assert codes == {"magic", "version", "checksum", "format"}


def resealed(coded):
    """A delta whose checksums are right again after it was changed."""
    head, stream = bytearray(coded[:100]), coded[100:-4]
    struct.pack_into("<I", head, 96, zlib.crc32(head[:96]))
    return bytes(head) + stream + struct.pack("<I", zlib.crc32(stream))


def test_flipped_bits_behind_right_checksums(small):
    """Whoever computes the checksums anew gets no further: nothing comes out but the list that was named."""
    base, target, coded = small
    codes = set()
    for at in range(8, len(coded) - 4):
        damaged = bytearray(coded)
        damaged[at] ^= 1 << at % 8
        if 12 <= at < 16:
            continue  # the length of the delta: see the truncations
        codes.add(refusal(base.data, resealed(bytes(damaged))))
    # "": the last bits of the stream may stand for the same numbers; `applied` compares the SHA-256 of what it made.
    assert {"base", "format", "target", "version"} <= codes <= set(portable.EXPLANATIONS) | {""}


def test_wrong_base(small):
    base, target, coded = small
    assert refusal(target.data, coded) == "base"
    assert refusal(base.data[:-1], coded) == "base"
    other = bytearray(base.data)
    other[-1] ^= 1
    assert refusal(bytes(other), coded) == "base"


def test_base_that_changes_under_way(small):
    """The hash of the base was right, then its flash went bad: an error or a refused result, never an accepted one."""
    base, target, coded = small
    for at in range(0, len(base.data), 5):
        damaged = bytearray(base.data)
        damaged[at] ^= 0x10
        sink = Sink(len(target.data))
        try:
            sink.apply(bytes(damaged), coded, base_hash=hashlib.sha256(base.data).digest())
        except DeltaError:
            continue
        assert bytes(sink.data) == target.data  # bytes that a walk never looks at: the front, the top of one node


class Sink:
    """Memory that minds that every byte is written once, and read only after that."""

    def __init__(self, size):
        self.data = bytearray(size)
        self.written = np.zeros(size, bool)
        self.longest = 0

    def write(self, offset, data):
        assert 0 < len(data) and offset + len(data) <= len(self.data)
        assert not self.written[offset : offset + len(data)].any()
        self.written[offset : offset + len(data)] = True
        self.data[offset : offset + len(data)] = data
        self.longest = max(self.longest, len(data))

    def read(self, offset, length):
        self.longest = max(self.longest, length)
        assert self.written[offset : offset + length].all()
        return bytes(self.data[offset : offset + length])

    def apply(self, base, coded, step=1 << 20, **options):
        stream = io.BytesIO(coded)

        def read_base(offset, length):
            self.longest = max(self.longest, length)
            assert offset + length <= len(base)
            return base[offset : offset + length]

        return portable.apply(
            read_base, len(base), lambda n: stream.read(min(n, step)), self.write, self.read, **options
        )


@pytest.mark.parametrize("step", [1, 7, 1024])
def test_every_byte_is_written_once(small, step):
    base, target, coded = small
    sink = Sink(len(target.data))
    header = sink.apply(base.data, coded, step)
    assert sink.written.all() and bytes(sink.data) == target.data
    assert header.target_hash == hashlib.sha256(target.data).digest() and header.target_length == len(target.data)
    assert sink.longest <= 4096


def test_room(small):
    base, target, coded = small
    sink = Sink(0)
    with pytest.raises(DeltaError) as refused:
        sink.apply(base.data, coded, room=len(target.data) - 1)
    assert refused.value.code == "room"


def test_memory_that_is_too_little(small):
    base, target, coded = small
    for memory in (100, 2000, 4000):
        with pytest.raises(DeltaError) as refused:
            Sink(len(target.data)).apply(base.data, coded, memory=memory)
        assert refused.value.code == "size"


def test_header(small):
    base, target, coded = small
    header = DeltaHeader(coded[:100])
    assert (header.length, header.base_length, header.target_length) == (len(coded), len(base.data), len(target.data))
    assert header.base_hash == hashlib.sha256(base.data).digest()
    for data, code in ((b"", "length"), (coded[:99], "length"), (b"\x89RWL", "magic"), (b"GIF89a" * 40, "magic")):
        with pytest.raises(DeltaError) as refused:
            DeltaHeader(data)
        assert refused.value.code == code
