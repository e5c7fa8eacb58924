# SPDX-License-Identifier: Apache-2.0
"""Wi-Fi networks in the air, as a person may see them: a network's name is 32 bytes that any neighbour chooses.

What a board offers as `wifi` (setup/wlan.py is the one for MicroPython's `network`):

    async scan() -> [(ssid: bytes, dbm: int, secured: bool), ...]    OSError when the radio refuses
    async join(ssid: bytes, password: str, seconds: int) -> bool     whether the box has an address now
    address() -> str                                                 IPv4 address in the household's network, or ""
    start_point(name: str, key: str), stop_point()                   the box's own network, WPA2
    point_address() -> str                                           the box's address in it
"""

from ringwarden.sanitise import printable

SHOWN_MAX = 24  # networks; a block of flats has a hundred, and who is set up stands near his own
SSID_MAX = 32  # bytes, IEEE 802.11, 9.4.2.2


class Network:
    """One network: `ssid` as the radio needs it, `shown` as a person sees it."""

    def __init__(self, ssid: bytes, dbm: int, secured: bool) -> None:
        self.ssid = ssid
        self.shown = shown(ssid)
        self.dbm = dbm
        self.secured = secured


def shown(ssid: bytes) -> str:
    """The name as text in which nothing is invisible, and no two networks look alike by control characters.

    What cannot be seen (controls, zero-width and bidirectional characters, a space at either end, bytes that are not
    UTF-8, the backslash itself) stands as \\x.. or \\u....: two different names never become the same text.
    """
    try:
        text = str(ssid, "utf-8")
        if "".join([chr(ord(char)) for char in text]).encode() != ssid:
            raise ValueError  # longer than it need be: MicroPython reads it nevertheless
    except ValueError:  # UnicodeError is one; a name in GBK, for instance
        return "".join([chr(b) if 0x20 < b < 0x7F and b != 0x5C else "\\x{:02x}".format(b) for b in ssid])
    last = len(text) - 1
    return "".join([_shown_char(char, at in (0, last)) for at, char in enumerate(text)])


def _shown_char(char: str, at_end: bool) -> str:
    code = ord(char)
    if char == "\\" or (code in (0x20, 0x3000) and at_end) or (code < 0x100 and not printable(code)):
        return "\\x{:02x}".format(code) if code < 0x100 else "\\u{:04x}".format(code)
    if not printable(code):
        return "\\u{:04x}".format(code)
    return char


def tidy(found: "list[tuple[bytes, int, bool]]") -> "list[Network]":
    """What a scan found, strongest first, each name once, no hidden ones, at most `SHOWN_MAX`."""
    best: "dict[bytes, Network]" = {}
    for ssid, dbm, secured in found:
        ssid = bytes(ssid)
        if not 0 < len(ssid) <= SSID_MAX or not any(ssid):
            continue
        if ssid not in best or best[ssid].dbm < dbm:
            best[ssid] = Network(ssid, dbm, secured)
    return sorted(best.values(), key=lambda network: -network.dbm)[:SHOWN_MAX]


def meant(text: bytes, networks: "list[Network]") -> bytes:
    """The name of the network that a person meant by `text`: one of that very name, else one that is shown so."""
    for network in networks:
        if network.ssid == text:
            return text
    for network in networks:
        if network.shown.encode() == text:
            return network.ssid
    return text


def acceptable(ssid: bytes, password: bytes) -> bool:
    """Whether a radio could take these: a name of 1 to 32 bytes; no password, 8 to 63 bytes, or 64 hexadecimal digits.

    A password is printable ASCII (IEEE 802.11, J.4.1); many routers take UTF-8, so bytes from 0x80 on pass when they
    are UTF-8.
    """
    if not 0 < len(ssid) <= SSID_MAX:
        return False
    if not password:
        return True
    if len(password) == 64:
        return all([byte in b"0123456789abcdefABCDEF" for byte in password])
    if not 8 <= len(password) <= 63 or any([byte < 0x20 or byte == 0x7F for byte in password]):
        return False
    try:
        str(password, "utf-8")
    except ValueError:
        return False
    return True
