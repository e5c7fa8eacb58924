# SPDX-License-Identifier: Apache-2.0
"""Calls as they happen, in a terminal: a row a call, a line for what goes on now, figures at the end.

On something that is no terminal (a log, a pipe) each ended call is one plain line. Text from calls only ever enters as
`rich.text.Text`, never as markup.
"""

from __future__ import annotations

import atexit
import statistics
from collections.abc import Iterable
from typing import Any, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ringwarden.faces import view

Entry = dict[str, Any]

# Each verdict has its own sign, so that colour is never needed. None of them is of ambiguous width in CJK terminals.
SIGNS = {"ring": "✓", "label": "!", "silence": "◌", "challenge": "?", "drop": "✗", "": "…"}
COLOURS = {"ring": "green", "label": "yellow", "silence": "blue", "challenge": "magenta", "drop": "red", "": "cyan"}
WIDE = 100  # columns from which a call fits on one row


class Judged(Protocol):
    """What `summary` needs of `ringwarden_tools.simulation.play.Result`."""

    plan: Any
    entry: Entry | None

    @property
    def right(self) -> bool: ...


class Terminal:
    """The view on `console` in `lang`, "en" or "zh". Feed it with `appliance.on_change(terminal.on_change)`."""

    def __init__(self, console: Console, lang: str) -> None:
        self.console = console
        self.lang = lang
        self.texts = view.page_words(lang)
        self._current: Entry | None = None
        self._live: Live | None = None
        self._shown_header = False
        reconfigure = getattr(console.file, "reconfigure", None)
        if reconfigure and not console.encoding.lower().startswith("utf"):
            reconfigure(errors="replace")  # a sign that the terminal lacks is better as "?" than as a traceback

    def on_change(self, entry: Entry) -> None:
        """A call began, was decided, rang, was answered or ended."""
        ended = entry["state"] == "ended"
        self._current = None if ended else entry
        if self.console.is_terminal:
            self._start_live()
            if ended:
                self.console.print(self.row(entry))
            if self._live:
                self._live.update(self._now())
        elif ended:
            self.console.print(self.plain(entry), soft_wrap=True)

    def summary(self, results: Iterable[Judged], page: str = "") -> bool:
        """Print the figures; True when every verdict is the expected one. `page` is the address that stays up."""
        self.close()
        results = list(results)
        wrong = [result for result in results if not result.right]
        self.console.print()
        self.console.print(self._figures(results, len(wrong)))
        for result in wrong:
            self.console.print(Text("✗ " + self._difference(result), "bold red"), soft_wrap=True)
        self.console.print(self._conclusion(len(results), len(wrong)))
        if page:
            line = Text.assemble((self.texts["term.page"] + " ", "bold"), (page, f"cyan underline link {page}"))
            self.console.print(line.append("   ").append(self.texts["term.stop"], "dim"))
        return not wrong

    def close(self) -> None:
        """Leave the terminal as it was found; harmless when done twice."""
        if self._live:
            self._live.stop()
            self._live = None
            atexit.unregister(self.close)

    # -- a call -------------------------------------------------------------------------------------------------------

    def row(self, entry: Entry) -> RenderableType:
        """The call as a row whose columns stand below each other."""
        when = Text(entry["at"][11:16] or "--:--", "dim")
        verdict = self._verdict(entry)
        who, second = view.caller(entry, self.lang)
        caller = Text(who, "bold")
        why = Text(view.sentence(entry, self.lang))
        outcome = view.outcome(entry, self.lang)
        if outcome:
            why.append("  " + outcome, "dim")
        took = Text(self._took(entry), "cyan")
        if self.console.width < WIDE:
            caller.append("  " + second if second else "", "not bold dim")
            top = Table.grid(padding=(0, 2, 0, 0), expand=True)
            self._columns(top, (5, 14, None, 8))
            top.add_row(when, verdict, caller, took)
            return Group(top, Padding(why, (0, 0, 0, 7)))
        if second:
            caller.append("\n" + second, "not bold dim")
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        self._columns(grid, (5, 14, 26, None, 8))
        grid.add_row(when, verdict, caller, why, took)
        return grid

    def plain(self, entry: Entry) -> Text:
        """The call as one line without colours' help."""
        who, second = view.caller(entry, self.lang)
        parts = [entry["at"].replace("T", " "), self._verdict(entry).plain, f"{who} ({second})" if second else who]
        parts += [view.sentence(entry, self.lang), view.outcome(entry, self.lang), self._took(entry)]
        return Text("  ".join(part for part in parts if part))

    def _verdict(self, entry: Entry) -> Text:
        action = entry["action"]
        return Text(f"{SIGNS[action]} {self.texts['verdict.' + (action or 'none')]}", f"bold {COLOURS[action]}")

    def _took(self, entry: Entry) -> str:
        us = view.took_us(entry)
        return "" if us is None else view.milliseconds(us) + " ms"

    @staticmethod
    def _columns(grid: Table, widths: tuple[int | None, ...]) -> None:
        for width in widths:
            grid.add_column(width=width, ratio=None if width else 1, overflow="fold")
        grid.columns[-1].justify = "right"

    # -- what goes on -------------------------------------------------------------------------------------------------

    def _start_live(self) -> None:
        if not self._shown_header:
            self._shown_header = True
            self.console.print(self.header())
        if not self._live:
            self._live = Live(self._now(), console=self.console, transient=True, refresh_per_second=12)
            self._live.start()
            atexit.register(self.close)  # an interrupted play must not leave the terminal without its cursor

    def header(self) -> RenderableType:
        """The names of the columns of `row`."""
        names = ["term.time", "term.verdict", "term.caller", "term.reason", "term.took"]
        if self.console.width < WIDE:
            names.remove("term.reason")
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        self._columns(grid, (5, 14, None, 8) if len(names) == 4 else (5, 14, 26, None, 8))
        grid.add_row(*[Text(self.texts[name], "dim bold") for name in names])
        return grid

    def _now(self) -> RenderableType:
        entry = self._current
        if entry is None:
            return Spinner("dots", Text(self.texts["term.waiting"], "dim"), style="dim")
        phase = "talking" if entry["state"] == "talking" else entry["action"] or "ringing"
        line = Text(self.texts["term." + phase], "bold " + COLOURS[entry["action"]])
        if entry["rings"] and phase != "talking":
            line.append(f"  ×{entry['rings']}", "dim")
        spinner = Spinner("dots", line, style=COLOURS[entry["action"]])
        return Group(self.row(entry), spinner) if entry["action"] else spinner

    # -- the end ------------------------------------------------------------------------------------------------------

    def _figures(self, results: list[Judged], wrong: int) -> RenderableType:
        entries = [result.entry for result in results if result.entry]
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_column()
        grid.add_column()
        grid.add_row(self.texts["term.calls"], str(len(results)))
        for action in view.ACTIONS:
            count = len([entry for entry in entries if entry["action"] == action])
            if count:
                label = f"{SIGNS[action]} {self.texts['count.' + action]}"
                grid.add_row(Text(label, COLOURS[action]), str(count))
        expected = self.texts["term.expected.value"].format(len(results) - wrong, len(results))
        grid.add_row(self.texts["term.expected"], Text(expected, "bold red" if wrong else "bold green"))
        grid.add_row(self.texts["term.latency"], self._latency(entries))
        return Panel(
            grid, title=Text(self.texts["term.summary"], "bold"), title_align="left", expand=False, padding=(0, 2)
        )

    def _latency(self, entries: list[Entry]) -> str:
        times = [us for us in map(view.took_us, entries) if us is not None]
        if not times:
            return self.texts["term.latency.none"]
        middle, longest = round(statistics.median(times)), max(times)
        return self.texts["term.latency.value"].format(view.milliseconds(middle), view.milliseconds(longest))

    def _difference(self, result: Judged) -> str:
        plan = result.plan
        title = (plan.title_zh if self.lang == "zh" else "") or plan.title or plan.number or "?"
        if result.entry is None:
            return self.texts["term.missing"].format(title)
        got = _pair(result.entry["action"], result.entry["reason"])
        return self.texts["term.mismatch"].format(title, got, _pair(plan.expect.action, plan.expect.reason))

    def _conclusion(self, calls: int, wrong: int) -> Text:
        if not calls:
            return Text(self.texts["term.no_calls"], "bold yellow")
        if wrong:
            return Text(self.texts["term.some_bad"].format(wrong, calls), "bold red")
        return Text("✓ " + self.texts["term.all_ok"], "bold green")


def _pair(action: str, reason: str) -> str:
    return " ".join(part for part in (action, reason) if part)
