# SPDX-License-Identifier: Apache-2.0
"""What is printed on a box: two QR codes, and the same in letters. The first joins a phone to the box's set-up network,
the second opens its page and brings the first password along, in the address's fragment, which browsers send nowhere.
"""

import io
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import segno
from segno import helpers

from ringwarden.setup import password
from ringwarden.setup.state import fresh
from ringwarden_tools.errors import UserError

WIDTH, HEIGHT = 62, 40  # millimetres: a common roll of labels
CODE = 20  # millimetres; 33 modules and a margin of 4 on each side: 0.49 mm a module


@dataclass(frozen=True)
class Label:
    """A box's label. `name` is its set-up network's, `first` the password as `password.make` made it."""

    hostname: str
    name: str
    first: str

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{self.hostname}.local/"

    def page_text(self) -> str:
        """What the page's QR code says."""
        return f"{self.address}#{password.grouped(self.first)}"

    def wifi_text(self) -> str:
        """What the set-up network's QR code says."""
        return helpers.make_wifi_data(ssid=self.name, password=password.join_key(self.first), security="WPA")

    def svg(self) -> bytes:
        """The label as a picture in millimetres."""
        left = (
            ("1  \u8bbe\u7f6e Wi-Fi / set up Wi-Fi", self.name, f"\u5bc6\u7801 / key: {password.join_key(self.first)}"),
            ("2  \u7f51\u9875 / page", self.address, f"\u5bc6\u7801 / password: {password.grouped(self.first)}"),
        )
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        ]
        for at, (lines, text) in enumerate(zip(left, (self.wifi_text(), self.page_text()), strict=True)):
            parts.append(_code(text, 0, at * CODE))
            for row, line in enumerate(lines):
                size, weight = (2.3, "bold") if row == 0 else (2.1, "normal")
                parts.append(
                    f'<text x="{CODE + 1}" y="{at * CODE + 6 + row * 4.5}" font-size="{size}" font-weight="{weight}">'
                    f"{escape(line)}</text>"
                )
        return "".join([*parts, "</svg>\n"]).encode()


def _code(text: str, x: float, y: float) -> str:
    """A QR code as a square of `CODE` millimetres."""
    code: Any = segno.make(text, error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, nl=False)
    svg = out.getvalue().decode()
    return svg.replace("<svg ", f'<svg x="{x}" y="{y}" width="{CODE}" height="{CODE}" ', 1)


def new_box(end: str) -> tuple[dict[str, Any], Label]:
    """A new box's document for its settings (`setup.json`) and its label. `end`: the end of its MAC address, four
    hexadecimal digits. The password is from this machine's generator and stands nowhere but in what is returned.
    """
    first = password.make(secrets.token_bytes)
    document = fresh(first, secrets.token_bytes(16), True, end)
    return document, Label(document["hostname"], document["name"], first)


def document_path(picture: Path) -> Path:
    """Where the document stands that belongs to a label."""
    return picture.with_suffix(".setup.json")


def box_of(picture: Path, end: str) -> dict[str, Any]:
    """The document of the box whose MAC address ends so, with its label at `picture` and itself beside it.

    Both are made when there are none. What is there already is kept, so that a box which is flashed again keeps the
    password that is stuck onto it. `UserError` when they are another box's.
    """
    kept = document_path(picture)
    if not kept.exists():
        if picture.exists():
            raise UserError(
                f"{picture} exists, but not {kept}, which belongs to it: name another file, or move the label away"
            )
        document, label = new_box(end)
        write_private(kept, json.dumps(document).encode())
        write_private(picture, label.svg())
        return document
    document, label = _read(kept)
    if document["hostname"] != "ringwarden-" + end:
        raise UserError(
            f"{kept} belongs to {document['hostname']}, this box is ringwarden-{end}: name another file with --label"
        )
    if not picture.exists():
        write_private(picture, label.svg())
    return document


def _read(path: Path) -> tuple[dict[str, Any], Label]:
    try:
        document = json.loads(path.read_bytes())
        first, salt = document["first"], bytes.fromhex(document["salt"])
        end = document["hostname"].removeprefix("ringwarden-")
        if not password.well_formed(first) or document != fresh(first, salt, True, end):
            raise ValueError
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check who owns it") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{path} is not a new box's document: move it and its label away, and repeat") from None
    return document, Label(document["hostname"], document["name"], first)


def write_private(path: Path, data: bytes) -> None:
    """A file that this user alone may read: whole, or not at all."""
    beside = path.with_name(path.name + ".new")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        beside.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): name a file in a folder of yours") from error
