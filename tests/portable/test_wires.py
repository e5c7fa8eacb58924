# SPDX-License-Identifier: Apache-2.0
"""Ring, reversal and handset from bare levels, with the figures that the front end's simulation gave."""

from ringwarden.wires import Wires

STEP_US = 500  # time comes in small pieces, as from a board's blocks


def advance(wires, us):
    while us > 0:
        wires.advance(min(us, STEP_US))
        us -= STEP_US


def pulses(wires, widths_and_pauses):
    """Low for the first time, high for the second, and so on, in microseconds."""
    low = True
    for us in widths_and_pauses:
        wires.ring_input(low)
        advance(wires, us)
        low = not low
    wires.ring_input(False)


def ringing(frequency_tenths, low_percent, ms):
    """Two pulses a period."""
    half = 5000000 // frequency_tenths
    low = half * low_percent // 100
    return [low, half - low] * (ms * 1000 // half)


def dialling(per_second, break_percent, digit, low_us=1700):
    """One digit: a pulse at each break and each make."""
    period = 1000000 // per_second
    broken = period * break_percent // 100
    return [low_us, broken - low_us, low_us, period - broken - low_us] * digit


RING = ("ring_on", "ring_off")
ON_HOOK = (
    # ringing: 34 to 101 pulses a second, low for 500 to 900 ms of one
    ("16.7 Hz, 15 V", ringing(167, 50, 1000), RING),
    ("16.7 Hz, 150 V", ringing(167, 90, 1000), RING),
    ("20 Hz", ringing(200, 70, 2000), RING),
    ("25 Hz, as in China", ringing(250, 80, 1000), RING),
    ("30 Hz", ringing(300, 50, 1000), RING),
    ("50 Hz, 15 V", ringing(500, 50, 1000), RING),
    ("50 Hz, 150 V", ringing(500, 90, 1000), RING),
    ("68 Hz, the highest that is rung with", ringing(680, 60, 1000), RING),
    ("a short ring of a British cadence", ringing(250, 70, 400), RING),
    ("British: twice", ringing(250, 70, 400) + [0, 200000] + ringing(250, 70, 400), RING + RING),
    ("a splash of ringing, two periods", ringing(250, 70, 80), ()),
    # dial pulses of a phone whose current is not seen: 20 edges in 1.05 s, low for 34 ms of it
    ("dialling 0, 10 a second", dialling(10, 60, 10), ()),
    ("dialling 0, two thirds", dialling(10, 67, 10), ()),
    ("dialling 0, even", dialling(10, 50, 10), ()),
    ("dialling 0, 20 a second", dialling(20, 67, 10), ()),
    ("dialling 1", dialling(10, 60, 1), ()),
    ("dialling, pulses twice as wide as measured", dialling(10, 60, 10, 3400), ()),
    ("dialling 911", dialling(10, 60, 9) + [0, 700000] + dialling(10, 60, 1) + [0, 700000] + dialling(10, 60, 1), ()),
    # reversal over 1 to 80 ms: one pulse of 31 to 74 ms
    ("reversal, fast", [31000], ("reversal",)),
    ("reversal, slow", [74000], ("reversal",)),
    ("reversal and back a second later", [31000, 1000000, 31000], ("reversal", "reversal")),
    ("reversal, then ringing", [50000, 500000] + ringing(250, 80, 1000), ("reversal",) + RING),
    ("a pulse of half a ring's period", [18000], ()),
    ("a contact with mains: low for good", [900000], ()),
    ("two pulses like reversals too close together", [40000, 60000, 40000], ()),
    ("chatter of a contact", [1500, 1000] * 100, ()),
    ("one spark", [300], ()),
)


def test_phone_on_hook():
    for name, times, expected in ON_HOOK:
        wires = Wires()
        advance(wires, 300000)
        pulses(wires, times)
        advance(wires, 300000)
        assert wires.events() == expected, name
        assert not wires.ringing and not wires.off_hook, name


def test_ring_is_told_early():
    for frequency, low in ((167, 50), (250, 80), (500, 90)):
        wires = Wires()
        pulses(wires, ringing(frequency, low, 150))
        assert wires.events() == ("ring_on",), frequency
        assert wires.ringing


def test_ring_that_began_before_the_box():
    wires = Wires()
    wires.ring_input(True)
    pulses(wires, ringing(250, 80, 500))
    advance(wires, 200000)
    assert wires.events() == RING


def test_off_hook_nothing_rings():
    """Every case again with the handset lifted: dialling, flashes and the exchange's reversals are no events."""
    for name, times, _ in ON_HOOK:
        wires = Wires()
        wires.hook_input(True)
        advance(wires, 60000)
        assert wires.events() == ("hook_off",)
        pulses(wires, times)
        advance(wires, 300000)
        assert wires.events() == (), name


def test_dialling_with_the_hook_seen():
    """Each break stops the current; the phone stays off the hook, and the steps on the wires are nothing."""
    for break_ms, make_ms in ((60, 40), (67, 33), (50, 50)):
        wires = Wires()
        wires.hook_input(True)
        advance(wires, 500000)
        for _ in range(10):
            wires.hook_input(False)
            pulses(wires, [1700, break_ms * 1000 - 1700])
            wires.hook_input(True)
            pulses(wires, [1700, make_ms * 1000 - 1700])
        advance(wires, 500000)
        assert wires.events() == ("hook_off",) and wires.off_hook


def test_lifting_and_hanging_up():
    wires = Wires()
    advance(wires, 300000)
    wires.hook_input(True)
    pulses(wires, [40000])  # the step of 40 V as the handset is lifted is no reversal
    advance(wires, 400000)
    wires.hook_input(False)
    pulses(wires, [40000])
    advance(wires, 900000)
    assert wires.events() == ("hook_off",)  # a flash so far
    advance(wires, 100000)
    assert wires.events() == ("hook_on",)
    pulses(wires, ringing(250, 80, 1000))
    assert wires.ringing


def test_answering_ends_the_ring():
    wires = Wires()
    pulses(wires, ringing(200, 70, 500))
    wires.hook_input(True)
    advance(wires, 60000)
    assert wires.events() == ("ring_on", "ring_off", "hook_off")


def test_ringing_in_the_hook_input_lifts_nothing():
    """The current of ringing through the bell, half a period of 16.7 Hz each way, is not a lifted handset."""
    wires = Wires()
    for _ in range(30):
        wires.hook_input(True)
        advance(wires, 30000)
        wires.hook_input(False)
        advance(wires, 30000)
    assert wires.events() == ()


def test_every_moment_of_a_ring_cut_short():
    """Wherever the ring stops, on and off come in pairs, and never a reversal."""
    times = ringing(250, 80, 400)
    for end in range(len(times)):
        wires = Wires()
        pulses(wires, times[: end + 1])
        advance(wires, 300000)
        told = wires.events()
        assert told in ((), RING), end
