# SPDX-License-Identifier: Apache-2.0
"""Rules of a list as the appliance reads them, on either interpreter. The bytes are those of docs/FORMATS.md."""

from ringwarden.blocklist import ListError
from ringwarden.blocklist.ranges import LENGTH_MAX, Ranges, order

LIMIT = 10**15


def packed(ranges, starts, exceptions):
    data = b""
    for count in (len(ranges), len(starts), len(exceptions), 0):
        data += count.to_bytes(2, "little")
    for first, last, category in list(ranges) + list(starts) + list(exceptions):
        data += first.to_bytes(7, "little") + last.to_bytes(7, "little") + bytes([category])
    return data


RANGES = ((33162000000, 33162999999, 7), (8613800138000, 8613800138099, 9))
STARTS = ((order(499118818), order(499118819) - 1, 0), (order(867558888), order(867558889) - 1, 2))
EXCEPTIONS = ((8675588881234, 8675588881234, 0), (8613800138050, 8613800138059, 0))
EXAMPLE = packed(RANGES, STARTS, sorted(EXCEPTIONS))


def refused(data):
    try:
        Ranges(data)
    except ListError as error:
        return error.code
    return ""


def test_answers():
    rules = Ranges(EXAMPLE)
    assert rules.count == 4
    for key, category in (
        (33161999999, None),
        (33162000000, 7),
        (33162999999, 7),
        (33163000000, None),
        (3316200000, None),
        (331620000000, None),
        (8613800138000, 9),
        (8613800138049, 9),
        (8613800138050, None),
        (8613800138059, None),
        (8613800138060, 9),
        (8613800138100, None),
        (499118818, 0),
        (49911881, None),
        (4991188180, 0),
        (499118818999999, 0),
        (499118817999999, None),
        (499118819, None),
        (8675588881233, 2),
        (8675588881234, None),
        (0, None),
        (1, None),
        (LIMIT - 1, None),
        (LIMIT, None),
        (10**17, None),
    ):
        assert rules.lookup(key) == category, key


def test_the_order_of_a_dictionary():
    texts = ["1", "10", "100", "1000", "101", "11", "110", "2", "49", "490", "491", "9", "999999999999999"]
    places = [order(int(text)) for text in texts]
    assert places == sorted(places) and order(1) == 2 * 11**14 and places[-1] == 11**15 - 1


def test_a_shorter_number_is_not_what_it_begins():
    rules = Ranges(packed([], [(order(49900), order(49901) - 1, 3)], []))
    assert (rules.lookup(499), rules.lookup(4990), rules.lookup(49900), rules.lookup(499001)) == (None, None, 3, 3)


def test_a_range_goes_before_a_start():
    rules = Ranges(packed([(33162000000, 33162999999, 7)], [(order(33), order(34) - 1, 8)], []))
    assert (rules.lookup(33162123456), rules.lookup(33163123456)) == (7, 8)


def test_all_of_the_keys():
    rules = Ranges(packed([(1, LIMIT - 1, 31)], [], []))
    assert (rules.lookup(1), rules.lookup(LIMIT - 1), rules.lookup(LIMIT)) == (31, 31, None)
    rules = Ranges(packed([], [(order(1), 11**15 - 1, 31)], []))
    assert (rules.lookup(1), rules.lookup(9), rules.lookup(10**14), rules.lookup(LIMIT)) == (31, 31, 31, None)


def test_many():
    ranges = [(1000 * n, 1000 * n + 9, n % 32) for n in range(1, 270)]
    rules = Ranges(packed(ranges, [], []))
    for first, last, category in ranges:
        assert rules.lookup(first) == rules.lookup(last) == category
        assert rules.lookup(first - 1) is None and rules.lookup(last + 1) is None


def test_entries():
    found = list(Ranges(EXAMPLE).entries())
    assert [entry[0] for entry in found] == ["range", "range", "start", "start", "exception", "exception"]
    assert [entry[1:] for entry in found] == list(RANGES) + list(STARTS) + sorted(EXCEPTIONS)


def test_what_is_refused():
    assert refused(EXAMPLE) == ""
    for data in (
        b"",
        EXAMPLE[:7],
        EXAMPLE[:-1],
        EXAMPLE + b"\0",
        packed([(5, 4, 0)], [], []),
        packed([(0, 4, 0)], [], []),
        packed([(5, LIMIT, 0)], [], []),
        packed([(5, 9, 32)], [], []),
        packed([], [(5, 11**15, 0)], []),
        packed([], [], [(5, 9, 1)]),
        packed([(5, 9, 0), (9, 12, 0)], [], []),
        packed([(10, 19, 0), (5, 9, 0)], [], []),
        packed([], [(5, 9, 0), (6, 7, 0)], []),
        packed([(n, n, 0) for n in range(1, 600)], [], []),
        EXAMPLE[:6] + b"\1\0" + EXAMPLE[8:],
    ):
        assert refused(data) == "format"
    assert len(packed([(n, n, 0) for n in range(1, 546)], [], [])) <= LENGTH_MAX
