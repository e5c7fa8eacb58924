# SPDX-License-Identifier: Apache-2.0
"""The module `network` of the emulated chip: a station that reaches the host's own loopback network once it has joined.

What is on the air stands in the chip's setup: "networks", each with "ssid", "password" ("" for an open one), "dbm".
Ports below 1024 and those of multicast DNS are moved up by the setup's "ports", so that boxes need no rights.
"""

_networks: list = []


def attach(setup, socket):
    """What is on the air; the module `socket` that the program is to find."""
    _networks[:] = setup.get("networks", [])
    moved = setup.get("ports", 0)

    def getaddrinfo(host, port, *more):
        own = host in ("0.0.0.0", "127.0.0.1") and (port < 1024 or port == 5353)
        return socket.getaddrinfo(host, port + moved if own else port, *more)

    class Sockets:
        """The host's module with this chip's ports."""

    sockets = Sockets()
    for name in dir(socket):
        setattr(sockets, name, getattr(socket, name))
    sockets.getaddrinfo = getaddrinfo
    return sockets


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
    """As `network.WLAN`, as far as the box uses it. A network lets it in at once, if name and password are right."""

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
        for known in _networks:
            if known["ssid"].encode() == bytes(ssid) and known.get("password", "") == (key or ""):
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
        """(name, BSSID, channel, dBm, security, hidden) of each network."""
        return [
            (known["ssid"].encode(), b"\x02" * 6, 1, known.get("dbm", -60), 3 if known.get("password") else 0, False)
            for known in _networks
        ]

    def config(self, *_, **__):
        """Takes whatever is set."""
