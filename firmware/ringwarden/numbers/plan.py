# SPDX-License-Identifier: Apache-2.0
"""A country's numbering plan as a small table, and the walk through it.

A plan is a generated module of `ringwarden.numbers.plans` with these names:

REGION, CODE    the country ("CN") and its calling code ("86"); REGIONS all regions of that code, the main one first
INTERNATIONAL   templates of what stands before a country code ("00"; "d" is any digit), in the order they are tried
TRUNK           what may stand before a national number: (template, digits that must follow, where a carrier code
                begins or -1)
MOBILE_INFIX    None or (infix, what it becomes, lengths of area codes): Argentina's 15
CODE_BEHIND_TRUNK  whether networks are known to show trunk prefix + calling code (086...)
LENGTHS         bit mask of the possible lengths of a national number; LOCAL_LENGTHS of those that need an area code
LOCAL_FIRST     first digits of a subscriber's number, "" when any
MUST_RING       emergency and call-back lines; MUST_RING_WITH_AREA those that ring with an area code too
AREA_EMERGENCY  emergency numbers that can be dialled behind an area code
NUMBERS, SHORT  tables for `walk`: national numbers, short numbers

Table format: units of 16 bits, little endian. Unit 0 is the index of the first state. A state is its value, then runs
of digits: bits 12-15 the last digit of the run, bits 0-11 the index of the next state (0: no such number); the run that
ends with 9 is the last. Value of NUMBERS: bits 0-3 the kind (0: not a valid number), bit 4 fits the country's general
description, bits 5-9 the index in REGIONS. Value of SHORT: bit 0 short number, 1 emergency, 2 text messages, 3 premium.
"""

KINDS = (
    "unknown",
    "premium",
    "toll_free",
    "shared_cost",
    "voip",
    "personal",
    "pager",
    "uan",
    "voicemail",
    "fixed",
    "mobile",
    "fixed_or_mobile",
)
GENERAL = 16


def walk(table: bytes, digits: str) -> int:
    """The value of the state that `digits` lead to, 0 when there is none. `digits` must be ASCII digits.

    About one pass of two steps a digit; reads nothing but the table.
    """
    state = table[0] | table[1] << 8
    for char in digits:
        at = 2 * state + 2
        key = (ord(char) - 48) << 4
        # A run's high byte is its last digit and the top of its target: the first run not below the digit is ours.
        while table[at + 1] & 0xF0 < key:
            at += 2
        state = table[at] | (table[at + 1] & 0x0F) << 8
        if not state:
            return 0
    return table[2 * state] | table[2 * state + 1] << 8


def matches(template: str, digits: str) -> bool:
    """Whether `digits` begin with the template, in which "d" is any digit."""
    if len(digits) < len(template):
        return False
    for want, have in zip(template, digits):
        if want != have and want != "d":
            return False
    return True


def general(plan, digits: str) -> bool:
    """Whether the digits fit the general description of the country's numbers."""
    return walk(plan.NUMBERS, digits) & GENERAL != 0


def valid(plan, digits: str) -> bool:
    """Whether the digits are a valid national number."""
    return walk(plan.NUMBERS, digits) & 15 != 0


def possible(plan, digits: str) -> bool:
    """Whether a national number can have this many digits."""
    return plan.LENGTHS >> len(digits) & 1 != 0


def load(region: str):
    """The plan of a country, or None when the firmware carries none for it."""
    if len(region) != 2 or not region.isalpha():
        return None
    name = "in_" if region == "IN" else region.lower()  # "in" is a word of the language
    try:
        return __import__("ringwarden.numbers.plans." + name, None, None, ("REGION",), 0)
    except ImportError:
        return None
