# SPDX-License-Identifier: Apache-2.0
"""Hypothesis looks for settings, lists, floods or numbers that keep a must-ring call from the phone."""

import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ringwarden.call import Action, Call
from ringwarden.numbers import key, normalise
from ringwarden.policy import decide

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "portable"))

from rule_kit import EVENING
from worst_household import MUST_RING, household, must_ring_call


@given(st.data())
def test_no_setting_list_or_flood_stops_a_must_ring_call(data: st.DataObject) -> None:
    def draw(n: int) -> int:
        return data.draw(st.integers(0, n - 1))

    worst = household(draw)
    call = must_ring_call(draw, data.draw(st.sampled_from(MUST_RING)), worst)
    verdict = decide(call, worst)
    assert verdict.action in Action.AUDIBLE and verdict.rule == "must_ring"


@given(st.integers(0, 2**30), st.text("0123456789", min_size=7, max_size=13), st.sampled_from(["fsk", "dtmf", "sip"]))
def test_any_number_that_is_a_contact_or_was_dialled_rings(seed: int, digits: str, interface: str) -> None:
    from test_must_ring_always import dice

    worst = household(dice(seed))
    number = normalise(digits, worst.home)
    call = Call(at=EVENING, number=number, key=key(number), shown=digits, interface=interface)
    if call.key:
        worst.contacts[call.key] = "somebody"
        assert decide(call, worst).action == Action.RING
        del worst.contacts[call.key]
    if worst.open_line.note_dialled(digits, EVENING, 0) or worst.open_line.knows(call.key, EVENING):
        assert decide(call, worst).action in Action.AUDIBLE


@given(st.integers(0, 2**30), st.text(max_size=40), st.text(max_size=20), st.sampled_from(["fsk", "dtmf", "sip"]))
def test_whatever_a_caller_sends_gets_a_verdict(seed: int, shown: str, name: str, interface: str) -> None:
    from test_must_ring_always import dice

    worst = household(dice(seed))
    number = normalise(shown, worst.home)
    call = Call(at=EVENING, number=number, key=key(number), shown=shown, name=name, interface=interface)
    assert decide(call, worst).action in Action.ALL
