# SPDX-License-Identifier: Apache-2.0
"""Text files to numbers: every shape of file, every kind of junk, and the quick way to a key against the slow one."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringwarden import numbers
from ringwarden.numbers.plans.codes import CODES
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import sources
from ringwarden_tools.lists.builder import build
from ringwarden_tools.lists.keys import KeyReader, NotANumber
from ringwarden_tools.lists.merge import merge

A, B = 8613800138000, 8613900139000


def read(tmp_path, content, country="CN"):
    path = tmp_path / "in.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    entries = sources.Entries()
    sources.read(path, KeyReader(numbers.Home(country)), entries)
    return entries


FILES = [
    ("plain", "+8613800138000\n+8613900139000\n", [(A, 0, 0), (B, 0, 0)]),
    ("plain, no line end, Windows line ends", "+8613800138000\r\n+8613900139000", [(A, 0, 0), (B, 0, 0)]),
    ("comments and blank lines", "# head\n\n13800138000  # a bank\n  # more\n", [(A, 0, 0)]),
    (
        "every way to write it",
        "138 0013 8000\n86-13800138000\n00 86 138-0013-8000\n17951 13800138000\n",
        [(A, 0, 0)] * 4,
    ),
    ("one column with a heading", "pattern\n13800138000\n", [(A, 0, 0)]),
    ("byte order mark", "\ufeff+8613800138000\n", [(A, 0, 0)]),
    ("csv with header", "number,category,score\n13800138000,finance,7\n", [(A, 1, 7)]),
    ("columns in another order", "Score;Type;Phone Number\n7;Health-Food;13800138000\n", [(A, 4, 7)]),
    ("more columns than we know", "id,number,when\n1,13800138000,2026-01-01\n2,13900139000,\n", [(A, 0, 0), (B, 0, 0)]),
    ("csv without header", "13800138000,finance,7\n13900139000,malicious\n", [(A, 1, 7), (B, 8, 0)]),
    ("number and score alone", "13800138000,7\n13900139000,-2\n", [(A, 0, 7), (B, 0, -2)]),
    ("tabs", "number\tcategory\n13800138000\tcriminal\n", [(A, 9, 0)]),
    ("quotes", 'number,category\n"+86 138 0013 8000","recruitment"\n', [(A, 5, 0)]),
    ("comment in csv", "number,category\n# none, really\n13800138000,\n", [(A, 0, 0)]),
    ("chinese header, utf-8", "号码,类别\n13800138000,finance\n", [(A, 1, 0)]),
    ("chinese header, gbk", "号码,类别\n13800138000,finance\n".encode("gbk"), [(A, 1, 0)]),
    ("spreadsheet's utf-16", "number\tcategory\n13800138000\tfinance\n".encode("utf-16"), [(A, 1, 0)]),
    ("nothing", "", []),
    ("nothing but comments", "# later\n", []),
]


@pytest.mark.parametrize("content, expected", [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files(tmp_path, content, expected):
    entries = read(tmp_path, content)
    assert list(zip(entries.keys, entries.categories, entries.scores, strict=True)) == expected
    assert entries.refused == 0 and entries.examples == []


def test_junk_is_counted_and_shown(tmp_path):
    junk = ["hello\x1b[31m", "00", "+", "++8613800138000", "138001380001380013800138000", "0304070744*", "a" * 100]
    entries = read(tmp_path, "13800138000\n" + "\n".join(junk) + "\n")
    assert entries.keys == [A]
    assert entries.refused == len(junk)
    assert len(entries.examples) == sources.EXAMPLES
    assert entries.examples[0].endswith("in.txt:2: not a telephone number: 'hello?[31m'")
    assert all(len(example) < len(str(tmp_path)) + 100 for example in entries.examples)


def test_junk_in_tables(tmp_path):
    text = "number,category,score\n13800138000,banking,1\nnobody,finance,1\n13900139000,finance,many\n"
    entries = read(tmp_path, text)
    assert (entries.keys, entries.categories) == ([A], [0])
    assert (entries.refused, entries.unknown_categories) == (2, 1)
    assert [example.split("in.txt:")[1].split(":")[0] for example in entries.examples] == ["2", "3", "4"]


@pytest.mark.parametrize(
    "content, words",
    [
        (b"RIFF\0\0\0\0WAVE", "is not a text file"),
        (b"\xff\xff\xff", "is not a text file"),
        ("who,what\nx,y\n", "no column named number"),
        ("hello\nworld\n", "holds no telephone number"),
        ('number,category\n"' + "x" * 200_000 + '",finance\n', "no CSV"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, content, words):
    with pytest.raises(UserError, match=words):
        read(tmp_path, content)


def test_national_numbers_need_a_country(tmp_path):
    with pytest.raises(UserError, match="--country"):
        read(tmp_path, "13800138000\n", country="")


def test_the_best_report_of_a_number_counts():
    rows = [(A, 0, 5), (A, 3, 5), (A, 2, 5), (A, 9, 4), (B, 0, 1), (B, 7, 0)]
    for seed in range(10):
        random.Random(seed).shuffle(rows)
        keys, categories = merge(sources.Entries(*map(list, zip(*rows, strict=True))))
        assert (keys.tolist(), categories.tolist()) == ([A, B], [2, 0])


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


HOMES = ("", "CN", "DE", "US", "IT", "AR", "BR", "MX", "RU", "HK", "SG")
READERS = {country: KeyReader(numbers.Home(country)) for country in HOMES}
CALLING_CODES = sorted(row.split(" ")[0] for row in CODES.split("\n") if row[:1].isdigit())


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(sorted(READERS)), st.sampled_from(CALLING_CODES), st.from_regex(r"\A[0-9]{1,13}\Z"), st.booleans()
)
def test_the_quick_way_agrees_with_the_slow_one(country, code, rest, home_code):
    """What the builder takes without parsing is what the parser would have said, from wherever it is read."""
    home = numbers.Home(country)
    text = "+" + (home.code if home_code and home.code else code) + rest
    slow = numbers.key(numbers.normalise(text, home))
    try:
        quick = READERS[country].key(text)
    except NotANumber:
        quick = 0
    assert quick == (slow if slow < 10**15 else 0)


def test_the_quick_way_is_taken():
    """Else a million numbers would take a minute."""
    reader = KeyReader(numbers.Home("CN"))
    reader._normalised = None  # type: ignore[assignment]
    assert reader.key("+8613800138000") == A
    assert reader.key("+4915112345678") == 4915112345678
    assert reader.key("+12603404548") == 12603404548


def test_real_list():
    path = Path(__file__).parents[3] / "shared/data/lists/dontobi_spamcalllist_de.txt"
    if not path.is_file():
        pytest.skip("the sample lists are not here")
    built = build([path], "DE")
    assert built.image.count == 373
    assert built.entries.refused == 10  # numbers that end in *, which stands for any digits
    assert 8 * (built.image.body_bytes + built.image.index_bytes) / 373 < 33
