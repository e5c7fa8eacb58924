# SPDX-License-Identifier: Apache-2.0
"""What is printed on a box: two QR codes, and the same in letters. The first joins a phone to the box's set-up network,
the second opens its page and brings the first password along, in the address's fragment, which browsers send nowhere.
"""

import io
import secrets
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import segno
from segno import helpers

from ringwarden.setup import password
from ringwarden.setup.state import fresh

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
