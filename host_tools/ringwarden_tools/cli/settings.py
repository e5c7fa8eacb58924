# SPDX-License-Identifier: Apache-2.0
"""`ringwarden settings`: a household's document, checked before it goes into a box."""

from pathlib import Path

import click


@click.group("settings")
def command() -> None:
    """Check a household's settings. docs/SETTINGS.md explains every field."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the remedy."
)
def check(files: tuple[Path, ...], lang: str) -> None:
    """Check documents (.json, or .toml, or a scenario's [household]) as the box does.

    What is wrong is named with its line and what to write instead; the exit status is then 2.
    """
    from ringwarden_tools import settings_file

    for path in files:
        document = settings_file.load(path, lang)
        counts = [f"{len(document[name])} {name}" for name in sorted(document) if isinstance(document[name], list)]
        click.echo(f"{path}: good ({', '.join(counts) or 'nothing but defaults'})")
