# SPDX-License-Identifier: Apache-2.0
"""The `ringwarden` command. Each command lives in a file of its own and is imported only when it is asked for."""

import importlib

import click

from ringwarden_tools import __version__

COMMANDS = {
    "decode": "Caller-ID messages in a recording or a stream.",
    "flash": "Make a box of an ESP32 board.",
    "label": "Make a box's first password and the label with it.",
    "list": "Build block lists and ask them.",
    "repo": "Keep the repository from which boxes fetch their lists.",
    "run": "Watch a first evening, on the terminal and on a page.",
    "settings": "Check a household's settings.",
    "simulate": "Play a telephone scenario through the box.",
    "update": "Bring a box up to date over its cable.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports `ringwarden_tools.cli.NAME` only for the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"ringwarden_tools.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ringwarden")
def main() -> None:
    """Ringwarden: know who is calling before the phone rings."""
