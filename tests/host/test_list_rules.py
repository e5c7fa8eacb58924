# SPDX-License-Identifier: Apache-2.0
"""Rules from patterns to the answers of the box, against a plain reading of what they mean."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ringwarden.blocklist.ranges import LENGTH_MAX, Ranges, order
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import rules
from ringwarden_tools.lists.entries import Rule

FORMATS = Path(__file__).parents[2] / "docs/FORMATS.md"
NOBODY = np.zeros(0, np.uint64)


def means(key, made, good, spans):
    """The category by what rules are meant to do: the longest counted one, else the longest open one."""
    if key in good or any(first <= key <= last for first, last in spans):
        return None
    text = str(key)
    hits = [rule for rule in made if text.startswith(rule.prefix) and rule.length in (0, len(text))]
    hits.sort(key=lambda rule: (rule.length > 0, len(rule.prefix)))
    return hits[-1].category if hits else None


digits = st.text("0123", min_size=1, max_size=4).map(lambda text: "1" + text)
pattern = st.builds(
    lambda prefix, more, category: Rule(prefix, len(prefix) + more if more else 0, category),
    digits, st.integers(0, 3), st.integers(0, 31),
)  # fmt: skip
numbers = st.text("0123", min_size=1, max_size=7).map(lambda text: int("1" + text))


@settings(max_examples=100, deadline=None)
@given(st.lists(pattern, min_size=1, max_size=8), st.sets(numbers, max_size=6), st.lists(numbers, max_size=3),
       st.lists(numbers, min_size=20, max_size=60))  # fmt: skip
@example([Rule("11", 4, 1), Rule("111", 4, 2), Rule("11", 0, 3)], {1112}, [111], [1111, 1112, 1121, 111, 11, 11111])
def test_rules_mean_what_they_say(patterns, good, starts, asked):
    unique = list({(rule.prefix, rule.length): rule for rule in patterns}.values())
    spans = [(start * 10, start * 10 + 9) for start in starts]
    good_keys = np.array(sorted(good), np.uint64)
    made = rules.build(unique, good_keys, spans)
    assert made.apart == []
    box = Ranges(made.packed())
    keys = sorted({*asked, *good, *(key for span in spans for key in span)})
    for key in keys:
        assert box.lookup(key) == means(key, unique, good, spans), key
    covered = made.covers(np.array(keys, np.uint64)).tolist()
    assert covered == [box.lookup(key) is not None for key in keys]


def test_neighbours_become_one():
    made = rules.build([Rule(f"4930{n}", 10, 3) for n in range(10)], NOBODY, [])
    assert made.ranges == [(4930000000, 4930999999, 3)]
    made = rules.build([Rule(f"4930{n}", 0, 3) for n in range(10)], NOBODY, [])
    assert made.starts == [(order(49300), order(4931) - 1, 3)]


def test_small_ranges_are_taken_apart_when_there_are_too_many():
    many = [Rule(str(49301000 + 2 * n), 10, n % 32) for n in range(700)] + [Rule("3316", 11, 7)]
    made = rules.build(many, NOBODY, [])
    assert made.count == rules.ENTRIES_MAX and len(made.packed()) <= LENGTH_MAX
    keys, categories = rules.taken_apart(made)
    assert len(keys) == (701 - rules.ENTRIES_MAX) * 100 and (keys[1:] > keys[:-1]).all()
    box = Ranges(made.packed())
    listed = dict(zip(keys.tolist(), categories.tolist(), strict=True))
    for n in range(700):
        first = (49301000 + 2 * n) * 100
        for key in (first, first + 99):
            assert (listed.get(key, -1) if key in listed else box.lookup(key)) == n % 32
        assert first + 100 not in listed and box.lookup(first + 100) is None
    assert box.lookup(33162345678) == 7


def test_more_rules_than_a_list_holds():
    with pytest.raises(UserError, match="700 rules with 0 exceptions, more than a list holds"):
        rules.build([Rule(str(49301000 + 2 * n), 0, 1) for n in range(700)], NOBODY, [])


def test_the_example_of_the_format():
    part = FORMATS.read_text("utf-8").partition("\n# Rules of a list: section 5\n")[2].partition("\n# ")[0]
    dump = re.findall(r"^[0-9a-f]{2}  ((?:[0-9a-f]{2} ?| )+)$", part, re.M)
    data = bytes.fromhex(" ".join(dump))
    places = re.findall(r"^\| (\d+) \| (\d{12,}) \|$", part, re.M)
    assert len(places) == 4 and all(order(int(key)) == int(place) for key, place in places)
    made = rules.build([Rule("33162", 11, 7), Rule("499118818", 0, 0)], np.array([4991188181234], np.uint64), [])
    assert data == made.packed()
    box = Ranges(data)
    assert [box.lookup(key) for key in (33162000000, 499118818, 4991188181234, 4991188181235)] == [7, 0, None, 0]


def test_no_rules_are_no_section():
    assert rules.build([], NOBODY, []).packed() == b""
