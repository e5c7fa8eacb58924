# SPDX-License-Identifier: Apache-2.0
"""Messages over frames: each arrives once, whole and in order, or the session ends. Does no input or output itself."""

import struct

from ringwarden.faces.serial.frame import ACK, CLOSE, DATA, NAK, OPEN, OPENED, PART, PAYLOAD, Frame

VERSION = 1
_DIAL_MS = 300


class Link:
    """One end. A host calls `dial`; a box answers whoever dials.

    `ticks_ms()` is a clock that only goes forward, `window` how many frames have room here, `longest` how many bytes a
    message from the other end may have, `resend_ms` after how long a silence what was sent is sent again. Frames go in
    by `take` and `broken` (register both with a `Demultiplexer`); `output` is what has to be written now.
    """

    def __init__(self, ticks_ms, window: int = 4, longest: int = 8192, resend_ms: int = 1000) -> None:
        self._ticks = ticks_ms
        self._limit = window
        self._longest = longest
        self._patience = resend_ms
        self.session = 0
        self.opened = False
        self.sessions = 0  # how many there were: who waits for an answer sees by it that it will not come
        self.resent = 0  # frames sent once more
        self._dialled = 0
        self._dial_at = 0
        self._control: "list[bytes]" = []
        self._reset()

    def _reset(self) -> None:
        self._inbox: "list[bytes]" = []
        self._parts: "list[bytes]" = []
        self._expected = 0
        self._due = 0  # ACK or NAK to be sent
        self._complained = False  # of the frame that is expected now
        self._queue: "list[tuple[int, bytes]]" = []  # sent and not acknowledged, then not sent
        self._first = 0  # sequence of the queue's first
        self._sent = 0  # how many of the queue are on their way
        self._reached = 0  # how many of it ever were, before the last going back
        self._window = 1
        self._size = PAYLOAD
        self._since = self._ticks()
        self._wait = self._patience

    # -- for whoever talks --------------------------------------------------------------------------------------------

    def dial(self, session: int) -> None:
        """Ask for a new session, by a number (1 to 65535) that is not the last one's; `opened` when it is there."""
        self.opened = False
        self._dialled = session
        self._dial_at = self._ticks() - _DIAL_MS
        self._reset()

    def hang_up(self) -> None:
        """End the session and let the other end know."""
        if self.opened:
            self._say(CLOSE, self.session)
        self.opened = False
        self._dialled = 0

    def send(self, message: bytes) -> None:
        """Queue a message."""
        while len(message) > self._size:
            self._queue.append((PART, message[: self._size]))
            message = message[self._size :]
        self._queue.append((DATA, message))

    @property
    def room(self) -> int:
        """How many more frames can be sent without waiting for the other end."""
        return max(0, self._window - len(self._queue)) if self.opened else 0

    @property
    def idle(self) -> bool:
        """Whether the other end has acknowledged everything."""
        return not self._queue

    def receive(self) -> "bytes | None":
        """The next message, None when there is none yet."""
        if not self._inbox:
            return None
        if len(self._inbox) >= self._limit:
            self._due = self._due or ACK  # there is room again
        return self._inbox.pop(0)

    # -- what comes in ------------------------------------------------------------------------------------------------

    def take(self, frame: Frame) -> None:
        """A frame that arrived whole."""
        if frame.kind == OPEN:
            self._answer(frame)
        elif frame.kind == OPENED:
            if self._dialled == frame.session:
                self._dialled = 0
                self._begin(frame)
        elif not self.opened or frame.session != self.session:
            if frame.kind in (DATA, PART, ACK, NAK) and not self._dialled:
                self._say(CLOSE, frame.session)  # somebody talks to a session that is gone
        elif frame.kind == CLOSE:
            self.opened = False
        else:
            self._acknowledged(frame)
            if frame.kind in (DATA, PART):
                self._deliver(frame)

    def broken(self, _: bytes) -> None:
        """A frame that did not: the one that is expected, most likely."""
        if self.opened and not self._complained:
            self._complained = True
            self._due = NAK

    def _answer(self, frame: Frame) -> None:
        if self._dialled or len(frame.payload) != 3 or frame.payload[0] != VERSION or not frame.session:
            return
        if not self.opened or frame.session != self.session:
            self._reset()
            self._begin(frame)
        self._say(OPENED, self.session)

    def _begin(self, frame: Frame) -> None:
        if len(frame.payload) != 3:
            return
        self.session = frame.session
        self.opened = True
        self.sessions += 1
        self._window = max(1, frame.window)
        self._size = max(16, min(PAYLOAD, struct.unpack("<H", frame.payload[1:3])[0]))
        self._since = self._ticks()

    def _acknowledged(self, frame: Frame) -> None:
        count = (frame.acknowledge - self._first) & 0xFFFF
        if count <= self._reached:
            if count:
                self._queue = self._queue[count:]
                self._first = frame.acknowledge
                self._reached -= count
                self._sent = max(0, self._sent - count)
                self._since = self._ticks()
                self._wait = self._patience
            self._window = frame.window
            if frame.kind == NAK:
                self._go_back()

    def _go_back(self) -> None:
        self.resent += self._sent
        self._sent = 0
        self._since = self._ticks()

    def _deliver(self, frame: Frame) -> None:
        ahead = (frame.sequence - self._expected) & 0xFFFF
        if ahead == 0 and len(self._inbox) < self._limit:
            self._expected = (self._expected + 1) & 0xFFFF
            self._complained = False
            self._due = ACK
            self._parts.append(frame.payload)
            if sum([len(part) for part in self._parts]) > self._longest:
                self._say(CLOSE, self.session)
                self.opened = False
            elif frame.kind == DATA:
                self._inbox.append(b"".join(self._parts) if len(self._parts) > 1 else frame.payload)
                self._parts = []
        elif 0 < ahead < 0x8000 and not self._complained:
            self._complained = True
            self._due = NAK
        else:
            self._due = self._due or ACK

    # -- what goes out ------------------------------------------------------------------------------------------------

    def output(self) -> bytes:
        """The bytes to write now; b"" for none. To be asked for whenever something came, and some times a second."""
        parts, self._control = self._control, []
        now = self._ticks()
        if self._dialled and now - self._dial_at >= _DIAL_MS:
            self._dial_at = now
            parts.append(self._frame(OPEN, self._dialled, 0, self._terms()).encode())
        if self.opened:
            self._resend(now)
            while self._sent < min(len(self._queue), self._window):
                parts.append(self._data(self._sent))
                if self._sent == 0:
                    self._since = now
                self._sent += 1
                self._reached = max(self._reached, self._sent)
            if self._due:
                parts.append(self._frame(self._due, self.session, self._first + self._sent, b"").encode())
                self._due = 0
        return b"".join(parts)

    def _resend(self, now: int) -> None:
        """After a silence: everything again, or one frame to ask whether there is room by now."""
        if self._queue and now - self._since >= self._wait:
            self._wait = min(2 * self._wait, 8 * self._patience)
            self._go_back()
            self._window = max(1, self._window)

    def _data(self, at: int) -> bytes:
        kind, payload = self._queue[at]
        if self._due == ACK:
            self._due = 0  # every frame acknowledges
        return self._frame(kind, self.session, self._first + at, payload).encode()

    def _frame(self, kind: int, session: int, sequence: int, payload: bytes) -> Frame:
        room = max(0, self._limit - len(self._inbox))
        return Frame(kind, session, sequence & 0xFFFF, self._expected, room, payload)

    def _say(self, kind: int, session: int) -> None:
        payload = self._terms() if kind == OPENED else b""
        self._control.append(self._frame(kind, session, 0, payload).encode())

    def _terms(self) -> bytes:
        return struct.pack("<BH", VERSION, PAYLOAD)
