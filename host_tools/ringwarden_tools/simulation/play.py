# SPDX-License-Identifier: Apache-2.0
"""Plays a scenario through the whole box: the exchange on one side, terminal and page on the other; judges it."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ringwarden
from ringwarden.appliance import Appliance
from ringwarden.household import Household
from ringwarden.settings import SettingsError
from ringwarden_simulator.board import Board
from ringwarden_simulator.script import CallPlan, Expectation, Scenario
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import files
from ringwarden_tools.lists.builder import build

Entry = dict[str, Any]
WEB_ROOT = Path(ringwarden.__file__).parent.parent / "web"


@dataclass
class Result:
    """A call that the exchange made and what the box made of it: its record, or None when the box never noticed."""

    plan: CallPlan
    entry: Entry | None = None

    @property
    def right(self) -> bool:
        """Whether the verdict is the expected one. A call nobody has an opinion about is right when it was noticed."""
        return self.entry is not None and matches(self.entry, self.plan.expect)


def matches(entry: Entry, expect: Expectation) -> bool:
    """Whether a record has the action and the reason that were expected; "" expects nothing."""
    return expect.action in ("", entry["action"]) and expect.reason in ("", entry["reason"])


@dataclass
class Play:
    """A scenario with the box it is played to. `close()` when done; the list it was built with is a temporary file."""

    scenario: Scenario
    speed: float = 0.0
    journal: str = ""
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ringwarden-")
        self.list_path = build_list(self.scenario, Path(self._folder.name))
        self.board = Board(self.scenario, self.speed, self.journal)
        self.appliance = Appliance(self.board, self._household())
        self.appliance.on_change(self._note)
        self._latest: dict[int, Entry] = {}  # by place among the happenings

    def _household(self) -> Household:
        try:
            household = Household.from_document(self.scenario.household)
        except SettingsError as error:
            raise UserError(f"the scenario's household: {error}") from None
        if self.list_path:
            household.blocklist = files.open_list(Path(self.list_path))
        return household

    def _note(self, entry: Entry) -> None:
        self._latest[len(self.board.line.outcomes)] = entry

    async def run(self) -> list[Result]:
        """Play it to the end; what became of each incoming call, in order."""
        await self.appliance.run()
        self.results = [
            Result(plan, self._latest.get(index))
            for index, plan in enumerate(self.scenario.happenings)
            if isinstance(plan, CallPlan)
        ]
        return self.results

    def close(self) -> None:
        """Remove what was made for this play."""
        if self.appliance.household.blocklist:
            self.appliance.household.blocklist.close()
        self._folder.cleanup()


def build_list(scenario: Scenario, folder: Path) -> str:
    """Build the scenario's list in `folder`; its path, or "" when the scenario has none."""
    plan = scenario.blocklist
    if not plan.sources and not plan.entries:
        return ""
    country = scenario.household.get("home", {}).get("country", "CN")
    path = folder / "list.rwl"
    files.write_whole(path, build([Path(source) for source in plan.sources], country, extra=plan.entries).image.data)
    return str(path)


async def serve_page(play: Play, host: str, port: int, lang: str) -> Callable[[], None]:
    """Show the box on a page; returns what stops it. Raises `UserError` when the port is taken."""
    from ringwarden.faces import page

    app = page.create_page(play.appliance, str(WEB_ROOT), lang)
    try:
        server = await page.start(app, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"port {port} on {host} is in use; choose another with --port") from None
        raise UserError(
            f"cannot listen on {host} port {port} ({error.strerror}); choose others with --host and --port"
        ) from None
    return server.close


async def forever() -> None:
    """Wait until somebody cancels."""
    await asyncio.Event().wait()
