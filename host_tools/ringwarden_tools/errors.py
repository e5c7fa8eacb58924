# SPDX-License-Identifier: Apache-2.0
"""How a command says that it cannot go on."""

from typing import IO, Any

import click


class UserError(click.ClickException):
    """Something that the person at the keyboard can put right. `message`: one sentence, what is wrong and what to do.

    The command line prints `ringwarden: <sentence>` on standard error and ends with status 2; there is no traceback.
    """

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"ringwarden: {self.format_message()}", file=file, err=True)
