# SPDX-License-Identifier: Apache-2.0
"""Files of every shape to numbers, every kind of junk, and the quick way to a key against the slow one."""

import bz2
import gzip
import json
import lzma
import random
from pathlib import Path

import numpy as np
import pytest

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import columns, entries, sources, text_source
from ringwarden_tools.lists.builder import Options, build
from ringwarden_tools.lists.merge import merge

A, B = 8613800138000, 8613900139000
DATA = Path(__file__).parents[3] / "shared/data/lists"


def read(tmp_path, content, country="CN", **options):
    path = tmp_path / "in.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = sources.Entries()
    sources.read(path, sources.readers(country), found, **options)
    return found


def taken(found):
    """[(key, category, score)], ascending; a number and category together once."""
    return list(zip(*(column.tolist() for column in found.totals()), strict=True))


FILES = [
    ("plain", "+8613800138000\n+8613900139000\n", [(A, 0, 1), (B, 0, 1)]),
    ("plain, no line end, Windows line ends", "+8613800138000\r\n+8613900139000", [(A, 0, 1), (B, 0, 1)]),
    ("plain, old Mac line ends", "+8613800138000\r+8613900139000\r", [(A, 0, 1), (B, 0, 1)]),
    ("comments and blank lines", "# head\n\n13800138000  # a bank\n  # more\n   \n", [(A, 0, 1)]),
    (
        "every way to write it",
        "138 0013 8000\n86-13800138000\n00 86 138-0013-8000\n17951 13800138000\n+86 (0) 138 0013 8000\n013800138000\n"
        "tel:+86-138-0013-8000\n\uff0b\uff18\uff1613800138000\n(+86)13800138000\n8613800138000.0\n'013800138000\n=\"13800138000\"\n",
        [(A, 0, 12)],
    ),
    ("one column with a heading", "pattern\n13800138000\n", [(A, 0, 1)]),
    ("byte order mark", "\ufeff+8613800138000\n", [(A, 0, 1)]),
    ("csv with header", "number,category,score\n13800138000,finance,7\n", [(A, 1, 7)]),
    ("csv with a byte order mark", "\ufeffnumber,category\n13800138000,finance\n", [(A, 1, 1)]),
    ("columns in another order", "Score;Type;Phone Number\n7;Health-Food;13800138000\n", [(A, 4, 7)]),
    ("more columns than we know", "id,number,when\n1,13800138000,2026-01-01\n2,13900139000,\n", [(A, 0, 1), (B, 0, 1)]),
    ("csv without header", "13800138000,finance,7\n13900139000,malicious\n", [(A, 1, 7), (B, 8, 1)]),
    ("number and score alone", "13800138000,7\n13900139000,-2\n", [(A, 0, 7), (B, 0, -2)]),
    ("a spreadsheet's separator line", "sep=;\r\nnumber;category\r\n13800138000;finance\r\n", [(A, 1, 1)]),
    ("one column in quotes", '"number"\n"+8613800138000"\n"13900139000"\n', [(A, 0, 1), (B, 0, 1)]),
    ("tabs", "number\tcategory\n13800138000\tcriminal\n", [(A, 9, 1)]),
    ("spaces around", " number , category , score \n 13800138000 , finance , 7 \n", [(A, 1, 7)]),
    ("quotes", 'number,category\n"+86 138 0013 8000","recruitment"\n', [(A, 5, 1)]),
    ("commas in quotes", 'note,number\n"a, b",13800138000\nc,13900139000\n', [(A, 0, 1), (B, 0, 1)]),
    ("line ends in quotes", 'note,number\n"a\nb\n",13800138000\r\n"",13900139000\r\n', [(A, 0, 1), (B, 0, 1)]),
    ("comment in csv", "number,category\n# none, really\n13800138000,\n", [(A, 0, 1)]),
    ("empty columns at the end", "number,category\n13800138000,finance,,\n", [(A, 1, 1)]),
    ("categories by other names", "号码,类型\n13800138000,诈骗电话\n13900139000,房产中介\n", [(A, 9, 1), (B, 2, 1)]),
    ("chinese header, gbk", "号码,类别\n13800138000,诈骗\n".encode("gbk"), [(A, 9, 1)]),
    ("german text, cp1252", "Nummer;Kategorie\n13800138000;spam\n# M\xfcller\n".encode("cp1252"), [(A, 7, 1)]),
    ("spreadsheet's utf-16", "number\tcategory\n13800138000\tfinance\n".encode("utf-16"), [(A, 1, 1)]),
    ("utf-32", "13800138000\n".encode("utf-32"), [(A, 0, 1)]),
    ("scores with a point", "number,score\n13800138000,4.75\n13900139000,-0.5\n", [(A, 0, 4), (B, 0, -1)]),
    ("reports add up", "number,category,score\n13800138000,finance,7\n138 0013 8000,finance,5\n", [(A, 1, 12)]),
    ("nothing but comments", "# later\n", []),
    ("json: array of texts", '["+8613800138000", "13900139000"]', [(A, 0, 1), (B, 0, 1)]),
    ("json: array of integers, with country code", "[13800138000]", [(A, 0, 1)]),
    (
        "json: phoneblock",
        json.dumps({
            "version": 7,
            "numbers": [
                {"phone": "+8613800138000", "votes": 12, "rating": "G_FRAUD"},
                {"phone": "+8613900139000", "votes": 5, "rating": "E_ADVERTISING", "lastActivity": 1},
                {"phone": "+8613700137000", "votes": 4, "rating": "A_LEGITIMATE"},
                {"phone": "+8613700137001", "votes": 0, "rating": "C_PING"},
                {"phone": "+8613700137002", "votes": 9, "rating": "C_PING", "whiteListed": True},
                {"phone": "+8613700137003", "votes": 9, "rating": "C_PING", "archived": True},
            ],
        }),
        [(A, 9, 12), (B, 7, 5)],
    ),
    ("json: pretty", '{\n "numbers": [\n  {\n   "phone": "+8613800138000"\n  }\n ]\n}\n', [(A, 0, 1)]),
    ("json: records, null and nested", '[{"number": "13800138000", "category": null, "x": {"y": []}}]', [(A, 0, 1)]),
    ("json: lines", '{"phone": "13800138000"}\n{"phone": "13900139000", "votes": 3}\n', [(A, 0, 1), (B, 0, 3)]),
    ("json: attributes inside", '{"data": [{"id": 1, "attributes": {"number": "13800138000"}}]}', [(A, 0, 1)]),
    (
        "xml: phoneblock",
        '<blocklist version="7"><phone-info phone="+8613800138000" votes="5" rating="F_GAMBLE"/></blocklist>',
        [(A, 8, 5)],
    ),
    (
        "xml: phonebook",
        '<?xml version="1.0" encoding="iso-8859-1"?><phonebooks><phonebook><contact><category>0</category><person>'
        '<realName>M\xfcller</realName></person><telephony nid="1"><number type="work" id="0">+8613800138000</number>'
        "<number>139 0013 9000</number></telephony></contact></phonebook></phonebooks>",
        [(A, 0, 1), (B, 0, 1)],
    ),
    ("xml: much space between elements", "<list>" + ("\n" * 50_000 + "<number>13800138000</number>") * 3 + "</list>",
     [(A, 0, 3)]),
    ("xml: records", "<list><e><category>criminal</category><number>13800138000</number><score>4</score></e></list>",
     [(A, 9, 4)]),
]  # fmt: skip


@pytest.mark.parametrize("content, expected", [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files(tmp_path, content, expected):
    if isinstance(content, str) and "iso-8859-1" in content:
        content = content.encode("latin-1")
    found = read(tmp_path, content)
    assert taken(found) == expected
    assert found.refused == 0 and found.examples == [] and found.unknown_categories == 0


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files(tmp_path, pack):
    assert taken(read(tmp_path, pack(b"number,score\n13800138000,7\n"))) == [(A, 0, 7)]
    whole = pack(b"+8613800138000\n" * 50_000)
    for damaged in (whole[: len(whole) // 2], whole[:-1]):
        with pytest.raises(UserError, match="in.txt cannot be unpacked .*: fetch it again"):
            read(tmp_path, damaged)


@pytest.mark.parametrize("country", ["", "US", "CA"])
def test_complaints_to_the_ftc(tmp_path, country):
    text = (
        "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,"
        "Recorded_Message_Or_Robocall\n"
        '8283003919,2026-08-25 00:04:31,2026-08-01 19:07:00,,Texas,512,"Reducing your debt (credit cards, mortgage, '
        'student loans)",Y\n'
        "9518514805,2026-08-25 00:04:48,2026-08-24 14:04:00,,California,951,Dropped call or no message,N\n"
        "9518514805,2026-08-25 00:04:48,2026-08-24 14:04:00,,California,951,Medical & prescriptions,N\n"
        ",2026-08-25 00:04:48,2026-08-24 14:04:00,,California,951,Other,N\n"
        "0000,2026-08-25 00:00:00,2026-08-24 00:00:00,,,,Other,N\n"
    )
    found = read(tmp_path, text, country)
    assert taken(found) == [(18283003919, 1, 1), (19518514805, 0, 1), (19518514805, 3, 1)]
    assert found.refusals == {"no number in its place": 1, "no such number in US": 1}
    with pytest.raises(UserError, match="list for another country: .* United States, not of CN; .* --country US"):
        read(tmp_path, text, "CN")


JUNK = [
    ("hello\x1b[31m", None),
    ("00", "not a telephone number"),
    ("+", "not a telephone number"),
    ("++8613800138000", "not a telephone number"),
    ("812", "no such number in CN"),
    ("1111111111", "one digit repeated"),
    ("+11111111111", "one digit repeated"),
    ("0000000000", "no such number in CN"),
    ("+812", "not a telephone number"),
    ("+81234", "no such number"),
    ("138001380001380013800138000", "no such number in CN"),
    ("+999123456789", "not a telephone number"),
    ("0304070744*", "no number begins so"),
    ("+86*", "a pattern that covers too many numbers"),
    ("*", "not a telephone number"),
    ("8.61380013E+12", "not a telephone number"),
    ("a" * 100, "not a telephone number"),
]


def test_junk_is_counted_and_shown(tmp_path):
    usable = [(text, reason) for text, reason in JUNK if reason]
    found = read(tmp_path, "13800138000\n" + "\n".join(text for text, _ in usable) + "\n")
    assert taken(found) == [(A, 0, 1)]
    expected: dict[str, int] = {}
    for _, reason in usable:
        expected[reason] = expected.get(reason, 0) + 1
    assert found.refusals == expected
    assert found.refused == len(usable)
    assert len(found.examples) == sources.EXAMPLES
    assert found.examples[0].endswith("in.txt:2: not a telephone number: '00'")
    assert all(len(example) < len(str(tmp_path)) + 100 for example in found.examples)


def test_junk_in_tables(tmp_path):
    text = "number,category,score\n13800138000,banking business,1\nnobody,finance,1\n13900139000,finance,many\n"
    found = read(tmp_path, text)
    assert taken(found) == [(A, 0, 1)]
    assert (found.refused, found.unknown_categories) == (2, 1)
    assert sorted(example.split("in.txt:")[1].split(":")[0] for example in found.examples) == ["2", "3", "4"]


def rows(count):
    return "".join(f"+861380{n:07d},finance,1\n" for n in range(count))


BROKEN = [  # line 3,001 of 6,000, with and without skipping
    ('"+8613900139000,finance,1\n', "opens a quote that nothing closes"),
    ('"+8613900139000"x,finance,1\n', "is no CSV"),
    ("+8613900139000,finance,1,2,3\n", "has 5 columns where the header has 3"),
    ("rubbish\n", "has 1 columns where the header has 3"),
    ("+86139\x01,finance,1\n", "has bytes in its number that are no text: '+86139?'"),
    (b"\xff\xfe\xfd,finance,1\n", "has bytes in its number that are no text"),
]


@pytest.mark.parametrize("line, words", BROKEN, ids=[row[1] + str(len(row[0])) for row in BROKEN])
def test_a_broken_line_is_named(tmp_path, line, words):
    whole = rows(5999).encode().splitlines(keepends=True)
    middle = [line if isinstance(line, bytes) else line.encode()]
    content = b"number,category,score\n" + b"".join(whole[:2999] + middle + whole[2999:])
    with pytest.raises(UserError) as caught:
        read(tmp_path, content)
    assert f"in.txt:3001 {words}" in caught.value.message
    assert caught.value.message.endswith("repair or remove that line, or skip such lines with --skip-broken")
    found = read(tmp_path, content, skip_broken=True)
    assert found.skipped_lines == found.refused == 1
    assert len(taken(found)) == 5999


def test_broken_lines_far_behind(tmp_path):
    """Past the first block, where the format was told; quotes elsewhere in the file are no excuse."""
    quoted = "number,note\n" + '"+8613800138000","a, ""b"""\n' * 60_000
    with pytest.raises(UserError, match=r"in.txt:60002 opens a quote"):
        read(tmp_path, quoted + '"+8613800138000,x\n' + "+8613800138000,x\n" * 10)
    with pytest.raises(UserError, match=r"in.txt:60002 opens a quote"):
        read(tmp_path, quoted + '"+8613800138000,x\n' + "+8613800138000,x\n" * 100_000)
    plain = "+8613800138000\n" * 100_000
    with pytest.raises(UserError, match=r"in.txt:100001 has a NUL byte"):
        read(tmp_path, plain + "+86138\x0000138000\n" + plain)
    with pytest.raises(UserError, match=r"in.txt:100001 is longer than 65,536 bytes"):
        read(tmp_path, plain + "1" * 3_000_000 + "\n" + plain)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "in.txt is empty: fetch it again, or leave it out"),
        (b"\xff\xfe", "in.txt is empty"),
        (b"RIFF\0\0\0\0WAVE", "in.txt:1 has a NUL byte in it, so it is not a text file"),
        (b"+8613800138000\n+86139\x00001\n", "in.txt:2 has a NUL byte in it"),
        (b"\0" * 5_000_000, "in.txt:1 has a NUL byte in it"),
        (b"7" * 3_000_000, "in.txt:1 is longer than 65,536 bytes"),
        ("who,what\nx,y\n", "no column named number"),
        ("hello\nworld\n", "holds no telephone number"),
        ('number,category\n"' + "x" * 2_000_000 + '",finance\n', "longer than|opens a quote"),
        ("+8613800138000\n".encode("utf-16")[:-1], "no UTF-16-LE after line"),
        ("[]", "in.txt names no telephone number at all: fetch it again, or leave it out"),
        ('{"error": {"status": 401, "message": "who are you?"}}', "in.txt names no telephone number at all"),
        ("<html><body><p>404</p></body></html>", "in.txt names no telephone number at all"),
        (b"PK\x03\x04rest", "is a ZIP archive: unpack it"),
        ('["+8613800138000",', "in.txt:1 is no JSON"),
        ('{"numbers": [\n{"phone": "+8613800138000"}\n{"phone": 1}]}', "in.txt:3 is no JSON \\(a comma or a bracket"),
        ("[" * 5000, "nested more than 64 deep"),
        ('{"a":' * 5000, "nested more than 64 deep"),
        ("<a><b></a>", "in.txt:1 is no well-formed XML"),
        ("<a>" * 5000, "nested more than 64 deep"),
        ("<list>\n<number>+8613800138000</number>", "in.txt:2 is no well-formed XML"),
        ('<?xml version="1.0" encoding="x-nobody"?><a/>', "an encoding that nobody knows, x-nobody"),
        ("<a><number>" + "1" * 100_000 + "</number></a>", "a text longer than 65,536"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(tmp_path, content, words):
    with pytest.raises(UserError, match=words):
        read(tmp_path, content)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY a "0123456789">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<list><number>&b;</number></list>"""
OUTSIDE = '<!DOCTYPE list [<!ENTITY x SYSTEM "file:///etc/passwd">]><list><number>&x;</number></list>'


@pytest.mark.parametrize("content, line", [(BOMB, 3), (OUTSIDE, 1)])
def test_entities_are_refused(tmp_path, content, line):
    with pytest.raises(UserError, match=f"in.txt:{line} declares an entity"):
        read(tmp_path, content)


def test_files_of_another_country(tmp_path):
    american = "".join(
        f"{area}{number:07d}\n" for area in (212, 305, 404, 617, 702) for number in range(2345000, 2345016)
    )
    assert len(taken(read(tmp_path, american, "US"))) == 80
    with pytest.raises(UserError, match="list for another country: .* not exist in CN; give --country US"):
        read(tmp_path, american, "CN")
    chinese = "".join(f"138{n * 7919:08d}\n" for n in range(60))
    with pytest.raises(UserError, match="list for another country: .* not exist in US; give --country CN"):
        read(tmp_path, chinese, "US")


def test_national_numbers_need_a_country(tmp_path):
    with pytest.raises(UserError, match="--country"):
        read(tmp_path, "13800138000\n", country="")


PATTERNS = [
    ("09118818*", "DE", [("499118818", 0)]),
    ("0911 8818 *", "DE", [("499118818", 0)]),
    ("+49 (0) 911 8818*", "DE", [("499118818", 0)]),
    ("00499118818*", "CN", [("499118818", 0)]),
    ("33162######", "", [("33162", 11)]),
    ("33162######", "FR", [("33162", 11)]),
    ("33162######", "CN", [("33162", 11)]),
    ("+33 1 62 ## ## ##", "", [("33162", 11)]),
    ("0162######", "FR", [("33162", 11)]),
    ("170########", "CN", [("86170", 13)]),
    ("170*", "CN", [("86170", 0)]),
    ("+1 312 555 ####", "", [("1312555", 11)]),
    ("312555####", "US", [("1312555", 11)]),
    ("+331#2######", "", [(f"331{d}2", 11) for d in range(10)]),
]


@pytest.mark.parametrize("text, country, expected", PATTERNS)
def test_patterns(tmp_path, text, country, expected):
    found = read(tmp_path, text + "\n", country)
    assert sorted(found.rules) == sorted(expected)
    assert found.refused == 0 and taken(found) == []


def test_patterns_among_comments_and_in_files(tmp_path):
    text = "33162###### # sellers\n#33163######\n+33270######\tx\n13800138000#bank\n13800138001 # 33164######\n"
    found = read(tmp_path, text.replace("\tx", ""), "CN")
    assert sorted(found.rules) == [("33162", 11), ("33270", 11)]
    assert [key for key, _, _ in taken(found)] == [A, A + 1]
    patterns = {
        "patterns": [{"pattern": "33162######", "action": "block"}, {"pattern": "33163######", "action": "identify"}]
    }
    found = read(tmp_path, json.dumps(patterns), "FR")
    assert list(found.rules) == [("33162", 11)] and found.left_out == {"not meant to be blocked": 1}


def test_the_best_report_of_a_number_counts():
    rows = [(A, 0, 5), (A, 3, 5), (A, 2, 5), (A, 9, 4), (B, 0, 9), (B, 7, 0), (B + 1, 8, 3), (B + 1, 8, -4)]
    for seed in range(10):
        random.Random(seed).shuffle(rows)
        found = sources.Entries()
        for row in rows:
            found.add(*row)
        merged = merge(found)
        assert (merged.keys.tolist(), merged.categories.tolist(), merged.scores.tolist()) == ([A, B], [2, 7], [19, 9])
        assert found.left_out == {"voted down": 1}


def test_reports_are_added_up_in_whatever_portions(monkeypatch):
    monkeypatch.setattr(entries, "_PENDING", 50)
    rng = np.random.default_rng(1)
    keys, indices = rng.integers(A, A + 300, 5000).astype(np.uint64), rng.integers(0, 32, 5000)
    scores = rng.integers(-3, 9, 5000)
    expected: dict[tuple[int, int], int] = {}
    for key, index, score in zip(keys.tolist(), indices.tolist(), scores.tolist(), strict=True):
        expected[key, index] = expected.get((key, index), 0) + score
    found = sources.Entries()
    for at in range(0, 5000, 7):
        found.add_many(keys[at : at + 7], indices[at : at + 7], scores[at : at + 7])
    assert {(key, index): score for key, index, score in taken(found)} == expected
    assert found.reports == 5000


def test_scores_do_not_overflow():
    found = sources.Entries()
    for _ in range(3):
        found.add_many(np.full(4, A, np.uint64), 1, 2**61)
    assert taken(found)[0][2] > 2**61


def test_more_numbers_than_memory(monkeypatch):
    monkeypatch.setattr(entries, "NUMBERS_MAX", 100)
    found = sources.Entries()
    found.add_many(np.arange(A, A + 101, dtype=np.uint64), 0, 1)
    with pytest.raises(UserError, match="more than 100 different numbers"):
        found.totals()


def test_same_numbers_same_bytes(tmp_path):
    lines = [f"{A + 7 * i},finance,{i % 3}" for i in range(500)] + [
        f"{A + 7 * i},malicious,{i % 5}" for i in range(200)
    ]
    images = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        for part, some in (("1", lines[:300]), ("2", lines[300:])):
            (tmp_path / part).write_text("".join(f"+{line}\n" for line in some))
        images.append(build([tmp_path / "2", tmp_path / "1"], "CN").image.data)
    assert images[0] == images[1] == images[2]


def test_entries_from_elsewhere():
    built = build([], "CN", extra=[("13800138000", "property"), ("nobody", ""), ("+8613800138000", "")])
    assert (built.image.count, built.duplicates, built.entries.refused) == (1, 1, 1)
    assert built.by_category == {"property": 1}


def test_names_of_categories():
    assert columns.category_index("Health Food") == 4
    assert columns.category_index("G_FRAUD") == 9
    assert columns.category_index("") == 0
    assert columns.category_index("A_LEGITIMATE") == columns.LEGITIMATE
    assert columns.category_index("whatever") is None


@pytest.mark.parametrize(
    "text, kept",
    [
        (b"13800138000 # bank", b"13800138000"),
        (b"13800138000#bank", b"13800138000"),
        (b"33162######", b"33162######"),
        (b"33162###### # bank", b"33162######"),
        (b"+33 1 62 ## ## ##", b"+33 1 62 ## ## ##"),
        (b"33162##### sellers", b"33162#####"),
        (b"331621234#", b"331621234#"),
    ],
)
def test_comments_and_patterns(text, kept):
    assert text_source._without_comment(text) == kept


@pytest.mark.parametrize(
    "name, country, numbers_in, rules, refused",
    [
        ("dontobi_spamcalllist_de.txt", "DE", 373, 10, 0),
        ("dontobi_fritzbox_export.xml", "DE", 374, 10, 0),
        ("ftc_dnc_90days_head_sample.csv", "US", 51, 0, 16),
        ("ftc_dnc_fullcolumns_sample.csv", "", 6, 0, 1),
    ],
)
def test_real_lists(name, country, numbers_in, rules, refused):
    if not (DATA / name).is_file():
        pytest.skip("the sample lists are not here")
    built = build([DATA / name], options=Options(country))
    assert (built.image.count, built.rules.count, built.entries.refused) == (numbers_in, rules, refused)
