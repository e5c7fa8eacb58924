# SPDX-License-Identifier: Apache-2.0
"""One number in whatever form to its key: the quick way against the slow one, and what is no number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringwarden import numbers
from ringwarden.numbers.plans.codes import CODES
from ringwarden_tools.lists.fast_keys import FastKeys
from ringwarden_tools.lists.keys import KeyReader, NotANumber

HOMES = ("", "CN", "DE", "US", "IT", "AR", "BR", "MX", "RU", "HK", "SG", "FR", "JP", "GB", "IN", "KR", "ZA")
CALLING_CODES = sorted(row.split(" ")[0] for row in CODES.split("\n") if row[:1].isdigit())
READERS = {country: (KeyReader(numbers.Home(country)), FastKeys(numbers.Home(country))) for country in HOMES}


def quick_keys(fast, texts):
    joined = "\n".join(texts).encode()
    block = np.frombuffer(joined + b"\n" + bytes(40), np.uint8)
    ends = np.flatnonzero(block == 10)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    return fast.keys(block, starts, ends).tolist()


def written(draw, home):
    """A number in one of the ways that people and networks write it, right or wrong."""
    digits = draw(st.one_of(st.from_regex(r"\A[0-9]{1,14}\Z"), st.sampled_from("123456789").map(lambda d: d * 10)))
    code = draw(st.sampled_from([home.code or "86", draw(st.sampled_from(CALLING_CODES))]))
    prefix = draw(st.sampled_from(["", "+" + code, "+" + code + "0", "00" + code, "0", code, "0" + code, "011" + code,
                                   "17951", "8", "1"]))  # fmt: skip
    text = prefix + draw(st.sampled_from(["", "13", "15", "212", "30"])) + digits
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from([" ", "-", " (", ".", "/", ")"])) + text[at:]
    return text


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_quick_way_agrees_with_the_slow_one(data):
    """What the builder takes without parsing is what the parser would have said, from wherever it is read."""
    country = data.draw(st.sampled_from(HOMES))
    slow, fast = READERS[country]
    texts = [written(data.draw, slow.home) for _ in range(10)]
    for text, quick in zip(texts, quick_keys(fast, texts), strict=True):
        if quick:
            assert quick == slow.key(text), text


PLAIN = [
    ("CN", ["+8613800138000", "008613800138000", "13800138000", "138-0013-8000", "013800138000", "8613800138000",
            "021-5555-0199", "+4915112345678", "+86 (0) 21 5555 0199"]),
    ("DE", ["+4915112345678", "015112345678", "0151/12345678", "+49 (0) 30 1234567", "004930 1234567", "+12603404548"]),
    ("US", ["+12125550199", "2125550199", "(212) 555-0199", "1-212-555-0199", "12125550199", "0114930123456"]),
    ("", ["+8613800138000", "+49 30 123456"]),
]  # fmt: skip


@pytest.mark.parametrize("country, texts", PLAIN)
def test_the_quick_way_is_taken(country, texts):
    """Else a million numbers would take a minute."""
    slow, fast = READERS[country]
    assert quick_keys(fast, texts) == [slow.key(text) for text in texts]


JUNK = ["00", "+", "++8613800138000", "812", "1111111111", "+11111111111", "0000000000", "+812", "+81234", "a" * 100,
        "138001380001380013800138000", "+999123456789", "8.61380013E+12", "*"]  # fmt: skip


def test_junk_is_no_number_either_way():
    slow, fast = READERS["CN"]
    texts = JUNK
    assert quick_keys(fast, texts) == [0] * len(texts)
    for text in texts:
        with pytest.raises(NotANumber):
            slow.key(text)
