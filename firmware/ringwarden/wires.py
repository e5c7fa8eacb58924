# SPDX-License-Identifier: Apache-2.0
"""What happens on the wires, from two bare signals: ring, reversal, handset; dial pulses are told apart and ignored.

The ring input is an optocoupler behind a capacitor: it is low while current flows either way. It cannot say what made
the current, but time can. Figures of the front end (hw/, simulated in the design of the circuit):

    ringing, 16.7 to 50 Hz   two pulses a period: 34 to 101 a second, low 50 to 90 % of the time
    dial pulses, 10 a second a pulse at each break and each make: 20 a second, low 3 % of the time
    reversal over 1 to 80 ms one pulse of 31 to 74 ms
    speech, caller-ID, hum   nothing

The hook input says whether the household's phone draws current. Dial pulses interrupt it for 60 ms or so and a flash
for up to a second; neither hangs up. A phone that is off the hook does not ring, so pulses then mean nothing at all.
"""

RUN_GAP_US = 50000  # pulses closer than this belong together; half a period of 15 Hz is 33 ms
RING_PULSES = 4
RING_US = 80000  # so long at least before a run is called ringing
RING_LOW_PERCENT = 20  # between the 3 % of dial pulses (7 % at 20 a second) and the 50 % of ringing
CHATTER_US = 6000  # pulses closer on average are none of a ring of 68 Hz or less
WINDOW_US = 400000  # a run that is no ring by then is weighed anew
RING_OFF_US = 100000
STUCK_US = 200000  # low for so long is no half period of anything

REVERSAL_US = (20000, 100000)
ALONE_US = 150000  # before and after a reversal there is nothing

HOOK_OFF_US = 50000  # longer than half a period of ringing, which some phones let through
HOOK_ON_US = 1000000

_LONG = 10000000  # counters stop here: small integers on every chip


class Wires:
    """Told of time and levels in the order of their coming; `events()` yields what they meant.

    `ringing` and `off_hook` are the present state.
    """

    def __init__(self) -> None:
        self.ringing = False
        self.off_hook = False
        self._low = False
        self._level_us = _LONG  # since the ring input changed
        self._flows = False
        self._flow_us = 0  # since the hook input changed
        self._lone_us = 0  # width of a pulse that may be a reversal
        self._told: "list[str]" = []
        self._forget()

    def _forget(self) -> None:
        self._pulses = 0
        self._run_low_us = 0
        self._run_us = 0

    def events(self) -> "tuple[str, ...]":
        """What happened since the last call, in order: the words of `ringwarden.ports.Block.events`."""
        told, self._told = tuple(self._told), []
        return told

    def advance(self, us: int) -> None:
        """So many microseconds pass at the present levels."""
        self._level_us = min(self._level_us + us, _LONG)
        self._flow_us = min(self._flow_us + us, _LONG)
        self._run_us = min(self._run_us + us, _LONG)
        self._hook_timers()
        if self._low:
            if self._level_us >= STUCK_US:
                self._ring_ends()
        else:
            if self._level_us >= RING_OFF_US:
                self._ring_ends()
            if self._lone_us and self._level_us >= ALONE_US:
                self._lone_us = 0
                self._told.append("reversal")

    def ring_input(self, low: bool) -> None:
        """The level of the ring input from now on."""
        if low == self._low:
            return
        lasted, self._level_us, self._low = self._level_us, 0, low
        if self.off_hook or self._flows:
            self._lone_us = 0
            self._forget()
        elif low:
            self._pulse_begins(lasted)
        else:
            self._pulse_ends(lasted)

    def hook_input(self, flows: bool) -> None:
        """Whether the household's phone draws current from now on."""
        if flows != self._flows:
            self._flows = flows
            self._flow_us = 0
            if flows:
                self._lone_us = 0  # the step on the wires was the handset's

    # -- ring and reversal --------------------------------------------------------------------------------------------

    def _pulse_begins(self, pause: int) -> None:
        self._lone_us = 0
        if pause > RUN_GAP_US or self._run_us > WINDOW_US:
            self._forget()
        self._alone = pause >= ALONE_US
        if not self._pulses:
            self._run_us = 0

    def _pulse_ends(self, width: int) -> None:
        self._pulses += 1
        self._run_low_us += width
        if self._pulses == 1 and self._alone and REVERSAL_US[0] <= width <= REVERSAL_US[1] and not self.ringing:
            self._lone_us = width
        if self.ringing or self._pulses < RING_PULSES or self._run_us < RING_US:
            return
        dense = self._run_low_us * 100 >= self._run_us * RING_LOW_PERCENT
        if dense and self._run_us >= CHATTER_US * self._pulses:
            self.ringing = True
            self._told.append("ring_on")

    def _ring_ends(self) -> None:
        if self.ringing:
            self.ringing = False
            self._told.append("ring_off")

    # -- the handset --------------------------------------------------------------------------------------------------

    def _hook_timers(self) -> None:
        if self._flows and not self.off_hook and self._flow_us >= HOOK_OFF_US:
            self._ring_ends()
            self.off_hook = True
            self._told.append("hook_off")
        elif not self._flows and self.off_hook and self._flow_us >= HOOK_ON_US:
            self.off_hook = False
            self._forget()
            self._told.append("hook_on")
