# SPDX-License-Identifier: Apache-2.0
"""A repository's files, asked of the host at the other end of the serial link: a fetcher for `ringwarden.update`."""

from ringwarden.faces.serial.messages import ASK, END, FAILED, MISSING, PIECE, STOP, pack
from ringwarden.update.errors import FetchError, NotFound

ROOM = 2  # pieces that wait here; further ones wait in the link


class LinkFetcher:
    """`open(path)` and the stream's `read` block: they call `pump()` until something has come.

    `pump` moves the link on (one thread), or sleeps a little (when another thread does). Whoever moves the link hands
    `outbox` to it, gives what comes to `deliver` while `ready`, and calls `again` when there is a new session: the file
    goes on where it was. After `patience_ms` without a byte a file has failed.
    """

    def __init__(self, pump, ticks_ms, patience_ms: int = 20000) -> None:
        self._pump = pump
        self._ticks = ticks_ms
        self._patience = patience_ms
        self._number = 0
        self._stream: "LinkStream | None" = None
        self.outbox: "list[bytes]" = []
        self.received = 0  # bytes of files

    def open(self, path: str):
        """The file as a stream. Raises `NotFound` and `FetchError`."""
        self._number = (self._number + 1) & 0xFFFF
        stream = self._stream = LinkStream(self, self._number, path)
        self.again()
        stream.wait()
        return stream

    @property
    def ready(self) -> bool:
        """Whether there is room for another piece."""
        return self._stream is None or len(self._stream.waiting) < ROOM

    def again(self) -> None:
        """The session is a new one: what was asked is forgotten there."""
        stream = self._stream
        self.outbox = [] if stream is None else [pack(ASK, stream.number, stream.end, stream.path.encode())]

    def deliver(self, kind: int, number: int, offset: int, data: bytes) -> None:
        """A message about a file; of one that is wanted no longer, or a piece that was here, nothing is kept."""
        stream = self._stream
        if stream is not None and number == stream.number:
            stream.take(kind, offset, data)

    def turn(self, since: int, path: str) -> None:
        """Wait a little. `FetchError` when it has lasted too long."""
        if self._ticks() - since > self._patience:
            text = "{} did not come over the cable for {} s: plug it in and start the update again"
            raise FetchError(text.format(path, self._patience // 1000))
        self._pump()

    def now(self) -> int:
        """Milliseconds."""
        return self._ticks()

    def done(self, stream: "LinkStream") -> None:
        """Nobody reads it any more."""
        if self._stream is stream:
            self._stream = None
            self.outbox = [] if stream.ended else [pack(STOP, stream.number)]


class LinkStream:
    """One file on its way; `end` is how many bytes of it are here or were read."""

    def __init__(self, fetcher: LinkFetcher, number: int, path: str) -> None:
        self._fetcher = fetcher
        self.number = number
        self.path = path
        self.waiting: "list[bytes]" = []
        self.end = 0
        self.ended = False
        self._problem: "FetchError | None" = None

    def take(self, kind: int, offset: int, data: bytes) -> None:
        """What the host says about this file."""
        if kind == PIECE and offset == self.end and data and not self.ended:
            self.waiting.append(data)
            self.end += len(data)
            self._fetcher.received += len(data)
        elif kind == END and offset == self.end:
            self.ended = True
        elif kind == FAILED:
            kinds = NotFound if offset == MISSING else FetchError
            text = "{} is not in the repository" if offset == MISSING else "the host cannot read {}"
            self._problem = kinds(text.format(self.path))
            self.ended = True

    def wait(self) -> None:
        """Until there are bytes, or it is known that none will come."""
        since = self._fetcher.now()
        while not self.waiting and not self.ended:
            try:
                self._fetcher.turn(since, self.path)
            except FetchError:
                self.close()
                raise
        if self._problem is not None:
            self.close()
            raise self._problem

    def read(self, most: int) -> bytes:
        """Up to `most` bytes, b"" at the end."""
        self.wait()
        if not self.waiting:
            return b""
        piece = self.waiting[0]
        if len(piece) > most:
            self.waiting[0] = piece[most:]
            return piece[:most]
        return self.waiting.pop(0)

    def close(self) -> None:
        """Let the host know that nothing more is wanted."""
        self._fetcher.done(self)
