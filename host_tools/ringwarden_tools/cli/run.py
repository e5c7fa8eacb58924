# SPDX-License-Identifier: Apache-2.0
"""`ringwarden run`: the first evening, on the terminal and on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import ringwarden_simulator
from ringwarden_tools.cli.simulate import options, perform
from ringwarden_tools.simulation.scenario import load

EVENING = Path(ringwarden_simulator.__file__).parent / "scenarios" / "first_evening.toml"


@click.command()
@click.option("--once", is_flag=True, help="Play the evening as fast as it goes, judge it and stop; no page is served.")
@click.option(
    "--speed", type=click.FloatRange(0), default=4.0, show_default=True, help="1: real time; 0: as fast as it goes."
)
@options
def command(once: bool, speed: float, **shown: Any) -> None:
    """Watch a first evening: calls come in on a simulated line, and the box decides.

    The page stays up until Ctrl-C. With --once the exit status says whether every verdict was the expected one.
    """
    perform(load(EVENING), speed=0.0 if once else speed, page=not once, stay=not once, **shown)
