# SPDX-License-Identifier: Apache-2.0
"""Every scenario that comes with the simulator plays, in both languages, with the verdicts that it expects."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ringwarden_tools.cli import main
from ringwarden_tools.simulation.scenario import load

SCENARIOS = sorted((Path(__file__).resolve().parents[2] / "firmware/boards/simulator/scenarios").glob("*.toml"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_the_verdicts_are_the_expected_ones(path: Path, lang: str) -> None:
    result = CliRunner().invoke(main, ["simulate", str(path), "--lang", lang])
    assert result.exit_code == 0, result.output
    scenario = load(path)
    assert scenario.title and scenario.title_zh and (scenario.title_zh != scenario.title)


def test_a_wrong_expectation_is_told(tmp_path: Path) -> None:
    text = SCENARIOS[0].with_name("household_rules.toml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace('reason = "CONSENTED"', 'reason = "DEFAULT"'), encoding="utf-8")
    result = CliRunner().invoke(main, ["simulate", str(path)])
    assert result.exit_code == 1 and "CONSENTED" in result.output
