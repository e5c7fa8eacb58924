# SPDX-License-Identifier: Apache-2.0
"""`ringwarden flash`: an ESP32 board becomes a box."""

import json
from pathlib import Path

import click

from ringwarden_tools import __version__
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, contents, device, merged, official, partitions
from ringwarden_tools.lists import files
from ringwarden_tools.lists.progress import Bar

_PATH = click.Path(path_type=Path)
_SIZES = {name.removeprefix("esp32-"): size for name, size in partitions.BOARDS.items()}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--micropython", metavar="FILE", type=_PATH, help="The official MicroPython image for the board's chip (.bin)."
)
@click.option("--port", metavar="PORT", help="Where the board is; not needed when only one is plugged in.")
@click.option("--list", "blocklist", metavar="FILE", type=_PATH, help="The block list to put on the box.")
@click.option("--root", metavar="FILE", type=_PATH, help="root.json of the repository that the box trusts.")
@click.option("--repository", metavar="URL", help="Where the box fetches its lists.")
@click.option("--country", metavar="CODE", help="Only this country's number plan goes onto the box: needed with 4 MB.")
@click.option(
    "--native",
    metavar="FILE",
    type=_PATH,
    default=application.NATIVE,
    help="The C library for the chip (`make mpy ARCH=rv32imc`).",
)
@click.option("--fresh", is_flag=True, help="Forget settings and lists that are on the box.")
@click.option("--baud", default=device.BAUD, show_default=True, help="Bits a second, where the port has such a thing.")
@click.option("--merge", metavar="FILE", type=_PATH, help="Write the whole flash into FILE instead of onto a board.")
@click.option("--manifest", metavar="FILE", type=_PATH, help="With --merge: ESP Web Tools' manifest, beside the image.")
@click.option(
    "--size", type=click.Choice(list(_SIZES)), default="4mb", show_default=True, help="With --merge: the flash."
)
def command(
    micropython: Path | None,
    port: str | None,
    blocklist: Path | None,
    root: Path | None,
    repository: str | None,
    country: str | None,
    native: Path,
    fresh: bool,
    baud: int,
    merge: Path | None,
    manifest: Path | None,
    size: str,
) -> None:
    """Make a box of an ESP32-C3 or ESP32-C6 board: MicroPython, the application, a list and the root of trust.

    Every part is read back. A flash that was interrupted goes on where it stopped when the command is repeated; the
    loader in the chip's ROM cannot be harmed. A box that is flashed again keeps its settings, and its list when no
    other is given.
    """
    if micropython is None:
        raise UserError(f"--micropython FILE is missing: {official.where_to_get()}")
    if manifest is not None and merge is None:
        raise UserError("--manifest describes a merged image: give --merge FILE too")
    if manifest is not None and merge is not None and manifest.resolve().parent != merge.resolve().parent:
        raise UserError("--manifest and --merge belong into the same folder: ESP Web Tools looks for the image there")
    base = official.load(micropython)
    numbers = _list_bytes(blocklist) if blocklist else None
    trust = _root_bytes(root) if root else None
    home = _country(country)
    update = json.dumps({"url": repository}).encode() if repository else b""
    slot = application.slot_files(home, native, trust, update)
    loader = application.loader_files()
    if merge is not None:
        table = partitions.load(_SIZES[size])
        _merge(contents.box(base, table, slot, loader, numbers, True), merge, manifest)
    else:
        _flash(base, slot, loader, numbers, fresh, port or device.find_port(), baud)


def _list_bytes(path: Path) -> bytes:
    files.open_list(path).close()
    return path.read_bytes()


def _root_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if json.loads(data)["signed"]["_type"] != "root":
            raise ValueError
        return data
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} is no root.json: take metadata/1.root.json of your repository") from None


def _country(code: str | None) -> str:
    if code is None:
        return ""
    if code.upper() not in application.countries():
        known = ", ".join(sorted(application.countries()))
        raise UserError(f"--country {code} has no number plan: choose one of {known}")
    return code.upper()


def _merge(box: contents.Contents, path: Path, manifest: Path | None) -> None:
    files.check_writable(path)
    told = merged.manifest(manifest, box, path, __version__) if manifest else b""
    data = merged.image(box)
    files.write_whole(path, data)
    click.echo(f"{path}: {len(data):,} bytes for an {official.NAMES[box.chip]}, MicroPython {box.micropython}")
    if manifest:
        files.write_whole(manifest, told)
        click.echo(f"{manifest}: for ESP Web Tools")


def _flash(
    base: official.Official,
    slot: application.Files,
    loader: application.Files,
    numbers: bytes | None,
    fresh: bool,
    port: str,
    baud: int,
) -> None:
    chip = device.Device(port, baud)
    try:
        if chip.chip != base.chip:
            raise UserError(
                f"the chip on {port} is an {official.NAMES[chip.chip]}, {base.path} is for the "
                f"{official.NAMES[base.chip]}, nothing was changed: {official.where_to_get(chip.chip)}"
            )
        table = partitions.load(chip.flash_size)
        try:
            fresh = fresh or chip.read(partitions.TABLE_OFFSET, partitions.TABLE_SIZE) != table.binary()
        except device.LineError as error:
            raise UserError(f"{port}: {error}, nothing was changed: plug the board in again and repeat") from None
        box = contents.box(base, table, slot, loader, numbers, fresh)
        _write(chip, box, fresh)
    finally:
        chip.close()


def _write(chip: device.Device, box: contents.Contents, fresh: bool) -> None:
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
    kept = "" if fresh else "; settings were kept"
    skipped = f", {writer.skipped:,} of them were in place" if writer.skipped else ""
    click.echo(
        f"{chip.port}: {official.NAMES[box.chip]} with {megabytes} MB, MicroPython {box.micropython}: "
        f"{writer.total:,} bytes in place and read back{skipped}{kept}"
    )
