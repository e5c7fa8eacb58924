# SPDX-License-Identifier: Apache-2.0
"""The board: a line, a clock and a store, put together from a scenario."""

from __future__ import annotations

from typing import Any

from .clock import SimulatedClock
from .line import SimulatedLine
from .script import Scenario
from .store import FileStore, MemoryStore


class Board:
    """What `ringwarden.ports` asks of a board. The journal goes to the file `journal`, or to memory when it is ""."""

    name = "simulator"

    def __init__(self, scenario: Scenario, speed: float = 0.0, journal: str = "") -> None:
        self.clock = SimulatedClock(scenario.epoch)
        self.line = SimulatedLine(scenario, self.clock, speed)
        self.store: Any = FileStore(journal) if journal else MemoryStore()
