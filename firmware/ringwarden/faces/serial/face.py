# SPDX-License-Identifier: Apache-2.0
"""The box's end of the serial link: answers requests, and updates itself from files that the host has."""

import time

from ringwarden.faces.serial.demux import BROKEN, FRAME, Demultiplexer
from ringwarden.faces.serial.fetcher import LinkFetcher
from ringwarden.faces.serial.link import Link
from ringwarden.faces.serial.messages import ANSWER, REQUEST, pack_json, unpack, unpack_json

_READ = 1024
_NAP = 0.002  # seconds


class Milliseconds:
    """A clock that only goes forward, whatever the interpreter's does."""

    def __init__(self) -> None:
        self._total = 0
        self._last = self._read()

    def __call__(self) -> int:
        now = self._read()
        step = time.ticks_diff(now, self._last) if hasattr(time, "ticks_diff") else now - self._last
        self._last = now
        self._total += max(0, step)
        return self._total

    def _read(self) -> int:
        return time.ticks_ms() if hasattr(time, "ticks_ms") else time.monotonic_ns() // 1000000


class Face:
    """`stream` is the port: `read(n)` gives what is there (b"" or None for nothing), `write(bytes)` takes all it can
    and says how much that was (None: nothing). Neither blocks.

    `answers` maps a request's name to `call(request) -> answer`, both of them objects for JSON; an answer may have an
    "error", one word, and a "text". `update(fetcher)` does what a host's `update.apply` asks for, returns its answer;
    `start(job)` runs a job: here and now, unless a board has a thread for it (then `pump` is what that thread does
    while it waits, and somebody else calls `step`).
    """

    def __init__(
        self,
        stream,
        answers: dict,
        update=None,
        ticks_ms=None,
        window: int = 4,
        start=None,
        pump=None,
        resend_ms: int = 1000,
    ) -> None:
        self._stream = stream
        self._answers = answers
        self._update = update
        self._start = start or _now
        self._ticks = ticks_ms or Milliseconds()
        self.link = Link(self._ticks, window, resend_ms=resend_ms)
        self.demux = Demultiplexer()
        self.demux.register(FRAME, self.link.take)
        self.demux.register(BROKEN, self.link.broken)
        self._fetcher = LinkFetcher(pump or self._turn, self._ticks)
        self._session = 0
        self._unsent = b""
        self._heard = 0
        self._ticket: "int | None" = None  # of the update that runs, or of the last one
        self._outcome: "dict | None" = None  # of that one, once it has ended
        self._stepping = False
        self._running = False
        self._wanted = False
        self._asked = 0  # number of the request that waits for the outcome

    def step(self) -> bool:
        """Read, answer, write. Whether anything came: call it again soon then."""
        if self._stepping:  # an answer that waits for something that calls this
            return False
        self._stepping = True
        try:
            came = self._read()
            if self.link.sessions != self._session:
                self._session = self.link.sessions
                self._fetcher.again()
                self._asked = 0
            self._hear()
            self._talk()
        finally:
            self._stepping = False
        if self._wanted and not self._running:
            self._wanted = False
            self._running = True
            self._start(self._job)
        return came

    def _read(self) -> bool:
        data = self._stream.read(_READ)
        now = self._ticks()
        if data:
            self._heard = now
            self.demux.feed(data)
        elif now - self._heard >= self.demux.QUIET_MS:
            self._heard = now
            self.demux.quiet()
        return bool(data)

    def _turn(self) -> None:
        """What an update does while it waits: everything but another update."""
        if not self.step():
            time.sleep(_NAP)

    # -- messages -----------------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        while self._fetcher.ready:
            message = self.link.receive()
            if message is None:
                return
            found = unpack(message)
            if found is None:
                continue
            kind, number, offset, data = found
            if kind == REQUEST:
                self._request(number, unpack_json(data))
            else:
                self._fetcher.deliver(kind, number, offset, data)

    def _talk(self) -> None:
        if self.link.opened:
            while self._fetcher.outbox:
                self.link.send(self._fetcher.outbox.pop(0))
            if self._asked and self._outcome is not None:
                self.link.send(pack_json(ANSWER, self._asked, self._outcome))
                self._asked = 0
        self._unsent += self.link.output()
        if self._unsent:
            written = self._stream.write(self._unsent)
            self._unsent = self._unsent[written or 0 :]

    def _request(self, number: int, request: "dict | None") -> None:
        name = request.get("name") if request else None
        if request is None or not isinstance(name, str):
            answer = {"error": "request", "text": "this is no request"}
        elif name == "update.apply" and self._update is not None:
            if self._apply(number, request.get("ticket")):
                return
            answer = {"error": "busy", "text": "another update is running: wait until it has ended"}
        elif name in self._answers:
            answer = _answer(self._answers[name], request)
        else:
            answer = {"error": "unknown", "text": "this box does not know the request " + name}
        self.link.send(pack_json(ANSWER, number, answer))

    # -- updates ------------------------------------------------------------------------------------------------------

    def _apply(self, number: int, ticket) -> bool:
        """Begin an update, or wait for the end of the one with this ticket; False when another one is running."""
        if not isinstance(ticket, int):
            return False
        if ticket != self._ticket:
            if self._running or self._wanted:
                return False
            self._ticket = ticket
            self._outcome = None
            self._wanted = True
        self._asked = number
        return True

    def _job(self) -> None:
        try:
            self._outcome = _answer(self._update, self._fetcher)
        finally:
            self._running = False


def _answer(call, what) -> dict:
    """What a call answers; whatever breaks in it, the box goes on."""
    try:
        return call(what)
    except Exception as error:
        return {"error": "fault", "text": "{}: {}".format(type(error).__name__, error)}


def _now(job) -> None:
    job()
