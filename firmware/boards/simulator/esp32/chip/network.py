# SPDX-License-Identifier: Apache-2.0
"""The module `network` of the emulated chip: a station that is connected through the host's own network."""

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_WRONG_PASSWORD, STAT_NO_AP_FOUND = 202, 201


def hostname(name=None):
    """Set or ask the name."""
    global _name
    if name is not None:
        _name = name
    return _name


_name = "ringwarden"


class WLAN:
    """As `network.WLAN`, as far as the box uses it. Every network lets it in, at once."""

    def __init__(self, interface=STA_IF):
        self._interface = interface
        self._active = False
        self._connected = False

    def active(self, on=None):
        """Switch on or off, or ask."""
        if on is not None:
            self._active = bool(on)
        return self._active

    def connect(self, ssid, key=None):
        """Join a network."""
        if not self._active:
            raise OSError(-1)
        self._connected = True

    def disconnect(self):
        """Leave it."""
        self._connected = False

    def isconnected(self):
        """Whether there is an address."""
        return self._connected

    def status(self, what=None):
        """A STAT_ value, or the signal's strength."""
        return -50 if what == "rssi" else STAT_GOT_IP if self._connected else STAT_IDLE

    def ifconfig(self, *_):
        """Address, mask, gateway, name server."""
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")

    def scan(self):
        """Nobody else is on the air."""
        return []
