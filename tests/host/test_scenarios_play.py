# SPDX-License-Identifier: Apache-2.0
"""Every scenario that comes with the simulator plays, in both languages, with the verdicts that it expects."""

import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ringwarden import categories
from ringwarden.household import Household
from ringwarden.numbers import key, normalise
from ringwarden_simulator.pipe_exchange import serve
from ringwarden_tools.cli import main
from ringwarden_tools.lists import image
from ringwarden_tools.simulation.scenario import load

SCENARIOS = sorted((Path(__file__).resolve().parents[2] / "firmware/boards/simulator/scenarios").glob("*.toml"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_the_verdicts_are_the_expected_ones(path: Path, lang: str) -> None:
    result = CliRunner().invoke(main, ["simulate", str(path), "--lang", lang])
    assert result.exit_code == 0, result.output
    scenario = load(path)
    assert scenario.title and scenario.title_zh and (scenario.title_zh != scenario.title)


@pytest.mark.micropython
def test_micropython_judges_alike_byte_for_byte(
    tmp_path: Path, micropython: list[str], micropython_env: dict[str, str]
) -> None:
    scenario = load(SCENARIOS[0].with_name("household_rules.toml"))
    home = Household.from_document(scenario.household).home
    entries = sorted(
        (key(normalise(number, home)), categories.NAMES.index(name)) for number, name in scenario.blocklist.entries
    )
    keys = np.array([number for number, _ in entries], dtype=np.uint64)
    listed = tmp_path / "list.rwl"
    listed.write_bytes(image.make(keys, np.array([index for _, index in entries], dtype=np.uint8), "CN").data)
    journals = []
    for name, command, env in (
        ("micropython", [*micropython, "-X", "heapsize=640k"], micropython_env),
        ("cpython", [sys.executable], {"PYTHONPATH": ":".join(path for path in sys.path if path)}),
    ):
        journal = tmp_path / name
        serve(scenario, command, blocklist=str(listed), journal=str(journal), env=env, timeout_s=120.0)
        journals.append(journal.read_text(encoding="utf-8"))
    assert journals[0] == journals[1] and journals[0].count("\n") == len(scenario.calls)


def test_a_wrong_expectation_is_told(tmp_path: Path) -> None:
    text = SCENARIOS[0].with_name("household_rules.toml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace('reason = "CONSENTED"', 'reason = "DEFAULT"'), encoding="utf-8")
    result = CliRunner().invoke(main, ["simulate", str(path)])
    assert result.exit_code == 1 and "CONSENTED" in result.output
