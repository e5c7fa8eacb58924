# SPDX-License-Identifier: Apache-2.0
"""A document read from a file piece by piece is the same as one read as a whole, and what is broken is refused."""

import io
import json

from ringwarden.household import Household
from ringwarden.settings import SettingsError
from ringwarden.settings.pieces import CHUNK, PIECE_MAX, Pieces

TEXT = """ {
 "contacts": [{"name": "a\\\\\\"]},[{", "numbers": ["138 0013 8000", "010-64112233"]},
  {"name": "\\u738b\\u82b3 王芳", "numbers": []} ] , "allowed":[],
 "version" : 1,"quiet_hours":{"from":"22:30","until":"07:00","days":["mon"]},
 "actions": {"stranger": "label"}, "home": {"area_code": "010"}, "language": "zh",
 "x": [1, -2.5e3 ,true,null, [], [[]]] }
"""


def as_dict(text: bytes) -> dict:
    pieces = Pieces(io.BytesIO(text))
    document = {}
    for name, index, value in pieces.each(False):
        document[name] = value if index is None else []
    for name, index, value in pieces.each(True):
        assert len(document[name]) == index
        document[name].append(value)
    return document


def test_pieces_make_up_the_whole() -> None:
    assert as_dict(TEXT.encode()) == json.loads(TEXT)
    assert as_dict(b"{}") == {} and as_dict(b"\xef\xbb\xbf {}\n") == {}
    # whatever stands where one read ends and the next begins
    for shift in range(CHUNK - len(TEXT.encode()) - 2, CHUNK, 1):
        assert as_dict(b" " * shift + TEXT.encode()) == json.loads(TEXT), shift


def test_what_is_cut_short_or_damaged_is_refused() -> None:
    whole = TEXT.strip().encode()
    for end in range(len(whole)):
        try:
            as_dict(whole[:end])
        except ValueError:
            continue
        raise AssertionError("taken: {}".format(whole[:end]))
    for broken in (
        b"",
        b"[]",
        b"{}x",
        b'{"a" 1}',
        b'{"a": 1 "b": 2}',
        b'{"a": [1 2]}',
        b"{1: 2}",
        b'{"a": [1,}',
        b'{"a":}',
    ):
        try:
            as_dict(broken)
        except ValueError:
            continue
        raise AssertionError("taken: {}".format(broken))


def test_a_piece_that_would_fill_the_memory_is_refused() -> None:
    for text in (b'{"a": "' + b"x" * (PIECE_MAX + CHUNK), b'{"a": [' + b'"' + b"x" * 9000 + b'"]}'):
        try:
            as_dict(text)
        except ValueError:
            continue
        raise AssertionError("taken")


DOCUMENT = {
    "contacts": [{"name": "Wang Fang", "numbers": ["138 0013 8000", "010 6411 2233"]}],
    "refused": [{"number": "021 5555 0199", "note": "no"}],
    "prefixes": [{"prefix": "0898", "action": "silence"}],
    "names": [{"pattern": "*loan*", "action": "silence"}],
    "actions": {"stranger": "label"},
    "profile": "strict",
    "home": {"area_code": "010"},  # behind the numbers that are read from there
    "version": 1,
}


def from_file(document: dict) -> Household:
    return Household.from_file(io.BytesIO(json.dumps(document).encode()))


def test_a_household_from_a_file_is_the_same() -> None:
    piecewise, whole = from_file(DOCUMENT), Household.from_document(DOCUMENT)
    for field in ("contacts", "refused", "allowed", "prefixes"):
        one, other = getattr(piecewise, field), getattr(whole, field)
        assert list(one) == list(other) and list(one.values()) == list(other.values()), field
    assert list(piecewise.contacts) == [861064112233, 8613800138000]
    assert (piecewise.names, piecewise.actions, piecewise.profile) == (whole.names, whole.actions, "strict")


def test_what_is_wrong_in_a_file_is_told_as_in_a_document() -> None:
    changes = (
        {"contacts": [{"name": "x", "numbers": ["110"]}, {"name": "x"}]},
        {"contacts": [{"name": "x", "numbers": ["12"]}]},
        {"contacts": {"name": "x"}},
        {"contacts": [5]},
        {"profile": ["strict"]},
        {"home": [1]},
        {"version": 2},
        {"nothing": [1]},
        {"nothing": 1},
        {"actions": {"stranger": "drop"}},
        {"names": [{"pattern": "a", "action": "label"}] * 51},
        {"prefixes": [{"prefix": "0", "action": "label"}]},
    )
    for change in changes:
        document = dict(DOCUMENT)
        document.update(change)
        places = []
        for read in (from_file, Household.from_document):
            try:
                read(document)
            except SettingsError as error:
                places.append((error.place, error.code))
        assert len(places) == 2 and places[0] == places[1], (change, places)


def test_a_field_that_stands_there_twice_is_refused() -> None:
    try:
        Household.from_file(io.BytesIO(b'{"version": 1, "profile": "strict", "profile": "gentle"}'))
    except SettingsError as error:
        assert (error.place, error.code) == ("profile", "twice")
    else:
        raise AssertionError("taken")
