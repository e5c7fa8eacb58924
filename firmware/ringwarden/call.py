# SPDX-License-Identifier: Apache-2.0
"""What a call is and what was decided about it: plain data that imports nothing.

Times are integers: `at` in seconds since 1970 UTC (0 when the clock was never set), `*_ms` in milliseconds on the
line's own clock, which counts samples and never jumps back.
"""


class Action:
    """What the box does with a call. The strings are stored in journals and settings: never rename one."""

    RING = "ring"
    LABEL = "label"  # rings, and everything that can show a warning shows it
    SILENCE = "silence"  # the phone stays quiet, the caller hears ringing
    CHALLENGE = "challenge"  # the box answers and asks for a digit
    DROP = "drop"  # the box takes the call and hangs up

    ALL = (RING, LABEL, SILENCE, CHALLENGE, DROP)
    AUDIBLE = (RING, LABEL)  # the phone rings


class Call:
    """What is known about one incoming call when it is judged.

    `number` is a `ringwarden.numbers.Number` or None when the network gave none; `shown` the digits as displayed, already
    sanitised; `absence` is "" or why there is no number: "P" (private), "O" (out of area), "none" (no caller-ID was sent),
    "broken" (caller-ID was sent and did not arrive whole). `interface` is "fsk", "dtmf" or "sip".
    """

    __slots__ = ("at", "number", "shown", "name", "absence", "name_absence", "interface", "rings", "signal")

    def __init__(self, at=0, number=None, shown="", name="", absence="", name_absence="", interface="fsk", rings=0):
        self.at = at
        self.number = number
        self.shown = shown
        self.name = name
        self.absence = absence
        self.name_absence = name_absence
        self.interface = interface
        self.rings = rings
        self.signal = None  # the decoder's Event when there was one: standard, level, SNR, quality

    @property
    def e164(self):
        """The caller as +digits, or "" when it has no such form."""
        return self.number.e164 if self.number else ""


class Verdict:
    """An action with its reason: `reason` is a stable code a program can match, `details` fills the sentence a person reads.

    `rule` is the name of the rule that spoke, `category` one of `ringwarden.categories.NAMES` or "".
    """

    __slots__ = ("action", "reason", "rule", "category", "details")

    def __init__(self, action, reason, rule="", category="", details=None):
        self.action = action
        self.reason = reason
        self.rule = rule
        self.category = category
        self.details = details or {}

    def __repr__(self):
        return "Verdict({}, {}, rule={})".format(self.action, self.reason, self.rule)
