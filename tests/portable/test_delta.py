# SPDX-License-Identifier: Apache-2.0
"""A delta as the appliance applies it, on either interpreter."""

import hashlib

from delta_sample import BASE, DELTA, TARGET

from ringwarden.blocklist import Blocklist
from ringwarden.blocklist.delta import EXPLANATIONS, MEMORY, DeltaError, DeltaHeader, apply


class Box:
    """A base, a delta that arrives in pieces of `step` bytes, and room for the target."""

    def __init__(self, base=BASE, delta=DELTA, step=100):
        self.base = base
        self.delta = delta
        self.step = step
        self.out = bytearray(len(TARGET))
        self.writes = 0

    def read_base(self, offset, length):
        return self.base[offset : offset + length]

    def read_delta(self, length):
        length = min(length, self.step)
        piece, self.delta = self.delta[:length], self.delta[length:]
        return piece

    def read_target(self, offset, length):
        return bytes(self.out[offset : offset + length])

    def write(self, offset, data):
        self.writes += len(data)
        self.out[offset : offset + len(data)] = data

    def run(self, room=None, base_hash=None, memory=MEMORY):
        return apply(
            self.read_base, len(self.base), self.read_delta, self.write, self.read_target, room, base_hash, memory
        )

    def refusal(self, **options):
        """The code with which it is refused, "" when it is not."""
        try:
            self.run(**options)
        except DeltaError as error:
            assert str(error) == EXPLANATIONS[error.code]
            return error.code
        return ""


def test_the_new_list():
    for step in (1, 100, 4096):
        box = Box(step=step)
        header = box.run(len(TARGET))
        assert bytes(box.out) == TARGET
        assert box.writes == len(TARGET)
        assert header.target_length == len(TARGET)
        assert header.target_hash == hashlib.sha256(TARGET).digest()


def test_it_is_a_list():
    box = Box()
    box.run()
    blocklist = Blocklist(box.read_target, len(TARGET))
    blocklist.verify()
    assert blocklist.country == "CN"


def test_header():
    header = DeltaHeader(DELTA[:100])
    assert header.length == len(DELTA)
    assert header.base_length == len(BASE)
    assert header.base_hash == hashlib.sha256(BASE).digest()
    assert header.changes == 20
    assert header.additions == 15


def test_known_hash_of_the_base_spares_reading_it():
    box = Box()
    asked = []
    read = box.read_base

    def counted(offset, length):
        asked.append(length)
        return read(offset, length)

    box.read_base = counted
    box.run()
    whole = sum(asked)
    del asked[:]
    box = Box()
    box.read_base = counted
    box.run(base_hash=hashlib.sha256(BASE).digest())
    assert sum(asked) == whole - len(BASE)


def test_wrong_base():
    assert Box(base=TARGET).refusal() == "base"
    assert Box(base=BASE[:-1]).refusal() == "base"
    assert Box(base=BASE[:-1] + bytes([BASE[-1] ^ 1])).refusal() == "base"
    assert Box().refusal(base_hash=hashlib.sha256(TARGET).digest()) == "base"


def test_no_room():
    box = Box()
    assert box.refusal(room=len(TARGET) - 1) == "room"
    assert box.writes == 0


def test_truncations():
    for length in range(0, len(DELTA), 3):
        assert Box(delta=DELTA[:length], step=4096).refusal() == "length", length
    assert Box(delta=DELTA + b"x").refusal() == "length"


def test_flipped_bits():
    known = hashlib.sha256(BASE).digest()
    for at in range(len(DELTA)):
        damaged = DELTA[:at] + bytes([DELTA[at] ^ (1 << at % 8)]) + DELTA[at + 1 :]
        code = Box(delta=damaged, step=4096).refusal(base_hash=known)
        assert code in ("magic", "version", "checksum", "format"), (at, code)


def test_too_little_memory():
    for memory in (16, 1000, 4000):
        assert Box().refusal(memory=memory) == "size"


def test_what_a_sink_raises_passes_through():
    box = Box()

    def full(offset, data):
        raise OSError(28)

    box.write = full
    try:
        box.run()
    except OSError as error:
        assert error.args[0] == 28
    else:
        raise AssertionError("it was swallowed")


def test_calls_refuse_what_is_no_state():
    """The functions below `apply` mind the buffers that they are handed."""
    import _ringwarden as native

    def refused(kind, function, *arguments):
        try:
            function(*arguments)
        except kind:
            return
        raise AssertionError("it was taken")

    state, request = bytearray(MEMORY), bytearray(12)
    refused(ValueError, native.delta_next, state, request)
    refused(ValueError, native.delta_feed, state, DELTA)
    refused(ValueError, native.delta_init, bytearray(8))
    refused(TypeError, native.delta_init, bytes(MEMORY))
    assert native.delta_init(bytearray(200)) < 0
    assert native.delta_init(state) == 0
    refused(ValueError, native.delta_next, state, bytearray(11))
    refused(ValueError, native.delta_next, memoryview(state)[: MEMORY - 8], request)
    refused(ValueError, native.cid_poll, state, bytearray(312))
    assert native.delta_next(state, request) == 1
    assert native.delta_feed(state, DELTA[:99]) < 0
    assert native.delta_next(state, request) < 0
