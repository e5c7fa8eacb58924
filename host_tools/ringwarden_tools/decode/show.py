# SPDX-License-Identifier: Apache-2.0
"""Decoded messages for people (a table) and for programs (one JSON object a line)."""

from __future__ import annotations

import dataclasses
import json

from rich.table import Table
from rich.text import Text

from ringwarden_tools.decode.messages import Decoded

ABSENCE = {"P": "(private)", "O": "(unavailable)"}
STANDARD = {"bell202": "Bell 202", "v23": "V.23", "ntt": "NTT", "dtmf": "DTMF"}


def json_line(message: Decoded) -> str:
    """The message as one line of JSON; fields as in `Decoded`."""
    return json.dumps(dataclasses.asdict(message), ensure_ascii=False)


def table(messages: list[Decoded], channels: int) -> Table:
    """The messages as a table."""
    columns = ["Start", "Number", "Name", "Date", "Standard", "Checksum", "Quality", "Level", "SNR"]
    shown = Table(*columns, *(["Channel"] if channels > 1 else []))
    for message in messages:
        cells = [
            _clock(message.start_s),
            message.number or ABSENCE.get(message.number_absence, message.problem or "-"),
            message.name or ABSENCE.get(message.name_absence, "-"),
            _date(message.datetime),
            STANDARD.get(message.standard, message.standard),
            _checksum(message),
            f"{message.quality} %",
            f"{message.level_dbm0:.1f} dBm0",
            f"{message.snr_db:.0f} dB",
            *([str(message.channel)] if channels > 1 else []),
        ]
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def _checksum(message: Decoded) -> str:
    if not message.checksum_ok:
        return "wrong"
    return "none" if message.standard == "dtmf" else "right"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:06.3f}" if hours else f"{minutes}:{rest:06.3f}"


def _date(datetime: str) -> str:
    """MMDDhhmm, as a reader expects it."""
    return f"{datetime[:2]}-{datetime[2:4]} {datetime[4:6]}:{datetime[6:]}" if len(datetime) == 8 else "-"
