# SPDX-License-Identifier: Apache-2.0
# Runs on the machine, behind what machine.py puts before it. DATA: pieces of audio, each a header of five numbers
# (samples, rate, standards, report bad ones, samples from which on to count) and its samples. A line for each event,
# then a line with instructions: of cid_feed alone, and of CidDecoder.feed as the application calls it.
import struct
from array import array

import _ringwarden as rw
from ringwarden.native import CidDecoder, Event


def show(event):
    data = event.data.hex() if event.data else ""  # here the hex of nothing is b''
    print("event", *[getattr(event, name) for name in FIELDS], data)


FIELDS = [name for name in Event.__slots__ if name != "data"]


def alone(samples, rate, standards, bad, count_from):
    """cid_feed in blocks of 10 ms: every event is shown, instructions from sample `count_from` on are returned."""
    state = bytearray(rw.cid_state_size(rate, standards, bad))
    record = bytearray(312)
    rw.cid_init(state, rate, standards, bad)
    block = rate // 100 * 2
    work = 0
    for at in range(0, len(samples), block):
        part = samples[at : at + block]
        taken = 0
        while taken < len(part) // 2:
            before = instret()
            taken += rw.cid_feed(state, part, taken)
            spent = since(before)
            if at >= 2 * count_from:
                work += spent
            while rw.cid_poll(state, record):
                show(Event(record))
    rw.cid_flush(state)
    while rw.cid_poll(state, record):
        show(Event(record))
    return work, len(state)


def through_python(samples, rate, standards, bad, count_from):
    """The same through CidDecoder; blocks are arrays, as a board hands them over."""
    decoder = CidDecoder(rate, standards, bool(bad))
    block = rate // 100 * 2
    work = 0
    for at in range(0, len(samples), block):
        part = array("h", bytes(samples[at : at + block]))
        before = instret()
        decoder.feed(part)
        spent = since(before)
        if at >= 2 * count_from:
            work += spent
    return work


at = 0
while at < len(DATA):
    count, *config = struct.unpack_from("<5I", DATA, at)
    samples = DATA[at + 20 : at + 20 + 2 * count]
    at += 20 + (2 * count + 3) // 4 * 4
    work, size = alone(samples, *config)
    print("counted", work, through_python(samples, *config) if config[3] < count else 0, size)
