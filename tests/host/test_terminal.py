# SPDX-License-Identifier: Apache-2.0
"""The view of calls in a terminal and in a log."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from page_kit import CONTACT, EVENING, FLOOD, LISTED, WITHHELD, FakeAppliance
from rich.cells import cell_len
from rich.console import Console

from ringwarden_simulator.script import CallPlan, Expectation
from ringwarden_tools.simulation.terminal import COLOURS, SIGNS, Terminal

HOSTILE = "[bold]x[/bold][/] [link=http://a.example]y"


@dataclass
class Judgement:
    plan: CallPlan
    entry: dict[str, Any] | None
    right: bool


def judge(action: str, entry: dict[str, Any] | None, right: bool, title: str = "A call") -> Judgement:
    plan = CallPlan(at=0, title=title, title_zh="一个来电", expect=Expectation(action, "CONTACT"))
    return Judgement(plan, entry, right)


def console(width: int = 120, terminal: bool = True, **options: Any) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, width=width, highlight=False, **options), text


def played(view: Terminal, *verdicts: dict[str, Any]) -> list[dict[str, Any]]:
    appliance = FakeAppliance()
    appliance.on_change(view.on_change)
    return [appliance.whole(verdict, "answered") for verdict in verdicts]


def test_a_log_gets_one_plain_line_for_each_call() -> None:
    screen, text = console(width=40, terminal=False)
    played(Terminal(screen, "en"), *EVENING)
    lines = text.getvalue().splitlines()
    assert len(lines) == len(EVENING)
    assert lines[0] == (
        "2026-03-05 19:02:00  ✓ Rang  王芳 (+86 138 0013 8021)  王芳 is in your contacts.  Answered  7.4 ms"
    )
    assert "\x1b" not in text.getvalue()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [100, 120, 200])
def test_columns_stand_below_each_other(lang: str, width: int) -> None:
    screen, text = console(width, terminal=False)
    view = Terminal(screen, lang)
    screen.print(view.header())
    for entry in played(Terminal(console()[0], lang), *EVENING):
        screen.print(view.row(entry))
    lines = text.getvalue().splitlines()
    firsts = [line for line in lines if line[:1] != " "]
    assert len(firsts) == 1 + len(EVENING)
    assert all(cell_len(line) <= width for line in lines)
    # Between columns there are always two blank cells at the same places, counted as a terminal counts them.
    for column in (5, 21, 49):
        for line in lines:
            cells = "".join(char if cell_len(char) == 1 else char + "\0" for char in line).ljust(width)
            assert cells[column : column + 2] == "  ", (column, line)


def test_a_narrow_terminal_gets_the_reason_below() -> None:
    screen, text = console(60, terminal=False)
    view = Terminal(screen, "en")
    (entry,) = played(Terminal(console()[0], "en"), CONTACT)
    screen.print(view.row(entry))
    first, second = text.getvalue().splitlines()
    assert first.startswith("19:02  ✓ Rang") and "+86 138 0013 8021" in first and first.endswith("7.4 ms")
    assert second.strip() == "王芳 is in your contacts.  Answered"


def test_a_terminal_shows_what_goes_on_and_keeps_the_rows() -> None:
    screen, text = console()
    view = Terminal(screen, "en")
    appliance = FakeAppliance()
    appliance.on_change(view.on_change)
    seen = []
    entry = appliance.begin()
    for change in (None, CONTACT):
        if change:
            appliance.decide(entry, change)
        assert view._live is not None
        view._live.refresh()
        seen.append(text.getvalue())
    assert "listens for caller-ID" in seen[0] and "The phone rings" not in seen[0]
    assert "The phone rings" in seen[1]
    appliance.end(entry, "missed")
    view.close()
    view.close()
    assert text.getvalue().endswith("\x1b[?25h") or "\x1b[?25h" in text.getvalue()[len(seen[1]) :]
    assert "Not answered" in text.getvalue()


def test_markup_in_a_name_is_only_text() -> None:
    for terminal in (False, True):
        screen, text = console(200, terminal=terminal)
        view = Terminal(screen, "en")
        played(view, dict(CONTACT, who=HOSTILE, details={"name": HOSTILE}))
        view.close()
        assert "[bold]x[/bold][/]" in text.getvalue()
        assert "\x1b]8" not in text.getvalue()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_end_counts_and_says_every_difference(lang: str) -> None:
    screen, text = console(terminal=False)
    view = Terminal(screen, lang)
    entries = played(Terminal(console()[0], lang), CONTACT, LISTED, WITHHELD, FLOOD)
    results = [judge("ring", entry, right) for entry, right in zip(entries, (True, False, True, True), strict=True)]
    results.append(judge("ring", None, False, "The lost one"))
    assert view.summary(results, "http://127.0.0.1:8080") is False
    out = text.getvalue()
    assert "drop LISTED" in out and "ring CONTACT" in out
    assert ("The lost one" if lang == "en" else "没有发现这个来电") in out
    assert ("3 of 5" if lang == "en" else "5 个中有 3 个") in out
    # 7.4, 12.6, and by the line's clock 10 and 10
    assert ("median 10 ms, longest 13 ms" if lang == "en" else "中位数 10 毫秒，最长 13 毫秒") in out
    assert "http://127.0.0.1:8080" in out and "Ctrl-C" in out


def test_an_evening_as_expected_is_said_so() -> None:
    screen, text = console(terminal=False)
    (entry,) = played(Terminal(console()[0], "en"), CONTACT)
    assert Terminal(screen, "en").summary([judge("ring", entry, True)]) is True
    assert "Every call got the expected verdict" in text.getvalue()
    assert "Ctrl-C" not in text.getvalue()


def test_an_evening_without_calls() -> None:
    screen, text = console(terminal=False)
    assert Terminal(screen, "zh").summary([]) is True
    assert "没有人打来电话" in text.getvalue()


def test_a_terminal_without_unicode_gets_question_marks_and_no_traceback() -> None:
    raw = io.BytesIO()
    latin = io.TextIOWrapper(raw, encoding="latin-1")
    played(Terminal(Console(file=latin, force_terminal=False, width=100), "zh"), CONTACT)
    latin.flush()
    assert b"+86 138 0013 8021" in raw.getvalue()


def test_signs_differ_and_are_one_cell_wide() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS) == len(set(COLOURS.values()))
    assert all(cell_len(sign) == 1 for sign in SIGNS.values())
