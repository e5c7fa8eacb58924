# SPDX-License-Identifier: Apache-2.0
"""JSON that is read the same everywhere, and the form of it that signatures are over."""

from ringwarden.canonical import encode, signed_form
from ringwarden.strict_json import DEPTH, loads

GOOD = (
    (b"0", 0),
    (b"-12", -12),
    (b"1234567890123456789", 1234567890123456789),
    (b" [ ] ", []),
    (b'{"a":[1,{"b":null}],"c":true,"d":false}', {"a": [1, {"b": None}], "c": True, "d": False}),
    (b'\t"x"\r\n', "x"),
    (b'""', ""),
    (b'"a\\"b\\\\c\\/d\\b\\f\\n\\r\\t\\u0041"', 'a"b\\c/d\b\f\n\r\tA'),
    (b'"\\u00e9\xc3\xa9"', "\xe9\xe9"),
    (b'"\\ud83d\\ude00\xf0\x9f\x98\x80"', "\U0001f600\U0001f600"),
    (b'"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"', "\ud7ff\ue000\U0010ffff"),
    (b"[" * DEPTH + b"]" * DEPTH, None),
)

BAD = (
    b"",
    b" ",
    b"tru",
    b"nul",
    b"NaN",
    b"-",
    b"+1",
    b"01",
    b"-01",
    b"1.0",
    b"1e3",
    b"12345678901234567890",
    b"[",
    b"[1",
    b"[1,",
    b"[1,]",
    b"[1 2]",
    b"[,1]",
    b"{",
    b'{"a"}',
    b'{"a" 1}',
    b'{"a":1,}',
    b'{"a":1 "b":2}',
    b'{"a":1,"a":1}',
    b'{"a":1,"\\u0061":2}',
    b"{1:2}",
    b"{a:1}",
    b'{"a":1}x',
    b'"abc',
    b'"abc\\',
    b'"abc\\"',
    b'"\\x41"',
    b'"\\u12"',
    b'"\\u12g4"',
    b'"\\ud83d"',
    b'"\\ude00"',
    b'"\\ud83d\\u0041"',
    b'"a\tb"',
    b'"a\x00b"',
    b'"\xff"',
    b'"\x80"',
    b'"\xc3"',
    b'"\xc0\x80"',
    b'"\xe0\x80\x80"',
    b'"\xed\xa0\x80"',
    b'"\xf0\x80\x80\x80"',
    b'"\xf4\x90\x80\x80"',
    b'"\xf8\x88\x80\x80\x80"',
    b"\xef\xbb\xbf1",
    b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
    b"[" * 5000,
    b'{"a":' * 5000,
)


def test_what_is_json_is_read() -> None:
    for data, wanted in GOOD:
        value = loads(data)
        assert wanted is None or value == wanted, data


def test_what_is_not_is_refused() -> None:
    for data in BAD:
        try:
            loads(data)
        except ValueError as error:
            assert "at byte" in str(error)
            continue
        raise AssertionError("read {}".format(data))


def test_every_cut_is_refused() -> None:
    data = b'{"key":["\\u00e9",-1,{"x":null}],"other":"\xe4\xb8\xad"}'
    loads(data)
    for length in range(len(data)):
        try:
            loads(data[:length])
        except ValueError:
            continue
        raise AssertionError("read {}".format(data[:length]))


def test_many_escapes_take_no_more_than_their_length() -> None:
    data = b'"' + b"\\n" * 4000 + b'"'
    assert loads(data) == "\n" * 4000


def test_the_signed_form() -> None:
    """OLPC's canonical JSON: only quotes and backslashes are escaped, keys go by code point."""
    value = {"b": [1, -2, None, True, False], "a": {"\u4e2d": 'q"\\\n\x00/'}, "": (), "\U0001f600": 0, "\uffee": 0}
    wanted = '{"":[],"a":{"\u4e2d":"q\\"\\\\\n\x00/"},"b":[1,-2,null,true,false],"\uffee":0,"\U0001f600":0}'
    assert signed_form(value) == wanted.encode()
    assert encode("\n") == '"\\u000a"' and signed_form("\n") == b'"\n"'
    for wrong in (1.5, {"a": 1.0}, {1: 2}, {"a": b"x"}):
        try:
            signed_form(wrong)
        except TypeError:
            continue
        raise AssertionError("signed {}".format(repr(wrong)))
