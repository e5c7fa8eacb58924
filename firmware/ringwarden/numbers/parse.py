# SPDX-License-Identifier: Apache-2.0
"""From a displayed number to E.164: the many ways in which networks, phones and people write one number become one.

The steps are those of libphonenumber's parser, run on our tables, with what a *displayed* number needs beside it: local
numbers, short numbers, a calling code without prefix or behind a trunk 0 (8613..., 08613...), and IP-call prefixes
(17951...). Where both know the answer they agree (tests/host/test_plans.py), but for three deliberate differences:
a number of the household's local length is local first; a short number is not stretched into a national one; a plain 00
is preferred to a longer carrier prefix, when what follows is plausible (Hong Kong's 008).

Not covered: Japan's 000 numbers, which never call out; the trunk prefix of countries for which no plan is carried and
whose numbers may begin with it; telephone extensions.
"""

from ringwarden.numbers import world
from ringwarden.numbers.clean import clean, is_dialable
from ringwarden.numbers.number import Home, Number
from ringwarden.numbers.plan import KINDS, general, matches, possible, valid, walk

LONGEST_E164 = 15  # digits, ITU-T E.164 clause 6; national plans that go beyond are believed
SHORTEST_LOCAL, LONGEST_LOCAL = 4, 8  # digits of a subscriber's number
SHORTEST = 3  # digits of a number that nothing explains


def normalise(shown: str, home: Home) -> Number:
    """The number that was shown, read from `home`. Never raises: what is no number has e164 "" and kind "unknown"."""
    text = clean(shown)
    if not is_dialable(text):
        return Number(text)
    if text[0] == "+":
        return _international(text, text[1:], home) or Number(text)
    if home.plan is None:
        return _without_plan(text, home)
    return _exact(text, home) or _dialled(text, home) or _prefixed(text, home) or _leftover(text, home)


def _make(shown: str, home: Home, national: str, form: str, carrier: str = "") -> Number:
    """A number of the home country; its kind comes from the plan."""
    plan = home.plan
    value = walk(plan.NUMBERS, national)
    kind = KINDS[value & 15]
    country = plan.REGIONS[value >> 5] if value & 15 else plan.REGION
    if kind == "unknown" and (walk(plan.SHORT, national) or national in plan.MUST_RING):
        kind = "short"
    return Number(shown, "+" + plan.CODE + national, country, kind, form, carrier)


def _exact(text: str, home: Home) -> Number | None:
    """Emergency lines, which come before everything, as themselves."""
    return _make(text, home, text, "short") if text in home.plan.MUST_RING else None


def _dialled(text: str, home: Home) -> Number | None:
    """What can be read without taking a prefix off, and the international prefix."""
    plan = home.plan
    for template in plan.INTERNATIONAL:
        if matches(template, text) and text[len(template) : len(template) + 1] != "0":
            found = _international(text, text[len(template) :], home)
            if found and (found.kind != "unknown" or world.plausible(found.e164)):
                if template[0] != "0":  # a carrier's code stands before the prefix: 17909 00 86...
                    found.carrier_prefix = text[: template.find("00")]
                return found
    if _is_local(text, home):
        return _make(text, home, home.area_code + text, "local")
    if valid(plan, text):
        return _make(text, home, text, "national")
    if walk(plan.SHORT, text):
        return _make(text, home, text, "short")
    return None


def _is_local(text: str, home: Home) -> bool:
    """Whether the text is a subscriber's number in the household's own area."""
    if not home.area_code or len(text) < SHORTEST_LOCAL:
        return False
    plan = home.plan
    if plan.LOCAL_FIRST and text[0] not in plan.LOCAL_FIRST:
        return False
    if not valid(plan, home.area_code + text):
        return False
    # Where subscribers' numbers have several lengths, a whole national number is not taken for one of them.
    return len(text) == home.local_length if home.local_length else not valid(plan, text) and text[0] != "0"


def _prefixed(text: str, home: Home) -> Number | None:
    """A trunk prefix, a carrier prefix, or the country's own calling code in front."""
    plan = home.plan
    bare = _bare_code(text, home)
    if bare:
        return bare
    infix = _without_infix(plan, text)
    if infix:
        return _make(text, home, infix, "trunk")
    for template, follow, carrier_at in plan.TRUNK:
        rest = text[len(template) :]
        if not matches(template, text) or len(rest) < follow:
            continue
        if carrier_at == 0:
            found = _behind_carrier(text, len(template), home)
        else:
            carrier = text[carrier_at : len(template)] if carrier_at > 0 else ""
            found = _behind_trunk(text, rest, home, carrier)
        if found:
            return found
    return None


def _bare_code(text: str, home: Home) -> Number | None:
    """The calling code without any prefix: libphonenumber's rule, and short numbers behind it."""
    plan = home.plan
    if not text.startswith(plan.CODE):
        return None
    rest = _strip(plan, text[len(plan.CODE) :])
    too_long = plan.LENGTHS >> len(text) == 0
    if (too_long or not general(plan, text)) and general(plan, rest):
        # In North America 1 is trunk prefix and calling code at once: call it what people call it.
        return _make(text, home, rest, "trunk" if plan.TRUNK and plan.TRUNK[0][0] == plan.CODE else "bare_country_code")
    # Without an area code 86 95588 may as well be a neighbour's 869 5588: then it stays what was shown.
    neighbour = not home.area_code and len(text) <= LONGEST_LOCAL and text[0] in plan.LOCAL_FIRST
    if not neighbour and not valid(plan, text) and (walk(plan.SHORT, rest) or rest in plan.MUST_RING):
        return _make(text, home, rest, "bare_country_code")
    return None


def _behind_carrier(text: str, length: int, home: Home) -> Number | None:
    """An IP-call prefix of `length` digits; it is one only when what follows is a whole number of its own."""
    rest = text[length:]
    found = _dialled(rest, home) or _prefixed(rest, home)
    if found is None or found.form == "short" or found.kind == "unknown" and found.form != "international":
        return None
    found.shown = text
    found.carrier_prefix = text[:length]
    return found


def _behind_trunk(text: str, rest: str, home: Home, carrier: str) -> Number | None:
    """What follows a trunk prefix: a national number, our own calling code (086...), area code + emergency number."""
    plan = home.plan
    if valid(plan, rest):
        return _make(text, home, rest, "trunk", carrier)
    if plan.CODE_BEHIND_TRUNK and rest.startswith(plan.CODE):
        inner = _strip(plan, rest[len(plan.CODE) :])
        if valid(plan, inner) or walk(plan.SHORT, inner):
            return _make(text, home, inner, "bare_country_code", carrier)
    for emergency in plan.AREA_EMERGENCY:
        if rest.endswith(emergency) and _is_area(plan, rest[: -len(emergency)]):
            found = _make(text, home, rest, "trunk")
            found.kind = "short"
            return found
    if rest[:1] == "0" and not general(plan, rest):
        return None
    if possible(plan, rest) and not (general(plan, text) and not general(plan, rest)):
        return _make(text, home, rest, "trunk", carrier)
    return None


def _is_area(plan, code: str) -> bool:
    """Whether digits are an area code: some ordinary subscriber's number in it is valid."""
    return len(code) > 1 and (valid(plan, code + "2222222") or valid(plan, code + "22222222"))


def _without_infix(plan, text: str) -> str:
    """Argentina's mobiles: (0)(area)15(number) is 9(area)(number), when that is valid; else ""."""
    if plan.MOBILE_INFIX is None:
        return ""
    infix, instead, lengths = plan.MOBILE_INFIX
    start = len(plan.TRUNK[0][0]) if plan.TRUNK and matches(plan.TRUNK[0][0], text) else 0
    for n in lengths:
        if text[start + n :].startswith(infix):
            whole = instead + text[start : start + n] + text[start + n + len(infix) :]
            if valid(plan, whole):
                return whole
    return ""


def _strip(plan, national: str) -> str:
    """A national number without a trunk or carrier prefix, by libphonenumber's rule: never viable to not viable."""
    infix = _without_infix(plan, national)
    if infix:
        return infix
    for template, follow, _ in plan.TRUNK:
        if matches(template, national) and len(national) - len(template) >= follow:
            rest = national[len(template) :]
            if general(plan, national) and not general(plan, rest):
                return national
            shortest = plan.LENGTHS & -plan.LENGTHS  # the lowest bit
            return rest if 1 << len(rest) >= shortest else national
    return national


def _leftover(text: str, home: Home) -> Number:
    """Digits that fit nothing: still one identity, so that a household can refuse them; none when they begin with 0."""
    if text[0] == "0" and not general(home.plan, text):
        return Number(text, "", home.country)
    if not SHORTEST <= len(text) <= LONGEST_E164 - len(home.code):
        return Number(text, "", home.country)
    return _make(text, home, text, "national")


def _international(shown: str, digits: str, home: Home) -> Number | None:
    """A number after "+" or an international prefix; None when no calling code is there or nothing follows it."""
    place = world.place_of(digits)
    if place is None or len(digits) - len(place.code) < 2:
        return None
    if home.plan is not None and place.code == home.plan.CODE:
        national = _strip(home.plan, digits[len(place.code) :])
        found = _make(shown, home, national, "international")
        if found.kind == "unknown" and len(digits) > LONGEST_E164:
            found.e164 = ""
        return found
    e164 = "+" + place.code + world.national(digits, place)
    if len(e164) - 1 > LONGEST_E164 and not world.plausible(e164):
        e164 = ""
    return Number(shown, e164, world.region_of(e164[1:] or digits, place), "unknown", "international")


def _without_plan(text: str, home: Home) -> Number:
    """A home whose plan is not carried: international forms are read, other digits are taken as a national number."""
    if text.startswith("00") and text[2:3] != "0":
        found = _international(text, text[2:], home)
        if found:
            return found
    place = world.place_of(home.code) if home.code else None
    if place is None:
        return Number(text)
    national = world.national(place.code + text, place)
    if national[0] == "0" and place.trunk or len(place.code) + len(national) > LONGEST_E164:
        return Number(text, "", home.country)
    form = "national" if national == text else "trunk"
    return Number(text, "+" + place.code + national, home.country, "unknown", form)
