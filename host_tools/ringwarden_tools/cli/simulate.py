# SPDX-License-Identifier: Apache-2.0
"""`ringwarden simulate` and what it shares with `ringwarden run`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ringwarden_simulator.script import Scenario
from ringwarden_tools.errors import UserError
from ringwarden_tools.simulation.play import Play, forever, serve_page
from ringwarden_tools.simulation.recording import call_from_audio
from ringwarden_tools.simulation.scenario import load
from ringwarden_tools.simulation.terminal import Terminal


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that playing a scenario takes, whichever command plays it."""
    for decorate in (
        click.option("--journal", type=click.Path(dir_okay=False), default="", help="Write the journal to this file."),
        click.option(
            "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port of the page."
        ),
        click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page."),
        click.option(
            "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the reasons."
        ),
    ):
        command = decorate(command)
    return command


@click.command()
@click.argument("scenario", type=click.Path(dir_okay=False), required=False)
@click.option(
    "--audio", type=click.Path(dir_okay=False), help="Play this recording as the incoming line, in place of a SCENARIO."
)
@click.option(
    "--country", default="CN", show_default=True, help="With --audio: where the household is, as a code of two letters."
)
@click.option(
    "--area-code", default="", help="With --audio: the household's own area code, for numbers sent without one."
)
@click.option("--page", is_flag=True, help="Show the calls on a page too, and stay until Ctrl-C.")
@click.option(
    "--speed", type=click.FloatRange(0), default=0.0, show_default=True, help="1: real time; 0: as fast as it goes."
)
@options
def command(
    scenario: str | None, audio: str | None, country: str, area_code: str, page: bool, speed: float, **shown: Any
) -> None:
    """Play a telephone scenario through the box and judge its verdicts.

    SCENARIO is a TOML file (docs/SCENARIOS.md). The exit status is 0 when every verdict is the expected one, 1 when one
    is not, 2 when the scenario cannot be played.
    """
    if bool(scenario) == bool(audio):
        raise UserError("give one thing to play: a SCENARIO.toml, or a recording with --audio CALL.wav")
    plan = load(Path(scenario)) if scenario else call_from_audio(str(audio), country.upper(), area_code)
    perform(plan, speed=speed, page=page, stay=page, **shown)


def perform(
    scenario: Scenario, *, speed: float, page: bool, stay: bool, lang: str, host: str, port: int, journal: str
) -> None:
    """Play `scenario`, show it, judge it, and end the command: status 0 when every verdict is right, else 1."""
    if journal:
        _start_journal(Path(journal))
    play = Play(scenario, speed, journal)
    try:
        right = asyncio.run(_perform(play, lang, (host, port) if page else None, stay))
    except KeyboardInterrupt:
        right = bool(play.results) and all(result.right for result in play.results)
    finally:
        play.close()
    raise SystemExit(0 if right else 1)


def _start_journal(path: Path) -> None:
    try:
        path.write_text("", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}); choose another --journal") from None


async def _perform(play: Play, lang: str, page: tuple[str, int] | None, stay: bool) -> bool:
    address = ""
    stop = None
    if page:
        stop = await serve_page(play, page[0], page[1], lang)
        address = f"http://{page[0]}:{page[1]}"
    terminal = Terminal(Console(highlight=False), lang)
    play.appliance.on_change(terminal.on_change)
    try:
        results = await play.run()
        right = terminal.summary(results, address if stay else "")
        if stay:
            await forever()
        return right
    finally:
        terminal.close()
        if stop:
            stop()
