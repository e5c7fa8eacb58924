# SPDX-License-Identifier: Apache-2.0
"""Boxes look for updates at night, each at its own second, and less and less often while that fails."""

from ringwarden.update.schedule import DAY, Schedule

NOON = 20000 * DAY + DAY // 2


def test_once_every_night() -> None:
    for zone in (0, 8 * 3600, -5 * 3600, 12600):
        schedule = Schedule(b"box", zone)
        at = schedule.next(NOON)
        places = []
        for _ in range(40):
            local = (at + zone) % DAY
            assert 3600 <= local < 5 * 3600
            places.append(local)
            later = schedule.next(at)
            assert schedule.next(at - 1) == at and DAY - 4 * 3600 < later - at < DAY + 4 * 3600
            assert (later + zone) // DAY == (at + zone) // DAY + 1
            at = later
        assert len(set(places)) > 30


def test_boxes_are_spread() -> None:
    """Of 1,600 boxes no sixteenth of the night gets more than half again its share."""
    counts = [0] * 16
    for number in range(1600):
        at = Schedule("box {}".format(number).encode()).next(NOON)
        counts[(at % DAY - 3600) * 16 // (4 * 3600)] += 1
    assert sum(counts) == 1600 and max(counts) < 150 and min(counts) > 50, counts


def test_after_failures() -> None:
    schedule = Schedule(b"box")
    base = 900
    for failures in range(1, 12):
        wait = schedule.next(NOON, failures) - NOON
        assert base // 2 <= wait < base // 2 + base, (failures, wait)
        base = min(2 * base, 21600)
    waits = [Schedule(bytes([n])).next(NOON, 1) - NOON for n in range(50)]
    assert len(set(waits)) > 40
    night = schedule.next(NOON)
    assert schedule.next(night - 10, 9) == night
