# SPDX-License-Identifier: Apache-2.0
"""One call's life on an analogue line: ring, decode, decide, act, end.

    idle --ring or caller-ID--> ringing --verdict--> decided --handset lifted--> talking --> idle
                                                       '--drop: taken and released--> idle

While the line is idle and until a verdict says otherwise the phone is held off the line, so that not even the first
ring sounds; lifting the handset always gives it the line at once. The session is told what happens on the wires and
drives the `Line` it was handed; it knows no board, no network and no time but the line's own clock, which counts
samples.
"""

from ringwarden import policy
from ringwarden.call import Action, Call, Verdict
from ringwarden.civil import iso
from ringwarden.native import CidDecoder, NativeError, parse_message
from ringwarden.numbers import key, normalise
from ringwarden.sanitise import clean_digits, clean_name

IDLE, RINGING, DECIDED, TALKING = "idle", "ringing", "decided", "talking"

ONE_RING_MS = 1000  # bursts closer than this are one ring: British and Australian phones ring twice in quick succession
RING_GAP_MS = 6500  # no ring for so long and the call is over: the longest pause of a common cadence is 4 s
NO_ID_MS = 5600  # without a second ring, decide so long after the first began: caller-ID comes within the 4 s pause
FIRST_RING_MS = 8000  # caller-ID that comes before the first ring is followed by it within a second or two
CARRIER_MS = 6000  # a burst heard so shortly before the first ring belongs to the call
NOT_A_CALL = (0x06, 0x82)  # message types of the message-waiting lamp (GR-30-CORE): they ring nobody
DROP_MS = 1500  # how long the box holds the line so that the exchange sees an answer, then a hang-up


class Session:
    """The call in progress, if any. `changed(entry)` is called whenever `entry`, the call's record, has changed.

    Calls are numbered from `last_id` + 1.
    """

    def __init__(self, line, clock, household, changed, last_id: int = 0) -> None:
        self._line = line
        self._clock = clock
        self._household = household
        self._changed = changed
        self._decoder = CidDecoder(line.rate, report_bad=True)
        self._origin = 0  # line time of the decoder's sample 0
        self._expected = -1  # line time that the next block should have
        self._phone_off_hook = False
        self._carrier_at = -1
        self._serial = last_id
        self._begin_idle()
        line.wire_phone(False)

    def _begin_idle(self) -> None:
        self.state = IDLE
        self.entry: dict = {}
        self._call: "Call | None" = None
        self._began = 0
        self._first_ring = -1
        self._last_ring = 0
        self._rings = 0
        self._ring_is_on = False
        self._release_at = 0
        self._wired = False

    # -- what the line tells ------------------------------------------------------------------------------------------

    def take(self, block) -> None:
        """The next `ringwarden.ports.Block`."""
        started = self._clock.ticks_us()
        for event in block.events:
            self._wire_event(event, block.at)
        now = block.at + len(block.samples)
        if self.state != TALKING and not self._phone_off_hook:
            self._listen(block, now, started)
        self._expected = now
        self._timers(now)

    def _wire_event(self, event: str, at: int) -> None:
        if event == "ring_on":
            self._ring_on(at)
        elif event == "ring_off":
            self._last_ring = at
            self._ring_is_on = False
        elif event == "hook_off":
            self._phone_off_hook = True
            self._wire(True)
            if self.state in (RINGING, DECIDED):
                self._answered(at)
        elif event == "hook_on":
            self._phone_off_hook = False
            self._wire(False)
            if self.state == TALKING:
                self._end("answered", at)

    def _ring_on(self, at: int) -> None:
        if self.state == IDLE:
            self._begin(at)
        self._ring_is_on = True
        if self._first_ring < 0:
            self._first_ring = at
        elif self._since(self._last_ring, at) < ONE_RING_MS:
            return
        self._rings += 1
        self._last_ring = at
        if self.state == DECIDED and self._wired:
            self._heard()
        elif self.state == RINGING and self._rings == 2:
            self._decide_without_number(at)

    def _listen(self, block, now: int, started: int) -> None:
        if block.at != self._expected:
            self._decoder.reset()
            self._origin = block.at
        for event in self._decoder.feed(block.samples):
            if event.kind == "carrier":
                self._carrier_at = self._origin + event.start
            elif event.kind == "message" and event.checksum_ok:
                self._caller_id(event, now, started)
            elif event.kind == "message":
                self._carrier_at = self._origin + event.end

    def _timers(self, now: int) -> None:
        if self.state == IDLE:
            return
        if self._release_at and now >= self._release_at:
            self._line.seize(False)
            self._end("dropped", now)
        elif self.state == RINGING and self._first_ring >= 0 and self._since(self._first_ring, now) >= NO_ID_MS:
            self._decide_without_number(now)
        elif self.state != TALKING and not self._ring_is_on and not self._release_at:
            waiting_for_first = self._first_ring < 0
            limit = FIRST_RING_MS if waiting_for_first else RING_GAP_MS
            if self._since(self._last_ring, now) >= limit:
                self._end("no_ring" if waiting_for_first else self._unanswered(), now)

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _caller_id(self, event, now: int, started: int) -> None:
        """A whole message was heard. One that comes late, after a verdict without a number, is judged again."""
        try:
            message = parse_message(event.standard, event.data)
        except NativeError:
            self._carrier_at = self._origin + event.end
            return
        if message.message_type in NOT_A_CALL:
            return
        if self.state == IDLE:
            self._begin(self._origin + event.start)
        if self._call is not None and self._call.absence not in ("none", "broken"):
            return
        call = self._new_call("dtmf" if event.standard == "dtmf" else "fsk")
        call.shown = clean_digits(message.number or message.dialable)
        call.name = clean_name(message.name)
        call.name_absence = message.name_absence
        call.absence = "" if call.shown else message.number_absence or "O"
        if call.shown:
            call.number = normalise(call.shown, self._household.home)
            call.key = key(call.number)
        heard_end = self._origin + event.end
        self.entry["standard"] = event.standard
        self.entry["quality"] = event.quality
        self.entry["cid_end_ms"] = self._since(self._began, heard_end)
        self._decide(call, now)
        spent = self._clock.ticks_us() - started
        self.entry["latency_us"] = max(0, now - heard_end) * 1000000 // self._line.rate + spent
        self._changed(self.entry)

    def _decide_without_number(self, now: int) -> None:
        call = self._new_call(self._line.interface)
        heard = self._carrier_at >= 0 and self._since(self._carrier_at, self._first_ring) <= CARRIER_MS
        call.absence = "broken" if heard else "none"
        self._decide(call, now)
        self._changed(self.entry)

    def _new_call(self, interface: str) -> Call:
        return Call(at=self._clock.epoch(), tick=self._began // self._line.rate, interface=interface)

    def _decide(self, call: Call, now: int) -> None:
        judged_before = self._call is not None
        self._call = call
        verdict = self._verdict(call)
        if call.key and not judged_before:
            self._household.history.note(call.key, call.tick)
        entry = self.entry
        entry["number"] = call.e164
        entry["shown"] = call.shown
        entry["name"] = call.name
        entry["absence"] = call.absence
        entry["who"] = self._household.who(call.key)
        entry["action"] = verdict.action
        entry["reason"] = verdict.reason
        entry["rule"] = verdict.rule
        entry["category"] = verdict.category
        entry["details"] = verdict.details
        entry["verdict_ms"] = self._since(self._began, now)
        self.state = DECIDED
        entry["state"] = DECIDED
        self._act(verdict.action, now)

    def _verdict(self, call: Call) -> Verdict:
        try:
            return policy.decide(call, self._household)
        except (
            Exception
        ) as error:  # whatever breaks in a rule or on the flash, the line works: the call rings and says why
            return Verdict(Action.RING, "FAULT", rule="session", details={"fault": type(error).__name__})

    def _act(self, action: str, now: int) -> None:
        """Only RING and LABEL connect the phone; an action that this box cannot carry out rings as well."""
        if action == Action.DROP:
            self._wire(False)
            self._line.seize(True)
            self._release_at = now + DROP_MS * self._line.rate // 1000
        else:
            self._wire(action != Action.SILENCE)
            if self._wired and self._ring_is_on:
                self._heard()

    # -- beginning and ending -----------------------------------------------------------------------------------------

    def _begin(self, at: int) -> None:
        self._begin_idle()
        self.state = RINGING
        self._began = at
        self._last_ring = at
        self._serial += 1
        self.entry = {
            "id": self._serial,
            "at": iso(self._household.local(self._clock.epoch())),
            "state": RINGING,
            "number": "",
            "shown": "",
            "who": "",
            "name": "",
            "absence": "",
            "action": "",
            "reason": "",
            "rule": "",
            "category": "",
            "details": {},
            "standard": "",
            "quality": 0,
            "rings": 0,
            "outcome": "",
            "duration_s": 0,
            "cid_end_ms": 0,
            "verdict_ms": 0,
            "latency_us": 0,
        }
        self._changed(self.entry)

    def _heard(self) -> None:
        self.entry["rings"] += 1
        self._changed(self.entry)

    def _answered(self, at: int) -> None:
        if self._release_at:
            self._line.seize(False)
            self._release_at = 0
        if self.state == RINGING:  # the handset was lifted before anything was known: it is the household's call
            self._decide_without_number(at)
        self._answered_at = at
        self.state = TALKING
        self.entry["state"] = TALKING
        self._wire(True)
        self._changed(self.entry)

    def _unanswered(self) -> str:
        return "silenced" if self.entry["action"] == Action.SILENCE else "missed"

    def _end(self, outcome: str, at: int) -> None:
        entry = self.entry
        entry["outcome"] = outcome
        entry["state"] = "ended"
        if outcome == "answered":
            entry["duration_s"] = self._since(self._answered_at, at) // 1000
        self._begin_idle()
        self._carrier_at = -1
        self._wire(self._phone_off_hook)
        self._changed(entry)

    def _wire(self, through: bool) -> None:
        self._wired = through
        self._line.wire_phone(through)

    def _since(self, earlier: int, later: int) -> int:
        """Milliseconds between two moments of the line's clock."""
        return (later - earlier) * 1000 // self._line.rate
