# SPDX-License-Identifier: Apache-2.0
"""The C library, bound once: nothing else in the application knows how it is reached.

Both interpreters offer a module `_ringwarden` with the same plain functions over buffers: an extension made by cffi on
CPython, a native `.mpy` on MicroPython. The records that cross the border have fixed layouts (see `native/include`).
"""

import struct

import _ringwarden as _rw

STANDARDS = {"bell202": 1, "v23": 2, "ntt": 4, "dtmf": 8}
AUTO = 15

ERRORS = {
    -1: "argument",
    -2: "size",
    -3: "magic",
    -4: "version",
    -5: "length",
    -6: "checksum",
    -7: "format",
}

_STANDARD_NAMES = {value: name for name, value in STANDARDS.items()}
_KINDS = {1: "carrier", 2: "message", 3: "tone_alert"}
_EVENT = "<QQIIIIiiiII"  # rw_cid_event up to `data`
_EVENT_SIZE = 312
_EVENT_DATA = struct.calcsize(_EVENT)
_MESSAGE_SIZE = 256
_QUERY_SIZE = 80
_PROLOGUE = 16  # bytes that say how long a list's header is
_SHA512_SIZE = 200
_READ = 2  # RW_LIST_READ
_REQUEST_SIZE = 12
_FORMAT = -7  # RW_ERR_FORMAT
_COUNT, _TOP_OFFSET, _TOP_LENGTH, _RULES_OFFSET, _RULES_LENGTH = 0, 1, 2, 3, 4  # RW_FLAT_LIST_*


class NativeError(Exception):
    """A function of the library refused: `code` is one of the words in `ERRORS`."""

    def __init__(self, status: int) -> None:
        self.code = ERRORS.get(status, "unknown")
        super().__init__("native library: " + self.code)


def _check(status: int) -> int:
    if status < 0:
        raise NativeError(status)
    return status


class Event:
    """What the decoder heard (rw_cid_event). `start` and `end` count samples since the decoder's last reset."""

    __slots__ = (
        "start",
        "end",
        "kind",
        "standard",
        "checksum_ok",
        "has_checksum",
        "quality",
        "level_ddb",
        "snr_ddb",
        "frequency_ppm",
        "corrected",
        "data",
    )

    def __init__(self, record: "bytes | bytearray") -> None:
        (
            self.start,
            self.end,
            kind,
            standard,
            flags,
            self.quality,
            self.level_ddb,
            self.snr_ddb,
            self.frequency_ppm,
            self.corrected,
            length,
        ) = struct.unpack_from(_EVENT, record, 0)
        self.kind = _KINDS.get(kind, "unknown")
        self.standard = _STANDARD_NAMES.get(standard, "")
        self.checksum_ok = bool(flags & 1)
        self.has_checksum = not flags & 2
        self.data = bytes(record[_EVENT_DATA : _EVENT_DATA + length])


class CidDecoder:
    """The streaming caller-ID decoder. `rate` is 8000 or 16000 Hz, `standards` a sum of values from `STANDARDS`."""

    def __init__(self, rate: int = 8000, standards: int = AUTO, report_bad: bool = False) -> None:
        self._config = (rate, standards, 1 if report_bad else 0)
        self._state = bytearray(_check(_rw.cid_state_size(*self._config)))
        self._record = bytearray(_EVENT_SIZE)
        self.reset()

    def reset(self) -> None:
        """Forget what was heard; sample positions start again at 0."""
        _check(_rw.cid_init(self._state, *self._config))

    def feed(self, samples) -> "list[Event]":
        """Take a block of samples (an `array("h")` or any buffer of int16 in host order); returns what was heard."""
        events: "list[Event]" = []
        total = len(memoryview(samples))
        taken = 0
        while taken < total:
            taken += _check(_rw.cid_feed(self._state, samples, taken))
            self._drain(events)
        return events

    def flush(self) -> "list[Event]":
        """The stream has ended: what was still held back."""
        events: "list[Event]" = []
        _rw.cid_flush(self._state)
        self._drain(events)
        return events

    def _drain(self, events: "list[Event]") -> None:
        while _rw.cid_poll(self._state, self._record):
            events.append(Event(self._record))


class Message:
    """The fields of a caller-ID message (rw_message). Texts are as sent: `name` stays bytes until it is sanitised."""

    __slots__ = (
        "message_type",
        "call_type",
        "number_absence",
        "name_absence",
        "long_distance",
        "unknown",
        "message_waiting",
        "messages",
        "datetime",
        "number",
        "dialable",
        "redirecting",
        "name",
        "called",
        "forward_type",
        "caller_type",
        "redirect_reason",
    )

    def __init__(self, record: "bytes | bytearray") -> None:
        self.message_type = record[0]
        self.call_type = record[1]
        self.number_absence = chr(record[2]) if record[2] else ""
        self.name_absence = chr(record[3]) if record[3] else ""
        self.long_distance = bool(record[4])
        self.unknown = record[5]
        self.message_waiting = record[6]
        self.messages = record[7]
        self.datetime = _text(record, 8, 9)
        self.number = _text(record, 17, 41)
        self.dialable = _text(record, 58, 41)
        self.redirecting = _text(record, 99, 41)
        self.name = _field(record, 140, 66)
        self.called = _text(record, 206, 41)
        self.forward_type = record[247]
        self.caller_type = record[248]
        self.redirect_reason = record[249]


def _field(record: "bytes | bytearray", offset: int, size: int) -> bytes:
    field = bytes(record[offset : offset + size])
    end = field.find(b"\0")
    return field if end < 0 else field[:end]


def _text(record: "bytes | bytearray", offset: int, size: int) -> str:
    return "".join([chr(byte) if 32 <= byte < 127 else "?" for byte in _field(record, offset, size)])


def parse_message(standard: str, data: bytes) -> Message:
    """The fields of an event's `data`. Raises `NativeError` when lengths do not add up or the type is unknown."""
    record = bytearray(_MESSAGE_SIZE)
    _check(_rw.message_parse(STANDARDS[standard], data, record))
    return Message(record)


def message_parameters(standard: str, data: bytes) -> "list[tuple[int, bytes]]":
    """Every parameter of an event's `data`, known or not, as (type, value), in the order in which they were sent.

    [] when messages of this type have none (SDMF, DTMF). Raises `NativeError` when lengths do not add up.
    """
    found: "list[tuple[int, bytes]]" = []
    at = 0
    while standard != "dtmf":
        end = _rw.message_parameter(data, at)
        if end == 0 or (end == _FORMAT and not found):
            return found
        _check(end)
        at = at or 2
        found.append((data[at], bytes(data[at + 2 : end])))
        at = end
    return found


class ListReader:
    """A .rwl list behind `read(offset, length) -> bytes`; `size` is the length of the file in bytes.

    The header and the top of the index (at most 4 KiB, kept in memory) are checked here; `ringwarden.blocklist` checks
    the whole file. `header` are the header's bytes. Raises `NativeError`.
    """

    def __init__(self, read, size: int) -> None:
        self._read = read
        self._query = bytearray(_QUERY_SIZE)
        self.reads = 0  # how many reads the last lookup needed
        self.header = read(0, _check(_rw.list_header_length(read(0, min(size, _PROLOGUE)), size)))
        self._list = bytearray(_check(_rw.list_memory(self.header)))
        _check(_rw.list_open(self._list, self.header, size))
        length = _rw.list_field(self._list, _TOP_LENGTH)
        top = read(_rw.list_field(self._list, _TOP_OFFSET), length) if length else b""
        _check(_rw.list_load_top(self._list, top))

    @property
    def count(self) -> int:
        """How many numbers the list holds."""
        return _rw.list_field(self._list, _COUNT)

    @property
    def rules(self) -> "tuple[int, int]":
        """Offset and length of the section with prefix and range rules; length 0: there is none."""
        return _rw.list_field(self._list, _RULES_OFFSET), _rw.list_field(self._list, _RULES_LENGTH)

    def lookup(self, key: int) -> "int | None":
        """The category index of `key` (see `ringwarden.numbers.key`), or None when it is not on the list."""
        query = self._query
        state = _check(_rw.list_begin(self._list, query, key))
        while state == _READ:
            offset, length = struct.unpack_from("<II", query, 0)
            state = _check(_rw.list_next(self._list, query, self._read(offset, length), length))
        category, self.reads = struct.unpack_from("<II", query, 8)
        return category if state else None


class DeltaMachine:
    """Applies a delta in `memory` bytes (`native/include/ringwarden/delta.h`), without any input or output.

    `next` says what is wanted: READ_DELTA, READ_BASE and READ_TARGET are answered by `feed` with exactly `length` bytes
    (from `offset` on), WRITE by writing `data()` at `offset`. Raises `NativeError`.
    """

    DONE = 0
    READ_DELTA = 1
    READ_BASE = 2
    READ_TARGET = 3
    WRITE = 4

    def __init__(self, memory: int) -> None:
        self._state = bytearray(memory)
        self._request = bytearray(_REQUEST_SIZE)
        self._view = memoryview(self._state)
        self.offset = 0
        self.length = 0
        self._where = 0
        _check(_rw.delta_init(self._state))

    def next(self) -> int:
        """One of the constants above."""
        kind = _check(_rw.delta_next(self._state, self._request))
        self.offset, self.length, self._where = struct.unpack_from("<III", self._request, 0)
        return kind

    def data(self) -> memoryview:
        """The bytes to write, good until the next call."""
        return self._view[self._where : self._where + self.length]

    def feed(self, data) -> None:
        """Hand over what was asked for."""
        _check(_rw.delta_feed(self._state, data))


def crc32(data, crc: int = 0) -> int:
    """CRC-32 as in IEEE 802.3 and zlib, continued from `crc`."""
    return _rw.crc32(crc, data) & 0xFFFFFFFF


def ed25519_verify(public: bytes, signature: bytes, feed) -> bool:
    """Whether `signature` (64 bytes) is Ed25519's by the key `public` (32 bytes) over a message.

    `feed(write)` hands the message over in as many calls of `write(bytes)` as it likes: it need not be in memory whole.
    """
    running = Sha512()
    running.update(signature[:32])
    running.update(public)
    feed(running.update)
    return _rw.ed25519_check(public, signature, running.digest()) == 1


def p256_verify(public: bytes, signature: bytes, digest: bytes) -> bool:
    """Whether `signature` (r and s, 32 bytes each) is ECDSA's on P-256 over `digest` (32) by `public` (x and y)."""
    return _rw.p256_verify(public, signature, digest) == 1


class Sha512:
    """SHA-512 in pieces, as hashlib has it on CPython alone."""

    def __init__(self) -> None:
        self._state = bytearray(_SHA512_SIZE)
        _rw.sha512_init(self._state)

    def update(self, data) -> None:
        """Take in a buffer."""
        _rw.sha512_update(self._state, data)

    def digest(self) -> bytes:
        """The hash of what came so far, 64 bytes."""
        digest = bytearray(64)
        _rw.sha512_final(self._state, digest)
        return bytes(digest)
