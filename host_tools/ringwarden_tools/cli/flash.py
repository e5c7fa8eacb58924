# SPDX-License-Identifier: Apache-2.0
"""`ringwarden flash`: an ESP32 board becomes a box."""

import re
from pathlib import Path

import click

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, device, official, partitions, run, settings, trust
from ringwarden_tools.flashing import household as wishes
from ringwarden_tools.lists import files

_PATH = click.Path(path_type=Path)
_SIZES = {name.removeprefix("esp32-"): size for name, size in partitions.BOARDS.items()}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--micropython", metavar="FILE", type=_PATH, help="The official MicroPython image for the board's chip (.bin)."
)
@click.option("--port", metavar="PORT", help="Where the board is; not needed when only one is plugged in.")
@click.option("--list", "blocklist", metavar="FILE", type=_PATH, help="The block list to put on the box.")
@click.option(
    "--root", metavar="PATH", type=_PATH, help="root.json of the repository that the box trusts, or its folder."
)
@click.option("--repository", metavar="URL", help="Where the box fetches its lists.")
@click.option("--region", metavar="CODE", help="Whose list it takes, such as CN-31; otherwise the country's.")
@click.option("--country", metavar="CODE", help="Only this country's number plan goes onto the box: needed with 4 MB.")
@click.option("--area-code", metavar="DIGITS", default="", help="The household's area code.")
@click.option("--language", type=click.Choice(["en", "zh"]), default=None, help="The language of page and labels.")
@click.option(
    "--household", metavar="FILE", type=_PATH, help="The household's document (docs/SETTINGS.md), .json or .toml."
)
@click.option(
    "--label",
    metavar="PATH",
    type=_PATH,
    help="Give the box a first password of its own and write its label (SVG) there: a file, or a folder for many.",
)
@click.option(
    "--native",
    metavar="FILE",
    type=_PATH,
    default=application.NATIVE,
    help="The C library for the chip (`make mpy ARCH=rv32imc`).",
)
@click.option("--erase-settings", is_flag=True, help="Forget settings, journal and password that are on the box.")
@click.option("--fresh", is_flag=True, help="Forget lists too.")
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
    region: str | None,
    country: str | None,
    area_code: str,
    language: str | None,
    household: Path | None,
    label: Path | None,
    native: Path,
    erase_settings: bool,
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
    _check_merge(merge, manifest, label)
    base = official.load(micropython)
    numbers = _list_bytes(blocklist) if blocklist else None
    document = wishes.document(household, _country(country), area_code, language or "")
    home = _country(country) or (_country(document.get("home", {}).get("country", "CN")) if document else "")
    trusted = trust.root(root) if root else None
    update = _update(repository, region, home, trusted)
    found = settings.Settings(None, document, household is not None, update, trusted)
    slot = application.slot_files(home, native, trusted, found.files().get("update.json", b""))
    plan = run.Plan(base, slot, application.loader_files(), numbers, found, label, fresh, erase_settings)
    if merge is not None:
        run.merge(plan, _SIZES[size], merge, manifest)
    else:
        run.flash(plan, port or device.find_port(), baud)


def _check_merge(merge: Path | None, manifest: Path | None, label: Path | None) -> None:
    if manifest is not None and merge is None:
        raise UserError("--manifest describes a merged image: give --merge FILE too")
    if manifest is not None and merge is not None and manifest.resolve().parent != merge.resolve().parent:
        raise UserError("--manifest and --merge belong into the same folder: ESP Web Tools looks for the image there")
    if label is not None and merge is not None:
        raise UserError(
            "--label is one box's and a merged image is for many: leave it out, each box makes a first password itself"
        )


def _update(repository: str | None, region: str | None, home: str, root: bytes | None) -> dict[str, str] | None:
    """update.json. `UserError` for a box that could never update."""
    if repository is not None and root is None:
        raise UserError("--repository needs --root: the box must know whose signatures to trust; give its root.json")
    if region is not None and not re.fullmatch(r"[A-Z]{2}(-[0-9A-Z]{1,3})?", region.upper()):
        raise UserError(f"--region {region} is none: write a country or its part, such as CN or CN-31")
    if region is not None and home and region[:2].upper() != home:
        raise UserError(f"--region {region} is not in the household's country, {home}: change one of them")
    said = {"url": trust.url(repository) if repository else "", "region": region.upper() if region else home}
    return {key: value for key, value in said.items() if value} if repository or region else None


def _list_bytes(path: Path) -> bytes:
    files.open_list(path).close()
    return path.read_bytes()


def _country(code: str | None) -> str:
    if code is None:
        return ""
    if code.upper() not in application.countries():
        known = ", ".join(sorted(application.countries()))
        raise UserError(f"--country {code} has no number plan: choose one of {known}")
    return code.upper()
