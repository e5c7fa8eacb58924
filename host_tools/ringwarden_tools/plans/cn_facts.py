# SPDX-License-Identifier: Apache-2.0
"""What is known about numbers that are displayed on a landline in mainland China: the rows behind the referee.

Source: the project's notes on mainland China's numbering (November 2026), which compare libphonenumber 9.0.43, the
phone database of PyPI `phone` 0.4.5, copies of the public numbering plan, and press and police reports. A row's mark: A
two independent sources or official metadata, B one source, C unconfirmed. A row marked C may only NOTE.

A row is (pattern, level, code, mark). The first row whose pattern matches all digits decides. Levels are the referee's.
"""

from collections.abc import Callable

from ringwarden_tools.plans.automaton import Nfa, State, determinise

DATE = "2026-11-24"
SOURCE = "the project's notes on mainland China's numbering, marks A B C; area codes from phonenumbers"

Row = tuple[str, str, str, str]

# Digits displayed without a leading 0: service numbers, mobiles, what only looks like them.
DISPLAYED: tuple[Row, ...] = (
    # police, rescue: the exact displays; cities differ in whether 110 itself is shown, so it is said, never screened
    ("110|119|120|122|12119|95119|95110|12395", "NOTE", "EMERGENCY_LINE", "A"),
    ("96110", "OK", "", "A"),
    ("12110\\d{0,3}", "NOTE", "SMS_PORT_CALLING", "A"),  # text alarm: resembles an emergency line, so it is only noted
    ("12381", "SUSPECT", "SMS_PORT_CALLING", "A"),
    ("12379", "NOTE", "SMS_PORT_CALLING", "C"),
    # carriers: since 2025-08-01 three numbers alone sell
    ("10001|10085|10016", "NOTE", "CARRIER_MARKETING", "A"),
    ("10[0-2]\\d\\d", "OK", "", "A"),
    ("1010\\d{4}", "OK", "", "A"),
    ("1096\\d{3,4}", "OK", "", "A"),
    ("123\\d\\d", "OK", "", "A"),
    ("1118[35]", "OK", "", "A"),
    ("11[68]\\d{3}|114", "OK", "", "C"),
    ("112|117|121(?:21)?|20[01]|300|125\\d{2,3}", "NOTE", "RECEIVE_ONLY_CALLING", "C"),
    # 95 classes: 953, 955 five digits and 956 six, never extended; the rest extendable
    ("95[35]\\d\\d|956\\d{3}", "OK", "", "A"),
    ("950\\d{2,5}|950\\d{7,8}|951\\d{2,5}|957\\d{2,5}|952\\d{3,5}", "OK", "", "B"),
    ("954\\d{2,5}|95[89]\\d{2,5}", "OK", "", "C"),
    ("95[356]\\d{0,11}", "IMPOSSIBLE", "SERVICE_WRONG_LENGTH", "A"),
    ("95[0127]\\d{0,11}", "IMPOSSIBLE", "SERVICE_WRONG_LENGTH", "B"),
    ("95\\d{1,12}", "NOTE", "SERVICE_WRONG_LENGTH", "C"),
    ("96\\d{3,4}", "OK", "", "A"),
    ("96\\d{5,6}", "NOTE", "SERVICE_WRONG_LENGTH", "B"),
    ("96\\d{1,12}", "IMPOSSIBLE", "SERVICE_WRONG_LENGTH", "A"),
    # numbers that by rule only receive calls; some do ring, so never impossible
    ("[48]00\\d{7}", "SUSPECT", "RECEIVE_ONLY_CALLING", "A"),
    ("(?:10|21)800\\d{7}", "SUSPECT", "RECEIVE_ONLY_CALLING", "A"),
    ("16[08]\\d{5}", "SUSPECT", "RECEIVE_ONLY_CALLING", "A"),
    # not 7 or 8 digits: those are subscribers' numbers somewhere
    ("[48]00\\d{6}|[48]00\\d{8,11}", "IMPOSSIBLE", "SERVICE_WRONG_LENGTH", "A"),
    ("100\\d?", "NOTE", "SERVICE_WRONG_LENGTH", "C"),
    ("100\\d{3,5}|1010\\d{0,3}|1010\\d{5,8}", "IMPOSSIBLE", "SERVICE_WRONG_LENGTH", "A"),
    # machines and text messages; 10 + 8 digits beginning 106 may be a Beijing landline whose 0 was lost
    ("1064\\d{9}", "IMPOSSIBLE", "IOT_NUMBER_CANNOT_CALL", "B"),
    ("106\\d{7}", "SUSPECT", "SMS_PORT_CALLING", "A"),
    ("106\\d{2,17}", "IMPOSSIBLE", "SMS_PORT_CALLING", "A"),
    ("14[01468]\\d{10}", "IMPOSSIBLE", "IOT_NUMBER_CANNOT_CALL", "A"),
    ("14[01468]\\d{8}", "SUSPECT", "IOT_NUMBER_CANNOT_CALL", "B"),
    # mobiles: ranges without an owner, then all others
    ("1(?:4[23]|54|64|94|6[03-4]|6[89]|79)\\d{8}|161[1-9]\\d{7}", "IMPOSSIBLE", "MOBILE_PREFIX_UNASSIGNED", "A"),
    ("1740\\d{7}|1741[0-2]\\d{6}|1749\\d{7}", "OK", "", "B"),
    ("174\\d{8}", "NOTE", "MOBILE_PREFIX_UNASSIGNED", "B"),
    ("1[3-9]\\d{9}", "OK", "", "A"),
    ("1[3-9]\\d{8}|1[3-9]\\d{10}", "IMPOSSIBLE", "MOBILE_WRONG_LENGTH", "A"),
    ("\\d{0,2}", "IMPOSSIBLE", "TOO_SHORT", "A"),
    ("[1-9]\\d{2,5}", "NOTE", "TOO_SHORT", "C"),  # perhaps an extension of the subscriber's own network
    ("1\\d{12,19}", "IMPOSSIBLE", "TOO_LONG", "A"),
)

# Digits displayed behind a known area code (which is not part of the pattern).
BEHIND_AREA: tuple[Row, ...] = (
    ("96110", "OK", "", "A"),
    ("110|119|120|122", "SUSPECT", "AREA_PLUS_EMERGENCY", "A"),
    ("110\\d{4,5}", "NOTE", "AREA_110_LONGER", "A"),  # Qingdao shows 0532-110xxxx
    ("12110|12119", "NOTE", "AREA_PLUS_EMERGENCY", "C"),
    ("96\\d{3,4}|123\\d\\d?|100\\d\\d", "OK", "", "A"),
    ("95\\d{3,4}", "NOTE", "AREA_PLUS_95", "A"),
)

# Area codes that are no longer used: (code without 0, what took its place, mark).
RETIRED: tuple[tuple[str, str, str], ...] = (
    ("634", "531", "B"),
    ("565", "551", "B"),
    ("732", "731", "B"),
    ("733", "731", "B"),
    ("890", "898", "B"),
    ("899", "898", "B"),
    ("520", "512", "B"),
    ("881", "871", "B"),
    ("811", "23", "B"),
    ("814", "23", "B"),
    ("378", "371", "C"),
    ("413", "24", "C"),
    ("414", "24", "C"),
    ("410", "24", "C"),
    ("852", "851", "C"),
    ("853", "851", "C"),
    ("910", "29", "C"),
    ("448", "435", "C"),
)

# Bits of an area code's value.
SEVEN, EIGHT, RETIRED_SURE, RETIRED_PERHAPS = 1, 2, 4, 8

# Last digits of foreign numbers that imitate a service (B).
MIMICKED_TAILS = ("96110", "12333", "12345", "110")


def findings() -> list[tuple[str, str]]:
    """Every (level, code) of the rows, "OK" first; a table's value is the index + 1."""
    rows = [("OK", "")] + [(level, code) for _, level, code, _ in DISPLAYED + BEHIND_AREA]
    return list(dict.fromkeys(rows))


def automaton(rows: tuple[Row, ...]) -> State:
    """The rows as one automaton: value = index in `findings` + 1, 0 when no row matches."""
    nfa = Nfa()
    index = {found: at + 1 for at, found in enumerate(findings())}
    for at, (pattern, level, _, mark) in enumerate(rows):
        if mark == "C" and level not in ("OK", "NOTE"):
            raise ValueError("A row marked C may only note: {}".format(pattern))
        nfa.add(pattern, at)

    def value_of(tags: int, length: int) -> int:
        first = (tags & -tags).bit_length() - 1
        return index[rows[first][1], rows[first][2]]

    return determinise(nfa, value_of)


def area_codes(is_fixed: Callable[[str], bool]) -> dict[str, int]:
    """Area code without 0 -> lengths it takes. `is_fixed(national)`: whether digits are a valid fixed-line number."""
    out: dict[str, int] = {}
    for code in [str(n) for n in [10, *range(20, 30)]] + [str(n) for n in range(300, 1000)]:
        bits = SEVEN if is_fixed(code + "2222222") or is_fixed(code + "8222222") else 0
        bits |= EIGHT if is_fixed(code + "22222222") or is_fixed(code + "82222222") else 0
        if bits:
            out[code] = bits
    for code, _, mark in RETIRED:
        assert code not in out, code
        out[code] = RETIRED_SURE if mark == "B" else RETIRED_PERHAPS
    return out


def area_automaton(codes: dict[str, int]) -> State:
    """The area codes as an automaton: value = bits."""
    nfa = Nfa()
    order = list(codes)
    for at, code in enumerate(order):
        nfa.add(code, at)
    return determinise(nfa, lambda tags, length: codes[order[tags.bit_length() - 1]])
