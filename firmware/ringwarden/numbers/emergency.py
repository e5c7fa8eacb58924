# SPDX-License-Identifier: Apache-2.0
"""Numbers that must ring: emergency services and the lines they call back from. The numbers stand in the plan tables.

The lists per country come from libphonenumber's short-number metadata; China's call-back lines beside them are written
in the generator's supplement, each with its source.
"""

from ringwarden.numbers.number import Home, Number
from ringwarden.numbers.plan import valid

# Where no plan is carried: the emergency numbers that most of the world shares.
ANYWHERE = ("112", "911", "999")


def is_must_ring(number: Number | None, home: Home, interface: str = "fsk") -> bool:
    """Whether the number, exactly as displayed, is one that always rings at `home`.

    China: 110, 119, 120, 122, 12119 ... as they are; 96110 with or without area code. A number that came with an
    international prefix is none, but for a SIP line, whose carrier may write every number with +86.
    """
    if number is None:
        return False
    text = _own_form(number, home, interface)
    if home.plan is None:
        return text in ANYWHERE
    return text in home.plan.MUST_RING or _is_behind_area(text, home, home.plan.MUST_RING_WITH_AREA)


def is_emergency_callback(number: Number | None, home: Home, interface: str = "fsk") -> bool:
    """Whether the number is a call-back line behind an area code (0755-96110)."""
    if number is None or home.plan is None:
        return False
    return _is_behind_area(_own_form(number, home, interface), home, home.plan.MUST_RING_WITH_AREA)


def resembles_emergency(number: Number | None, home: Home) -> bool:
    """Whether the number is made to look like, or may be, an emergency line.

    It is one, alone or behind up to four digits, once the prefix for abroad and the calling code are taken off.
    Whatever a referee says about such a display, the call is never dropped.
    """
    if number is None:
        return False
    text = number.shown
    while text[:1] == "+":
        text = text[1:]
    for start in ("00" + home.code, home.code, "00"):
        if home.code and text.startswith(start):
            text = text[len(start) :]
            break
    plan = home.plan
    lines = plan.MUST_RING + plan.AREA_EMERGENCY if plan else ANYWHERE
    if text in lines:
        return True
    # Behind an area code, or something that could be one: at most the trunk 0 and three digits.
    for line in lines:
        if len(line) >= 3 and text.endswith(line) and len(text) - len(line) <= 4:
            return True
    return False


def _own_form(number: Number, home: Home, interface: str) -> str:
    """The digits as displayed; on a SIP line without the country's own calling code in front."""
    text = number.shown
    if interface != "sip" or home.plan is None or number.form not in ("international", "bare_country_code"):
        return text
    if not number.e164.startswith("+" + home.code):
        return text
    national = number.e164[1 + len(home.code) :]
    if national in home.plan.MUST_RING or not home.plan.TRUNK:
        return national
    return home.plan.TRUNK[-1][0] + national


def _is_behind_area(text: str, home: Home, lines: tuple[str, ...]) -> bool:
    """Whether the text is trunk prefix + area code + one of the lines, and a valid number as such."""
    plan = home.plan
    trunk = plan.TRUNK[-1][0] if plan.TRUNK else ""
    for line in lines:
        if trunk and text.startswith(trunk) and text.endswith(line):
            area = len(text) - len(trunk) - len(line)
            if 2 <= area <= 3 and valid(plan, text[len(trunk) :]):
                return True
    return False
