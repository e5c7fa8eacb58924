# SPDX-License-Identifier: Apache-2.0
"""A list is taken when it is newer and meant for this box, by a delta where there is one, and refused with a reason."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from update_kit import PATH, Files, Listing, flash_for, install, listing, mounted, update

from ringwarden.update.errors import FetchError, MismatchError
from ringwarden.update.lists import CURRENT, KEPT, UPDATED, Wanted
from ringwarden_simulator.flash import RamFlash
from ringwarden_tools.repository.deltas import between

OLDER, OLD, NEW = listing(1), listing(2), listing(3)
GERMAN = listing(3, country="DE")


def in_force(flash: RamFlash) -> Listing | None:
    """The list that a box on this flash answers with."""
    slots, _ = mounted(flash)
    if slots.active is None:
        return None
    return next(item for item in (OLDER, OLD, NEW, GERMAN) if item.digest == slots.active.digest)


def boxed(*lists: Listing) -> RamFlash:
    """A box in which these lists were put in force one after another."""
    flash = flash_for(OLDER, OLD, NEW, spare=2)
    for item in lists:
        install(flash, item)
    return flash


def offering(item: Listing = NEW, **custom: Any) -> Files:
    files = Files()
    files.put_list(item, **custom)
    return files


def offering_delta(base: Listing = OLD) -> Files:
    files = Files()
    delta = between(base.data, NEW.data)
    assert delta is not None and len(delta) < len(NEW.data) / 4
    files.put_delta(base, NEW, delta)
    return files


def test_first_and_next() -> None:
    flash = boxed()
    for item, serial in ((OLD, 1), (NEW, 2)):
        outcome = update(flash, offering(item, serial=serial))
        assert (outcome.kind, outcome.serial, outcome.fetched) == (UPDATED, serial, len(item.data))
        assert in_force(flash) == item and mounted(flash)[0].active.serial == serial  # type: ignore[union-attr]


def test_newest_already() -> None:
    flash = boxed(NEW)
    flash.trace = []
    outcome = update(flash, offering())
    assert outcome.kind == CURRENT and outcome.fetched == 0 and flash.trace == []


def test_delta() -> None:
    flash = boxed(OLDER, OLD)
    files = offering_delta()
    outcome = update(flash, files)
    assert outcome.kind == UPDATED and outcome.by_delta
    assert outcome.fetched == len(files.contents["lists/CN/main-1-2.rwd"])
    assert in_force(flash) == NEW and flash.raised == 0


def test_delta_after_a_fallback() -> None:
    """The newest list went bad, the one before serves: the delta from that one is taken."""
    flash = boxed(OLD, OLDER)
    flash.flip(flash.size // 2 + 100, 3)
    assert in_force(flash) == OLD
    assert update(flash, offering_delta()).by_delta and in_force(flash) == NEW


SPOILT: dict[str, Callable[[Files], None]] = {
    "for another base": lambda files: files.put_delta(OLDER, NEW, files.contents["lists/CN/main-1-2.rwd"]),
    "damaged": lambda files: files.put_delta(OLD, NEW, files.contents["lists/CN/main-1-2.rwd"][:-9] + bytes(9)),
    "no delta": lambda files: files.put_delta(OLD, NEW, b"none" * 40),
    "of another list": lambda files: files.put_delta(OLD, NEW, between(OLD.data, OLDER.data) or b""),
    "not on the server": lambda files: files.targets.pop("lists/CN/main-1-2.rwd") and None,
    "longer than the list": lambda files: files.put_delta(OLD, NEW, bytes(len(NEW.data))),
    "other bytes than signed": lambda files: files.contents.update({"lists/CN/main-1-2.rwd": bytes(300)}),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_bad_delta_is_no_hindrance(spoil: Callable[[Files], None]) -> None:
    """Whatever ails the delta, the whole list comes."""
    flash = boxed(OLD)
    files = offering_delta()
    spoil(files)
    outcome = update(flash, files)
    assert outcome.kind == UPDATED and not outcome.by_delta
    assert in_force(flash) == NEW


def test_no_room_for_a_delta() -> None:
    """The list fits and its delta beside it does not: the whole list comes."""
    flash = flash_for(OLD, NEW, spare=0)
    install(flash, OLD)
    assert mounted(flash)[0].capacity - len(NEW.data) < 4096
    outcome = update(flash, offering_delta())
    assert outcome.kind == UPDATED and in_force(flash) == NEW


REFUSED: list[tuple[str, Files, Wanted]] = [
    ("absent", Files(), Wanted("CN")),
    ("absent", offering(), Wanted("DE")),
    ("region", offering(region="DE"), Wanted("CN")),
    ("region", offering(name="test"), Wanted("CN")),
    ("region", offering(GERMAN), Wanted("CN")),
    ("kind", offering(kind="delta"), Wanted("CN")),
    ("kind", offering(kind="firmware"), Wanted("CN")),
    ("device", offering(device="box 7"), Wanted("CN")),
    ("device", offering(device="box 7"), Wanted("CN", device="box 8")),
    ("device", offering(device=7), Wanted("CN")),
]


@pytest.mark.parametrize("code, files, wanted", REFUSED)
def test_refused(code: str, files: Files, wanted: Wanted) -> None:
    flash = boxed(OLD)
    outcome = update(flash, files, wanted)
    assert (outcome.kind, outcome.code) == (KEPT, code) and outcome.explanation
    assert in_force(flash) == OLD


def test_for_this_very_box() -> None:
    flash = boxed(OLD)
    assert update(flash, offering(device="box 7"), Wanted("CN", device="box 7")).kind == UPDATED


def test_part_of_a_country() -> None:
    flash = boxed(OLD)
    files = Files()
    files.put("lists/CN-31/main.rwl", NEW.data, kind="list", region="CN-31", name="main")
    assert update(flash, files, Wanted("CN-31")).kind == UPDATED


def test_too_large() -> None:
    flash = boxed(OLD)
    big = listing(3, 30000)
    outcome = update(flash, offering(big))
    assert (outcome.kind, outcome.code) == (KEPT, "size") and "--capacity" in outcome.explanation
    assert outcome.fetched == 0 and in_force(flash) == OLD


def test_signed_but_no_list() -> None:
    flash = boxed(OLD)
    for data in (b"junk" * 50, NEW.data[:-1], NEW.data[:-1] + b"\x00", NEW.data + b"\x00"):
        files = Files()
        files.put(PATH, data, kind="list", region="CN", name="main")
        outcome = update(flash, files)
        assert (outcome.kind, outcome.code) == (KEPT, "list"), outcome.explanation
        assert in_force(flash) == OLD


def test_odd_metadata() -> None:
    """Whatever a signer wrote beside a list, the box neither falls over nor takes what it should not."""
    for custom in (
        {"deltas": 7}, {"deltas": [7, {}, {"base": OLD.digest.hex()}, {"base": OLD.digest.hex(), "path": 9}]},
        {"serial": "x"}, {"serial": -1}, {"serial": 1 << 40},
    ):  # fmt: skip
        flash = boxed(OLD)
        assert update(flash, offering(**custom)).kind == UPDATED and in_force(flash) == NEW
    for hashes in ({"sha512": "00" * 64}, {"sha256": "zz"}, {"sha256": "00"}):
        flash = boxed(OLD)
        files = offering()
        files.targets[PATH].hashes = hashes
        assert update(flash, files).code == "kind" and in_force(flash) == OLD


def test_fetch_fails() -> None:
    for error in (FetchError("no connection"), MismatchError(PATH), OSError("no route")):
        flash = boxed(OLD)
        files = offering()

        def fails(*_: Any, error: Exception = error) -> None:
            raise error

        files.download = fails  # type: ignore[method-assign]
        assert update(flash, files).kind == KEPT and in_force(flash) == OLD
        assert update(flash, offering()).kind == UPDATED and in_force(flash) == NEW


def test_memory_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the delta is applied: the whole list needs less. While that is written, too: the old list stays."""

    def exhausted(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("ringwarden.update.lists.apply", exhausted)
    flash = boxed(OLD)
    outcome = update(flash, offering_delta())
    assert outcome.kind == UPDATED and not outcome.by_delta
    flash = boxed(OLD)
    files = offering()
    files.download = exhausted  # type: ignore[method-assign]
    outcome = update(flash, files)
    assert (outcome.kind, outcome.code) == (KEPT, "memory") and in_force(flash) == OLD


def test_other_bytes_than_announced() -> None:
    """A source that does not check: the slot does."""
    flash = boxed(OLD)
    files = offering()
    files.contents[PATH] = bytes(len(NEW.data))
    files.targets[PATH].hashes = {"sha256": hashlib.sha256(NEW.data).hexdigest()}
    files.download = lambda target, sink: sink.write(0, files.contents[PATH])  # type: ignore[method-assign]
    outcome = update(flash, files)
    assert (outcome.kind, outcome.code) == (KEPT, "differs") and in_force(flash) == OLD


def test_every_flipped_bit_on_flash() -> None:
    """A list with any single bit wrong is never in force, whether it is the newest, the only or the older one."""
    small = listing(4, 40)
    flash = flash_for(small, OLD)
    install(flash, OLD)
    install(flash, small)
    base = flash.size // 2
    for bit in range(8 * len(small.data)):
        flash.flip(base + bit // 8, bit % 8)
        slots, _ = mounted(flash)
        assert slots.active is not None and slots.active.digest == OLD.digest and slots.trouble == "fallback"
        flash.flip(base + bit // 8, bit % 8)
    records = [base + flash.size // 2 - 4096 + at for at in range(128)]
    for at in records:
        for bit in range(8):
            flash.flip(at, bit)
            slots, _ = mounted(flash)
            assert slots.active is not None and slots.active.digest in (OLD.digest, small.digest)
            flash.flip(at, bit)
    assert mounted(flash)[0].active.digest == small.digest  # type: ignore[union-attr]
