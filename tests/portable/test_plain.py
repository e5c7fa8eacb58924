# SPDX-License-Identifier: Apache-2.0
"""The small portable tools: dates, canonical JSON, clean text, words."""

from ringwarden.canonical import encode
from ringwarden.civil import civil, iso, minute_of_day, seconds
from ringwarden.sanitise import clean_digits, clean_name, clean_text
from ringwarden.words import en as words_en
from ringwarden.words import reason, text
from ringwarden.words import zh as words_zh

DATES = (
    (0, (1970, 1, 1, 0, 0, 0)),
    (951782400, (2000, 2, 29, 0, 0, 0)),
    (1709251199, (2024, 2, 29, 23, 59, 59)),
    (1795543200, (2026, 11, 24, 18, 0, 0)),
    (4107542400, (2100, 3, 1, 0, 0, 0)),
)

NAMES = (
    (b"ROSE HULMAN INS", "ROSE HULMAN INS"),
    (b"\x1b]0;x\x07<b>&", "]0;x <b>&"),
    (b"  a \r\n  b ", "a b"),
    (b"\x00\xff\x85\xad", "\xff"),
    (b"M\xfcller", "M\xfcller"),
    (b"", ""),
    (b"x" * 200, "x" * 50),
)


def test_dates() -> None:
    for moment, fields in DATES:
        assert civil(moment) == fields
        assert seconds(*fields) == moment
    for day in range(0, 60000, 97):
        assert seconds(*civil(day * 86400 + 1)) == day * 86400 + 1
    assert iso(1795543200) == "2026-11-24T18:00:00" and iso(0) == ""
    assert minute_of_day(1795543200 + 61) == 18 * 60 + 1


def test_canonical_json() -> None:
    value = {"b": [1, -2, None, True, False], "a": {"\u4e2d": 'q"\\\n'}, "": ()}
    assert encode(value) == '{"":[],"a":{"\u4e2d":"q\\"\\\\\\u000a"},"b":[1,-2,null,true,false]}'
    for wrong in (1.5, {"a": 1.0}, {1: 2}, {"a": b"x"}, object()):
        try:
            encode(wrong)
        except TypeError:
            continue
        raise AssertionError("encoded {}".format(repr(wrong)))


def test_names_are_cleaned() -> None:
    for raw, wanted in NAMES:
        assert clean_name(raw) == wanted, raw
    assert clean_text("a\u202eb\u200bc\ufeff\ue000\ud800d", 50) == "a b c d"
    assert clean_digits("0086 10\x1b") == "008610?"


def test_every_reason_and_label_has_both_languages() -> None:
    assert set(words_en.TEXTS) == set(words_zh.TEXTS)
    entry = {"reason": "REPEATED", "details": {"times": 4, "minutes": 10}, "category": ""}
    assert reason(entry, "en") == "The same stranger has called 4 times within 10 minutes."
    assert "4" in reason(entry, "zh") and reason(entry, "zh") != reason(entry, "en")
    assert reason({"reason": "LISTED", "details": {}, "category": "property"}, "en").endswith("property sales.")
    assert reason({"reason": "CONTACT", "details": {}, "category": ""}, "en") == "{name} is in your contacts."
    assert text("no.such.code", "zh") == "no.such.code"
