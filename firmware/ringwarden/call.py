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

    `number` is a `ringwarden.numbers.Number` or None when the network gave none; `shown` the digits as displayed,
    already sanitised; `key` the number as an integer (0 without one); `tick` seconds on the line's clock, which
    intervals are counted on since the wall clock may be set at any time; `absence` is "" or why there is no number:
    "P" (private), "O" (out of area), "none" (no caller-ID was sent), "broken" (caller-ID was sent and did not arrive
    whole). `interface` is "fsk", "dtmf" or "sip".
    """

    __slots__ = ("at", "tick", "number", "key", "shown", "name", "absence", "name_absence", "interface")

    def __init__(
        self,
        at: int = 0,
        tick: int = 0,
        number=None,
        key: int = 0,
        shown: str = "",
        name: str = "",
        absence: str = "",
        name_absence: str = "",
        interface: str = "fsk",
    ) -> None:
        self.at = at
        self.tick = tick
        self.number = number
        self.key = key
        self.shown = shown
        self.name = name
        self.absence = absence
        self.name_absence = name_absence
        self.interface = interface

    @property
    def e164(self) -> str:
        """The caller as +digits, or "" when it has no such form."""
        return self.number.e164 if self.number else ""


class Verdict:
    """An action with its reason.

    `reason` is a stable code a program can match, `details` fills the sentence a person reads, `rule` is the name of
    the rule that spoke, `category` one of `ringwarden.categories.NAMES` or "".
    """

    __slots__ = ("action", "reason", "rule", "category", "details")

    def __init__(
        self, action: str, reason: str, rule: str = "", category: str = "", details: "dict | None" = None
    ) -> None:
        self.action = action
        self.reason = reason
        self.rule = rule
        self.category = category
        self.details = details or {}

    def __repr__(self) -> str:
        return "Verdict({}, {}, rule={})".format(self.action, self.reason, self.rule)
