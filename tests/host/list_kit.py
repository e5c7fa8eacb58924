# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list` as a person types it."""

from click.testing import CliRunner

from ringwarden_tools.cli import main


def run(*arguments):
    """(status, standard output, standard error)"""
    result = CliRunner().invoke(main, ["list", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr
