# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a call: numbers, names, times and counts, in both languages."""

from ringwarden.faces import view
from ringwarden.words import page_en, page_zh

NUMBERS = (
    ("+8613800138000", "13800138000", "+86 138 0013 8000"),
    ("+8619912345678", "", "+86 199 1234 5678"),
    ("+861064112233", "", "+86 10 6411 2233"),
    ("+862161234567", "", "+86 21 6123 4567"),
    ("+865712345678", "", "+86 571 234 5678"),
    ("+8657187654321", "", "+86 571 8765 4321"),
    ("+864008101234", "", "+86 400 810 1234"),
    ("+868008101234", "", "+86 800 810 1234"),
    ("+12125550123", "", "+1 212 555 0123"),
    ("+442079460000", "", "+44 207 946 0000"),
    ("+85221234567", "", "+852 2123 4567"),
    ("+4930901820", "", "+49 3090 1820"),
    ("", "120", "120"),
    ("", "95588", "95588"),
    ("", "", ""),
    ("+86120", "120", "120"),
    ("+861096110", "01096110", "01096110"),
    ("+8695588", "", "+8695588"),
    ("12345678", "", "12345678"),
)

CONTACT = {
    "id": 7,
    "at": "2026-03-05T19:02:00",
    "state": "ended",
    "number": "+8613800138021",
    "shown": "13800138021",
    "who": "Wang Fang",
    "name": "WANG",
    "absence": "",
    "action": "ring",
    "reason": "CONTACT",
    "rule": "must_ring",
    "category": "",
    "details": {"name": "Wang Fang"},
    "standard": "bell202",
    "quality": 97,
    "rings": 2,
    "outcome": "answered",
    "duration_s": 65,
    "cid_end_ms": 2900,
    "verdict_ms": 2910,
    "latency_us": 7400,
}


def changed(**values) -> dict:
    entry = dict(CONTACT)
    entry.update(values)
    return entry


def test_numbers_are_grouped_for_reading() -> None:
    for number, shown, readable in NUMBERS:
        assert view.readable_number(number, shown) == readable, (number, view.readable_number(number, shown))


def test_grouping_never_changes_a_digit() -> None:
    for code in ("1", "86", "44", "852", "999", "0"):
        for length in range(5, 15):
            number = "+" + (code + "24681357902468")[:length]
            assert view.readable_number(number).replace(" ", "") == number
            assert view.readable_number(number, number).replace(" ", "") == number


def test_who_calls() -> None:
    cases = (
        ({}, ("Wang Fang", "+86 138 0013 8021")),
        ({"who": ""}, ("+86 138 0013 8021", "calls itself “WANG”")),
        ({"who": "", "name": ""}, ("+86 138 0013 8021", "")),
        ({"who": "", "number": "", "shown": "120", "name": ""}, ("120", "")),
        ({"who": "", "number": "", "shown": "", "name": "", "absence": "P"}, ("Number withheld", "")),
        ({"who": "", "number": "", "shown": "", "absence": "O"}, ("Number not available", "calls itself “WANG”")),
        ({"who": "", "number": "", "shown": "", "name": "", "absence": "broken"}, ("The number arrived damaged", "")),
        ({"who": "", "number": "", "shown": "", "name": "", "absence": "none"}, ("No number was sent", "")),
        ({"who": "", "number": "", "shown": "", "name": "", "action": ""}, ("Who is calling?", "")),
    )
    for values, expected in cases:
        assert view.caller(changed(**values), "en") == expected, values


def test_braces_in_a_name_are_only_text() -> None:
    entry = changed(who="", name="{0.__class__} {}")
    assert view.caller(entry, "en")[1] == "calls itself “{0.__class__} {}”"


def test_time_from_caller_id_to_verdict() -> None:
    cases = (
        ({}, 7400),
        ({"latency_us": 0}, 10000),
        ({"action": ""}, None),
        ({"cid_end_ms": 0, "absence": "none"}, None),
        ({"absence": "broken"}, None),
    )
    for values, expected in cases:
        assert view.took_us(changed(**values)) == expected, values
    entry = changed()
    del entry["latency_us"]  # as a journal keeps it
    assert view.took_us(entry) == 10000
    assert view.took(CONTACT, "en") == "Decided 7.4 ms after caller-ID"
    assert view.milliseconds(0) == "0.0" and view.milliseconds(23499) == "23"


def test_outcomes() -> None:
    assert view.outcome(changed(duration_s=5), "en") == "Answered, 5 s"
    assert view.outcome(CONTACT, "zh") == "已接听，1 分 5 秒"
    assert view.outcome(changed(outcome="missed"), "en") == "Not answered"
    assert view.outcome(changed(outcome=""), "en") == ""


def test_description_has_every_field_in_every_state() -> None:
    whole = view.describe(CONTACT, "en")
    assert whole["who"] == "Wang Fang" and whole["sentence"] and whole["verdict"] == "Rang"
    begun = view.describe({"id": 1, "state": "ringing"}, "zh")
    assert sorted(begun) == sorted(whole)
    assert begun["verdict"] == "来电中" and begun["took"] == ""


def test_status_counts_today_alone() -> None:
    calls = [
        changed(id=1, at="2026-03-04T23:59:00"),
        changed(id=2),
        changed(id=3, action="drop"),
        changed(id=4, action="drop", state="decided"),
    ]
    status = view.status(calls, "2026-03-05")
    assert status["today"] == {"ring": 1, "label": 0, "silence": 0, "challenge": 0, "drop": 2}
    assert (status["state"], status["call"], status["newest"]) == ("drop", 4, 4)
    assert view.status(calls[:1], "2026-03-05")["today"]["ring"] == 0
    assert view.status(calls, "")["date"] == "2026-03-05"
    assert view.status([], "") == {
        "state": "waiting",
        "call": 0,
        "today": {"ring": 0, "label": 0, "silence": 0, "challenge": 0, "drop": 0},
        "date": "",
        "newest": 0,
        "list": "",
    }


def test_languages() -> None:
    cases = (
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("EN-us", "en"),
        ("fr;q=1, zh;q=0.2, en;q=0.1", "zh"),
        ("en;q=0, zh;q=rubbish", "zh-default"),
        ("", "zh-default"),
        (",,;;==", "zh-default"),
    )
    for accept, expected in cases:
        assert view.best_language(accept, "zh-default") == expected, accept


def test_both_languages_say_the_same_things() -> None:
    assert sorted(page_en.TEXTS) == sorted(page_zh.TEXTS)
    for key in page_en.TEXTS:
        blanks = [text.count("{") for text in (page_en.TEXTS[key], page_zh.TEXTS[key])]
        assert blanks[0] == blanks[1], key
        assert page_en.TEXTS[key] and page_zh.TEXTS[key]
