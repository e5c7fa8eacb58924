# SPDX-License-Identifier: Apache-2.0
"""The most hostile household that settings, lists and floods can make, drawn from `draw(n) -> 0 .. n - 1`.

Used by a seeded loop on both interpreters and by hypothesis on one.
"""

from rule_kit import EVENING, List, call

from ringwarden.household import Household
from ringwarden.numbers import key, normalise
from ringwarden.profiles import ACTIONS, PROFILES, may_drop
from ringwarden.settings import WEEKDAYS

CONTACTS = (
    "138 0013 8000",
    "010 6411 2233",
    "021 5555 0108",
    "+44 20 7946 0000",
    "95588",
    "400 800 1234",
    "0898 6655 4433",
)
DIALLED = ("13911112222", "02155550142", "64110101", "0085221234567", "17951013677778888")
EMERGENCY = ("110", "119", "120", "122", "12119", "12395", "95110", "95119", "96110", "075596110", "02096110")
MAY_BE_EMERGENCY = ("0755110", "0086110", "+86120", "010119", "8610110", "021122", "00110", "++860775110")
CONTACT_FORMS = (
    "13800138000",
    "+8613800138000",
    "008613800138000",
    "013800138000",
    "17951 138 0013 8000",
    "12593013800138000",
    "64112233",
    "01064112233",
    "+861064112233",
    "02155550108",
    "17909 021 5555 0108",
    "+442079460000",
    "00442079460000",
    "95588",
    "4008001234",
    "089866554433",
)
PREFIXES = ("+", "+86", "+861", "010", "138", "021", "400", "95", "11", "12", "96110", "0755", "1", "+44", "0898")
PATTERNS = ("*a*", "*wang*", "*1*", "x*", "*")
NAMES = ("", "Wang Fang", "a", "110", "LOANS AND MORE")

MUST_RING = CONTACT_FORMS + DIALLED + EMERGENCY


def _one(draw, items):
    return items[draw(len(items))]


def _some(draw, items, most: int) -> list:
    return [_one(draw, items) for _ in range(draw(most + 1))]


def _actions(draw, profile: str) -> dict:
    actions = {}
    for setting in ACTIONS:
        choice = _one(draw, ("", "label", "silence", "challenge", "drop"))
        if choice and (choice != "drop" or may_drop(setting, profile)):
            actions[setting] = choice
    for code in ("RECEIVE_ONLY_CALLING", "LANDLINE_LENGTH", "EMERGENCY_LINE", "INTL_86_WITH_SHORT_OR_FIXED"):
        actions["referee." + code] = _one(draw, ("label", "silence", "challenge"))
    return actions


def _time(draw) -> str:
    return "{:02d}:{:02d}".format(draw(24), draw(60))


def _date(draw) -> str:
    return "20{:02d}-{:02d}-{:02d}".format(20 + draw(20), 1 + draw(12), 1 + draw(28))


def _span(draw) -> dict:
    return {"from": _time(draw), "until": _time(draw), "days": _some(draw, WEEKDAYS, 3)}


def _consent(draw, numbers) -> dict:
    return {
        "company": "Company",
        "numbers": [_one(draw, numbers)],
        "purpose": "selling",
        "evidence": {"text": "agreed"},
        "hours": _span(draw),
        "expires": _date(draw),
        "revoked": _date(draw),
    }


def document(draw) -> dict:
    """A document that the box accepts and that turns every setting against the callers who must ring."""
    profile = _one(draw, sorted(PROFILES))
    everybody = CONTACTS + DIALLED + EMERGENCY
    undroppable = ("label", "silence", "challenge")
    patterns = [pattern for pattern in _some(draw, PATTERNS, 3) if pattern != "*"]
    return {
        "version": 1,
        "home": {"country": "CN", "area_code": "010", "timezone_minutes": draw(1681) - 840},
        "profile": profile,
        "contacts": [{"name": "Wang Fang", "numbers": list(CONTACTS)}],
        "refused": [{"number": number} for number in _some(draw, everybody, 30)],
        "consents": [_consent(draw, everybody) for _ in range(draw(6))],
        "prefixes": [{"prefix": prefix, "action": _one(draw, undroppable)} for prefix in _some(draw, PREFIXES, 10)],
        "names": [{"pattern": pattern, "action": _one(draw, undroppable)} for pattern in patterns],
        "quiet_hours": _span(draw),
        "repeat": {"calls": 1, "minutes": 1440},
        "actions": _actions(draw, profile),
    }


def household(draw) -> Household:
    """A household with such a document, a list that holds everybody, and callers who have called all day."""
    made = Household.from_document(document(draw))
    made.blocklist = List(draw(12))
    for shown in _some(draw, CONTACT_FORMS + DIALLED + EMERGENCY, 40):
        for _ in range(1 + draw(5)):
            made.history.note(key(normalise(shown, made.home)), draw(3600))
    for number in DIALLED:
        made.open_line.note_dialled(number, EVENING - draw(5 * 86400), draw(60))  # a day is left
    return made


def must_ring_call(draw, shown: str, callee: Household):
    """A call from one of those who must ring, at some moment of the day after the household dialled last."""
    moment = _one(draw, (0, EVENING, EVENING + draw(82800)))
    name, interface = _one(draw, NAMES), _one(draw, ("fsk", "dtmf"))
    return call(shown, callee, at=moment, tick=draw(3600), name=name, interface=interface)
