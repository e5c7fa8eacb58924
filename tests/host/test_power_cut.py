# SPDX-License-Identifier: Apache-2.0
"""Power fails in every operation of an update, after every byte of it: the box has the old list or the new.

Every state that a cut can leave is made from the state before the operation and the torn operation itself. Then the box
starts on it, answers, updates again and answers anew. `make test` tears some sectors at every byte and the rest at
some; `make test-full` tears everything at every byte, and at some from the other end and in the middle of a byte.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from update_kit import Files, Listing, answers, expected, flash_for, install, listing, mounted, questions, update
from update_world import PASSPHRASE, World, make_base

from ringwarden.blocklist.slots import WRITING
from ringwarden.update.lists import CURRENT, UPDATED
from ringwarden_simulator.flash import ERASE, PROGRAM, SECTOR, PowerCut, RamFlash
from ringwarden_tools.repository.deltas import between

FULL = os.environ.get("RINGWARDEN_HYPOTHESIS") == "full"
COUNT = 2000 if FULL else 500  # numbers of a list: several sectors, or a part of one
OLDER, OLD, NEW = listing(1, COUNT), listing(2, COUNT), listing(3, COUNT)
THOROUGH = ("a whole list over an older one", "a delta over an older list")
MANNERS = [(0x00, False), (0x0F, False), (0x00, True), (0x5A, True)] if FULL else [(0x00, False)]


@dataclass
class Case:
    """An update: the flash before it, the lists before and after, where its files come from."""

    before: Callable[[], RamFlash]
    old: Listing | None
    files: Files


def _empty() -> RamFlash:
    return flash_for(OLDER, OLD, NEW, spare=2)


def _old() -> RamFlash:
    flash = _empty()
    install(flash, OLD)
    return flash


def _both() -> RamFlash:
    flash = _empty()
    install(flash, OLDER)
    install(flash, OLD)
    return flash


def _full_row() -> RamFlash:
    """The slot that will be written has no room for records left, so that its row is erased on the way."""
    flash = _both()
    slots, _ = mounted(flash)
    first = slots.slots[0]
    while first.free:
        first.append(WRITING, first.sequence, first.length, 0, first.digest)
    return flash


def _damaged() -> RamFlash:
    """The newest list is bad and its slot, which alone knows the greatest sequence, has a full row."""
    flash = _both()
    slots, _ = mounted(flash)
    first, second = slots.slots
    while first.free:
        first.append(WRITING, 3, len(NEW.data), 0, NEW.digest)
    return flash


def _whole() -> Files:
    files = Files()
    files.put_list(NEW)
    return files


def _delta() -> Files:
    files = Files()
    delta = between(OLD.data, NEW.data)
    assert delta is not None
    files.put_delta(OLD, NEW, delta)
    return files


CASES = {
    "the first list": Case(_empty, None, _whole()),
    "a whole list": Case(_old, OLD, _whole()),
    "a whole list over an older one": Case(_both, OLD, _whole()),
    "a row of records that is full": Case(_full_row, OLD, _whole()),
    "a damaged slot that knew the sequence": Case(_damaged, OLD, _whole()),
    "a delta": Case(_old, OLD, _delta()),
    "a delta over an older list": Case(_both, OLD, _delta()),
}


def _points(kind: str, length: int, thorough: bool) -> Iterator[int]:
    """After how many bytes an operation is torn; its end counts too: everything is done and nobody was told."""
    size = SECTOR if kind == ERASE else length
    step = 1 if thorough or (kind == PROGRAM and size <= 64) else 41 if FULL else 211
    yield from range(0, size, step)
    yield size


def _thorough(trace: list[tuple[str, int, bytes]], image: bytes) -> list[int]:
    """The operations to tear at every byte: the erase of the sector with the most in it, and the longest program."""

    def full(number: int) -> int:
        kind, offset, _ = trace[number]
        return sum(byte != 0xFF for byte in image[offset : offset + SECTOR]) if kind == ERASE else -1

    return [max(range(len(trace)), key=full), max(range(len(trace)), key=lambda number: len(trace[number][2]))]


@pytest.fixture(scope="module")
def total(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """The cuts of all tests; their sum is printed when the last one has ended."""
    counts: list[int] = []
    yield counts
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n  power cuts in all: {sum(counts):,}")


@pytest.mark.timeout(3600 if FULL else 240)
@pytest.mark.parametrize("name", CASES)
def test_old_or_new(name: str, total: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    flash = case.before()
    shadow = case.before()
    flash.trace = []
    outcome = update(flash, case.files)
    assert outcome.kind == UPDATED and outcome.by_delta == ("delta" in name)
    trace, flash.trace = flash.trace, None
    asked = questions(OLDER, OLD, NEW)
    known = [item for item in (case.old, NEW)]
    cuts = states = 0
    thorough = _thorough(trace, case.before().image()) if name in THOROUGH else []
    for number, (kind, offset, data) in enumerate(trace):
        every_byte = FULL or number in thorough
        before, last = shadow.image(), None
        for mask, from_end in MANNERS:
            for done in _points(kind, len(data), every_byte and (mask, from_end) == MANNERS[0]):
                flash.load(before)
                flash.cut_power(flash.operations, done, mask, from_end)
                with pytest.raises(PowerCut):
                    flash.erase(offset) if kind == ERASE else flash.program(offset, data)
                flash.restore_power()
                cuts += 1
                state = flash.image()
                if state != last:
                    states += 1
                    _check(flash, case, asked, known, number == len(trace) - 1)
                last = state
        shadow.erase(offset) if kind == ERASE else shadow.program(offset, data)
    assert flash.raised == 0
    total.append(cuts)
    with capsys.disabled():
        print(f"\n  {name}: {len(trace)} operations, {cuts:,} cuts, {states:,} different states of the flash")


def _check(flash: RamFlash, case: Case, asked: list[int], known: list[Listing | None], is_last: bool) -> None:
    """The box starts, answers, updates again, starts and answers anew."""
    slots, blocklist = mounted(flash)
    given = answers(blocklist, asked)
    possible = [expected(item, asked) for item in (known if is_last else known[:1])]
    assert given in possible
    sequence = slots.active.sequence if slots.active else 0
    outcome = update(flash, case.files)
    assert outcome.kind in (UPDATED, CURRENT), (outcome.code, outcome.explanation)
    slots, blocklist = mounted(flash)
    assert answers(blocklist, asked) == expected(NEW, asked)
    assert slots.active is not None and slots.active.digest == NEW.digest
    assert slots.active.sequence > sequence or outcome.kind == CURRENT
    assert not slots.trouble


def test_cut_again_while_finishing(total: list[int]) -> None:
    """A second cut, and a third, each in the middle of making up for the one before."""
    case = CASES["a whole list over an older one"]
    asked = questions(OLDER, OLD, NEW)
    probe = case.before()
    probe.operations = 0
    update(probe, case.files)
    needed = probe.operations
    cuts = rounds = 0
    for first in range(needed):
        for second in range(0, needed, 1 if FULL else 3):
            flash = case.before()
            for cut, done in ((first, 700), (second, 33), (first ^ second, 5)):
                flash.cut_power(flash.operations + cut, done)
                try:
                    update(flash, case.files)
                except PowerCut:
                    cuts += 1
                flash.restore_power()
                _, blocklist = mounted(flash)
                assert answers(blocklist, asked) in (expected(OLD, asked), expected(NEW, asked))
                rounds += 1
            assert update(flash, case.files).kind in (UPDATED, CURRENT)
            assert answers(mounted(flash)[1], asked) == expected(NEW, asked)
    total.append(cuts)
    assert rounds == 3 * needed * len(range(0, needed, 1 if FULL else 3))


class Moments:
    """Cuts power at the moment of this number, counted in changes of what is stored."""

    def __init__(self, cut: int = -1) -> None:
        self.count = 0
        self.cut = cut

    def __call__(self) -> None:
        if self.count == self.cut:
            raise PowerCut
        self.count += 1


@pytest.mark.parametrize("by_delta", [False, True], ids=["a whole list", "a delta"])
def test_whole_way(
    by_delta: bool,
    total: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From the metadata on: a cut at every operation of the flash, and before and after all that is stored."""
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    base = make_base(tmp_path / "base", ("CN",))
    world = World(base, tmp_path / "repo", {"old": OLD, "new": NEW}, int(time.time()))
    world.add("old")
    world.publish()
    assert world.update().kind == UPDATED
    world.add("new", deltas=5 if by_delta else 0)
    world.publish()
    flash, stored = world.flash.image(), dict(world.store.files)

    def restart(operation: int, moment: int) -> Moments:
        world.flash.restore_power()
        world.flash.load(flash)
        world.store.files = dict(stored)
        world.store.power = moments = Moments(moment)
        world.flash.cut_power(world.flash.operations + operation if operation >= 0 else -1, 99)
        return moments

    moments = restart(-1, -1)
    before = world.flash.operations
    outcome = world.update()
    assert outcome.kind == UPDATED and outcome.by_delta == by_delta
    cuts = [(number, -1) for number in range(world.flash.operations - before)]
    cuts += [(-1, number) for number in range(moments.count)]
    assert moments.count >= 6  # timestamp, snapshot and the lists, before and after
    for operation, moment in cuts:
        restart(operation, moment)
        with pytest.raises(PowerCut):
            world.update()
        world.flash.restore_power()
        world.store.power = lambda: None
        assert world.in_force() in ("old", "new")
        assert world.update().kind in (UPDATED, CURRENT)
        assert world.in_force() == "new"
    total.append(len(cuts))
    with capsys.disabled():
        print(f"\n  from the metadata on, by {'a delta' if by_delta else 'a whole list'}: {len(cuts)} cuts")
