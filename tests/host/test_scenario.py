# SPDX-License-Identifier: Apache-2.0
"""Scenario files: what is read from them, and that every mistake is told with file, key and remedy."""

import datetime
from pathlib import Path

import pytest

from ringwarden_simulator.script import CallPlan, OutgoingPlan
from ringwarden_tools.errors import UserError
from ringwarden_tools.simulation.scenario import load

SCENARIOS = Path(__file__).resolve().parents[2] / "firmware/boards/simulator/scenarios"
HEAD = 'start = 2026-03-05T19:00:00\ntimezone = "+08:00"\n'
CALL = '[[call]]\nfrom = "13800138021"\n'


def read(folder: Path, text: str):
    path = folder / "evening.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


# -- what is right ----------------------------------------------------------------------------------------------------


def test_defaults(tmp_path):
    scenario = read(tmp_path, HEAD + CALL)
    (call,) = scenario.calls
    assert scenario.title == "evening"
    assert scenario.epoch == 1772708400 and scenario.utc_offset == 28800
    assert (call.at, call.number, call.caller_id, call.rings, call.answer_after) == (1.0, "13800138021", "fsk", 4, 0)
    assert call.datetime == "03051900"
    assert scenario.household == {"version": 1, "home": {"country": "CN", "timezone_minutes": 480}}


@pytest.mark.parametrize(
    ("zone", "epoch", "offset"),
    [
        ("+08:00", 1772708400, 28800),
        ("-03:30", 1772749800, -12600),
        ("Asia/Shanghai", 1772708400, 28800),
        ("Europe/London", 1772737200, 0),
    ],
)
def test_time_zones(tmp_path, zone, epoch, offset):
    scenario = read(tmp_path, f'start = 2026-03-05T19:00:00\ntimezone = "{zone}"\n{CALL}')
    assert (scenario.epoch, scenario.utc_offset) == (epoch, offset)
    assert scenario.household["home"]["timezone_minutes"] == offset // 60


@pytest.mark.parametrize(
    ("ats", "seconds"),
    [
        (["19:03:30", "20:00:00"], [210, 3600]),
        (['"19:03"', '"20:00"'], [180, 3600]),
        (['"23:50"', '"00:10"'], [17400, 18600]),
        (["5", "30", "0.5"], [5, 35, 35.5]),
        (['"19:10"', "30"], [600, 630]),
        (['"18:00"'], [82800]),
    ],
)
def test_when_calls_come(tmp_path, ats, seconds):
    calls = "".join(f'[[call]]\nfrom = "120"\nat = {at}\n' for at in ats)
    assert [call.at for call in read(tmp_path, HEAD + calls).calls] == seconds


def test_the_exchange_dates_a_call_after_midnight(tmp_path):
    text = HEAD + '[[call]]\nfrom = "120"\nat = "00:10"\n'
    assert read(tmp_path, text).calls[0].datetime == "03060010"


def test_a_burst(tmp_path):
    text = HEAD + CALL + 'title = "again"\nrepeat = 4\nevery = 70\nexpect = [{action="ring"}, {action="silence"}]\n'
    calls = read(tmp_path, text).calls
    assert [call.at for call in calls] == [1, 71, 141, 211]
    assert [call.expect.action for call in calls] == ["ring", "silence", "silence", "silence"]
    assert calls[1].title == "again (2 of 4)"
    assert [call.datetime for call in calls] == ["03051900", "03051901", "03051902", "03051903"]


def test_calls_in_and_out_stand_in_order_of_time(tmp_path):
    text = (
        HEAD + '[[call]]\nat=100\nfrom="120"\n[[call]]\nat=100\nfrom="119"\n[[outgoing]]\nat=150\nnumber="6550 5188"\n'
    )
    happenings = read(tmp_path, text).happenings
    assert [type(plan) for plan in happenings] == [CallPlan, OutgoingPlan, CallPlan]
    assert happenings[1].number == "65505188"


def test_the_line_lends_calls_its_way_of_sending(tmp_path):
    text = (
        HEAD
        + '[line]\nstandard="v23"\ninterface="dtmf"\nstop_bits=1.4\n'
        + CALL
        + '[[call]]\nfrom="1"\ncaller_id="fsk"\n'
    )
    scenario = read(tmp_path, text.replace('from="1"', 'at=9\nfrom="1"'))
    assert scenario.line.style == "uk" and scenario.line.stop_bits == 1.4
    assert [(call.caller_id, call.standard) for call in scenario.calls] == [("dtmf", "v23"), ("fsk", "v23")]


@pytest.mark.parametrize(
    ("name", "sent"),
    [("Wang Fang", b"Wang Fang"), ("\\u001b[2J\\u0000\\u009b", b"\x1b[2J\x00\x9b"), ("王芳", "王芳".encode())],
)
def test_names_become_bytes(tmp_path, name, sent):
    assert read(tmp_path, HEAD + CALL + f'name = "{name}"\n').calls[0].name == sent


def test_the_list(tmp_path):
    (tmp_path / "a.csv").write_text("number,category\n")
    text = HEAD + '[list]\nsources = ["a.csv"]\nentries = [{number="120", category="criminal"}, {number="1"}]\n' + CALL
    plan = read(tmp_path, text).blocklist
    assert plan.sources == (str(tmp_path / "a.csv"),)
    assert plan.entries == (("120", "criminal"), ("1", "unspecified"))


# -- what is wrong ----------------------------------------------------------------------------------------------------

WRONG = [
    (HEAD + CALL + "nmae = 'x'", "[[call]] 1: nmae: there is no such key; did you mean name?"),
    (HEAD + "colour = 1\n" + CALL, "colour: there is no such key; there are call, "),
    (HEAD + "[line]\nlevel = -15\n" + CALL, "[line] level: there is no such key; did you mean level_dbm0?"),
    (HEAD + "[home]\narea = '010'\n" + CALL, "[home] area: there is no such key"),
    (HEAD + "[household]\ncontact = []\n" + CALL, "[household] contact: no such setting"),
    (HEAD + "[household]\nquiet_hours = {from='25:00', until='07:00'}\n" + CALL, "quiet_hours.from: write a time"),
    (HEAD + "[household]\nhome = {}\n" + CALL, "[household] home: write it as [home]"),
    (HEAD + "[line]\nlevel_dbm0 = '-15'\n" + CALL, "[line] level_dbm0: must be a number, not '-15'"),
    (HEAD + "[line]\nlevel_dbm0 = nan\n" + CALL, "[line] level_dbm0: must lie between -60.0 and 3.0"),
    (HEAD + "[line]\nnoise_dbm0 = 40\n" + CALL, "[line] noise_dbm0: must lie between"),
    (HEAD + "[line]\nstandard = 'bell'\n" + CALL, "[line] standard: 'bell' is not known; use one of 'bell202', 'v23'"),
    (HEAD + "line = 3\n" + CALL, "line: must be a table, not 3"),
    (HEAD + "call = 3\n", "call: must be a list, not 3"),
    (HEAD + "call = [3]\n", "call: must be a list of tables"),
    (HEAD + "[[call]]\nfrom = 13800138021\n", "[[call]] 1: from: must be text in quotes, not 13800138021"),
    (HEAD + "[[call]]\nfrom = '1380O138021'\n", "[[call]] 1: from: '1380O138021' cannot be sent"),
    (HEAD + "[[call]]\ntitle = 'who?'\n", "[[call]] 1: from: is missing; add the number"),
    (HEAD + CALL + "absence = 'P'\n", "[[call]] 1: absence: a call has either from or absence"),
    (HEAD + CALL + "[[call]]\nfrom = '1'\n", "[[call]] 2: at: give a time of day"),
    (HEAD + CALL + "at = '24:00'\n", "[[call]] 1: at: give a time of day"),
    (HEAD + CALL + "at = -5\n", "[[call]] 1: at: give a time of day"),
    (HEAD + CALL + "at = true\n", "[[call]] 1: at: give a time of day"),
    (HEAD + CALL + "rings = true\n", "[[call]] 1: rings: must be a whole number, not True"),
    (HEAD + CALL + "rings = 0\n", "[[call]] 1: rings: must lie between 1 and 30"),
    (HEAD + CALL + "answer_after = 0\n", "[[call]] 1: answer_after: give the number of rings"),
    (HEAD + CALL + "expect = 'ring'\n", "[[call]] 1: expect: write it as {action"),
    (HEAD + CALL + "expect = []\n", "[[call]] 1: expect: write it as {action"),
    (HEAD + CALL + "expect = {action='sing'}\n", "[[call]] 1: expect action: 'sing' is not known"),
    (
        HEAD + CALL + "expect = {actoin='ring'}\n",
        "[[call]] 1: expect actoin: there is no such key; did you mean action?",
    ),
    (HEAD + CALL + "caller_id = 'dtmf'\nname = 'x'\n", "[[call]] 1: name: DTMF and SDMF carry no name"),
    (HEAD + CALL + f"name = '{'x' * 101}'\n", "[[call]] 1: name: is 101 bytes long"),
    (HEAD + "[[outgoing]]\nnumber = '+86'\n", "[[outgoing]] 1: number: give the digits that are dialled"),
    (HEAD + "[list]\nsources = ['none.csv']\n" + CALL, "none.csv is not there; paths count from the scenario's folder"),
    (HEAD + "[list]\nsources = 'none.csv'\n" + CALL, "[list] sources: must be a list of file names"),
    (HEAD + "[list]\nentries = [{}]\n" + CALL, "[list][[entries]] 1: number: is missing"),
    (
        HEAD + "[list]\nentries = [{number='1', category='x'}]\n" + CALL,
        "[list][[entries]] 1: category: 'x' is not known",
    ),
    (HEAD, "call: nothing happens in this scenario; add a [[call]]"),
    (CALL, "start: give the local date and time"),
    ("start = 2026-03-05T19:00:00+08:00\n" + CALL, "start: give the local date and time"),
    ("start = 'tomorrow'\n" + CALL, "start: give the local date and time"),
    ("start = 2026-03-05T19:00:00\ntimezone = 'Mars/Base'\n" + CALL, "timezone: 'Mars/Base' is not known"),
    ("start = 2026-03-05T19:00:00\ntimezone = '../etc'\n" + CALL, "timezone: '../etc' is not known"),
    ("start = [", "is not valid TOML"),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[told[:40] for _, told in WRONG])
def test_mistakes(tmp_path, text, told):
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert told in caught.value.message
    assert "evening.toml" in caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("absent.toml", None, "there is no such file"),
        ("latin.toml", b"title = '\xe9'", "is not a scenario"),
        ("binary.toml", bytes(range(1, 100)), "is not valid TOML"),
    ],
)
def test_files_that_are_none(tmp_path, name, content, told):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=told):
        load(tmp_path / name)


def test_a_folder_is_no_scenario(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path)


# -- the evening that comes with the box ------------------------------------------------------------------------------


def test_the_first_evening_says_what_it_expects_of_every_call():
    scenario = load(SCENARIOS / "first_evening.toml")
    assert len(scenario.calls) >= 16
    assert all(call.expect.action and call.expect.reason for call in scenario.calls)
    assert all(call.title and call.title_zh for call in scenario.happenings)
    reasons = {call.expect.reason for call in scenario.calls}
    assert {"CONTACT", "ALLOWED", "REFUSED", "LISTED", "REPEATED", "EMERGENCY_NUMBER", "QUIET_HOURS"} <= reasons
    assert {"WITHHELD", "UNAVAILABLE", "NO_CALLER_ID", "BROKEN_CALLER_ID", "DEFAULT"} <= reasons
    assert {"INTL_86_WITH_SHORT_OR_FIXED", "RECEIVE_ONLY_CALLING"} <= reasons


def test_every_scenario_of_the_box_is_dated_and_loads():
    for path in SCENARIOS.glob("*.toml"):
        scenario = load(path)
        assert datetime.datetime.fromtimestamp(scenario.epoch, datetime.UTC).year >= 2026
