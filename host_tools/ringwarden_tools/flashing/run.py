# SPDX-License-Identifier: Apache-2.0
"""A box onto a board or into a file, from everything that was checked before."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ringwarden_tools import __version__
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, contents, device, merged, official, partitions, settings
from ringwarden_tools.label import box_of, document_path
from ringwarden_tools.lists import files
from ringwarden_tools.lists.progress import Bar


@dataclass(frozen=True)
class Plan:
    """What a box shall be. `fresh`: lists and settings of an earlier life go; `erase_settings`: only the settings."""

    base: official.Official
    slot: application.Files
    loader: application.Files
    numbers: bytes | None
    settings: settings.Settings
    label: Path | None
    fresh: bool
    erase_settings: bool


def merge(plan: Plan, flash_size: int, path: Path, manifest: Path | None) -> None:
    """Write the whole flash into `path`, and beside it what ESP Web Tools reads."""
    files.check_writable(path)
    table = partitions.load(flash_size)
    box = contents.box(plan.base, table, plan.slot, plan.loader, plan.numbers, True, plan.settings.files())
    told = merged.manifest(manifest, box, path, __version__) if manifest else b""
    data = merged.image(box)
    files.write_whole(path, data)
    click.echo(f"{path}: {len(data):,} bytes for an {official.NAMES[box.chip]}, MicroPython {box.micropython}")
    if manifest:
        files.write_whole(manifest, told)
        click.echo(f"{manifest}: for ESP Web Tools")


def flash(plan: Plan, port: str, baud: int) -> None:
    """Make a box of the board on `port`."""
    began = time.monotonic()
    chip = device.Device(port, baud)
    try:
        if chip.chip != plan.base.chip:
            raise UserError(
                f"the chip on {port} is an {official.NAMES[chip.chip]}, {plan.base.path} is for the "
                f"{official.NAMES[plan.base.chip]}, nothing was changed: {official.where_to_get(chip.chip)}"
            )
        table = partitions.load(chip.flash_size)
        try:
            fresh = plan.fresh or chip.read(partitions.TABLE_OFFSET, partitions.TABLE_SIZE) != table.binary()
            found = _settings(plan, chip, table, fresh)
        except device.LineError as error:
            raise UserError(f"{port}: {error}, nothing was changed: plug the board in again and repeat") from None
        box = contents.box(plan.base, table, plan.slot, plan.loader, plan.numbers, fresh, found)
        _write(chip, box, fresh, found is not None, began)
    finally:
        chip.close()


def _settings(plan: Plan, chip: device.Device, table: partitions.Table, fresh: bool) -> application.Files | None:
    """The files of its settings, None when the box keeps those it has.

    The label is written before the flash: a box whose password nobody has seen would be of no use.
    """
    wanted = plan.settings
    kept = None
    if not (fresh or plan.erase_settings):
        kept = settings.kept(chip.read, table)
        _agree(chip.port, replace(wanted, setup=None), kept)
    if plan.label is not None:
        end = chip.mac[-2:].hex()
        picture = plan.label / f"ringwarden-{end}.svg" if plan.label.is_dir() else plan.label
        if kept is not None and not document_path(picture).exists():
            raise UserError(
                f"the box on {chip.port} keeps its settings and first password, nothing was changed: leave --label "
                "out, or forget the settings with --erase-settings"
            )
        wanted = replace(wanted, setup=box_of(picture, end))
        if kept is not None:
            _agree(chip.port, wanted, kept)
        click.echo(f"{picture}: the label of ringwarden-{end}.local, with its first password")
    return wanted.files() if kept is None else None


def _agree(port: str, wanted: settings.Settings, kept: application.Files) -> None:
    differ = wanted.conflicts(kept)
    if differ:
        raise UserError(
            f"the box on {port} keeps its settings, and they hold {', '.join(differ)}, nothing was changed: leave the "
            "option out, or forget the settings with --erase-settings"
        )


def _write(chip: device.Device, box: contents.Contents, fresh: bool, forgotten: bool, began: float) -> None:
    writer = device.Writer(chip, box.parts)
    try:
        with Bar(writer.total) as bar:

            def wrote(what: str, size: int) -> None:
                bar.rename(f"writing {what}")
                bar.advance(size)

            writer.write(wrote)
        with Bar(writer.total) as bar:
            bar.rename("reading back")
            writer.verify(lambda what, size: bar.advance(size))
    except device.LineError as error:
        raise UserError(device.report(writer, error, fresh)) from None
    except KeyboardInterrupt:
        raise UserError(device.report(writer, device.LineError("it was interrupted"), fresh)) from None
    chip.reset()
    megabytes = box.table.flash_size // partitions.MIB
    kept = "" if forgotten else "; settings were kept"
    skipped = f", {writer.skipped:,} of them were in place" if writer.skipped else ""
    click.echo(
        f"{chip.port}: {official.NAMES[box.chip]} with {megabytes} MB, MicroPython {box.micropython}: "
        f"{writer.total:,} bytes in place and read back{skipped}{kept}; {time.monotonic() - began:.0f} s"
    )
