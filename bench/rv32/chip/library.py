# SPDX-License-Identifier: Apache-2.0
# Runs on the machine, behind what machine.py puts before it. DATA: the length of a list (4 bytes), the list, then keys
# of 8 bytes. Signatures come from tests/portable/test_signatures.py. Prints "name instructions" for a piece of work.
import binascii
import hashlib
import struct

import _ringwarden as rw
from ringwarden.blocklist import Blocklist
from ringwarden.native import ListReader, Sha512, ed25519_verify, p256_verify
from test_signatures import ED25519, P256, P256_X, P256_Y

HASHED = 4096
PIECES = 64


def counted(work, *arguments):
    """What a function returns, and its instructions."""
    gc.collect()
    before = instret()
    result = work(*arguments)
    return result, since(before)


def alone(reader, key, medium):
    """The instructions of the library alone for one lookup, and the answer."""
    opened, query = reader._list, bytearray(80)
    before = instret()
    state = rw.list_begin(opened, query, key)
    work = since(before)
    while state == 2:
        offset, length = struct.unpack_from("<II", query, 0)
        data = medium[offset : offset + length]
        before = instret()
        state = rw.list_next(opened, query, data, length)
        work += since(before)
    return (struct.unpack_from("<I", query, 8)[0] if state else None), work


def lists():
    length = struct.unpack_from("<I", DATA)[0]
    medium = DATA[4 : 4 + length]
    blocklist = Blocklist(lambda offset, size: medium[offset : offset + size], length)
    reader = ListReader(lambda offset, size: medium[offset : offset + size], length)
    for at in range(4 + length, len(DATA), 8):
        key = struct.unpack_from("<Q", DATA, at)[0]
        category, work = alone(reader, key, medium)
        again, called = counted(blocklist.lookup, key)
        assert again == category
        print("lookup", work, called, blocklist.reads, -1 if category is None else category)


def signatures():
    for public, message, signature in ED25519:
        public, message, signature = [binascii.unhexlify(text) for text in (public, message, signature)]
        good, work = counted(ed25519_verify, public, signature, lambda write: write(message))
        assert good
        print("ed25519", work)
    public = binascii.unhexlify(P256_X + P256_Y)
    for message, r, s in P256:
        good, work = counted(p256_verify, public, binascii.unhexlify(r + s), hashlib.sha256(message).digest())
        assert good
        print("p256", work)


def hashing():
    data = bytes(HASHED)
    running = Sha512()
    print("sha512", counted(running.update, data)[1] / HASHED)
    print("crc32", counted(rw.crc32, 0, data)[1] / HASHED)
    running = hashlib.sha256()
    print("sha256", counted(running.update, data)[1] / HASHED)


lists()
signatures()
hashing()
