# SPDX-License-Identifier: Apache-2.0
"""`ringwarden repo`: the repository from which boxes fetch their lists."""

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ringwarden_tools.errors import UserError
from ringwarden_tools.repository import keys
from ringwarden_tools.repository.create import Plan, add_region, create
from ringwarden_tools.repository.folder import DAYS, KEEP, Folder, opened
from ringwarden_tools.repository.lists import add
from ringwarden_tools.repository.publish import publish, renewable
from ringwarden_tools.repository.rotate import rotate
from ringwarden_tools.repository.status import status

_PATH = click.Path(path_type=Path)
_folder = click.argument("folder", type=_PATH)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_keys = click.option(
    "--keys",
    "key_folders",
    multiple=True,
    type=_PATH,
    metavar="FOLDER",
    help="Where more key files are, such as a stick.",
)
_passphrase = click.option(
    "--passphrase-file", type=_PATH, metavar="FILE",
    help=f"Its lines are passphrases; new keys take the first. Otherwise {keys.ENVIRONMENT} counts, or you are asked.",
)  # fmt: skip
_kind = click.option(
    "--key-type", type=click.Choice(keys.KINDS), default="ed25519", show_default=True, help="Kind of new keys."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep the repository from which boxes fetch their lists.

    A repository is a TUF repository in a folder; its part `public` can be served by any web server. Keys of root and
    targets belong on a medium that is not online; keys of snapshot and timestamp sign every day.
    """


def _opened(
    folder: Path, passphrase_file: Path | None, key_folders: tuple[Path, ...]
) -> contextlib.AbstractContextManager[Folder]:
    return opened(folder, keys.Secrets(passphrase_file), key_folders)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise UserError(f"{option} {text} is not understood: write ROLE=VALUE, such as root=2/3")
    return name, value


def _threshold(text: str) -> tuple[str, tuple[int, int]]:
    role, value = _pair(text, "--threshold")
    needed, _, total = value.partition("/")
    try:
        return role, (int(needed), int(total or needed))
    except ValueError:
        raise UserError(f"--threshold {text} is not understood: write ROLE=NEEDED/KEYS, such as root=2/3") from None


def _days(text: str) -> tuple[str, int]:
    role, value = _pair(text, "--days")
    if not value.isdigit() or not 1 <= int(value) <= 3650:
        raise UserError(f"--days {text} is not understood: write ROLE=DAYS with 1 to 3650, such as timestamp=2")
    return role, int(value)


@command.command("init")
@_folder
@click.option(
    "--region", "regions", multiple=True, required=True, metavar="CODE", help="A region with its own lists, such as CN."
)
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="ROLE=N/M", help="N signatures of M keys, such as root=2/3."
)
@click.option(
    "--signer", "signers", multiple=True, nargs=3, metavar="ROLE URI PUBLIC.pem",
    help="A key that is reached by a securesystemslib signer instead of a new file.",
)  # fmt: skip
@click.option(
    "--days", multiple=True, metavar="ROLE=DAYS",
    help="Days until expiry; otherwise " + ", ".join(f"{role}={count}" for role, count in DAYS.items()) + ".",
)  # fmt: skip
@_kind
@_passphrase
def init_command(
    folder: Path, regions: tuple[str, ...], thresholds: tuple[str, ...], signers: tuple[tuple[str, str, str], ...],
    days: tuple[str, ...], key_type: str, passphrase_file: Path | None,
) -> None:  # fmt: skip
    """Make a new repository in FOLDER: keys, a role for every region, no lists yet."""
    plan = Plan(
        [region.upper() for region in regions],
        dict(_threshold(text) for text in thresholds),
        [(role, uri, Path(public)) for role, uri, public in signers],
        dict(_days(text) for text in days),
        key_type,
    )
    made = create(folder, plan, keys.Secrets(passphrase_file))
    click.echo(f"{folder}: a repository for {', '.join(made.regions)}")
    click.echo(f"  serve {folder / 'public'}; give boxes {made.metadata_path / '1.root.json'}")
    click.echo(f"  move the keys of root and targets from {folder / 'keys'} to a medium that is not online")


@command.command("add-region")
@_folder
@click.argument("region")
@_kind
@_keys
@_passphrase
def region_command(
    folder: Path, region: str, key_type: str, key_folders: tuple[Path, ...], passphrase_file: Path | None
) -> None:
    """Give REGION a role of its own for its lists, and make it visible at once. Needs the key of targets."""
    with _opened(folder, passphrase_file, key_folders) as repository:
        add_region(repository, region.upper(), key_type)
    click.echo(f"{folder}: a repository for {', '.join(repository.regions)}")


@command.command("add")
@_folder
@click.argument("file", type=_PATH)
@click.option("--region", required=True, metavar="CODE", help="The region whose boxes shall take it.")
@click.option("--name", default="main", show_default=True, help="Name of the list.")
@click.option("--device", default="", metavar="NAME", help="Only for the box of this name.")
@click.option(
    "--deltas",
    default=KEEP,
    show_default=True,
    type=click.IntRange(0, 20),
    help="From how many earlier lists to make deltas.",
)
@_keys
@_passphrase
@_json
def add_command(
    folder: Path, file: Path, region: str, name: str, device: str, deltas: int, key_folders: tuple[Path, ...],
    passphrase_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Sign the list FILE as the newest of its region and name. Boxes see it after `publish`."""
    with _opened(folder, passphrase_file, key_folders) as repository:
        added = add(repository, file, region.upper(), name, device, deltas)
    if added is None:
        click.echo("{}" if as_json else f"{file} is the newest list already: nothing to do")
        return
    if as_json:
        click.echo(json.dumps(asdict(added)))
        return
    click.echo(f"{added.path}: serial {added.serial}, {added.numbers:,} numbers, {added.size:,} bytes")
    for serial, size in added.deltas.items():
        click.echo(f"  from serial {serial}: {size:,} bytes")


@command.command("publish")
@_folder
@click.option("--renew", multiple=True, metavar="ROLE", help="Sign this role anew, so that it expires later.")
@_keys
@_passphrase
@_json
def publish_command(
    folder: Path, renew: tuple[str, ...], key_folders: tuple[Path, ...], passphrase_file: Path | None, as_json: bool
) -> None:
    """Make visible what was added, and say that it is fresh: run it every day, even when nothing changed.

    Afterwards everything is read as a box would.
    """
    with _opened(folder, passphrase_file, key_folders) as repository:
        for role in renew:
            if role not in renewable(repository):
                raise UserError(f"--renew {role} is not understood: the choices are {', '.join(renewable(repository))}")
        done = publish(repository, renew)
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(f"{folder / 'public'}: snapshot {done.snapshot}, timestamp {done.timestamp}")
    click.echo(
        f"  {done.written} files written, {done.removed} old ones removed, {done.lists} lists and deltas checked"
    )


@command.command("rotate-key")
@_folder
@click.argument("role")
@click.option("--old", default="", metavar="ID", help="The beginning of the id of the key that goes.")
@click.option("--signer", nargs=2, metavar="URI PUBLIC.pem", help="A securesystemslib signer instead of a new file.")
@_kind
@_keys
@_passphrase
def rotate_command(
    folder: Path, role: str, old: str, signer: tuple[str, str] | None, key_type: str, key_folders: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:  # fmt: skip
    """Replace a key of ROLE by a new one, sign anew what it signed, and make it visible at once."""
    named = (signer[0], Path(signer[1])) if signer else None
    with _opened(folder, passphrase_file, key_folders) as repository:
        done = rotate(repository, role, old, key_type, named)
    click.echo(f"{done.role}: key {done.old[:8]} is out, key {done.new[:8]} is in")
    click.echo(f"  snapshot {done.published.snapshot}, timestamp {done.published.timestamp}; destroy the old key file")


@command.command("status")
@_folder
@_keys
@_json
def status_command(folder: Path, key_folders: tuple[Path, ...], as_json: bool) -> None:
    """What the repository in FOLDER holds, who signs it, when it expires, and what needs attention."""
    report = status(Folder(folder, keys.Secrets(), key_folders))
    if as_json:
        click.echo(json.dumps(report))
        return
    click.echo("role            version  expires     days  keys")
    for role in report["roles"]:
        click.echo(_role_line(role))
    for entry in report["lists"]:
        click.echo(_list_lines(entry))
    for sentence in report["attention"]:
        click.echo(f"! {sentence}")


def _role_line(role: dict[str, Any]) -> str:
    held = ", ".join(f"{key['id'][:8]}{'' if key['at_hand'] else ' (away)'}" for key in role["keys"])
    counted = f"{role['threshold']} of {len(role['keys'])}"
    return f"{role['role']:<15} {role['version']:>7}  {role['expires'][:10]}  {role['days_left']:>4}  {counted}: {held}"


def _list_lines(entry: dict[str, Any]) -> str:
    only = f", only for {entry['device']}" if entry["device"] else ""
    line = f"{entry['path']}: serial {entry['serial']}, {entry['numbers']:,} numbers, {entry['bytes']:,} bytes{only}"
    return "\n".join([line, *(f"  {path}: {size:,} bytes" for path, size in entry["deltas"].items())])
