# SPDX-License-Identifier: Apache-2.0
"""One serial port, three languages: our frames, Improv's packets, and a console."""

from ringwarden.faces.serial import frame

FRAME, BROKEN, IMPROV, CONSOLE = "frame", "broken", "improv", "console"
_IMPROV = b"IMPROV"
_IMPROV_HEAD = 9  # magic, version, type, length


class Demultiplexer:
    """Bytes go in by `feed`; what they turn out to be goes to the handler that is registered for its kind.

    `FRAME` handlers get a `frame.Frame`, `BROKEN` handlers the bytes of a frame that did not arrive whole, `IMPROV`
    handlers a packet from its magic to its checksum (which is theirs to check), `CONSOLE` handlers all other bytes.
    What nobody has registered for is dropped. Call `quiet` when nothing has come for `QUIET_MS`.
    """

    QUIET_MS = 200

    def __init__(self) -> None:
        self._handlers: dict = {}
        self._held = b""
        self._inside = False  # between the zeros of a frame

    def register(self, kind: str, handler) -> None:
        """`handler(what came)` from now on; None lets go."""
        self._handlers[kind] = handler

    def feed(self, data: bytes) -> None:
        """The next bytes of the port, in pieces of any size."""
        self._held = self._held + data if self._held else bytes(data)
        while self._held and (self._frame() if self._inside else self._plain()):
            pass

    def quiet(self) -> None:
        """The line has been silent: nobody will end what was begun."""
        held, self._held = self._held, b""
        if held and self._inside:
            self._give(BROKEN, held)
        elif held:
            self._give(CONSOLE, held)
        self._inside = False

    def _give(self, kind: str, what) -> None:
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(what)

    def _frame(self) -> bool:
        """Take a frame; False: more bytes are needed. After a broken one, its end may be the next one's beginning."""
        if self._held.startswith(_IMPROV):  # no frame begins so: the zero was noise
            self._inside = False
            return True
        end = self._held.find(frame.EDGE)
        if end < 0 and len(self._held) <= frame.LONGEST:
            return False
        if end < 0:
            end = len(self._held)
        stuffed, self._held = self._held[:end], self._held[end + 1 :]
        if stuffed:
            found = frame.decode(stuffed)
            if found is None:
                self._give(BROKEN, stuffed)
            else:
                self._inside = False
                self._give(FRAME, found)
        return True

    def _plain(self) -> bool:
        """Take what stands before the next frame; False: more bytes are needed."""
        zero = self._held.find(frame.EDGE)
        packet = self._held.find(_IMPROV)
        if packet >= 0 and (zero < 0 or packet < zero):
            self._console(packet)
            return self._packet()
        if zero >= 0:
            self._console(zero)
            self._held = self._held[1:]
            self._inside = True
            return True
        kept = min(len(_IMPROV) - 1, len(self._held))
        while not _IMPROV.startswith(self._held[len(self._held) - kept :]):
            kept -= 1
        self._console(len(self._held) - kept)
        return False

    def _packet(self) -> bool:
        if len(self._held) < _IMPROV_HEAD:
            return False
        end = _IMPROV_HEAD + self._held[_IMPROV_HEAD - 1] + 1
        if len(self._held) < end:
            return False
        packet, self._held = self._held[:end], self._held[end:]
        self._give(IMPROV, packet)
        return True

    def _console(self, length: int) -> None:
        text, self._held = self._held[:length], self._held[length:]
        if text:
            self._give(CONSOLE, text)
