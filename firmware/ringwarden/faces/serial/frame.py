# SPDX-License-Identifier: Apache-2.0
"""Frames: a head, a payload and a CRC-32, free of zero bytes (COBS) and set between two of them."""

import binascii
import struct

OPEN, OPENED, DATA, PART, ACK, NAK, CLOSE = 1, 2, 3, 4, 5, 6, 7
PAYLOAD = 1032  # bytes, the most that a frame carries: 1 KiB of a file and its head
_HEAD = "<BHHHBH"
_HEAD_SIZE = 10
LONGEST = 1056  # bytes between the two zeros, at most
EDGE = b"\x00"


class Frame:
    """`session` tells one connection from another, `sequence` counts its `DATA` and `PART` frames, `acknowledge` is
    the sequence that is expected next, `window` how many frames from that one on have room."""

    def __init__(self, kind: int, session: int, sequence: int, acknowledge: int, window: int, payload: bytes) -> None:
        self.kind = kind
        self.session = session
        self.sequence = sequence
        self.acknowledge = acknowledge
        self.window = window
        self.payload = payload

    def encode(self) -> bytes:
        """What goes over the wire, zeros included."""
        head = struct.pack(
            _HEAD, self.kind, self.session, self.sequence, self.acknowledge, self.window, len(self.payload)
        )
        body = head + self.payload
        return EDGE + stuff(body + struct.pack("<I", binascii.crc32(body))) + EDGE


def decode(stuffed: bytes) -> "Frame | None":
    """The frame that stood between two zeros; None when it did not arrive as it was sent."""
    body = unstuff(stuffed)
    if body is None or not _HEAD_SIZE + 4 <= len(body) <= _HEAD_SIZE + PAYLOAD + 4:
        return None
    if struct.unpack("<I", body[-4:])[0] != binascii.crc32(body[:-4]):
        return None
    kind, session, sequence, acknowledge, window, length = struct.unpack(_HEAD, body[:_HEAD_SIZE])
    if length != len(body) - _HEAD_SIZE - 4 or not OPEN <= kind <= CLOSE:
        return None
    return Frame(kind, session, sequence, acknowledge, window, body[_HEAD_SIZE:-4])


def stuff(data: bytes) -> bytes:
    """Consistent overhead byte stuffing: the same without zeros, one byte in 254 longer."""
    out = bytearray(len(data) + len(data) // 254 + 1)
    view = memoryview(data)
    at = to = 0
    while at <= len(data):
        end = data.find(EDGE, at)
        if end < 0:
            end = len(data)
        while end - at >= 254:
            out[to] = 255
            out[to + 1 : to + 255] = view[at : at + 254]
            at += 254
            to += 255
        out[to] = end - at + 1
        out[to + 1 : to + 1 + end - at] = view[at:end]
        to += end - at + 1
        at = end + 1
    return bytes(memoryview(out)[:to])


def unstuff(data: bytes) -> "bytes | None":
    """What `stuff` was given; None when nothing stuffs to `data`."""
    out = bytearray(len(data))
    view = memoryview(data)
    at = to = 0
    while at < len(data):
        code = data[at]
        end = at + code
        if code == 0 or end > len(data):
            return None
        out[to : to + code - 1] = view[at + 1 : end]
        to += code - 1
        if code < 255 and end < len(data):
            to += 1  # a zero, which is there
        at = end
    return bytes(memoryview(out)[:to])
