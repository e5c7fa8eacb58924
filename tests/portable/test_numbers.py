# SPDX-License-Identifier: Apache-2.0
"""Displayed numbers and what they are, on both interpreters."""

from ringwarden.numbers import Home, Number, from_key, key, normalise
from ringwarden.numbers.emergency import is_emergency_callback, is_must_ring, resembles_emergency
from ringwarden.numbers.plan import load
from ringwarden.numbers.world import code_of, place_of, plausible, region_of

# home, shown, e164, kind, form, carrier prefix
CASES = (
    # one Beijing mobile
    ("CN", "13812345678", "+8613812345678", "mobile", "national", ""),
    ("CN", "013812345678", "+8613812345678", "mobile", "trunk", ""),
    ("CN", "+8613812345678", "+8613812345678", "mobile", "international", ""),
    ("CN", "+86 138-1234-5678", "+8613812345678", "mobile", "international", ""),
    ("CN", "008613812345678", "+8613812345678", "mobile", "international", ""),
    ("CN", "08613812345678", "+8613812345678", "mobile", "bare_country_code", ""),
    ("CN", "8613812345678", "+8613812345678", "mobile", "bare_country_code", ""),
    ("CN", "1795113812345678", "+8613812345678", "mobile", "national", "17951"),
    ("CN", "17951013812345678", "+8613812345678", "mobile", "trunk", "17951"),
    ("CN", "1259313812345678", "+8613812345678", "mobile", "national", "12593"),
    ("CN", "17909008613812345678", "+8613812345678", "mobile", "international", "17909"),
    ("CN", "１３８ １２３４ ５６７８", "+8613812345678", "mobile", "national", ""),
    ("CN", "138\u20131234\u20135678", "+8613812345678", "mobile", "national", ""),
    ("CN", "\u202a+86 138 1234 5678\u202c", "+8613812345678", "mobile", "international", ""),
    ("CN", "tel:+86-138-1234-5678;ext=9", "+8613812345678", "mobile", "international", ""),
    ("CN", "tel:13812345678;phone-context=+86", "+8613812345678", "mobile", "national", ""),
    ("CN", "sip:%2B8613812345678@ims.example;user=phone", "+8613812345678", "mobile", "international", ""),
    ("CN", "sips:013812345678@192.0.2.1:5061", "+8613812345678", "mobile", "trunk", ""),
    ("CN", '"Zhang" <sip:+8613812345678@example.net;x=1>;tag=3', "+8613812345678", "mobile", "international", ""),
    # one Beijing landline; 10 + 64112233 is not a text-message port 106...
    ("CN", "64112233", "+861064112233", "fixed", "local", ""),
    ("CN", "01064112233", "+861064112233", "fixed", "trunk", ""),
    ("CN", "(010) 6411.2233", "+861064112233", "fixed", "trunk", ""),
    ("CN", "+861064112233", "+861064112233", "fixed", "international", ""),
    ("CN", "+86 (0)10 6411 2233", "+861064112233", "fixed", "international", ""),
    ("CN", "00861064112233", "+861064112233", "fixed", "international", ""),
    ("CN", "008601064112233", "+861064112233", "fixed", "international", ""),
    ("CN", "861064112233", "+861064112233", "fixed", "bare_country_code", ""),
    ("CN", "0861064112233", "+861064112233", "fixed", "bare_country_code", ""),
    ("CN", "1790901064112233", "+861064112233", "fixed", "trunk", "17909"),
    ("CN", "1791164112233", "+861064112233", "fixed", "local", "17911"),
    # other areas, seven digits
    ("CN", "0755-86541234", "+8675586541234", "fixed", "trunk", ""),
    ("CN", "05334123456", "+865334123456", "fixed", "trunk", ""),
    ("CN7", "4123456", "+865334123456", "fixed", "local", ""),
    ("CN7", "64112233", "+8664112233", "unknown", "national", ""),
    # services
    ("CN", "110", "+86110", "short", "short", ""),
    ("CN", "96110", "+8696110", "short", "short", ""),
    ("CN", "0755-96110", "+8675596110", "shared_cost", "trunk", ""),
    ("CN", "95588", "+8695588", "short", "short", ""),
    ("CN", "95017123", "+8695017123", "short", "short", ""),
    ("CN", "12345", "+8612345", "short", "short", ""),
    ("CN", "010-12345", "+861012345", "fixed", "trunk", ""),
    ("CN", "10086", "+8610086", "short", "short", ""),
    ("CN", "+8610086", "+8610086", "short", "international", ""),
    ("CN", "8695588", "+8695588", "short", "bare_country_code", ""),
    ("CN", "10104321", "+8610104321", "shared_cost", "national", ""),
    ("CN", "4008123123", "+864008123123", "shared_cost", "national", ""),
    ("CN", "800-810-8888", "+868008108888", "toll_free", "national", ""),
    ("CN", "16812345", "+8616812345", "premium", "national", ""),
    ("CN", "9501234567", "+869501234567", "shared_cost", "national", ""),
    ("CN", "0532110", "+86532110", "short", "trunk", ""),
    # a prefix is one only when a number follows
    ("CN", "17951", "+8617951", "unknown", "national", ""),
    ("CN", "17951110", "+8617951110", "unknown", "national", ""),
    ("CN", "17951234567", "+8617951234567", "unknown", "national", ""),
    ("CN", "16112345678", "+8616112345678", "unknown", "national", ""),
    # abroad, from Beijing
    ("CN", "0085223456789", "+85223456789", "unknown", "international", ""),
    ("CN", "+44 (0)20 7946 0018", "+442079460018", "unknown", "international", ""),
    ("CN", "+39 06 698 12345", "+390669812345", "unknown", "international", ""),
    ("CN", "0012025550123", "+12025550123", "unknown", "international", ""),
    # North America
    ("US", "2025550123", "+12025550123", "fixed_or_mobile", "national", ""),
    ("US", "12025550123", "+12025550123", "fixed_or_mobile", "trunk", ""),
    ("US", "5550123", "+12025550123", "fixed_or_mobile", "local", ""),
    ("US", "(202) 555-0123", "+12025550123", "fixed_or_mobile", "national", ""),
    ("US", "01144 20 7946 0018", "+442079460018", "unknown", "international", ""),
    ("US", "011861064112233", "+861064112233", "unknown", "international", ""),
    ("US", "8005550123", "+18005550123", "toll_free", "national", ""),
    ("US", "4165550123", "+14165550123", "fixed_or_mobile", "national", ""),
    ("US", "911", "+1911", "short", "short", ""),
    # Europe
    ("GB", "020 7946 0018", "+442079460018", "fixed", "trunk", ""),
    ("GB", "07400123456", "+447400123456", "mobile", "trunk", ""),
    ("GB", "0049 30 123456", "+4930123456", "unknown", "international", ""),
    ("DE", "030123456", "+4930123456", "fixed", "trunk", ""),
    ("DE", "0151 23456789", "+4915123456789", "mobile", "trunk", ""),
    ("DE", "004915123456789", "+4915123456789", "mobile", "international", ""),
    ("DE", "04930 1234", "+4949301234", "unknown", "trunk", ""),
    ("IT", "06 698 12345", "+390669812345", "fixed", "national", ""),
    ("IT", "+390669812345", "+390669812345", "fixed", "international", ""),
    ("IT", "312 345 6789", "+393123456789", "mobile", "national", ""),
    ("FR", "01 42 68 53 00", "+33142685300", "fixed", "trunk", ""),
    ("FR", "0612345678", "+33612345678", "mobile", "trunk", ""),
    # Asia and Oceania
    ("HK", "23456789", "+85223456789", "fixed", "national", ""),
    ("HK", "00861064112233", "+861064112233", "unknown", "international", ""),
    ("HK", "001861064112233", "+861064112233", "unknown", "international", ""),
    ("SG", "61234567", "+6561234567", "fixed", "national", ""),
    ("AU", "0011 86 10 6411 2233", "+861064112233", "unknown", "international", ""),
    ("AU", "02 1234 5678", "+61212345678", "fixed", "trunk", ""),
    ("AU", "000", "+61000", "short", "short", ""),
    ("JP", "010 86 10 6411 2233", "+861064112233", "unknown", "international", ""),
    ("JP", "0312345678", "+81312345678", "fixed", "trunk", ""),
    ("JP", "09012345678", "+819012345678", "mobile", "trunk", ""),
    # Latin America: carrier codes, Argentina's 15
    ("BR", "0 15 11 2345-6789", "+551123456789", "fixed", "trunk", "15"),
    ("BR", "011 2345-6789", "+551123456789", "fixed", "trunk", ""),
    ("MX", "5512345678", "+525512345678", "fixed_or_mobile", "national", ""),
    ("AR", "011 15-2345-6789", "+5491123456789", "mobile", "trunk", ""),
    ("AR", "+54 9 11 2345 6789", "+5491123456789", "mobile", "international", ""),
    ("AR", "011 2345-6789", "+541123456789", "fixed", "trunk", ""),
    ("RU", "8 912 345-67-89", "+79123456789", "mobile", "trunk", ""),
    ("RU", "79123456789", "+79123456789", "mobile", "bare_country_code", ""),
    # homes whose plan is not carried
    ("KE", "0712345678", "+254712345678", "unknown", "trunk", ""),
    ("KE", "008613812345678", "+8613812345678", "unknown", "international", ""),
    ("ZZ", "0712345678", "", "unknown", "", ""),
    ("ZZ", "+8613812345678", "+8613812345678", "unknown", "international", ""),
)

HOSTILE = (
    "",
    " ",
    "+",
    "++",
    "-",
    "abc",
    "l0086",
    "1\x002",
    "\x00",
    "*67",
    "#",
    "😀",
    "1😀2",
    "++86110",
    "+86+110",
    "86+110",
    "tel:",
    "sip:",
    "sip:@",
    "<>",
    "<sip:>",
    "a" * 10240,
    "<" * 10240,
    "+999123",
    "0",
    "00",
    "000000",
    "%2B",
    "tel:;;;",
    "١x",
    "-" * 300 + "110",
)


def home_of(name):
    if name == "CN":
        return Home("CN", "10", 8)
    if name == "CN7":
        return Home("CN", "533", 7)
    if name == "US":
        return Home("US", "202", 7)
    return Home(name)


def test_displayed_numbers():
    for name, shown, e164, kind, form, carrier in CASES:
        found = normalise(shown, home_of(name))
        got = (found.e164, found.kind, found.form, found.carrier_prefix)
        assert got == (e164, kind, form, carrier), (name, shown, got)


def test_every_example_keeps_its_identity_in_international_form():
    for name, _, e164, kind, _, _ in CASES:
        if e164:
            again = normalise(e164, home_of(name))
            assert again.e164 == e164, (name, e164, again)
            assert again.kind == kind or kind == "short", (name, e164, again)


def test_hostile_text_has_no_number():
    for name in ("CN", "US", "DE", "AR", "KE", "ZZ"):
        home = home_of(name)
        for text in HOSTILE:
            found = normalise(text, home)
            assert found.e164 == "" and found.kind == "unknown", (name, text[:20], found)
            assert len(found.shown) <= 32
            for char in found.shown:
                assert " " < char < "\x7f", (name, text[:20])
            assert key(found) == 0


def test_ten_thousand_digits():
    found = normalise("1" * 10240, Home("CN", "10", 8))
    assert found.e164 == "" and found.shown == "1" * 32


def test_what_cannot_be_sent_stays_visible():
    home = Home("CN", "10", 8)
    assert normalise("++86110", home).shown == "++86110"
    assert normalise("l0086", home).shown == "l0086"
    assert normalise("1\x002", home).shown == "1?2"
    assert normalise("+86 10-6411 2233", home).shown == "+861064112233"


def test_keys():
    home = Home("CN", "10", 8)
    assert key(normalise("95588", home)) == 8695588
    assert key(normalise("64112233", home)) == 861064112233
    assert from_key(8695588) == "+8695588"
    assert from_key(0) == "" and from_key(-1) == ""
    assert key(Number("x")) == 0


def test_homes():
    home = Home("cn")
    assert home.country == "CN" and home.code == "86" and home.plan is not None
    assert Home("IN").plan.CODE == "91"
    assert Home("KE").plan is None and Home("KE").code == "254"
    assert Home("ZZ").plan is None and Home("ZZ").code == ""
    assert Home("BS").code == "1"
    assert load("../x") is None and load("") is None


def test_local_length_comes_from_the_plan():
    for country, area, length in (
        ("CN", "10", 8),
        ("CN", "755", 8),
        ("CN", "533", 7),
        ("CN", "433", 0),  # Yanbian: seven and eight
        ("US", "202", 7),
        ("GB", "20", 8),
        ("DE", "30", 0),
        ("CN", "", 0),
        ("CN", "x", 0),
        ("KE", "20", 0),
    ):
        assert Home(country, area).local_length == length, (country, area, Home(country, area).local_length)
    assert normalise("64112233", Home("CN", "10")).e164 == "+861064112233"
    assert normalise("2123456", Home("CN", "433")).e164 == "+864332123456"
    assert normalise("21234567", Home("CN", "433")).e164 == "+8643321234567"
    assert normalise("123456", Home("DE", "30")).e164 == "+4930123456"
    assert normalise("95588", Home("CN", "433")).form == "short"
    assert normalise("8695588", Home("CN")).e164 == "+868695588"
    assert normalise("8695588", Home("CN", "533")).e164 == "+865338695588"
    assert normalise("8695588", Home("CN", "10")).e164 == "+8695588"
    assert normalise("13812345678", Home("CN", "433")).kind == "mobile"
    assert normalise("015123456789", Home("DE", "30")).form == "trunk"


def test_the_world():
    assert place_of("8613812345678").region == "CN"
    assert place_of("99912345") is None and place_of("") is None
    for digits, region in (
        ("12425551234", "BS"),
        ("14165551234", "CA"),
        ("12025551234", "US"),
        ("77011234567", "KZ"),
        ("79123456789", "RU"),
        ("441534123456", "JE"),
        ("442079460018", "GB"),
        ("85391234567", "MO"),
        ("390669812345", "VA"),
    ):
        assert region_of(digits, place_of(digits)) == region, digits
    assert plausible("+85291234567") and not plausible("+4412") and not plausible("+86123456789012345")
    assert code_of("GB") == "44" and code_of("XX") == "" and code_of("") == ""


def test_must_ring():
    home = Home("CN", "10", 8)
    for shown in (
        "110",
        "119",
        "120",
        "122",
        "12119",
        "96110",
        "95119",
        "12395",
        "0755-96110",
        "010-96110",
        "0533 96110",
    ):
        assert is_must_ring(normalise(shown, home), home), shown
    for shown in (
        "+86110",
        "0086110",
        "00110",
        "96110123",
        "196110",
        "0096110",
        "+96110",
        "0532110",
        "86110",
        "075596110123",
        "95588",
        "112",
        "",
        "110x",
        "13812345678",
        "008675596110",
        "040096110",
    ):
        assert not is_must_ring(normalise(shown, home), home), shown
    assert not is_must_ring(None, home)
    for shown in ("+86110", "+8696110", "+8675596110", "8696110"):
        assert is_must_ring(normalise(shown, home), home, "sip"), shown
    assert not is_must_ring(normalise("+96110", home), home, "sip")


def test_must_ring_elsewhere():
    for country, numbers in (
        ("US", ("911",)),
        ("GB", ("999", "112")),
        ("DE", ("110", "112")),
        ("AU", ("000", "112")),
        ("JP", ("110", "119")),
        ("HK", ("999",)),
        ("FR", ("15", "17", "18", "112")),
        ("TW", ("110", "119")),
        ("IN", ("112", "100")),
        ("KE", ("112", "911", "999")),
    ):
        home = Home(country)
        for number in numbers:
            assert is_must_ring(normalise(number, home), home), (country, number)
        assert not is_must_ring(normalise("12345", home), home), country


def test_96110_rings_from_every_area():
    home = Home("CN", "10", 8)
    from ringwarden.numbers.plan import walk
    from ringwarden.numbers.plans.cn_facts import AREAS

    found = 0
    for n in range(10, 1000):
        if walk(AREAS, str(n)) & 3:
            found += 1
            shown = "0" + str(n) + "96110"
            assert is_must_ring(normalise(shown, home), home), shown
            assert is_emergency_callback(normalise(shown, home), home), shown
    assert found == 321
    assert not is_emergency_callback(normalise("96110", home), home)


def test_what_resembles_an_emergency_line():
    home = Home("CN", "10", 8)
    for shown in (
        "110",
        "0532110",
        "0760-110",
        "+86110",
        "++860775110",
        "008696110",
        "0096110",
        "0591110",
        "86110",
        "02596110",
    ):
        assert resembles_emergency(normalise(shown, home), home), shown
    for shown in ("13812345678", "95588", "01064112233", "+85291234567"):
        assert not resembles_emergency(normalise(shown, home), home), shown


def test_every_country_reads_its_own_emergency_numbers():
    for country in ("CN", "HK", "US", "GB", "DE", "AT", "IT", "ES", "SE", "NO", "KR", "SG", "NZ", "MX", "ZA", "RU"):
        home = Home(country)
        for number in home.plan.MUST_RING:
            found = normalise(number, home)
            assert found.kind == "short" and found.form == "short" and found.e164 == "+" + home.code + number
