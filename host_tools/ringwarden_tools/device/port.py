# SPDX-License-Identifier: Apache-2.0
"""A serial port as the link wants it: reads and writes that do not block."""

from typing import Protocol

import serial

from ringwarden_tools.errors import UserError

BAUD = 115200


class Stream(Protocol):
    """What the link needs of a port. Every call raises OSError when the port is gone."""

    def read(self, most: int) -> bytes:
        """What has come within a few milliseconds, b"" for nothing."""

    def write(self, data: bytes) -> int:
        """Write what fits; how many bytes that was."""

    def close(self) -> None:
        """Let go of the port."""


class SerialStream:
    """A port of this machine, or what pyserial knows by an address (`socket://`, `rfc2217://`)."""

    WAIT = 0.005  # seconds

    def __init__(self, name: str, baud: int) -> None:
        self._port = serial.serial_for_url(name, baud, timeout=self.WAIT, write_timeout=2, do_not_open=True)
        # Chips are wired so that these two lines reset them: left low, the box goes on with what it does.
        self._port.dtr = False
        self._port.rts = False
        self._port.open()

    def read(self, most: int) -> bytes:
        """See `Stream`."""
        found: bytes = self._port.read(1)
        waiting = min(most - 1, self._port.in_waiting) if found else 0
        return found + self._port.read(waiting) if waiting > 0 else found

    def write(self, data: bytes) -> int:
        """See `Stream`."""
        return int(self._port.write(data) or 0)

    def close(self) -> None:
        """See `Stream`."""
        self._port.close()


def open_port(name: str, baud: int = BAUD) -> Stream:
    """`UserError` when there is no such port or somebody else holds it."""
    try:
        return SerialStream(name, baud)
    except (OSError, ValueError) as error:
        raise UserError(
            f"{name} cannot be opened ({error}): is the box plugged in, and does no other program hold the port?"
        ) from None
