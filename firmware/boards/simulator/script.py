# SPDX-License-Identifier: Apache-2.0
"""What is going to happen on the line: plain data that the exchange and the phone follow.

`docs/SCENARIOS.md` explains every field; `ringwarden_tools.simulation.scenario` reads them from a file and checks them.
Times are seconds on the line's clock unless said, levels are dBm0 (a full-scale sine is +3.14 dBm0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

CALLER_ID = ("fsk", "dtmf", "none", "broken", "bad_checksum")
STANDARDS = ("bell202", "v23")
STYLES = ("china", "uk")
FORMATS = ("mdmf", "sdmf")
ABSENCES = ("", "P", "O")
HANGS_UP = ("caller", "household")


@dataclass(frozen=True)
class LinePlan:
    """The subscriber's line: how the exchange announces calls on it, and what else is to be heard."""

    interface: str = "fsk"  # "fsk" or "dtmf": how this line sends caller-ID unless a call says otherwise
    standard: str = "bell202"
    style: str = "china"  # "china": FSK between ring 1 and 2; "uk": reversal, tone alert and FSK before ring 1
    format: str = "mdmf"
    level_dbm0: float = -15.0
    noise_dbm0: float = -55.0
    hum_dbm0: float = -50.0
    hum_hz: float = 50.0
    ring_residue_dbm0: float = -12.0
    twist_db: float = 0.0  # space (or the low DTMF group) louder than mark (or the high group) by this much
    stop_bits: float = 1.0
    reversal: bool = True  # a DTMF line reverses its polarity before the digits
    dtmf_start: str = "D"
    dtmf_end: str = "C"


@dataclass(frozen=True)
class Expectation:
    """What the box ought to decide: an action and a reason code, "" where the scenario does not say."""

    action: str = ""
    reason: str = ""


@dataclass(frozen=True, eq=False)
class CallPlan:
    """One incoming call."""

    at: float  # when the exchange begins with it
    title: str = ""
    title_zh: str = ""
    number: str = ""  # digits as the exchange sends them
    name: bytes = b""
    absence: str = ""
    caller_id: str = "fsk"
    standard: str = "bell202"
    format: str = "mdmf"
    rings: int = 4  # the caller gives up after this many
    answer_after: int = 0  # the household answers when it has heard this many; 0: never
    talk_s: float = 1.0
    hangs_up: str = "caller"
    expect: Expectation = Expectation()
    datetime: str = "01010000"  # MMDDhhmm, what the exchange's own clock says
    audio: np.ndarray | None = None  # int16 at 8 kHz: sounds in the silent interval in place of caller-ID


@dataclass(frozen=True)
class OutgoingPlan:
    """The household picks up the phone and dials."""

    at: float
    number: str
    title: str = ""
    title_zh: str = ""
    talk_s: float = 2.0


@dataclass(frozen=True)
class ListPlan:
    """The list the box is given: files to build it from, and numbers written into the scenario itself."""

    sources: tuple[str, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()  # (number, category)


@dataclass(frozen=True)
class Scenario:
    """Everything: the line, the household, its list, and what happens, in order of time."""

    title: str = ""
    title_zh: str = ""
    epoch: int = 0  # seconds since 1970 UTC when the line's clock stands at 0
    utc_offset: int = 0  # seconds to add for the household's local time
    seed: int = 1
    line: LinePlan = field(default_factory=LinePlan)
    happenings: tuple[CallPlan | OutgoingPlan, ...] = ()
    home: dict[str, Any] = field(default_factory=dict)
    household: dict[str, Any] = field(default_factory=dict)
    blocklist: ListPlan = field(default_factory=ListPlan)

    @property
    def calls(self) -> list[CallPlan]:
        """The incoming calls, in order."""
        return [plan for plan in self.happenings if isinstance(plan, CallPlan)]
