# SPDX-License-Identifier: Apache-2.0
"""`ringwarden decode`: caller-ID messages in a recording or a stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress

from ringwarden import native
from ringwarden_tools.decode import show
from ringwarden_tools.decode.messages import Decoded, decode
from ringwarden_tools.decode.raw import RAW_WIDTH
from ringwarden_tools.decode.sound import Sound, open_sound

LONG_S = 60.0  # a recording that deserves a progress bar
WIDTH = 150  # columns of the table where nothing says how wide the page is


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", metavar="FILE")
@click.option(
    "--standard", type=click.Choice(["auto", *native.STANDARDS]), default="auto", show_default=True,
    help="The one standard to listen for; auto: all of them.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line for each message.")
@click.option("--bad", is_flag=True, help="Also report messages whose checksum is wrong.")
@click.option(
    "--raw", "raw_kind", type=click.Choice(list(RAW_WIDTH)),
    help="FILE has no header: its bytes are mu-law, A-law or 16-bit samples of one channel.",
)  # fmt: skip
@click.option("--rate", type=click.IntRange(min=1), help="Samples a second of a FILE without header.  [default: 8000]")
def command(file: str, standard: str, as_json: bool, bad: bool, raw_kind: str | None, rate: int | None) -> None:
    """Show the caller-ID messages in FILE: any WAV, FLAC, AU ... of any rate and channel count, or - for a stream.

    Names ending in .ul, .ulaw, .mulaw, .al or .alaw are taken as bare G.711 at 8000 Hz. A stream on standard input is
    WAV, or what --raw says. With --json each line has number, name, datetime (MMDDhhmm), standard, checksum_ok,
    start_s, end_s, quality (0-100), number_absence and name_absence ("P": private, "O": unavailable; number or name is
    then empty), parameters (all that was sent, by name), and more.

    The exit status is 0 when all of FILE was heard, with a message in it or without, and 2 when it cannot be read.
    """
    standards = native.AUTO if standard == "auto" else native.STANDARDS[standard]
    sound = open_sound(file, raw_kind, rate)
    live = file == "-" and as_json
    found: list[Decoded] = []
    with _bar(sound) as progress:
        for message in decode(sound, standards, bad, progress):
            found.append(message)
            if live:
                _print_line(message)
    if not found:
        click.echo(f"ringwarden: {sound.name}: no caller-ID message found", err=True)
    elif as_json and not live:
        for message in found:
            _print_line(message)
    elif not as_json:
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        console.print(show.table(found, sound.channels))


def _print_line(message: Decoded) -> None:
    click.echo(show.json_line(message))  # click flushes: a reader of a live stream gets each line at once


@contextmanager
def _bar(sound: Sound) -> Iterator[Callable[[int], object] | None]:
    """A progress bar on a terminal for a long file; yields what `decode` reports to."""
    if sound.frames is None or sound.frames < LONG_S * sound.rate or not sys.stderr.isatty():
        yield None
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("decoding", total=sound.frames)
        yield lambda done: progress.update(task, completed=done)
