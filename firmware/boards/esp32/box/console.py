# SPDX-License-Identifier: Apache-2.0
"""The chip's one serial port, which is also MicroPython's console: bytes for link and Improv, Ctrl-C for people."""

import select
import sys

import micropython

CTRL_C = b"\x03"
_MOST = 512  # bytes of one read


class Console:
    """What `ringwarden.faces.serial.face.Face` calls a stream. While it is open byte 3 is data like any other."""

    def __init__(self) -> None:
        micropython.kbd_intr(-1)
        self._in = sys.stdin.buffer
        self._out = sys.stdout.buffer
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._gone = False

    def read(self, most: int) -> bytes:
        """What has come. Byte by byte: MicroPython's read waits until it has all that it was asked for."""
        data = bytearray()
        while not self._gone and len(data) < min(most, _MOST) and self._poll.poll(0):
            byte = self._in.read(1)
            if not byte:
                self._gone = True  # nobody at the other end, for good
                break
            data += byte
        return bytes(data)

    def write(self, data: bytes) -> int:
        """Send all of it."""
        return self._out.write(data)

    def typed(self, text: bytes) -> None:
        """Bytes that are neither a frame's nor Improv's. Ctrl-C gives the port to MicroPython's prompt."""
        if CTRL_C in text:
            self.close()
            raise KeyboardInterrupt

    def close(self) -> None:
        """Byte 3 is Ctrl-C again."""
        micropython.kbd_intr(3)
