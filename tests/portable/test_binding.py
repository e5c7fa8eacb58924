# SPDX-License-Identifier: Apache-2.0
"""The C library's two bindings behave alike: sizes, error codes, and what is refused before it can do harm."""

from array import array

import _ringwarden as native
from ringwarden.native import NativeError, message_parameters, parse_message

EVENT = 312
MESSAGE = 256
LIST = 1024
QUERY = 80
ERR_ARGUMENT = -1
AUTO = 15


def new_state() -> bytearray:
    """An initialised decoder."""
    state = bytearray(native.cid_state_size(8000, AUTO, 0))
    assert native.cid_init(state, 8000, AUTO, 0) == 0
    return state


def refuses(kind, function, *arguments) -> None:
    """The call raises `kind`."""
    try:
        function(*arguments)
    except kind:
        return
    raise AssertionError("{} accepted {}".format(function, arguments))


def test_state_size() -> None:
    assert 0 < native.cid_state_size(8000, AUTO, 0) <= 32768 + 16
    assert native.cid_state_size(8001, AUTO, 0) == ERR_ARGUMENT
    assert native.cid_state_size(8000, 0, 0) == ERR_ARGUMENT
    assert native.cid_init(bytearray(64), 8001, AUTO, 0) == ERR_ARGUMENT


def test_state_that_cannot_be_used_is_refused() -> None:
    size = native.cid_state_size(8000, AUTO, 0)
    refuses(ValueError, native.cid_init, bytearray(size - 1), 8000, AUTO, 0)
    refuses(ValueError, native.cid_init, memoryview(bytearray(size + 8))[1:], 8000, AUTO, 0)
    refuses(TypeError, native.cid_init, bytes(size), 8000, AUTO, 0)
    for raw in (bytearray(0), bytearray(15), bytearray(size)):
        refuses(ValueError, native.cid_feed, raw, array("h", [0]), 0)
        refuses(ValueError, native.cid_poll, raw, bytearray(EVENT))
        refuses(ValueError, native.cid_flush, raw)
    cut = new_state()[: size - 1]
    refuses(ValueError, native.cid_flush, cut)


def test_feed_takes_samples_of_any_buffer() -> None:
    state = new_state()
    assert native.cid_feed(state, array("h", [0] * 80), 0) == 80
    assert native.cid_feed(state, array("h", [0] * 80), 60) == 20
    assert native.cid_feed(state, bytes(160), 0) == 80
    assert native.cid_feed(state, memoryview(bytearray(160))[80:], 0) == 40
    assert native.cid_feed(state, array("h", [0] * 80), 80) == 0
    assert native.cid_feed(state, b"", 0) == 0
    refuses(ValueError, native.cid_feed, state, bytes(3), 0)
    refuses(ValueError, native.cid_feed, state, bytes(4), 3)
    refuses(ValueError, native.cid_feed, state, bytes(4), -1)
    refuses(ValueError, native.cid_feed, state, memoryview(bytes(9))[1:], 0)
    refuses(TypeError, native.cid_feed, state, "0000", 0)
    refuses(TypeError, native.cid_feed, state, None, 0)


def test_poll_and_flush_on_silence() -> None:
    state = new_state()
    event = bytearray(EVENT)
    native.cid_feed(state, array("h", [0] * 8000), 0)
    assert native.cid_flush(state) == 0
    assert native.cid_poll(state, event) == 0
    assert event == bytearray(EVENT)
    refuses(ValueError, native.cid_poll, state, bytearray(EVENT - 1))
    refuses(TypeError, native.cid_poll, state, bytes(EVENT))


def test_message() -> None:
    out = bytearray(MESSAGE)
    data = bytes([0x80, 12, 2, 10]) + b"5551234567" + b"\x00"
    assert native.message_parse(1, data, out) == 0
    assert out[0] == 0x80 and bytes(out[17:27]) == b"5551234567" and out[27] == 0
    before = bytes(out)
    assert native.message_parse(1, data[:5], out) < 0
    assert bytes(out) == before
    assert native.message_parse(1, b"", out) < 0
    refuses(ValueError, native.message_parse, 1, data, bytearray(MESSAGE - 1))
    refuses(ValueError, native.message_parse, 1 << 32, data, out)
    refuses(TypeError, native.message_parse, 1, data, bytes(MESSAGE))


def test_message_parameter() -> None:
    data = bytes([0x80, 9, 2, 3]) + b"110" + bytes([0x99, 2, 0, 255])
    assert native.message_parameter(data, 0) == 7
    assert native.message_parameter(data, 7) == 11
    assert native.message_parameter(data, 11) == 0
    assert native.message_parameter(memoryview(data), 2) == 7
    assert native.message_parameter(data, 9) < 0
    assert native.message_parameter(data, 400) < 0
    assert native.message_parameter(data[:10], 7) < 0
    assert native.message_parameter(b"\x04" + data[1:], 0) < 0
    assert native.message_parameter(b"", 0) < 0
    refuses(ValueError, native.message_parameter, data, -1)
    refuses(TypeError, native.message_parameter, "abc", 0)


def test_parameters_by_name_of_the_standard() -> None:
    data = bytes([0x80, 9, 3, 3]) + b"110" + bytes([0x99, 2, 0, 255])
    assert message_parameters("v23", data) == [(3, b"110"), (0x99, b"\x00\xff")]
    assert message_parameters("dtmf", b"A110C") == []
    assert message_parameters("bell202", b"\x04\x0803150941") == []
    assert parse_message("bell202", data).dialable == "110"
    assert (parse_message("v23", data).dialable, parse_message("v23", data).called) == ("", "110")
    refuses(NativeError, message_parameters, "v23", data[:9])


def test_list_calls_refuse_what_is_no_list() -> None:
    opened = bytearray(LIST)
    query = bytearray(QUERY)
    assert native.list_header_length(bytes(16), 100000) < 0
    assert native.list_memory(bytes(256)) < 0
    assert native.list_open(opened, bytes(256), 100000) < 0
    refuses(ValueError, native.list_begin, opened, query, 8613800138000)  # nothing was opened
    refuses(ValueError, native.list_next, opened, query, bytes(4), 4)
    refuses(ValueError, native.list_field, opened, 0)
    refuses(ValueError, native.list_load_top, opened, b"")
    refuses(ValueError, native.list_open, bytearray(16), bytes(256), 256)
    refuses(TypeError, native.list_open, bytes(LIST), bytes(256), 256)


def test_list_calls_on_an_empty_list() -> None:
    header = bytearray(68)
    header[:24] = b"\x89RWL\r\n\x1a\n\x02\0\x44\0\x44\0\0\0\0\0\0\0\0\0\x02\0"
    header[44:46] = b"\x06\x01"
    header[64:] = native.crc32(0, bytes(header[:64])).to_bytes(4, "little")
    assert native.list_header_length(header, 68) == 68
    opened = bytearray(native.list_memory(header))
    query = bytearray(QUERY)
    assert native.list_open(opened, header, 68) == 0
    assert native.list_load_top(opened, b"") == 0
    assert [native.list_field(opened, field) for field in range(5)] == [0, 0, 0, 0, 0]
    assert native.list_field(opened, 9) < 0
    assert native.list_begin(opened, query, 8613800138000) == 0
    refuses(ValueError, native.list_begin, opened, bytearray(QUERY - 1), 1)
    refuses(ValueError, native.list_next, opened, query, bytes(4), 5)
    for key in (-1, 1 << 62, 1 << 64, 1 << 80):
        refuses(ValueError, native.list_begin, opened, query, key)
    refuses(TypeError, native.list_begin, opened, bytes(QUERY), 1)


def test_crc() -> None:
    assert native.crc32(0, b"123456789") == 0xCBF43926
    assert native.crc32(native.crc32(0, b"1234"), memoryview(b"x56789")[1:]) == 0xCBF43926
    assert native.crc32(0xFFFFFFFF, b"") == 0xFFFFFFFF
    refuses(ValueError, native.crc32, 1 << 32, b"")
    refuses(ValueError, native.crc32, -1, b"")
    refuses(TypeError, native.crc32, 0, 5)
