# SPDX-License-Identifier: Apache-2.0
"""The number-plan referee: can the number that was displayed be real?

It judges the display alone. What it finds has a level; what is done about it is the policy's. A number that passes can
still be a fraud's, and an odd display can be an odd exchange's: so the rows behind it carry marks, and what is
unconfirmed only notes. What is known about China stands in a table (`plans.cn_facts`); for other countries the plan
says whether a number can exist, and that only notes.

Planned: learning whether a line's carrier writes +86, and an action for each finding in the settings.
"""

from ringwarden.numbers import world
from ringwarden.numbers.clean import is_dialable
from ringwarden.numbers.emergency import is_must_ring
from ringwarden.numbers.number import Home, Number
from ringwarden.numbers.parse import normalise
from ringwarden.numbers.plan import valid, walk

OK = "OK"
NOTE = "NOTE"  # real, but something is to be said
SUSPECT = "SUSPECT"  # looks real; abuse of this form is documented
IMPOSSIBLE = "IMPOSSIBLE"  # the plan has no such caller

ANALOGUE = ("fsk", "dtmf")


class Finding:
    """`level` is one of OK, NOTE, SUSPECT, IMPOSSIBLE. `code` is stable and has a sentence in `ringwarden.words`;
    it is "" for a plain OK. `details` fills the sentence."""

    __slots__ = ("level", "code", "details")

    def __init__(self, level: str = OK, code: str = "", details: dict[str, str] | None = None):
        self.level = level
        self.code = code
        self.details = details or {}

    def __repr__(self):
        return "Finding({}, {})".format(self.level, self.code)


def examine(number: Number | None, interface: str, home: Home) -> Finding:
    """Judge one displayed number. `interface` is "fsk", "dtmf" or "sip". Never raises.

    An emergency line in its own form is at most noted. A number that only resembles one may be SUSPECT or IMPOSSIBLE as
    a display; `emergency.resembles_emergency` tells the policy never to drop it.
    """
    if number is None or not number.shown:
        return Finding(NOTE, "NO_NUMBER")
    if home.country != "CN" or home.plan is None:
        return _elsewhere(number, interface, home)
    if not is_dialable(number.shown):
        return Finding(IMPOSSIBLE, "NON_DIGIT")
    if is_must_ring(number, home, interface) and number.form != "trunk":
        return _domestic(number.e164[1 + len(home.code) :], home)
    if _all_same(number.shown):
        exists = number.kind != "unknown" or _is_local_by_metadata(number.shown, home)
        return Finding(NOTE if exists else IMPOSSIBLE, "ALL_SAME_DIGIT")
    if number.form == "international" or number.shown[0] == "+" or number.shown.startswith("00"):
        return _from_abroad(number, interface, home)
    if number.form == "bare_country_code" and interface in ANALOGUE:
        # 86... is a documented trick; 086... is only odd
        return Finding(NOTE if number.shown[0] == "0" else SUSPECT, "BARE_COUNTRY_CODE")
    if number.form == "bare_country_code":
        return _domestic(_displayed_form(number, home), home)
    if number.carrier_prefix:
        return Finding(NOTE, "IP_PREFIX", {"prefix": number.carrier_prefix})
    return _domestic(number.shown, home)


def _elsewhere(number: Number, interface: str, home: Home) -> Finding:
    """Homes outside mainland China: only what no plan knows is noted."""
    if not is_dialable(number.shown):
        return Finding(NOTE, "NON_DIGIT")
    if home.plan is None or is_must_ring(number, home, interface) or number.kind != "unknown":
        return Finding()
    abroad = number.e164 and not number.e164.startswith("+" + home.code)
    return Finding() if abroad and world.plausible(number.e164) else Finding(NOTE, "NOT_IN_PLAN")


def _all_same(text: str) -> bool:
    """One digit repeated, five times or more (shorter ones are service numbers somewhere)."""
    return len(text) >= 5 and text == text[0] * len(text)


def _is_local_by_metadata(text: str, home: Home) -> bool:
    """Whether libphonenumber takes the digits for a subscriber in the household's area, whatever they begin with."""
    return len(text) == home.local_length and valid(home.plan, home.area_code + text)


def _from_abroad(number: Number, interface: str, home: Home) -> Finding:
    """A display with + or 00. On an analogue line the international gateway set it: the call comes from abroad."""
    rest = number.shown[1:] if number.shown[0] == "+" else number.shown[2:]
    if number.e164.startswith("+" + home.code):
        if interface not in ANALOGUE:
            return _domestic(_displayed_form(number, home), home)
        national = number.e164[1 + len(home.code) :]
        found = _domestic(national, home) if len(national) == 11 and national[0] == "1" else None
        if found is not None and found.level == OK:
            return Finding(NOTE, "ROAMING_OR_FORGED_86_MOBILE")
        return found or Finding(IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED")
    plausible = number.e164 != "" and world.plausible(number.e164)
    if not plausible and (walk(home.plan.SHORT, rest) or rest in home.plan.MUST_RING):
        # a SIP carrier may put its + before anything
        return Finding(IMPOSSIBLE if interface in ANALOGUE else SUSPECT, "INTL_PREFIX_ON_SHORT_CODE")
    if not plausible and rest[:1] == "0" and valid(home.plan, rest.lstrip("0")):
        return Finding(IMPOSSIBLE, "INTL_PREFIX_ON_DOMESTIC")
    if len(rest) > 15:
        return Finding(IMPOSSIBLE, "TOO_LONG")
    if not plausible:
        return Finding(NOTE, "INTL_UNKNOWN")
    return _mimicry(number.e164)


def _mimicry(e164: str) -> Finding:
    """A foreign number whose last digits are a Chinese service's."""
    from ringwarden.numbers.plans.cn_facts import MIMICKED_TAILS

    for tail in MIMICKED_TAILS:
        if e164.endswith(tail):
            return Finding(NOTE, "INTL_TAIL_MIMICS_SERVICE", {"tail": tail})
    return Finding()


def _displayed_form(number: Number, home: Home) -> str:
    """How a number that came with the calling code would be displayed at home: an area code behind a trunk 0.

    10 + 8 digits is a Beijing landline, tried before the services that begin with 10.
    """
    from ringwarden.numbers.plans.cn_facts import DISPLAYED

    national = number.e164[1 + len(home.code) :]
    if national[:1] != "0" and (number.kind == "fixed" or not walk(DISPLAYED, national)):
        return "0" + national
    return national


def _row(table: bytes, digits: str) -> Finding | None:
    """What a table of the facts says about digits."""
    from ringwarden.numbers.plans.cn_facts import FINDINGS

    value = walk(table, digits)
    return Finding(*FINDINGS[value - 1]) if value else None


def _domestic(text: str, home: Home) -> Finding:
    """A display without anything foreign: behind a trunk 0, or a service, a mobile, a neighbour."""
    from ringwarden.numbers.plans.cn_facts import DISPLAYED

    if text[:1] == "0":
        return _behind_zero(text[1:], home)
    found = _row(DISPLAYED, text)
    if found is not None:
        if found.level == IMPOSSIBLE and _is_local_by_metadata(text, home):
            # The written plan gives no subscriber such a number, libphonenumber does.
            return Finding(SUSPECT, found.code, found.details)
        return found
    if len(text) in (7, 8):
        return _neighbour(text, home)
    if len(text) > 8 and valid(home.plan, text):
        return Finding(NOTE, "TRUNK_MISSING")
    return Finding(IMPOSSIBLE, "TOO_LONG")


def _neighbour(text: str, home: Home) -> Finding:
    """Seven or eight digits: a subscriber in the household's own area."""
    if text[0] not in home.plan.LOCAL_FIRST:
        return Finding(NOTE, "LOCAL_FIRST_DIGIT")
    if home.local_length and len(text) != home.local_length:
        return Finding(SUSPECT, "LANDLINE_LENGTH", {"expected": str(home.local_length)})
    return Finding()


def _behind_zero(rest: str, home: Home) -> Finding:
    """What stands behind a trunk 0: a mobile, or an area code and a subscriber or service."""
    from ringwarden.numbers.plans.cn_facts import AREAS, BEHIND_AREA, DISPLAYED

    if len(rest) < 2:
        return Finding(IMPOSSIBLE, "TOO_SHORT")
    if rest[0] == "1" and rest[1] in "3456789":
        return _row(DISPLAYED, rest) or Finding(IMPOSSIBLE, "TOO_LONG")
    if rest[:3] in ("400", "800") and len(rest) == 10:
        return _row(DISPLAYED, rest) or Finding()
    size = 2 if rest[0] in "12" else 3
    area, local = rest[:size], rest[size:]
    lengths = walk(AREAS, area)
    if lengths & 12:
        return _retired(area, IMPOSSIBLE if lengths & 4 else NOTE)
    if not lengths:
        return Finding(IMPOSSIBLE, "AREA_CODE_UNKNOWN", {"area": "0" + area})
    found = _row(BEHIND_AREA, local)
    if found is not None:
        return found
    if not (len(local) == 7 and lengths & 1 or len(local) == 8 and lengths & 2):
        expected = {1: "7", 2: "8", 3: "7/8"}[lengths]
        return Finding(IMPOSSIBLE, "LANDLINE_LENGTH", {"area": "0" + area, "expected": expected})
    if local[0] not in home.plan.LOCAL_FIRST:
        return Finding(NOTE, "LOCAL_FIRST_DIGIT")
    return Finding()


def _retired(area: str, level: str) -> Finding:
    """An area code that is no longer used, with what took its place."""
    from ringwarden.numbers.plans.cn_facts import RETIRED

    at = RETIRED.find("\n" + area + " ")
    now = RETIRED[at + len(area) + 2 : RETIRED.find("\n", at + 1)] if at >= 0 else ""
    return Finding(level, "AREA_CODE_RETIRED", {"area": "0" + area, "now": "0" + now})


def examine_text(shown: str, interface: str, home: Home) -> Finding:
    """`examine` for text as it was displayed."""
    return examine(normalise(shown, home), interface, home)
