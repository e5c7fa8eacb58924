# SPDX-License-Identifier: Apache-2.0
"""The box put together: the only file that knows all the others."""

from ringwarden.civil import iso
from ringwarden.journal import Journal
from ringwarden.session import Session

CALLS_KEPT = 200  # calls shown on the page; the journal holds more


class Appliance:
    """A board (`line`, `clock`, `store`; see `ringwarden.ports`) that works for a `ringwarden.household.Household`.

    `calls` holds the records of the last calls, newest last, the current one included.
    """

    def __init__(self, board, household) -> None:
        self.board = board
        self.household = household
        self.calls: "list[dict]" = []
        self._callbacks: list = []
        self._journal = Journal(board.store)
        self._list_trouble = ""
        self.list_changed()
        self.session = Session(board.line, board.clock, household, self._changed, self._journal.last_id())

    def on_change(self, callback) -> None:
        """`callback(entry)` is called whenever a call begins, is decided, rings, is answered or ends."""
        self._callbacks.append(callback)

    def today(self) -> str:
        """The date at the household, 2026-11-24, or "" while the clock is not set."""
        return iso(self.household.local(self.board.clock.epoch()))[:10]

    def list_trouble(self) -> str:
        """What ails the block list: "empty", "damaged", "fallback"; "" when all is well."""
        blocklist = self.household.blocklist
        return "empty" if blocklist is None else getattr(blocklist, "trouble", "")

    def list_changed(self, outcome=None) -> None:
        """Write into the journal what is new about the block list: after an update, and when it may have gone bad.

        `outcome` is that of a `ringwarden.update.lists.ListUpdate`, if there was one.
        """
        trouble = self.list_trouble()
        told = trouble != self._list_trouble
        self._list_trouble = trouble
        if outcome is None and not told:
            return
        details = {"at": iso(self.household.local(self.board.clock.epoch())), "trouble": trouble}
        if outcome is not None:
            details["update"] = outcome.kind
            details["code"] = outcome.code
            details["serial"] = outcome.serial
        try:
            self._journal.note("list", details)
        except OSError:  # a journal that is full is no reason to leave the line unserved
            pass

    async def run(self) -> None:
        """Serve the line until it is gone."""
        while True:
            block = await self.board.line.read()
            if block is None:
                return
            self.session.take(block)

    def _changed(self, entry: dict) -> None:
        if not self.calls or self.calls[-1] is not entry:
            self.calls.append(entry)
            if len(self.calls) > CALLS_KEPT:
                self.calls.pop(0)
        if entry["state"] == "ended":
            self._journal.record(entry)
        for callback in self._callbacks:
            callback(entry)
