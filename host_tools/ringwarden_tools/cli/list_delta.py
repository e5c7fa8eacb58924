# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list diff` and `ringwarden list apply`: what makes one list out of another."""

import json
from pathlib import Path

import click

from ringwarden.blocklist import ListError
from ringwarden.blocklist import delta as portable
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import delta, files

_PATH = click.Path(path_type=Path)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

_REMEDIES = {
    "base": "was made for another list than {old}: apply it to the list it was made for, or fetch the whole new list",
    "magic": "is not a Ringwarden delta: give a .rwd file",
    "version": "is in a newer delta format: update this program, or fetch the whole new list",
    "length": "is cut short or has bytes too many: fetch it again",
    "checksum": "is damaged (a checksum is wrong): fetch it again",
    "format": "is damaged or was made by a faulty program: fetch the whole new list",
    "size": "needs more memory than a box has: fetch the whole new list",
    "target": "does not make the list that it names: fetch the whole new list",
}


def _taken_apart(path: Path) -> delta.Listing:
    data = _read(path)
    try:
        return delta.take_apart(data)
    except ListError as error:
        raise files.explained(path, error) from None


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    if not data:
        raise UserError(f"{path} is empty: fetch or build it again")
    return data


@click.command("diff")
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@click.option("--output", "-o", required=True, metavar="DELTA", type=_PATH, help="The delta (.rwd) to write.")
@_json_option
def diff_command(old: Path, new: Path, output: Path, as_json: bool) -> None:
    """Write what makes the list NEW out of the list OLD.

    A box that holds OLD makes NEW from it, byte for byte, with 8 KiB of RAM. The delta is checked by applying it.
    """
    base, target = _taken_apart(old), _taken_apart(new)
    made, small = delta.checked(base, target, old, new)
    files.write_whole(output, made.data)
    if as_json:
        report = {
            "file": str(output),
            "bytes": len(made.data),
            "removed": made.removed,
            "added": made.added,
            "changed": made.changed,
            "base_sha256": made.base_hash.hex(),
            "target_sha256": made.target_hash.hex(),
            "target_bytes": len(target.data),
            "fits_8_kib": small,
        }
        click.echo(json.dumps(report))
        return
    click.echo(f"{output}: {len(made.data):,} bytes instead of {len(target.data):,}")
    click.echo(f"  {made.removed:,} numbers go, {made.added:,} come, {made.changed:,} change their category")
    if not small:
        click.echo("  a box that has only 8 KiB of RAM to spare will fetch the whole list instead")
    if len(made.data) >= len(target.data):
        click.echo("  the whole list is no longer than this delta: send the list")


@click.command("apply")
@click.argument("old", type=_PATH)
@click.argument("delta_file", metavar="DELTA", type=_PATH)
@click.option("--output", "-o", required=True, metavar="FILE", type=_PATH, help="The list to write.")
@_json_option
def apply_command(old: Path, delta_file: Path, output: Path, as_json: bool) -> None:
    """Make the next list out of the list OLD and a DELTA, as a box does it."""
    base = _read(old)
    coded = _read(delta_file)
    try:
        made = delta.applied(base, coded)
    except MemoryError:
        raise UserError(
            f"{delta_file} makes a list that does not fit in this computer's memory: fetch it whole"
        ) from None
    except portable.DeltaError as error:
        words = _REMEDIES.get(error.code, "cannot be used: fetch the whole new list").format(old=old)
        raise UserError(f"{delta_file} {words}") from None
    files.write_whole(output, made)
    if as_json:
        header = portable.DeltaHeader(coded)
        click.echo(json.dumps({"file": str(output), "bytes": len(made), "sha256": header.target_hash.hex()}))
        return
    click.echo(f"{output}: {len(made):,} bytes, the list that {delta_file} names")
