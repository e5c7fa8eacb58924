# SPDX-License-Identifier: Apache-2.0
"""The C library on CPython: the same functions, under the same names, as MicroPython's native module `_ringwarden`.

Buffers may be bytes, bytearray, memoryview or array. TypeError: not a buffer, or a read-only one where the call writes.
ValueError: a buffer that is too small, misaligned or was never initialised, or a number out of range. Everything else
that the library refuses comes back as its negative code (native/include/ringwarden/error.h). The GIL is released
during a call.
"""

from typing import Any

from _ringwarden._cffi import ffi, lib

Buffer = bytes | bytearray | memoryview | Any
_KEY_LIMIT = 1 << 62
_UINT32_LIMIT = 1 << 32


def _readable(buffer: Buffer) -> Any:
    return ffi.from_buffer("uint8_t[]", buffer)


def _writable(buffer: Buffer) -> Any:
    try:
        return ffi.from_buffer("uint8_t[]", buffer, require_writable=True)
    except BufferError as error:
        raise TypeError("buffer is read-only") from error


def _number(value: int, limit: int) -> int:
    if not 0 <= value < limit:
        raise ValueError("number out of range")
    return value


def _checked(status: int) -> int:
    if status == lib.RW_FLAT_BUFFER:
        raise ValueError("buffer too small, misaligned or not initialised")
    return status


def _config(rate: int, standards: int, flags: int) -> tuple[int, int, int]:
    return _number(rate, _UINT32_LIMIT), _number(standards, _UINT32_LIMIT), _number(flags, _UINT32_LIMIT)


def cid_state_size(rate: int, standards: int, flags: int) -> int:
    """Bytes that a decoder's state needs, or a negative error."""
    return lib.rw_flat_cid_state_size(*_config(rate, standards, flags))


def cid_init(state: Buffer, rate: int, standards: int, flags: int) -> int:
    """Prepare `state` (a bytearray of at least `cid_state_size` bytes): 0 or a negative error."""
    with _writable(state) as s:
        return _checked(lib.rw_flat_cid_init(s, len(s), *_config(rate, standards, flags)))


def cid_feed(state: Buffer, samples: Buffer, first: int) -> int:
    """Feed int16 samples from index `first` on; how many were taken (fewer than offered: poll, then go on)."""
    with _writable(state) as s, _readable(samples) as x:
        return _checked(lib.rw_flat_cid_feed(s, len(s), x, len(x), _number(first, _UINT32_LIMIT)))


def cid_poll(state: Buffer, event: Buffer) -> int:
    """1 and the next rw_cid_event (312 bytes) in `event`, or 0."""
    with _writable(state) as s, _writable(event) as e:
        return _checked(lib.rw_flat_cid_poll(s, len(s), e, len(e)))


def cid_flush(state: Buffer) -> int:
    """The stream has ended: what was held back can be polled now. 0."""
    with _writable(state) as s:
        return _checked(lib.rw_flat_cid_flush(s, len(s)))


def message_parse(standard: int, data: Buffer, out: Buffer) -> int:
    """Parse a message into an rw_message (256 bytes): 0 or a negative error."""
    with _readable(data) as d, _writable(out) as o:
        return _checked(lib.rw_flat_message_parse(_number(standard, _UINT32_LIMIT), d, len(d), o, len(o)))


def message_parameter(data: Buffer, cursor: int) -> int:
    """Step over the parameter at `cursor` (0 to begin): the cursor behind it, 0 at the end, or a negative error."""
    with _readable(data) as d:
        return _checked(lib.rw_flat_message_parameter(d, len(d), _number(cursor, _UINT32_LIMIT)))


def list_header_length(data: Buffer, file_size: int) -> int:
    """Length of the header of the list that begins with `data` (16 bytes at least), or a negative error."""
    with _readable(data) as d:
        return lib.rw_flat_list_header_length(d, len(d), _number(file_size, _KEY_LIMIT))


def list_memory(header: Buffer) -> int:
    """Bytes that an opened list with this header needs, or a negative error."""
    with _readable(header) as h:
        return lib.rw_flat_list_memory(h, len(h))


def list_open(opened: Buffer, header: Buffer, file_size: int) -> int:
    """Check a list's header and fill an opened list (`list_memory` bytes): 0 or a negative error."""
    with _writable(opened) as o, _readable(header) as h:
        return _checked(lib.rw_flat_list_open(o, len(o), h, len(h), _number(file_size, _KEY_LIMIT)))


def list_field(opened: Buffer, field: int) -> int:
    """A number of an opened list (RW_FLAT_LIST_* of native/bindings/flat.h)."""
    with _writable(opened) as o:
        return _checked(lib.rw_flat_list_field(o, len(o), _number(field, _UINT32_LIMIT)))


def list_load_top(opened: Buffer, data: Buffer) -> int:
    """Check the top of the index and keep it with the opened list: 0 or a negative error."""
    with _writable(opened) as o, _readable(data) as d:
        return _checked(lib.rw_flat_list_load_top(o, len(o), d, len(d)))


def list_begin(opened: Buffer, query: Buffer, key: int) -> int:
    """Start a query (rw_list_query, 80 bytes): RW_LIST_ABSENT, _LISTED, _READ or a negative error."""
    with _writable(opened) as o, _writable(query) as q:
        return _checked(lib.rw_flat_list_begin(o, len(o), q, len(q), _number(key, _KEY_LIMIT)))


def list_next(opened: Buffer, query: Buffer, data: Buffer, length: int) -> int:
    """Hand over the bytes that the query asked for (the first `length` of `data`); returns as `list_begin`."""
    with _writable(opened) as o, _writable(query) as q, _readable(data) as d:
        return _checked(lib.rw_flat_list_next(o, len(o), q, len(q), d, len(d), _number(length, _UINT32_LIMIT)))


def delta_init(state: Buffer) -> int:
    """Prepare the whole of `state` (a bytearray) for applying a delta: 0 or a negative error."""
    with _writable(state) as s:
        return _checked(lib.rw_flat_delta_init(s, len(s)))


def delta_next(state: Buffer, request: Buffer) -> int:
    """What is wanted next (RW_DELTA_*), with an rw_delta_request (12 bytes) in `request`, or a negative error."""
    with _writable(state) as s, _writable(request) as r:
        return _checked(lib.rw_flat_delta_next(s, len(s), r, len(r)))


def delta_feed(state: Buffer, data: Buffer) -> int:
    """Hand over what was asked for: 0 or a negative error."""
    with _writable(state) as s, _readable(data) as d:
        return _checked(lib.rw_flat_delta_feed(s, len(s), d, len(d)))


def crc32(crc: int, data: Buffer) -> int:
    """CRC-32 of `data`, continued from `crc` (0 to begin)."""
    with _readable(data) as d:
        return lib.rw_crc32(_number(crc, _UINT32_LIMIT), d, len(d))


def ed25519_check(key: Buffer, signature: Buffer, hashed: Buffer) -> int:
    """1 when `signature` (64 bytes) by `key` (32) fits SHA-512 of its first half, the key and the message, else 0."""
    with _readable(key) as k, _readable(signature) as s, _readable(hashed) as h:
        return _checked(lib.rw_flat_ed25519_check(k, len(k), s, len(s), h, len(h)))


def p256_verify(key: Buffer, signature: Buffer, digest: Buffer) -> int:
    """1 when `signature` (r and s, 64 bytes) is over `digest` (32 bytes) by `key` (x and y, 64 bytes), else 0."""
    with _readable(key) as k, _readable(signature) as s, _readable(digest) as d:
        return _checked(lib.rw_flat_p256_verify(k, len(k), s, len(s), d, len(d)))


def sha512_init(state: Buffer) -> int:
    """Begin an rw_sha512 (200 bytes): 0."""
    with _writable(state) as s:
        return _checked(lib.rw_flat_sha512_init(s, len(s)))


def sha512_update(state: Buffer, data: Buffer) -> int:
    """Take `data` in: 0."""
    with _writable(state) as s, _readable(data) as d:
        return _checked(lib.rw_flat_sha512_update(s, len(s), d, len(d)))


def sha512_final(state: Buffer, digest: Buffer) -> int:
    """Write the hash of what came so far (64 bytes); the state can go on: 0."""
    with _readable(state) as s, _writable(digest) as d:
        return _checked(lib.rw_flat_sha512_final(s, len(s), d, len(d)))
