# SPDX-License-Identifier: Apache-2.0
"""The chip's Wi-Fi behind MicroPython's `network` interface: joins, gives up, comes back to what held before."""

import asyncio

from ringwarden.setup import wlan
from ringwarden.setup.wlan import Wlan


class Interface:
    def __init__(self, passwords):
        self.passwords = passwords
        self.on = False
        self.joined = False
        self.calls = []
        self.settings = {}

    def active(self, on=None):
        if on is not None:
            self.on = on
        return self.on

    def scan(self):
        mac = b"\x00" * 6
        return [(b"Home", mac, 6, -50, 3, False), (b"Cafe", mac, 1, -70, 0, False), (b"H", mac, 1, 0, 3, True)]

    def connect(self, ssid, key=None):
        self.calls.append((ssid, key))
        self.joined = ssid in self.passwords and self.passwords[ssid] == key

    def disconnect(self):
        self.joined = False

    def isconnected(self):
        return self.joined

    def ifconfig(self):
        return ("192.168.1.23" if self.joined else "0.0.0.0", "", "", "")

    def config(self, **settings):
        self.settings = settings


class Network:
    STA_IF, AP_IF = 0, 1

    def __init__(self):
        self.interfaces = [Interface({b"Home": "correct horse", b"Cafe": None}), Interface({})]
        self.name = ""

    def WLAN(self, which):
        return self.interfaces[which]

    def hostname(self, name):
        self.name = name


def test_wlan():
    async def run():
        network = Network()
        radio = Wlan(network, "ringwarden-4f2a")
        station, point = network.interfaces
        assert network.name == "ringwarden-4f2a" and radio.address() == ""
        assert await radio.scan() == [(b"Home", -50, True), (b"Cafe", -70, False)]
        assert not await radio.join(b"Home", "wrong horse", 1)
        assert station.calls == [(b"Home", "wrong horse")] and not station.joined
        assert await radio.join(b"Home", "correct horse", 1) and radio.address() == "192.168.1.23"
        assert not await radio.join(b"Cafe", "12345678", 1)
        assert station.joined and station.calls[-1] == (b"Home", "correct horse")  # back where it was
        assert await radio.join(b"Cafe", "", 1) and station.calls[-1] == (b"Cafe", None)
        radio.start_point("Ringwarden 4F2A", "K7PM2QXH9TRB")
        assert point.on and point.settings["ssid"] == "Ringwarden 4F2A" and point.settings["security"] == 3
        radio.stop_point()
        assert not point.on and radio.point_address() == wlan.POINT_ADDRESS

    step, wlan._STEP_SECONDS = wlan._STEP_SECONDS, 0.02
    try:
        asyncio.run(run())
    finally:
        wlan._STEP_SECONDS = step
