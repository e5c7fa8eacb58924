# SPDX-License-Identifier: Apache-2.0
"""`ringwarden label`: a first password of its own for one box, and the label that is stuck onto it."""

import json
import re
from pathlib import Path

import click

from ringwarden_tools.errors import UserError
from ringwarden_tools.label import document_path, new_box, write_private

FILE: click.Path = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("box")
@click.option("--label", "picture", type=FILE, help="The label (SVG, 62 x 40 mm).")
@click.option("--document", type=FILE, help="What goes into the box's settings as setup.json.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(box: str, picture: Path | None, document: Path | None, force: bool) -> None:
    """Make a first password for a box and print its label.

    BOX is the end of its MAC address, four hexadecimal digits such as 4f2a, or the whole address. Every run makes a new
    password; the label and the document belong together and hold it, so both are readable for you alone.
    """
    end = re.sub(r"[:-]", "", box).lower()
    if not re.fullmatch(r"[0-9a-f]{4}|[0-9a-f]{12}", end):
        raise UserError(f"{box!r} is no MAC address: give it as 24:6f:28:00:4f:2a, or its last four digits as 4f2a")
    picture = picture or Path(f"ringwarden-{end[-4:]}.svg")
    document = document or document_path(picture)
    for path in (picture, document):
        if path.exists() and not force:
            raise UserError(f"{path} exists already: a box may have that label; name another file, or use --force")
    kept, label = new_box(end[-4:])
    write_private(document, json.dumps(kept).encode())
    write_private(picture, label.svg())
    click.echo(f"{picture}: the label of {label.hostname}.local; {document} goes into its settings as setup.json.")
