# SPDX-License-Identifier: Apache-2.0
"""`ringwarden update`: bring a box up to date over its cable."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from ringwarden import words
from ringwarden.update.lists import KEPT, Outcome
from ringwarden_tools.device.port import BAUD, open_port
from ringwarden_tools.device.serving import source
from ringwarden_tools.device.updating import update
from ringwarden_tools.errors import UserError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("repository", metavar="REPOSITORY")
@click.option("--port", required=True, help="The box's serial port, such as /dev/ttyACM0, COM3 or socket://HOST:PORT.")
@click.option("--baud", type=click.IntRange(1200), default=BAUD, show_default=True, help="Speed of a real serial port.")
@click.option(
    "--wait", type=click.FloatRange(1, 3600), default=30, show_default=True,
    help="How many seconds the box may be away, such as when the plug is pulled and put back.",
)  # fmt: skip
@click.option(
    "--lang", type=click.Choice(words.LANGUAGES), default="en", show_default=True, help="Language of what is said."
)
@click.option("--json", "as_json", is_flag=True, help="Print the box's answer as one JSON object.")
def command(repository: str, port: str, baud: int, wait: float, lang: str, as_json: bool) -> None:
    """Let the box at a serial port fetch the newest list from REPOSITORY.

    REPOSITORY is a folder, as `ringwarden repo` keeps it (its part `public` is enough), or an http:// or https://
    address. The box asks for the files and checks every signature itself. Pull the plug whenever you like: the list
    that is in use stays in use until the new one is complete.
    """
    files = source(repository)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        console=Console(stderr=True), transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task("", total=None)

        def told(path: str, sent: int) -> None:
            progress.update(task, description=path.rsplit("/", 1)[-1][-24:], completed=sent)

        answer = update(lambda: open_port(port, baud), files, told, wait)
    say(answer, lang, as_json)


def say(answer: dict[str, object], lang: str, as_json: bool) -> None:
    """Print what became of it; `UserError` when the box is not up to date."""
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    if "error" in answer:
        raise UserError(f"the box made no update: {answer.get('text', answer['error'])}")
    outcome = Outcome(str(answer.get("update")), str(answer.get("code", "")), str(answer.get("explanation", "")))
    sentence = words.update(outcome, lang)
    if outcome.kind == KEPT:
        reason = answer.get("problem") or outcome.explanation
        raise UserError(f"{sentence} ({reason})" if reason else sentence)
    if not as_json:
        click.echo(sentence)
