# SPDX-License-Identifier: Apache-2.0
"""Wi-Fi in software (portable): networks that are in the air, and which password each of them takes."""

import asyncio


class Air:
    """What a board offers as `wifi` (ringwarden/setup/networks.py). `networks` are dictionaries: `ssid` (text) or `raw`
    (hexadecimal), `dbm`, `password` ("" for an open one). A join takes `join_ms`; `own` is the address it gives.
    """

    def __init__(self, networks: "list[dict]", own: str = "192.168.1.23", join_ms: int = 50) -> None:
        self.networks = networks
        self.own = own
        self.join_ms = join_ms
        self.now = ""
        self.point: tuple[str, str] | None = None

    async def scan(self) -> "list[tuple[bytes, int, bool]]":
        """Every network of the air."""
        await asyncio.sleep(self.join_ms / 1000)
        return [(_ssid(item), item.get("dbm", -60), bool(item.get("password"))) for item in self.networks]

    async def join(self, ssid: bytes, password: str, seconds: int) -> bool:
        """Whether one of that name takes that password."""
        await asyncio.sleep(self.join_ms / 1000)
        if not any([_ssid(item) == ssid and item.get("password", "") == password for item in self.networks]):
            return False
        self.now = self.own
        return True

    def address(self) -> str:
        """The box's address, "" before it joined."""
        return self.now

    def point_address(self) -> str:
        """The box's address in its own network: here that of this machine."""
        return "127.0.0.1"

    def start_point(self, name: str, key: str) -> None:
        """Begin the box's own network."""
        self.point = (name, key)

    def stop_point(self) -> None:
        """End it."""
        self.point = None


def _ssid(item: dict) -> bytes:
    return bytes.fromhex(item["raw"]) if "raw" in item else item["ssid"].encode()
