# SPDX-License-Identifier: Apache-2.0
"""Exchange, line and phone together: what a box hears, and what its switches do."""

import asyncio
import time

import numpy as np
import pytest
from simulator_kit import RATE, demodulate, keys, play, scenario

from ringwarden_simulator import signals
from ringwarden_simulator.board import Board
from ringwarden_simulator.script import CallPlan, OutgoingPlan

NUMBER = "13800138021"


def call(at=1.0, **plan):
    return CallPlan(at=at, datetime="03051902", **{"number": NUMBER, "rings": 2, **plan})


class HeldOff:
    """A box that never lets the phone ring, and connects it as soon as the handset is lifted."""

    def __init__(self):
        self.off_hook = False

    def __call__(self, line, block):
        self.off_hook = (self.off_hook or "hook_off" in block.events) and "hook_on" not in block.events
        line.wire_phone(self.off_hook)


class FromSecondRing:
    """A box that connects the phone when the second ring begins."""

    def __init__(self):
        self.rings = 0

    def __call__(self, line, block):
        self.rings += block.events.count("ring_on")
        line.wire_phone(self.rings >= 2)


class Dropper:
    """A box that takes the call at `after` seconds of line time and lets go `hold` seconds later."""

    def __init__(self, after, hold=1.5):
        self.after, self.until = after, after + hold

    def __call__(self, line, block):
        line.wire_phone(False)
        line.seize(self.after <= block.at / RATE < self.until)


# -- what is heard ----------------------------------------------------------------------------------------------------


def test_chinese_fsk_comes_between_ring_1_and_ring_2():
    heard = play(scenario(call(name=b"Wang Fang")))
    assert heard.times("ring_on") == pytest.approx([1.0, 6.0], abs=0.05)
    assert heard.times("ring_off") == pytest.approx([2.0, 7.0], abs=0.05)
    wanted = b"\x80\x22\x01\x0803051902\x02\x0b13800138021\x07\x09Wang Fang"
    assert demodulate(heard.between(2.3, 5.9), "bell202")[:-1] == wanted


@pytest.mark.parametrize("plan", [{"standard": "v23"}, {"standard": "bell202", "format": "sdmf"}])
def test_a_call_may_use_another_standard_or_format(plan):
    heard = play(scenario(call(**plan)))
    data = demodulate(heard.between(2.3, 5.9), plan["standard"])
    assert NUMBER.encode() in data and sum(data) % 256 == 0


def test_british_order_reversal_alert_data_rings():
    heard = play(scenario(call(standard="v23"), style="uk"))
    (reversal,) = heard.times("reversal")
    first_ring = heard.times("ring_on")[0]
    before = heard.between(reversal, first_ring)
    spectrum = np.abs(np.fft.rfft(before[signals.count(0.23) : signals.count(0.31)]))
    assert sorted(int(i) * 12.5 for i in np.argsort(spectrum)[-2:]) == pytest.approx([2130, 2750], abs=15)
    assert NUMBER.encode() in demodulate(before, "v23")
    on, off = heard.times("ring_on"), heard.times("ring_off")
    assert np.array(off) - np.array(on) == pytest.approx([0.4] * 4, abs=0.02)
    assert on[1] - off[0] == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("reversal", [True, False])
def test_dtmf_comes_before_ring_1(reversal):
    heard = play(scenario(call(caller_id="dtmf", number="13905139021"), reversal=reversal))
    assert len(heard.times("reversal")) == reversal
    first_ring = heard.times("ring_on")[0]
    assert keys(heard.between(0.8, first_ring)) == "D13905139021C"


def test_no_caller_id_leaves_the_interval_silent():
    heard = play(scenario(call(caller_id="none", number="")))
    assert signals.level(heard.between(2.3, 5.9)) == pytest.approx(-67.0, abs=1.0)


def test_a_broken_burst_ends_in_the_middle_of_the_message():
    whole = play(scenario(call())).between(2.3, 5.9)
    broken = play(scenario(call(caller_id="broken"))).between(2.3, 5.9)
    data = demodulate(broken, "bell202")
    assert demodulate(whole, "bell202").startswith(data[:8])
    assert sum(data) % 256 != 0 and NUMBER.encode() not in data


def test_a_bad_checksum_is_bad():
    data = demodulate(play(scenario(call(caller_id="bad_checksum"))).between(2.3, 5.9), "bell202")
    assert NUMBER.encode() in data and sum(data) % 256 != 0


def test_a_recording_is_heard_in_place_of_caller_id():
    sound = np.arange(-8000, 8000, dtype=np.int16)
    heard = play(scenario(call(audio=sound)))
    interval = heard.between(2.0, 5.9)
    place = int(np.argmax(np.correlate(interval, sound.astype(float) / 8000, "valid")))
    assert np.max(np.abs(interval[place : place + len(sound)] - sound)) < 200  # the line's own noise


def test_nothing_is_clipped_and_ring_residue_is_there():
    heard = play(scenario(call(), level_dbm0=-10.0))
    assert signals.level(heard.between(1.1, 1.9)) == pytest.approx(-12.0, abs=0.5)
    assert np.max(np.abs(heard.between(0.0, 8.0))) < 32767


# -- what the box does ------------------------------------------------------------------------------------------------


def test_without_a_box_the_phone_rings_and_is_answered():
    heard = play(scenario(call(answer_after=1, rings=4, talk_s=1.0)))
    (outcome,) = heard.board.line.outcomes
    assert (outcome.rings_sent, outcome.rings_heard) == (1, 1)
    assert (outcome.answered_by, outcome.ended_by) == ("phone", "caller")
    assert heard.times("hook_off")[0] - heard.times("ring_off")[0] == pytest.approx(0.6, abs=0.05)
    assert len(heard.times("hook_on")) == 1


def test_a_phone_that_is_held_off_never_rings():
    heard = play(scenario(call(answer_after=1, rings=3)), HeldOff())
    (outcome,) = heard.board.line.outcomes
    assert (outcome.rings_sent, outcome.rings_heard, outcome.answered_by) == (3, 0, "")
    assert outcome.ended_by == "caller"
    assert heard.times("hook_off") == []


def test_a_phone_connected_at_ring_2_hears_one_ring_less():
    heard = play(scenario(call(answer_after=2, rings=4)), FromSecondRing())
    (outcome,) = heard.board.line.outcomes
    assert (outcome.rings_sent, outcome.rings_heard, outcome.answered_by) == (3, 2, "phone")


def test_a_box_that_takes_the_call_and_lets_go_ends_it():
    heard = play(scenario(call(rings=9)), Dropper(after=3.5))
    (outcome,) = heard.board.line.outcomes
    assert (outcome.rings_sent, outcome.rings_heard) == (1, 0)
    assert (outcome.answered_by, outcome.ended_by) == ("box", "box")
    assert heard.times("ring_on") == pytest.approx([1.0], abs=0.05)


def test_taking_the_call_during_ring_stops_the_ring():
    heard = play(scenario(call(rings=9)), Dropper(after=1.5))
    assert heard.times("ring_off")[0] == pytest.approx(1.5, abs=0.05)


def test_a_box_that_never_lets_go_does_not_stop_the_evening():
    heard = play(scenario(call(), call(at=300.0)), lambda line, block: line.seize(3.0 < block.at / RATE < 200.0))
    assert [outcome.answered_by for outcome in heard.board.line.outcomes] == ["box", ""]


def test_the_household_may_hang_up_first():
    heard = play(scenario(call(answer_after=1, hangs_up="household", talk_s=2.0)))
    (outcome,) = heard.board.line.outcomes
    assert outcome.ended_by == "household"
    assert heard.times("hook_on")[0] - heard.times("hook_off")[0] == pytest.approx(2.0, abs=0.05)


def test_after_the_caller_hangs_up_the_busy_tone_sounds():
    heard = play(scenario(call(answer_after=1, talk_s=1.0)))
    end = heard.times("hook_on")[0]
    spectrum = np.abs(np.fft.rfft(heard.between(end - 0.3, end)))
    assert np.argmax(spectrum) * RATE / (2 * (len(spectrum) - 1)) == pytest.approx(450.0, abs=5.0)


# -- calls from the household -----------------------------------------------------------------------------------------


def test_an_outgoing_call_is_dialled_once_the_box_connects_the_phone():
    heard = play(scenario(OutgoingPlan(at=1.0, number="65505188", talk_s=1.0)), HeldOff())
    (outcome,) = heard.board.line.outcomes
    assert outcome.ended_by == "household"
    begin, end = heard.times("hook_off")[0], heard.times("hook_on")[0]
    assert keys(heard.between(begin, end)) == "65505188"


def test_an_outgoing_call_fails_when_the_box_keeps_the_phone_off():
    heard = play(scenario(OutgoingPlan(at=1.0, number="110")), lambda line, block: line.wire_phone(False))
    assert heard.board.line.outcomes[0].ended_by == "no_line"
    assert keys(heard.between(1.0, 9.0)) == ""


# -- time -------------------------------------------------------------------------------------------------------------


def test_quiet_time_is_skipped_and_the_clock_goes_with_the_line():
    board = Board(scenario(call(), call(at=3600.0)))
    ats, epochs = [], []
    while (block := board.line.next_block()) is not None:
        assert len(block.samples) == 80 and block.samples.typecode == "h"
        ats.append(block.at)
        epochs.append(board.clock.epoch())
    assert all(b - a >= 80 for a, b in zip(ats, ats[1:], strict=False))
    assert sum(b - a > 80 for a, b in zip(ats, ats[1:], strict=False)) == 3  # after each call, and to the second
    assert len(ats) < 2000
    assert epochs[0] == 1_000_000 and epochs[-1] == 1_000_000 + (ats[-1] + 80) // RATE


def test_the_same_seed_gives_the_same_samples():
    plan = call(answer_after=1)
    first, again, other = (play(scenario(plan, seed=seed)) for seed in (3, 3, 4))
    samples = [b"".join(block.samples.tobytes() for block in heard.blocks) for heard in (first, again, other)]
    assert samples[0] == samples[1] != samples[2]


def test_speed_paces_the_line():
    async def read_all(board):
        blocks = 0
        while await board.line.read() is not None:
            blocks += 1
        return blocks

    began = time.monotonic()
    blocks = asyncio.run(read_all(Board(scenario(call(rings=1)), speed=10.0)))
    assert time.monotonic() - began >= (blocks - 1) / 100 / 10.0
