# SPDX-License-Identifier: Apache-2.0
"""A scenario's TOML file (docs/SCENARIOS.md) into the plans that the simulated exchange follows."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from dataclasses import replace
from pathlib import Path
from typing import Any

from ringwarden import categories, settings
from ringwarden.call import Action
from ringwarden_simulator import script
from ringwarden_simulator.script import CallPlan, Expectation, LinePlan, ListPlan, OutgoingPlan, Scenario

from .tables import Table, read_toml

FIRST_AFTER_S = 1.0  # when the first call comes if it does not say
DAY_S = 86400
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")
_NUMBER = re.compile(r"[0-9+*#]{0,40}")
_NAME_MAX = 100  # bytes; a message holds 255 in all


def load(path: str | Path) -> Scenario:
    """The scenario in this file, checked. Raises `UserError` that names the file, the key and the remedy."""
    path = Path(path)
    top = Table(str(path), "", read_toml(path))
    start, offset = _start(top)
    line = _line(top.table("line"))
    happenings = _happenings(top, line, start)
    scenario = Scenario(
        title=top.text("title", path.stem),
        title_zh=top.text("title_zh"),
        epoch=int(start.timestamp()),
        utc_offset=offset,
        seed=top.whole("seed", 1, 0, 2**31 - 1),
        line=line,
        happenings=happenings,
        household=_household(top, offset),
        blocklist=_blocklist(top.table("list"), path.parent),
    )
    top.done()
    return scenario


# -- where and when ---------------------------------------------------------------------------------------------------


def _start(top: Table) -> tuple[datetime.datetime, int]:
    """When it begins, and the seconds that local time is ahead of UTC then."""
    start = top.take("start")
    if isinstance(start, str):
        try:
            start = datetime.datetime.fromisoformat(start)
        except ValueError:
            start = None
    if not isinstance(start, datetime.datetime) or start.tzinfo is not None or start.year < 1970:
        top.fail("start", "give the local date and time as 2026-03-05T19:00:00, without an offset")
    start = start.replace(microsecond=0, tzinfo=_zone(top))
    offset = start.utcoffset()
    assert offset is not None
    return start, int(offset.total_seconds())


def _zone(top: Table) -> datetime.tzinfo:
    name = top.text("timezone", "+08:00")
    fixed = _OFFSET.fullmatch(name)
    if fixed:
        sign = -1 if fixed[1] == "-" else 1
        return datetime.timezone(sign * datetime.timedelta(hours=int(fixed[2]), minutes=int(fixed[3])))
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        top.fail("timezone", f"{name!r} is not known; write a name such as Asia/Shanghai or an offset such as +08:00")


def _line(table: Table) -> LinePlan:
    standard = table.choice("standard", "bell202", script.STANDARDS)
    base = LinePlan()
    plan = LinePlan(
        interface=table.choice("interface", base.interface, ("fsk", "dtmf")),
        standard=standard,
        style=table.choice("style", "uk" if standard == "v23" else "china", script.STYLES),
        format=table.choice("format", base.format, script.FORMATS),
        level_dbm0=table.number("level_dbm0", base.level_dbm0, -60.0, 3.0),
        noise_dbm0=table.number("noise_dbm0", base.noise_dbm0, -120.0, 0.0),
        hum_dbm0=table.number("hum_dbm0", base.hum_dbm0, -120.0, 0.0),
        hum_hz=table.number("hum_hz", base.hum_hz, 10.0, 100.0),
        ring_residue_dbm0=table.number("ring_residue_dbm0", base.ring_residue_dbm0, -120.0, 0.0),
        twist_db=table.number("twist_db", base.twist_db, -12.0, 12.0),
        stop_bits=table.number("stop_bits", base.stop_bits, 1.0, 20.0),
        reversal=table.flag("reversal", base.reversal),
        dtmf_start=table.choice("dtmf_start", base.dtmf_start, ("A", "B", "C", "D")),
        dtmf_end=table.choice("dtmf_end", base.dtmf_end, ("A", "B", "C", "D", "#")),
    )
    table.done()
    return plan


# -- who lives there --------------------------------------------------------------------------------------------------


def _household(top: Table, offset: int) -> dict[str, Any]:
    """The household's document as `ringwarden.household.Household.from_document` takes it."""
    home, household = top.table("home"), top.table("household")
    document: dict[str, Any] = {"version": settings.VERSION, **household.rest()}
    if "home" in document:
        household.fail("home", "write it as [home] at the top of the file")
    place = {"country": home.text("country", "CN"), "timezone_minutes": offset // 60}
    area_code = home.text("area_code")
    if area_code:
        place["area_code"] = area_code
    home.done()
    document["home"] = place
    try:
        settings.check(document)
    except settings.SettingsError as error:
        household.fail(error.place, error.remedy)
    return document


def _blocklist(table: Table, folder: Path) -> ListPlan:
    sources = table.take("sources", [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        table.fail("sources", 'must be a list of file names in quotes, such as ["list.csv"]')
    paths = [folder / source for source in sources]
    for path in paths:
        if not path.is_file():
            table.fail("sources", f"{path} is not there; paths count from the scenario's folder")
    entries = []
    for entry in table.tables("entries"):
        number = _digits(entry, "number")
        if not number:
            entry.fail("number", "is missing; add it in quotes")
        entries.append((number, entry.choice("category", categories.NAMES[0], categories.NAMES)))
        entry.done()
    table.done()
    return ListPlan(tuple(str(path) for path in paths), tuple(entries))


# -- what happens -----------------------------------------------------------------------------------------------------


def _happenings(top: Table, line: LinePlan, start: datetime.datetime) -> tuple[CallPlan | OutgoingPlan, ...]:
    """Calls in and out, in order of time."""
    plans: list[CallPlan | OutgoingPlan] = []
    at = 0.0
    for index, table in enumerate(top.tables("call")):
        at = _at(table, at, start, index == 0)
        calls = _call(table, at, line, start)
        at = calls[-1].at
        plans += calls
    at = 0.0
    for index, table in enumerate(top.tables("outgoing")):
        at = _at(table, at, start, index == 0)
        plans.append(_outgoing(table, at))
    if not plans:
        top.fail("call", "nothing happens in this scenario; add a [[call]]")
    return tuple(sorted(plans, key=lambda plan: plan.at))


def _at(table: Table, previous: float, start: datetime.datetime, first: bool) -> float:
    """Seconds after the start: from a time of day (the next one after `previous`) or from a pause after `previous`."""
    value = table.take("at", FIRST_AFTER_S if first else None)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 7 * DAY_S:
        return previous + float(value)
    clock = _CLOCK.fullmatch(value.isoformat("seconds") if isinstance(value, datetime.time) else str(value))
    if not clock:
        table.fail("at", 'give a time of day such as "19:03" or "19:03:30", or the seconds after the entry before it')
    of_day = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    return previous + (of_day - (start.hour * 3600 + start.minute * 60 + start.second) - previous) % DAY_S


def _call(table: Table, at: float, line: LinePlan, start: datetime.datetime) -> list[CallPlan]:
    caller_id = table.choice("caller_id", line.interface, script.CALLER_ID)
    plan = CallPlan(
        at=at,
        title=table.text("title"),
        title_zh=table.text("title_zh"),
        number=_digits(table, "from"),
        name=_name(table),
        absence=table.choice("absence", "", script.ABSENCES),
        caller_id=caller_id,
        standard=table.choice("standard", line.standard, script.STANDARDS),
        format=table.choice("format", line.format, script.FORMATS),
        rings=table.whole("rings", 4, 1, 30),
        answer_after=_answer_after(table),
        talk_s=table.number("talk_s", 1.0, 0.1, 600.0),
        hangs_up=table.choice("hangs_up", "caller", script.HANGS_UP),
    )
    _check_caller(table, plan)
    repeat = table.whole("repeat", 1, 1, 200)
    every = table.number("every", 60.0, 1.0, DAY_S)
    expected = _expected(table)
    table.done()
    return [_repeated(plan, i, repeat, every, expected, start) for i in range(repeat)]


def _repeated(
    plan: CallPlan, index: int, repeat: int, every: float, expected: list[Expectation], start: datetime.datetime
) -> CallPlan:
    """The call number `index` of a burst; the last expectation holds for all that come after it."""
    at = plan.at + index * every
    local = start.replace(tzinfo=None) + datetime.timedelta(seconds=at)
    title, title_zh = plan.title, plan.title_zh
    if repeat > 1:
        title, title_zh = f"{title} ({index + 1} of {repeat})", f"{title_zh}（{index + 1}/{repeat}）"
    return replace(
        plan,
        at=at,
        title=title,
        title_zh=title_zh,
        expect=expected[min(index, len(expected) - 1)],
        datetime=local.strftime("%m%d%H%M"),
    )


def _check_caller(table: Table, plan: CallPlan) -> None:
    """Refuse what no exchange could send."""
    if plan.number and plan.absence:
        table.fail("absence", "a call has either from or absence; remove one of them")
    if not plan.number and not plan.absence and plan.caller_id != "none":
        table.fail("from", 'is missing; add the number, or absence = "P" or "O", or caller_id = "none"')
    if plan.name and (plan.caller_id == "dtmf" or plan.format == "sdmf"):
        table.fail("name", "DTMF and SDMF carry no name; remove it or use FSK with MDMF")


def _answer_after(table: Table) -> int:
    value = table.take("answer_after", "never")
    if value == "never":
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 30:
        table.fail("answer_after", 'give the number of rings heard before somebody answers, or "never"')
    return value


def _expected(table: Table) -> list[Expectation]:
    value = table.take("expect", {})
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, dict) for item in values):
        table.fail("expect", 'write it as {action = "ring", reason = "CONTACT"}, or a list of such for repeated calls')
    expected = []
    for item in values:
        inner = Table(table.file, f"{table.where} expect", item)
        expected.append(Expectation(inner.choice("action", "", ("", *Action.ALL)), inner.text("reason")))
        inner.done()
    return expected


def _outgoing(table: Table, at: float) -> OutgoingPlan:
    number = _digits(table, "number")
    if not number or "+" in number:
        table.fail("number", "give the digits that are dialled, in quotes")
    plan = OutgoingPlan(
        at=at,
        number=number,
        title=table.text("title"),
        title_zh=table.text("title_zh"),
        talk_s=table.number("talk_s", 2.0, 0.1, 600.0),
    )
    table.done()
    return plan


def _digits(table: Table, key: str) -> str:
    text = table.text(key)
    digits = re.sub(r"[ ()-]", "", text)
    if not _NUMBER.fullmatch(digits):
        table.fail(key, f"{text!r} cannot be sent; write up to 40 digits, with + * # where the exchange sends them")
    return digits


def _name(table: Table) -> bytes:
    """The name's bytes: one a character below U+0100, so that any byte can be written; UTF-8 when there are others."""
    text = table.text("name")
    try:
        name = text.encode("latin-1")
    except UnicodeEncodeError:
        name = text.encode("utf-8")
    if len(name) > _NAME_MAX:
        table.fail("name", f"is {len(name)} bytes long; a message has room for {_NAME_MAX}")
    return name
