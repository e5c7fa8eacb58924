# SPDX-License-Identifier: Apache-2.0
"""Names that the caller sends, compared with patterns."""

from rule_kit import house, judged

from ringwarden.rules.name_pattern import matches
from ringwarden.sanitise import clean_name

MATCHES = (
    ("loan", "loan", True),
    ("loan", "loans", False),
    ("loan*", "loans", True),
    ("*loan*", "the loan shop", True),
    ("*loan", "the loan", True),
    ("*loan", "the loan shop", False),
    ("a*b*c", "a--b--c", True),
    ("a*b*c", "acb", False),
    ("ab*ba", "aba", False),  # the two ends may not share a letter
    ("ab*ba", "abba", True),
    ("a*a*a", "aa", False),
    ("a**b", "ab", True),
)


def test_patterns() -> None:
    for pattern, text, expected in MATCHES:
        assert matches(pattern, text) == expected, (pattern, text)


def test_capitals_make_no_difference() -> None:
    household = house(names=[{"pattern": "*Crédit*", "action": "silence", "note": "bank"}])
    for name in ("CRÉDIT DU NORD", "crédit", "Le Crédit"):
        assert judged("02155550199", household, name=name) == ("silence", "NAME_PATTERN"), name
    assert judged("02155550199", household, name="Credit") == ("ring", "DEFAULT")
    assert judged("02155550199", household) == ("ring", "DEFAULT")


def test_a_caller_without_a_number_may_have_a_name() -> None:
    household = house(names=[{"pattern": "*loan*", "action": "silence"}])
    assert judged("P", household, name="Best Loans") == ("silence", "NAME_PATTERN")


def test_a_name_lets_nobody_past_the_list() -> None:
    household = house(2, names=[{"pattern": "*school*", "action": "ring"}])
    assert judged("02155550199", household, name="School") == ("drop", "LISTED")
    household = house(
        names=[{"pattern": "*school*", "action": "ring"}], quiet_hours={"from": "17:00", "until": "19:00"}
    )
    assert judged("02155550199", household, name="School") == ("ring", "NAME_PATTERN")


def test_the_first_pattern_that_fits_decides() -> None:
    names = [{"pattern": "*a*", "action": "challenge"}, {"pattern": "*b*", "action": "silence"}]
    household = house(names=names)
    assert judged("02155550199", household, name="ab")[0] == "challenge"
    assert judged("02155550199", household, name="b")[0] == "silence"


NAMES_SENT = (
    # bytes of the name parameter, the name
    ("王芳".encode(), "王芳"),
    ("Crédit".encode(), "Crédit"),
    (b"Cr\xe9dit", "Crédit"),  # ISO 8859-1
    (b"\xc0\xaf", "À¯"),  # an overlong form is no UTF-8
    (b"\xed\xa0\x80x", "í x"),  # nor is a surrogate
    (b"\xe7\x8e", "ç"),  # cut short
    (b"A\x1b[31m\xe2\x80\xaeB", "A [31m B"),  # no escape and no bidirectional override in either
    (b"", ""),
)


def test_names_in_either_code_are_compared_as_text() -> None:
    for raw, name in NAMES_SENT:
        assert clean_name(raw) == name, (raw, clean_name(raw))
    household = house(names=[{"pattern": "*贷款*", "action": "silence"}])
    assert judged("02155550199", household, name=clean_name("快速贷款中心".encode())) == ("silence", "NAME_PATTERN")
