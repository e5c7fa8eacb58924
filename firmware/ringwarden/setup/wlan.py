# SPDX-License-Identifier: Apache-2.0
"""The Wi-Fi of a chip as set-up needs it (setup/networks.py), over MicroPython's `network`, which is handed in."""

import asyncio

_STEP_SECONDS = 0.2
_HIDDEN, _WPA2 = 5, 3  # where a scan says that a network hides its name; network.AUTH_WPA2_PSK
POINT_ADDRESS = "192.168.4.1"


class Wlan:
    """`network`: the module, or what stands for it. One join or scan at a time; the others wait."""

    def __init__(self, network, hostname: str) -> None:
        self._station = network.WLAN(network.STA_IF)
        self._point = network.WLAN(network.AP_IF)
        self._radio = asyncio.Lock()
        self._before: "tuple[bytes, str] | None" = None
        network.hostname(hostname)

    async def scan(self) -> "list[tuple[bytes, int, bool]]":
        """(name, dBm, secured) of each network that shows its name."""
        async with self._radio:
            self._station.active(True)
            found = self._station.scan()
        return [(bytes(item[0]), item[3], item[4] != 0) for item in found if not item[_HIDDEN]]

    async def join(self, ssid: bytes, password: str, seconds: int) -> bool:
        """Join and wait for an address. What cannot be joined is left, and the network that held before comes back."""
        async with self._radio:
            if await self._connect(ssid, password, seconds):
                self._before = (ssid, password)
                return True
            self._station.disconnect()
            if self._before:
                self._station.connect(*self._before)
            return False

    async def _connect(self, ssid: bytes, password: str, seconds: int) -> bool:
        station = self._station
        station.active(True)
        if station.isconnected():
            station.disconnect()
        if password:
            station.connect(ssid, password)
        else:
            station.connect(ssid)
        for _ in range(int(seconds / _STEP_SECONDS)):
            if station.isconnected() and self.address():
                return True
            await asyncio.sleep(_STEP_SECONDS)
        return False

    def address(self) -> str:
        """The address in the household's network, "" while there is none."""
        if not self._station.isconnected():
            return ""
        address = self._station.ifconfig()[0]
        return "" if address == "0.0.0.0" else address

    def start_point(self, name: str, key: str) -> None:
        """Open the box's own network, for WPA2 alone."""
        self._point.active(True)
        self._point.config(ssid=name, key=key, security=_WPA2, max_clients=4)

    def stop_point(self) -> None:
        """Close it."""
        self._point.active(False)

    def point_address(self) -> str:
        """The box's address in it."""
        return self._point.ifconfig()[0] if self._point.active() else POINT_ADDRESS
