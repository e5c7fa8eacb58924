# SPDX-License-Identifier: Apache-2.0
"""Displayed numbers and what the referee finds, on both interpreters."""

from ringwarden.numbers import Home, normalise
from ringwarden.numbers.emergency import is_must_ring, resembles_emergency
from ringwarden.numbers.referee import IMPOSSIBLE, NOTE, OK, SUSPECT, examine, examine_text
from ringwarden.words import numbers_en, numbers_zh

BEIJING = ("10", 8)
ZIBO = ("533", 7)

# home in China, interface, shown, level, code
CASES = (
    # what people are called from
    (BEIJING, "fsk", "64112233", OK, ""),
    (BEIJING, "fsk", "13812345678", OK, ""),
    (BEIJING, "dtmf", "013812345678", OK, ""),
    (BEIJING, "fsk", "19912345678", OK, ""),
    (BEIJING, "fsk", "16101234567", OK, ""),
    (BEIJING, "fsk", "14912345678", OK, ""),
    (BEIJING, "fsk", "17012345678", OK, ""),
    (BEIJING, "fsk", "13491234567", OK, ""),
    (BEIJING, "fsk", "17400123456", OK, ""),
    (BEIJING, "fsk", "17490123456", OK, ""),
    (BEIJING, "fsk", "075586541234", OK, ""),
    (BEIJING, "fsk", "02161234567", OK, ""),
    (BEIJING, "fsk", "05334123456", OK, ""),
    (BEIJING, "fsk", "085188123456", OK, ""),
    (BEIJING, "fsk", "08518812345", OK, ""),
    (BEIJING, "fsk", "09785123456", OK, ""),
    (BEIJING, "fsk", "075591234567", NOTE, "LOCAL_FIRST_DIGIT"),
    (ZIBO, "fsk", "4123456", OK, ""),
    # services that call
    (BEIJING, "fsk", "10086", OK, ""),
    (BEIJING, "fsk", "10000", OK, ""),
    (BEIJING, "fsk", "10001", NOTE, "CARRIER_MARKETING"),
    (BEIJING, "fsk", "10085", NOTE, "CARRIER_MARKETING"),
    (BEIJING, "fsk", "10016", NOTE, "CARRIER_MARKETING"),
    (BEIJING, "fsk", "12345", OK, ""),
    (BEIJING, "fsk", "075512345", OK, ""),
    (BEIJING, "fsk", "12368", OK, ""),
    (BEIJING, "fsk", "95588", OK, ""),
    (BEIJING, "fsk", "95338", OK, ""),
    (BEIJING, "fsk", "956025", OK, ""),
    (BEIJING, "fsk", "950616", OK, ""),
    (BEIJING, "fsk", "95017123", OK, ""),
    (BEIJING, "fsk", "95012345678", OK, ""),
    (BEIJING, "fsk", "96138", OK, ""),
    (BEIJING, "fsk", "02096138", OK, ""),
    (BEIJING, "fsk", "10105757", OK, ""),
    (BEIJING, "fsk", "11183", OK, ""),
    # emergency lines
    (BEIJING, "fsk", "110", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "dtmf", "119", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "fsk", "120", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "fsk", "122", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "fsk", "12119", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "fsk", "96110", OK, ""),
    (BEIJING, "fsk", "025-96110", OK, ""),
    (BEIJING, "fsk", "0755-96110", OK, ""),
    (BEIJING, "fsk", "0760-110", SUSPECT, "AREA_PLUS_EMERGENCY"),
    (BEIJING, "fsk", "0591110", SUSPECT, "AREA_PLUS_EMERGENCY"),
    (BEIJING, "fsk", "010120", SUSPECT, "AREA_PLUS_EMERGENCY"),
    (BEIJING, "fsk", "0532-1102024", NOTE, "AREA_110_LONGER"),
    (BEIJING, "fsk", "12110755", NOTE, "SMS_PORT_CALLING"),
    (BEIJING, "fsk", "12110", NOTE, "SMS_PORT_CALLING"),
    # what cannot be
    (BEIJING, "fsk", "l0086", IMPOSSIBLE, "NON_DIGIT"),
    (BEIJING, "fsk", "++860775110", IMPOSSIBLE, "NON_DIGIT"),
    (BEIJING, "fsk", "138*1234", IMPOSSIBLE, "NON_DIGIT"),
    (BEIJING, "fsk", "0000000", IMPOSSIBLE, "ALL_SAME_DIGIT"),
    (BEIJING, "fsk", "11111111111", IMPOSSIBLE, "ALL_SAME_DIGIT"),
    (BEIJING, "fsk", "88888888", NOTE, "ALL_SAME_DIGIT"),
    (BEIJING, "fsk", "1", IMPOSSIBLE, "TOO_SHORT"),
    (BEIJING, "fsk", "12", IMPOSSIBLE, "TOO_SHORT"),
    (BEIJING, "fsk", "6123", NOTE, "TOO_SHORT"),
    (BEIJING, "fsk", "138123456789012", IMPOSSIBLE, "TOO_LONG"),
    (BEIJING, "fsk", "641122334455667", IMPOSSIBLE, "TOO_LONG"),
    (BEIJING, "fsk", "2" + "3" * 24, IMPOSSIBLE, "TOO_LONG"),
    (BEIJING, "fsk", "04001234567", SUSPECT, "RECEIVE_ONLY_CALLING"),
    (BEIJING, "fsk", "04011234567", IMPOSSIBLE, "AREA_CODE_UNKNOWN"),
    (BEIJING, "fsk", "02612345678", IMPOSSIBLE, "AREA_CODE_UNKNOWN"),
    (BEIJING, "fsk", "06001234567", IMPOSSIBLE, "AREA_CODE_UNKNOWN"),
    (BEIJING, "fsk", "07321234567", IMPOSSIBLE, "AREA_CODE_RETIRED"),
    (BEIJING, "fsk", "05651234567", IMPOSSIBLE, "AREA_CODE_RETIRED"),
    (BEIJING, "fsk", "03781234567", NOTE, "AREA_CODE_RETIRED"),
    (BEIJING, "fsk", "07558654123", IMPOSSIBLE, "LANDLINE_LENGTH"),
    (BEIJING, "fsk", "0106411223", IMPOSSIBLE, "LANDLINE_LENGTH"),
    (BEIJING, "fsk", "053341234567", IMPOSSIBLE, "LANDLINE_LENGTH"),
    (BEIJING, "fsk", "6411223", SUSPECT, "LANDLINE_LENGTH"),
    (BEIJING, "fsk", "14212345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "15412345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "16112345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "19412345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "17912345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "016412345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "17451234567", NOTE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "1381234567", IMPOSSIBLE, "MOBILE_WRONG_LENGTH"),
    (BEIJING, "fsk", "138123456789", IMPOSSIBLE, "MOBILE_WRONG_LENGTH"),
    (BEIJING, "fsk", "01381234567", IMPOSSIBLE, "MOBILE_WRONG_LENGTH"),
    (BEIJING, "fsk", "1461234567890", IMPOSSIBLE, "IOT_NUMBER_CANNOT_CALL"),
    (BEIJING, "fsk", "14612345678", SUSPECT, "IOT_NUMBER_CANNOT_CALL"),
    (BEIJING, "fsk", "1064812345678", IMPOSSIBLE, "IOT_NUMBER_CANNOT_CALL"),
    (BEIJING, "fsk", "955888", IMPOSSIBLE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "95602", IMPOSSIBLE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "9521234567", IMPOSSIBLE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "40012345678", IMPOSSIBLE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "100861", IMPOSSIBLE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "9611012", NOTE, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "95588123", SUSPECT, "SERVICE_WRONG_LENGTH"),
    (BEIJING, "fsk", "10690123456", IMPOSSIBLE, "SMS_PORT_CALLING"),
    (BEIJING, "fsk", "1069012345678", IMPOSSIBLE, "SMS_PORT_CALLING"),
    (BEIJING, "fsk", "12381", SUSPECT, "SMS_PORT_CALLING"),
    (BEIJING, "fsk", "1064112233", SUSPECT, "SMS_PORT_CALLING"),
    (BEIJING, "fsk", "4008123123", SUSPECT, "RECEIVE_ONLY_CALLING"),
    (BEIJING, "fsk", "8008108888", SUSPECT, "RECEIVE_ONLY_CALLING"),
    (BEIJING, "fsk", "16812345", SUSPECT, "RECEIVE_ONLY_CALLING"),
    (BEIJING, "fsk", "75586541234", NOTE, "TRUNK_MISSING"),
    (BEIJING, "fsk", "91234567", NOTE, "LOCAL_FIRST_DIGIT"),
    (BEIJING, "fsk", "01095580", NOTE, "AREA_PLUS_95"),
    # from abroad
    (BEIJING, "fsk", "0085223456789", OK, ""),
    (BEIJING, "fsk", "+442079460018", OK, ""),
    (BEIJING, "fsk", "0012025550110", NOTE, "INTL_TAIL_MIMICS_SERVICE"),
    (BEIJING, "fsk", "+85320923402", OK, ""),
    (BEIJING, "fsk", "+85328812333", NOTE, "INTL_TAIL_MIMICS_SERVICE"),
    (BEIJING, "fsk", "00110", IMPOSSIBLE, "INTL_PREFIX_ON_SHORT_CODE"),
    (BEIJING, "fsk", "+110", IMPOSSIBLE, "INTL_PREFIX_ON_SHORT_CODE"),
    (BEIJING, "fsk", "0095588", IMPOSSIBLE, "INTL_PREFIX_ON_SHORT_CODE"),
    (BEIJING, "fsk", "+96110", IMPOSSIBLE, "INTL_PREFIX_ON_SHORT_CODE"),
    (BEIJING, "fsk", "0010086", IMPOSSIBLE, "INTL_PREFIX_ON_SHORT_CODE"),
    (BEIJING, "fsk", "0001064112233", IMPOSSIBLE, "INTL_PREFIX_ON_DOMESTIC"),
    (BEIJING, "fsk", "0099912345678", NOTE, "INTL_UNKNOWN"),
    (BEIJING, "fsk", "+4412345678901234567", IMPOSSIBLE, "TOO_LONG"),
    (BEIJING, "fsk", "008613812345678", NOTE, "ROAMING_OR_FORGED_86_MOBILE"),
    (BEIJING, "fsk", "+8613812345678", NOTE, "ROAMING_OR_FORGED_86_MOBILE"),
    (BEIJING, "fsk", "+8614212345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "fsk", "+861064112233", IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED"),
    (BEIJING, "fsk", "0086110", IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED"),
    (BEIJING, "fsk", "+8695588", IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED"),
    (BEIJING, "fsk", "+864008123123", IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED"),
    (BEIJING, "dtmf", "00860775110", IMPOSSIBLE, "INTL_86_WITH_SHORT_OR_FIXED"),
    (BEIJING, "fsk", "8613812345678", SUSPECT, "BARE_COUNTRY_CODE"),
    (BEIJING, "fsk", "861064112233", SUSPECT, "BARE_COUNTRY_CODE"),
    (BEIJING, "fsk", "08613812345678", NOTE, "BARE_COUNTRY_CODE"),
    (BEIJING, "fsk", "1795113812345678", NOTE, "IP_PREFIX"),
    (BEIJING, "fsk", "1790901064112233", NOTE, "IP_PREFIX"),
    # a SIP carrier may write +86 before everything
    (BEIJING, "sip", "+8613812345678", OK, ""),
    (BEIJING, "sip", "+861064112233", OK, ""),
    (BEIJING, "sip", "+8675586541234", OK, ""),
    (BEIJING, "sip", "8613812345678", OK, ""),
    (BEIJING, "sip", "+8695588", OK, ""),
    (BEIJING, "sip", "+8696110", OK, ""),
    (BEIJING, "sip", "+86110", NOTE, "EMERGENCY_LINE"),
    (BEIJING, "sip", "+864008123123", SUSPECT, "RECEIVE_ONLY_CALLING"),
    (BEIJING, "sip", "+8614212345678", IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"),
    (BEIJING, "sip", "+86106901234567", IMPOSSIBLE, "SMS_PORT_CALLING"),
    (BEIJING, "sip", "sip:+8613812345678@ims.example;user=phone", OK, ""),
    (BEIJING, "sip", "+96110", SUSPECT, "INTL_PREFIX_ON_SHORT_CODE"),
)

# home, shown, level, code
ELSEWHERE = (
    ("US", "2025550123", OK, ""),
    ("US", "4165550123", OK, ""),
    ("US", "911", OK, ""),
    ("US", "1115550123", NOTE, "NOT_IN_PLAN"),
    ("US", "+861064112233", OK, ""),
    ("US", "+8612", NOTE, "NOT_IN_PLAN"),
    ("DE", "030123456", OK, ""),
    ("DE", "0001234567", NOTE, "NOT_IN_PLAN"),
    ("GB", "02079460018", OK, ""),
    ("GB", "020794600", NOTE, "NOT_IN_PLAN"),
    ("HK", "23456789", OK, ""),
    ("HK", "l234", NOTE, "NON_DIGIT"),
    ("KE", "0712345678", OK, ""),
)


def home_of(place):
    return Home("CN", place[0], place[1])


def test_displays_in_china():
    homes = {BEIJING: home_of(BEIJING), ZIBO: home_of(ZIBO)}
    for place, interface, shown, level, code in CASES:
        found = examine_text(shown, interface, homes[place])
        assert (found.level, found.code) == (level, code), (shown, interface, found)
    assert len(CASES) >= 90


def test_displays_elsewhere_are_at_most_noted():
    for country, shown, level, code in ELSEWHERE:
        found = examine_text(shown, "fsk", Home(country))
        assert (found.level, found.code) == (level, code), (country, shown, found)
        assert found.level in (OK, NOTE)


def test_no_number():
    home = home_of(BEIJING)
    assert examine(None, "fsk", home).code == "NO_NUMBER"
    assert examine_text("", "fsk", home).level == NOTE


def test_every_code_has_words_that_its_details_fill():
    home = home_of(BEIJING)
    for _, interface, shown, _, code in CASES:
        found = examine_text(shown, interface, home)
        if code:
            for texts in (numbers_en.TEXTS, numbers_zh.TEXTS):
                sentence = texts[code].format(**filled(found, code))
                assert sentence and "{" not in sentence, (shown, sentence)
    assert sorted(numbers_en.TEXTS) == sorted(numbers_zh.TEXTS)


def filled(found, code):
    """The details, which must hold every name the sentence asks for."""
    details = dict(found.details)
    for name in ("area", "now", "expected", "tail", "prefix"):
        if "{" + name + "}" in numbers_en.TEXTS[code]:
            assert name in details, (found, name)
    return details


def test_details():
    home = home_of(BEIJING)
    assert examine_text("07321234567", "fsk", home).details == {"area": "0732", "now": "0731"}
    assert examine_text("08141234567", "fsk", home).details["now"] == "023"
    assert examine_text("07558654123", "fsk", home).details["expected"] == "8"
    assert examine_text("043312345", "fsk", home).details == {}
    assert examine_text("0433123456", "fsk", home).details["expected"] == "7/8"


def test_an_emergency_line_in_its_own_form_is_at_most_noted():
    for place in (BEIJING, ZIBO):
        home = home_of(place)
        for line in home.plan.MUST_RING:
            for interface in ("fsk", "dtmf", "sip"):
                found = examine_text(line, interface, home)
                assert found.level in (OK, NOTE), (line, found)


def test_what_must_ring_is_never_screened_and_imitations_are_recognised():
    home = home_of(BEIJING)
    for _, interface, shown, level, code in CASES:
        number = normalise(shown, home)
        if is_must_ring(number, home, interface):
            assert level in (OK, NOTE), shown
        if code in ("AREA_PLUS_EMERGENCY", "EMERGENCY_LINE"):
            assert resembles_emergency(number, home), shown


def test_the_rows_cover_every_mobile_range():
    home = home_of(BEIJING)
    unassigned = ("142", "143", "154", "160", "163", "164", "168", "169", "179", "194")
    machines = ("140", "141", "144", "146", "148")
    for n in range(130, 200):
        prefix = str(n)
        found = examine_text(prefix + "12345678", "fsk", home)
        if prefix in unassigned or prefix == "161":
            assert (found.level, found.code) == (IMPOSSIBLE, "MOBILE_PREFIX_UNASSIGNED"), prefix
        elif prefix in machines:
            assert (found.level, found.code) == (SUSPECT, "IOT_NUMBER_CANNOT_CALL"), prefix
        elif prefix == "174":
            assert found.level in (OK, NOTE), prefix
        else:
            assert found.level == OK, (prefix, found)
