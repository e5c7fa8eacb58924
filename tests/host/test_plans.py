# SPDX-License-Identifier: Apache-2.0
"""The generated number tables against phonenumbers, the metadata's own reader."""

import functools
import importlib
import random
from collections.abc import Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberType

from ringwarden.numbers import Home, from_key, key, normalise
from ringwarden.numbers.emergency import is_must_ring, resembles_emergency
from ringwarden.numbers.plan import GENERAL, KINDS, load, walk
from ringwarden.numbers.plans.cn_facts import AREAS
from ringwarden.numbers.referee import examine_text
from ringwarden.numbers.world import code_of, place_of, plausible, region_of
from ringwarden.words import numbers_en, numbers_zh
from ringwarden_tools.plans.__main__ import main, target
from ringwarden_tools.plans.automaton import MAX_DEPTH, Nfa, determinise, digit_set, encode, expand, strings
from ringwarden_tools.plans.emit import modules
from ringwarden_tools.plans.metadata import DESCRIPTIONS, HOMES, metadata

written = functools.cache(modules)

TYPE_NAMES = {
    PhoneNumberType.UNKNOWN: "unknown",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
}


def number_object(code: int, national: str) -> PhoneNumber:
    """A PhoneNumber with exactly these national digits, leading zeros kept."""
    zeros = len(national) - len(national.lstrip("0"))
    zeros = min(zeros, len(national) - 1)
    return PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def edges(table: bytes) -> dict[int, list[int]]:
    """Decode a table on our own: state -> ten targets. Written against the format's text, not the walk's code."""
    units = [int.from_bytes(table[i : i + 2], "little") for i in range(0, len(table), 2)]
    out: dict[int, list[int]] = {}
    todo = [units[0]]
    while todo:
        state = todo.pop()
        if state in out:
            continue
        targets: list[int] = []
        at = state + 1
        while len(targets) < 10:
            last, there = units[at] >> 12, units[at] & 0xFFF
            assert last >= len(targets)
            targets += [there] * (last + 1 - len(targets))
            at += 1
        out[state] = targets
        todo += [t for t in targets if t]
    return out


def cover(table: bytes, chance: random.Random) -> list[str]:
    """Digit strings that take every edge of the table, the dead ones too, each continued to a few ends."""
    graph = edges(table)
    start = int.from_bytes(table[:2], "little")
    reach = {start: ""}
    order = [start]
    for state in order:
        for digit, there in enumerate(graph[state]):
            if there and there not in reach:
                reach[there] = reach[state] + str(digit)
                order.append(there)
    out = []
    for state in order:
        for digit, there in enumerate(graph[state]):
            text = reach[state] + str(digit)
            out.append(text)
            while there and len(text) < MAX_DEPTH:  # one random end of a live edge
                live = [d for d, t in enumerate(graph[there]) if t]
                if not live:
                    break
                pick = chance.choice(live)
                text, there = text + str(pick), graph[there][pick]
                out.append(text)
            if not there:  # a dead edge: whatever follows must be invalid as well
                out += [text + "".join(chance.choices("0123456789", k=n)) for n in (2, 4, 6, 7)]
    return [t for t in dict.fromkeys(out) if 2 <= len(t) <= 17]


def sample(items: Iterable[tuple[Any, Any]], chance: random.Random) -> str:
    """A random string that a parsed pattern matches: straight from the pattern, no automaton in between."""
    out = ""
    for op, value in items:
        if op is sre.LITERAL:
            out += chr(value)
        elif op is sre.IN:
            out += chance.choice([d for d in "0123456789" if digit_set(value) >> int(d) & 1])
        elif op is sre.SUBPATTERN:
            out += sample(value[3], chance)
        elif op is sre.BRANCH:
            out += sample(chance.choice(value[1]), chance)
        elif op is sre.MAX_REPEAT:
            out += "".join(sample(value[2], chance) for _ in range(chance.randint(value[0], value[1])))
        else:
            raise AssertionError(op)
    return out


def sampled(region: str, chance: random.Random, count: int) -> list[str]:
    """Strings of every pattern of every region of a calling code, and the same with one digit changed."""
    out = []
    regions = load(region).REGIONS
    for other in regions if len(regions) < 6 else {region, *chance.sample(regions, 5)}:
        for name in (*DESCRIPTIONS, "general_desc"):
            desc = getattr(metadata(other), name)
            if desc is not None and desc.national_number_pattern:
                parsed = list(sre_parse.parse(desc.national_number_pattern))
                for _ in range(count):
                    text = sample(parsed, chance)
                    at = chance.randrange(len(text))
                    out += [text, text[:at] + chance.choice("0123456789") + text[at + 1 :]]
    return [t for t in dict.fromkeys(out) if 2 <= len(t) <= 17]


@pytest.mark.parametrize("region", HOMES)
def test_a_table_agrees_with_phonenumbers_on_every_edge_and_pattern(region: str) -> None:
    plan = load(region)
    chance = random.Random(region)
    code = int(plan.CODE)
    found = cover(plan.NUMBERS, chance)
    if region == "CA":  # the same table as the United States'
        found = chance.sample(found, 2000)
    found += sampled(region, chance, 100)
    valid = 0
    for national in found:
        number = number_object(code, national)
        value = walk(plan.NUMBERS, national)
        assert KINDS[value & 15] == TYPE_NAMES[phonenumbers.number_type(number)], national
        if value & 15:
            valid += 1
            assert plan.REGIONS[value >> 5] == phonenumbers.region_code_for_number(number), national
    assert valid > 20
    main_region = metadata(plan.REGIONS[0])
    for national in found:
        ok = phonenumbers.phonenumberutil._match_national_number(national, main_region.general_desc, False)
        in_length = len(national) in main_region.general_desc.possible_length
        assert bool(walk(plan.NUMBERS, national) & GENERAL) == (bool(ok) and in_length), national


@pytest.mark.parametrize("region", HOMES)
def test_emergency_and_short_numbers(region: str) -> None:
    plan = load(region)
    listed = [n for n in plan.MUST_RING if phonenumbers.is_emergency_number(n, region)]
    assert listed, "phonenumbers knows none of our emergency numbers"
    for number in listed:
        assert walk(plan.SHORT, number) & 2
        assert normalise(number, Home(region)).e164 == "+" + plan.CODE + number
    for n in range(100, 1000):
        if phonenumbers.is_emergency_number(str(n), region) and not phonenumbers.connects_to_emergency_number(
            str(n) + "1", region
        ):
            assert str(n) in plan.MUST_RING


@functools.cache
def valid_strings(region: str) -> list[str]:
    """Valid national numbers of a region from every corner of its table."""
    plan = load(region)
    return [
        text
        for text in cover(plan.NUMBERS, random.Random(region))
        if (value := walk(plan.NUMBERS, text)) & 15 and plan.REGIONS[value >> 5] == region
    ]


def examples(region: str, chance: random.Random, count: int) -> list[str]:
    """Valid national numbers of a region, from the table; the region's own only."""
    found = list(valid_strings(region))
    for kind in range(11):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            found.append(phonenumbers.national_significant_number(example))
    return chance.sample(found, min(count, len(found)))


def test_the_referee_calls_no_valid_chinese_number_impossible() -> None:
    home = Home("CN", "10", 8)
    seen = set()
    for national in valid_strings("CN"):
        kind = KINDS[walk(home.plan.NUMBERS, national) & 15]
        behind_zero = kind == "fixed" or kind == "shared_cost" and not national.startswith(("10", "400", "950"))
        for shown, interface in (
            ("0" * behind_zero + national, "fsk"),
            ("+86" + national, "sip"),
            ("86" + national, "sip"),
        ):
            found = examine_text(shown, interface, home)
            seen.add((kind, found.level))
            assert found.level in ("OK", "NOTE") or found.code == "RECEIVE_ONLY_CALLING", (shown, interface, found)
    assert {
        ("mobile", "OK"),
        ("fixed", "OK"),
        ("fixed", "NOTE"),
        ("shared_cost", "OK"),
        ("toll_free", "SUSPECT"),
    } <= seen


def test_every_area_code_takes_the_lengths_that_phonenumbers_knows() -> None:
    home = Home("CN", "10", 8)
    chance = random.Random("areas")
    active = [str(n) for n in range(10, 1000) if walk(AREAS, str(n)) & 3]
    assert len(active) == 321
    for area in active:
        for length in (6, 7, 8, 9):
            local = chance.choice("2345678") + "".join(chance.choices("0123456789", k=length - 1))
            theirs = phonenumbers.number_type(number_object(86, area + local)) == PhoneNumberType.FIXED_LINE
            found = examine_text("0" + area + local, "fsk", home)
            if area in ("978", "994") and found.level == "OK":
                continue  # phonenumbers knows only a part of their numbers
            assert (found.level == "OK") == theirs, (area, local, found)
            assert theirs or found.code == "LANDLINE_LENGTH"


@settings(max_examples=1500, deadline=None)
@given(
    st.one_of(st.text("0123456789+", max_size=24), st.text(max_size=40)),
    st.sampled_from(["fsk", "dtmf", "sip", ""]),
    st.sampled_from(
        [("CN", "10"), ("CN", "533"), ("CN", "433"), ("CN", ""), ("US", "202"), ("HK", ""), ("KE", ""), ("ZZ", "")]
    ),
)
def test_the_referee_judges_any_text(shown: str, interface: str, place: tuple[str, str]) -> None:
    home = Home(place[0], place[1])
    number = normalise(shown, home)
    found = examine_text(shown, interface, home)
    assert found.level in ("OK", "NOTE", "SUSPECT", "IMPOSSIBLE")
    if place[0] != "CN" or is_must_ring(number, home, interface):
        assert found.level in ("OK", "NOTE")
    if found.code:
        for texts in (numbers_en.TEXTS, numbers_zh.TEXTS):
            assert "{" not in texts[found.code].format(**found.details)
    resembles_emergency(number, home)


def e164(text: str, region: str) -> str:
    """phonenumbers' E.164, "" when it reads no number."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(text, region), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return ""


def forms(national: str, region: str) -> list[str]:
    """The ways to write a valid number of `region` at home."""
    plan = load(region)
    number = number_object(int(plan.CODE), national)
    out = ["+" + plan.CODE + national]
    out += [t.replace("d", "2") + plan.CODE + national for t in plan.INTERNATIONAL[:1]]
    for style in (
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.RFC3966,
    ):
        out.append(phonenumbers.format_number(number, style))
    if plan.TRUNK:
        out.append(plan.TRUNK[-1][0] + national)
        out.append("+" + plan.CODE + " (" + plan.TRUNK[-1][0] + ")" + national)
    out.append(plan.CODE + national)
    return out


@pytest.mark.parametrize("region", HOMES)
def test_every_form_of_a_valid_number_reads_as_phonenumbers_reads_it(region: str) -> None:
    chance = random.Random(region + "forms")
    home = Home(region)
    compared = 0
    for national in examples(region, chance, 150):
        for text in forms(national, region):
            theirs = e164(text, region)
            if theirs and phonenumbers.is_valid_number(phonenumbers.parse(theirs)):
                compared += 1
                assert normalise(text, home).e164 == theirs, text
    assert compared > 100


@pytest.mark.parametrize("region", HOMES)
def test_foreign_numbers_from_everywhere(region: str) -> None:
    chance = random.Random(region + "abroad")
    home = Home(region)
    for other in chance.sample(HOMES, 8):
        if other == region:
            continue
        plan = load(other)
        for national in examples(other, chance, 20):
            found = normalise("+" + plan.CODE + national, home)
            if found.e164 != "+" + plan.CODE + national:
                assert e164("+" + plan.CODE + national, region) == found.e164
            assert found.form == "international"
            assert found.country in plan.REGIONS
            if other not in ("US", "CA"):  # Canada's 310 xxxx has 7 digits and cannot be called from abroad
                assert plausible(found.e164) or len(national) > 15


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(HOMES), st.text("0123456789", min_size=3, max_size=17), st.sampled_from(["", "+", "0", "00", "+0"])
)
def test_any_digits_read_as_phonenumbers_reads_them_when_valid(region: str, digits: str, before: str) -> None:
    text = before + digits
    theirs = e164(text, region)
    if not theirs or not phonenumbers.is_valid_number(phonenumbers.parse(theirs)):
        return
    home = Home(region)
    ours = normalise(text, home)
    if ours.form == "short" or region == "JP" and text.startswith("000"):
        return  # deliberate differences, see ringwarden.numbers.parse
    if region == "HK" and text.startswith("00"):
        return
    place = place_of(ours.e164[1:])
    if place and not place.trunk and ours.e164[1 + len(place.code) :].startswith("0") and place.region != region:
        return  # a foreign trunk prefix that numbers of that country may begin with
    assert ours.e164 == theirs


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=400), st.sampled_from(HOMES + ["KE", "ZZ", ""]))
def test_any_text_gives_a_number(text: str, region: str) -> None:
    found = normalise(text, Home(region, "10", 8))
    assert len(found.shown) <= 32
    assert found.e164 == "" or found.e164[0] == "+" and found.e164[1:].isdigit() and found.e164[1] != "0"
    assert from_key(key(found)) == found.e164


def test_calling_codes_are_those_of_phonenumbers() -> None:
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        place = place_of(str(code) + "55555555")
        assert place is not None and place.code == str(code)
        assert place.region == ("" if regions == ("001",) else regions[0])
        if place.region:
            assert code_of(place.region) == str(code)
    for n in range(1000):
        if not any(n // 10**k in phonenumbers.COUNTRY_CODE_TO_REGION_CODE for k in range(3)):
            assert place_of(str(n) if n > 99 else str(n) + "0" * 9) is None or n < 100


def test_example_numbers_of_the_world_are_named_and_plausible() -> None:
    named = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        place = place_of(text[1:])
        assert place is not None and plausible(text)
        assert normalise(text, Home("CN")).e164 == text
        named += region_of(text[1:], place) == region
    # Regions that share an area code block (EH within MA, BL within GP, CC within AU ...) are named after the main one.
    assert named >= len(phonenumbers.SUPPORTED_REGIONS) - 12


def test_every_region_of_the_world_can_be_home() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        home = Home(region)
        if region not in ("EH",):
            assert home.code == str(example.country_code)
        assert normalise(text, home).e164 == text
        assert normalise("00" + text[1:], Home("CN")).e164 == text


def test_committed_tables_are_what_the_generator_writes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out.startswith("out of date: none")
    for name, text in written().items():
        assert (target() / name).read_text(encoding="utf-8") == text
        head = text.splitlines()[:3]
        assert head[0].startswith("# SPDX") and "9.0.43" in head[2] and "Date: " in head[2]


def test_tables_are_small() -> None:
    for region in HOMES:
        plan = load(region)
        assert len(plan.NUMBERS) < (8190 if plan.CODE == "1" else 3100)
        assert len(plan.SHORT) < 1500


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["1", "[2-5]", r"\d", "(?:0|9[13])", "7?", r"\d{2,4}", "(?:12|1[3-6]8)?"]),
        min_size=1,
        max_size=5,
    ).map("".join),
    st.text("0123456789", max_size=12),
)
def test_automaton_agrees_with_re(pattern: str, digits: str) -> None:
    import re

    nfa = Nfa()
    nfa.add(pattern, 0)
    table = encode(determinise(nfa, lambda tags, length: tags))
    assert bool(walk(table, digits) & 1) == bool(re.fullmatch(pattern, digits))


def test_expand_and_strings() -> None:
    assert [t for t, _, _ in expand("00(?:1|2[34])?")] == ["001", "0023", "0024", "00"]
    assert expand("0(8[12])?") == [("081", 1, 3), ("082", 1, 3), ("0", -1, -1)]
    nfa = Nfa()
    nfa.add("1(?:1[02]|5)", 0)
    assert strings(determinise(nfa, lambda tags, length: tags), 1) == ["15", "110", "112"]


def test_every_plan_module_imports() -> None:
    for name in written():
        if name != "__init__.py":
            importlib.import_module("ringwarden.numbers.plans." + name[:-3])
