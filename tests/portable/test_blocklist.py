# SPDX-License-Identifier: Apache-2.0
"""The list as the appliance sees it, on either interpreter. The list is the one that docs/FORMATS.md walks through."""

import os

from ringwarden.blocklist import Blocklist, ListError, open_file, stored_length

TINY = bytes.fromhex(
    "8952574c0d0a1a0a020066009200000004000000434e02024ec35578c8000000"
    "000200020800010000100000050700000013010000002a00007effff01000400"
    "01000000200000006230bbef030000000c00000071cdd714030100001202fc00"
    "00f6da3c6afe80004400000a000100100000300010200000c190098000001020"
    "090002002840b007730073285775847dfe58"
)
LISTED = ((861012345678, 0), (8613800138000, 1), (8613800138001, 1), (8613900139000, 8))
STRANGERS = (0, 1, 110, 861012345677, 861012345679, 8613800137999, 8613800138002, 8613900139001, 10**15, 10**17)


def opened(data):
    return Blocklist(lambda offset, length: data[offset : offset + length], len(data))


def refusal(data):
    """The code with which a list is refused, "" when it is not."""
    try:
        opened(data).verify()
    except ListError as error:
        return error.code
    return ""


def test_answers():
    blocklist = opened(TINY)
    blocklist.verify()
    assert blocklist.count == 4
    assert blocklist.country == "CN"
    for key, category in LISTED:
        assert blocklist.lookup(key) == category
        assert blocklist.reads == 2
    for key in STRANGERS:
        assert blocklist.lookup(key) is None


def test_what_is_read():
    asked = []

    def read(offset, length):
        asked.append((offset, length))
        return TINY[offset : offset + length]

    blocklist = Blocklist(read, len(TINY))
    del asked[:]
    blocklist.lookup(8613800138000)
    assert asked == [(102, 32), (134, 12)]
    del asked[:]
    blocklist.lookup(8613800138002)
    assert asked == [(102, 32)]
    del asked[:]
    blocklist.lookup(110)
    assert asked == []


def test_every_flipped_bit_is_refused():
    for bit in range(8 * len(TINY)):
        damaged = bytearray(TINY)
        damaged[bit // 8] ^= 1 << bit % 8
        assert refusal(bytes(damaged)) in ("magic", "version", "length", "checksum", "format"), bit


def test_every_truncation_is_refused():
    for length in range(len(TINY)):
        assert refusal(TINY[:length]) == "length", length
    assert refusal(TINY + b"x") == "length"


def test_codes():
    cases = ((0, 0, "magic"), (8, 1, "version"), (20, 68, "checksum"), (0x6B, 0, "checksum"), (145, 0, "checksum"))
    for at, value, code in cases:
        damaged = bytearray(TINY)
        damaged[at] = value
        assert refusal(bytes(damaged)) == code


def test_medium_that_gives_too_little():
    """Flash that answers short is refused when it is opened, and when it begins to do so later."""
    short = False

    def read(offset, length):
        return TINY[offset : offset + length - (1 if short else 0)]

    blocklist = Blocklist(read, len(TINY))
    short = True
    for attempt in (lambda: blocklist.lookup(8613800138000), blocklist.verify, lambda: Blocklist(read, len(TINY))):
        try:
            attempt()
        except ListError as error:
            assert error.code == "length"
        else:
            raise AssertionError("it was believed")


def test_rotten_flash_gives_an_error_not_a_crash():
    """A body that went bad after it was checked: the answer is clean, or the error is."""
    codes = set()
    for value in range(256):
        for at in range(134, 146):
            damaged = TINY[:at] + bytes([value]) + TINY[at + 1 :]
            blocklist = opened(damaged)
            for key, _ in LISTED:
                try:
                    blocklist.lookup(key)
                except ListError as error:
                    codes.add(error.code)
    assert codes <= {"format"}


def test_length_in_a_larger_partition():
    assert stored_length(TINY + b"\xff" * 100) == len(TINY)
    for data, code in ((TINY[:15], "length"), (b"\xff" * 16, "magic")):
        try:
            stored_length(data)
        except ListError as error:
            assert error.code == code
        else:
            raise AssertionError("it was believed")


def test_file():
    path = "test_blocklist.tmp.rwl"
    with open(path, "wb") as file:
        file.write(TINY)
    try:
        blocklist = open_file(path)
        assert blocklist.lookup(8613800138001) == 1
        blocklist.close()
        with open(path, "wb") as file:
            file.write(TINY[:-1] + b"\0")
        try:
            open_file(path)
        except ListError as error:
            assert error.code == "checksum"
        else:
            raise AssertionError("it was believed")
    finally:
        os.remove(path)
