# SPDX-License-Identifier: Apache-2.0
"""Files as they come from a fetcher, held to the limits of size and of time."""

from ringwarden.update.errors import FetchError, SlowError, TooBigError

PIECE = 1024


class Pace:
    """How long a file has taken so far, on a clock that may wrap around."""

    def __init__(self, clock, grace: int, rate: int) -> None:
        self._clock = clock
        self._grace = grace
        self._rate = rate
        self._last = clock.ticks_us()
        self._spent = 0  # microseconds

    def check(self, name: str, received: int) -> None:
        """`SlowError` when more time has gone than this many bytes may take."""
        now = self._clock.ticks_us()
        if now > self._last:
            self._spent += now - self._last
        self._last = now
        if self._spent > (self._grace + received // self._rate) * 1000000:
            text = "{} comes too slowly ({} bytes in {} s): try again later or another mirror"
            raise SlowError(text.format(name, received, self._spent // 1000000))


def pieces(fetcher, path: str, most: int, pace: Pace):
    """Yield the file's bytes, at most `PIECE` at once. `TooBigError` as soon as there are more than `most`."""
    received = 0
    try:
        stream = fetcher.open(path)
    except OSError as error:
        raise FetchError("{} cannot be fetched ({})".format(path, error))
    try:
        pace.check(path, 0)
        while True:
            try:
                piece = stream.read(PIECE)
            except OSError as error:
                raise FetchError("{} broke off ({})".format(path, error))
            received += len(piece)
            if received > most:
                raise TooBigError("{} is longer than the {} bytes that it may have".format(path, most))
            pace.check(path, received)
            if not piece:
                return
            yield piece
    finally:
        stream.close()


def whole(fetcher, path: str, most: int, pace: Pace) -> bytes:
    """The file in one piece."""
    try:
        return b"".join(list(pieces(fetcher, path, most, pace)))
    except MemoryError:
        raise TooBigError("{} does not fit into this machine's memory".format(path))
