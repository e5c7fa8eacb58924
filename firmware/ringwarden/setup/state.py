# SPDX-License-Identifier: Apache-2.0
"""Whether the box may still be set up, and what set-up leaves behind. One small document:

    {"version": 1, "open": true, "first": "K7PM…", "salt": hex, "check": hex, "join": "…", "labelled": true,
     "ssid": hex, "password": "", "hostname": "ringwarden-4f2a", "name": "Ringwarden 4F2A"}

Set-up is open until the box has joined a network; that one write closes it and forgets the first password's text, so
that a power cut leaves either an open box that knows no network or a closed one that knows it. Afterwards nobody
changes Wi-Fi by cable or through the set-up network, until somebody holds the box's button (`reopen`): a failing
network never opens it, or whoever jams the Wi-Fi could take the box over.
"""

from ringwarden.sanitise import clean_text
from ringwarden.setup import password
from ringwarden.setup.password import Guard

VERSION = 1
NAME_BYTES = 48  # so that the device information fits a frame
HOSTNAME_MAX = 63  # one label of a DNS name (RFC 1035, 2.3.4)
_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-"


class BadHostname(ValueError):
    """No host name (RFC 1123, 2.1) of one label."""


class BadName(ValueError):
    """No name that can be shown."""


class Setup:
    """Set-up's state. `store` has `load() -> dict | None` (None: never saved, or damaged) and `save(dict)`, which
    must be atomic; `random(n)` gives unpredictable bytes; `serial` is what the chip alone has, its MAC address.
    """

    def __init__(self, store, random, serial: bytes) -> None:
        self._store = store
        self._random = random
        self.guard = Guard()
        end = "".join(["{:02x}".format(byte) for byte in serial[-2:]])
        document = store.load()
        if not _sound(document):
            document = fresh(password.make(random), random(16), False, end)
            store.save(document)
        self._kept: dict = document

    @property
    def open(self) -> bool:
        """Whether anybody with the cable or the label may set the box up."""
        return self._kept["open"]

    @property
    def first(self) -> str:
        """The first password while set-up is open and the box still knows its text, else ""."""
        return self._kept["first"] if self._kept["open"] else ""

    @property
    def hostname(self) -> str:
        """The host name without ".local"."""
        return self._kept["hostname"]

    @property
    def name(self) -> str:
        """The box's name for people."""
        return self._kept["name"]

    @property
    def join_key(self) -> str:
        """The key of the set-up network."""
        return self._kept["join"]

    def network(self) -> "tuple[bytes, str] | None":
        """Name and password of the household's Wi-Fi; None before set-up."""
        if not self._kept["ssid"]:
            return None
        return bytes.fromhex(self._kept["ssid"]), self._kept["password"]

    def link(self, address: str, first: str = "") -> str:
        """The page's address for a browser. A first password rides in the fragment, which no server ever sees."""
        return "http://{}/{}".format(address, "#" + password.grouped(first) if first else "")

    def close(self, ssid: bytes, wifi_password: str) -> None:
        """The box has joined: keep the network, end set-up, forget the first password's text."""
        self._save(open=False, first="", ssid=_hex(ssid), password=wifi_password)

    def reopen(self) -> None:
        """The button was held: set-up begins anew; the network is kept until another one is joined.

        The password on the label stays valid. A box without a label gets a new one, for its text is forgotten.
        """
        if self._kept["open"]:
            return
        if self._kept["labelled"]:
            self._save(open=True)
        else:
            first = password.make(self._random)
            self._save(open=True, **_secrets(first, self._random(16)))

    def shut(self) -> None:
        """Nobody used the set-up that the button opened: all stays as it was. A box never set up stays open."""
        if self._kept["open"] and self._kept["ssid"]:
            self._save(open=False, first="")

    def set_hostname(self, raw: bytes) -> None:
        """Take a host name of letters, digits and hyphens. Raises BadHostname."""
        lower = raw.lower()
        if not 0 < len(raw) <= HOSTNAME_MAX or not all([byte in _LETTERS for byte in lower]):
            raise BadHostname(raw)
        if lower[0] == 0x2D or lower[-1] == 0x2D:
            raise BadHostname(raw)
        self._save(hostname=str(lower, "utf-8"))

    def set_name(self, raw: bytes) -> None:
        """Take a name for people. Raises BadName when nothing of it can be shown."""
        try:
            name = clean_text(str(raw, "utf-8"), NAME_BYTES)
        except ValueError:
            raise BadName(raw)
        while len(name.encode()) > NAME_BYTES:
            name = name[:-1]
        if not name.strip():
            raise BadName(raw)
        self._save(name=name.strip())

    def admits(self, typed: str, now_ms: int) -> "bool | None":
        """Whether this is the box's password; None when it was not looked at, because too many were wrong."""
        if self.guard.wait_ms(now_ms):
            return None
        given = password.digest(password.plain(typed), bytes.fromhex(self._kept["salt"]))
        right = password.same(given, bytes.fromhex(self._kept["check"]))
        self.guard.note(right, now_ms)
        return right

    def _save(self, **changes) -> None:
        document = dict(self._kept)
        document.update(changes)
        self._store.save(document)  # when it fails, what is in memory stays what is on flash
        self._kept = document


def fresh(first: str, salt: bytes, labelled: bool, end: str) -> dict:
    """The document of a new box. `end`: two bytes of its serial number in hexadecimal, by which boxes are told apart.

    `ringwarden flash` writes it for a box with a label; a box that finds none makes its own.
    """
    document = {
        "version": VERSION,
        "open": True,
        "labelled": labelled,
        "ssid": "",
        "password": "",
        "hostname": "ringwarden-" + end,
        "name": "Ringwarden " + end.upper(),
    }
    document.update(_secrets(first, salt))
    return document


def _secrets(first: str, salt: bytes) -> dict:
    check = password.digest(first, salt)
    return {"first": first, "salt": _hex(salt), "check": _hex(check), "join": password.join_key(first)}


def _hex(data: bytes) -> str:
    return "".join(["{:02x}".format(byte) for byte in data])


def _sound(document) -> bool:
    if not isinstance(document, dict) or document.get("version") != VERSION:
        return False
    texts = ("first", "salt", "check", "join", "ssid", "password", "hostname", "name")
    if not all([isinstance(document.get(key), str) for key in texts]):
        return False
    if not isinstance(document.get("open"), bool) or not isinstance(document.get("labelled"), bool):
        return False
    try:
        return len(bytes.fromhex(document["check"])) == 32 and len(bytes.fromhex(document["ssid"])) <= 32
    except ValueError:
        return False
