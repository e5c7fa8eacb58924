# SPDX-License-Identifier: Apache-2.0
"""The results as tables: for the terminal (rich) and for docs/bench/decoder.md, from the same rows."""

import math
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.decoder import limits, table
from bench.decoder.condition import Condition
from bench.decoder.measure import OURS, Bench, Tally, spread, threshold

TITLES = {"bell202": "Bell 202", "v23": "V.23", "dtmf": "DTMF", "ntt": "NTT"}


@dataclass
class Sheet:
    """One table: a title, a line that says how to read it, a header, rows of text."""

    title: str
    note: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def markdown(self) -> str:
        """As Markdown."""
        lines = [f"## {self.title}", ""] + ([filled(self.note), ""] if self.note else [])
        lines.append("| " + " | ".join(self.header) + " |")
        lines.append("|---" * len(self.header) + "|")
        lines += ["| " + " | ".join(cell or " " for cell in row) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"

    def show(self, console: Console) -> None:
        """In the terminal."""
        shown = Table(title=self.title, caption=self.note, title_justify="left", caption_justify="left")
        for index, name in enumerate(self.header):
            shown.add_column(name, justify="left" if index == 0 else "right")
        for row in self.rows:
            shown.add_row(*(cell.replace("**", "") for cell in row))
        console.print(shown)


def filled(text: str) -> str:
    """Wrapped to the width of our files."""
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def decibels(value: float) -> str:
    """One decimal, or a dash."""
    return "—" if not math.isfinite(value) else f"{value:.1f}"


def thresholds(bench: Bench, standards: list[str], stops: list[str]) -> Sheet:
    """SNR50 / SNR99 by standard and stop bit, everyone and the limits."""
    sheet = Sheet(
        "Threshold",
        "SNR50 / SNR99: SNR in dB at which 50 % / 99 % of the messages are decoded whole; — where no point reaches it. "
        "In brackets: where SNR99 would lie in nineteen of twenty runs like this one.",
        ["", *bench.listeners, "sequence estimation, computed", "one symbol at a time, computed"],
    )
    for standard in standards:
        for stop in stops if standard in ("bell202", "v23") else ["1"]:
            label = TITLES[standard] + (f", stop bit {stop}" if standard in ("bell202", "v23") else "")
            row = [label]
            for name in bench.listeners:
                points = bench.curve(table.curve(standard, stop), name)
                pair = [decibels(threshold(points, share)) if points else "" for share in (0.5, 0.99)]
                text = " / ".join(pair) if points else "not offered"
                if name == OURS and points:
                    text += " ({}–{})".format(*(decibels(edge) for edge in spread(points, 0.99)))
                row.append(f"**{text}**" if name == OURS else text)
            for rate in (limits.sequence_rate, limits.symbol_rate):
                if standard not in ("bell202", "v23"):
                    row.append("")
                    continue
                row.append(" / ".join(f"{limits.crossing(rate, standard, share):.1f}" for share in (0.5, 0.99)))
            sheet.rows.append(row)
    return sheet


def points(bench: Bench, standard: str, stop: str) -> Sheet:
    """Every point of a curve."""
    base = table.curve(standard, stop)
    name = TITLES[standard] + (f", stop bit {stop}" if standard in ("bell202", "v23") else "")
    sheet = Sheet(
        f"Points: {name}",
        "Messages decoded, %; `+n` counts wrong messages that were handed over as good.",
        ["SNR, dB", "messages", *bench.listeners],
    )
    curves = {listener: dict(bench.curve(base, listener)) for listener in bench.listeners}
    for snr in sorted({snr for curve in curves.values() for snr in curve}):
        tallies = [curves[listener].get(snr) for listener in bench.listeners]
        sent = max(t.sent for t in tallies if t)
        sheet.rows.append([f"{snr:g}", str(sent), *(share(t) for t in tallies)])
    return sheet


def share(t: Tally | None) -> str:
    """Percent decoded, and what was wrong."""
    if t is None or not t.sent:
        return ""
    percent = 100.0 * t.rate
    text = "100" if t.decoded == t.sent else f"{math.floor(percent * 10) / 10:.1f}"
    return text + (f" +{t.wrong}" if t.wrong else "")


def wrong(bench: Bench, standards: list[str]) -> Sheet:
    """Wrong messages over all points of all curves."""
    sheet = Sheet(
        "Wrong messages handed over as good",
        "Over all points of the curves and all stop bits; in brackets those at 1.5 dB and above.",
        ["", *bench.listeners],
    )
    for standard in standards:
        row = [TITLES[standard]]
        for name in bench.listeners:
            total, above = Tally(), Tally()
            for stop in table.STOPS:
                for snr, t in bench.curve(table.curve(standard, stop), name):
                    total.add(t)
                    if snr >= 1.5:
                        above.add(t)
            row.append(
                f"{total.wrong} in {total.sent} ({above.wrong} in {above.sent})" if total.sent else "not offered"
            )
        sheet.rows.append(row)
    return sheet


def impairments(bench: Bench, standard: str, rows: list[Condition]) -> Sheet:
    """The impairment table of one standard."""
    sheet = Sheet(
        f"Impairments: {TITLES[standard]}",
        "Messages decoded, %, at 25 dB SNR unless said; `+n` counts wrong messages that were handed over as good.",
        ["", "messages", *bench.listeners],
    )
    for condition in rows:
        of_condition = bench.results.get(condition, {})
        if not of_condition:
            continue
        sent = max(t.sent for t in of_condition.values())
        cells = [share(of_condition.get(name)) or "not offered" for name in bench.listeners]
        sheet.rows.append([condition.name, str(sent), *cells])
    return sheet


def delays(bench: Bench, conditions: list[Condition]) -> Sheet:
    """How long after its last bit a message is handed over."""
    sheet = Sheet(
        "Delay",
        "Milliseconds of line between the end of the checksum's stop bit and the block of 10 ms in which the message "
        "is handed over (DTMF: from the end of the last tone); computing time is not in it.",
        ["", "median", "largest"],
    )
    for condition in conditions:
        found = sorted(bench.results.get(condition, {}).get(OURS, Tally()).delays)
        if found:
            sheet.rows.append([TITLES[condition.standard], f"{found[len(found) // 2]:.0f}", f"{found[-1]:.0f}"])
    return sheet


def write(path: Path, title: str, introduction: str, sheets: list[Sheet]) -> None:
    """One document, whole or not at all."""
    text = f"<!-- SPDX-License-Identifier: Apache-2.0 -->\n# {title}\n\n{introduction}\n\n"
    text += "\n".join(sheet.markdown() for sheet in sheets)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
