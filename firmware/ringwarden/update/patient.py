# SPDX-License-Identifier: Apache-2.0
"""Downloads for a box without threads: while the network is waited for, something else is called again and again."""

import select
import socket

from ringwarden.update.fetch import HttpFetcher

_STEP_MS = 5
_UNDER_WAY = (11, 36, 115, 119)  # EAGAIN, and EINPROGRESS as several systems number it
_TIMED_OUT = 110


class PatientFetcher(HttpFetcher):
    """`meanwhile()` is called every few milliseconds. Names are looked up and TLS is begun without such breaks."""

    def __init__(self, url: str, meanwhile, timeout: int = 10, pause: float = 1) -> None:
        super().__init__(url, timeout=timeout, pause=pause)
        self._meanwhile = meanwhile

    def link(self, family: int, kind: int, protocol: int, address):
        """A connected socket."""
        return PatientLink(socket.socket(family, kind, protocol), address, self._timeout, self._meanwhile)

    def rest(self, tries: int) -> None:
        """See `HttpFetcher`."""
        nothing = select.poll()
        for _ in range(int(self._pause * tries * 1000 / _STEP_MS)):
            nothing.poll(_STEP_MS)
            self._meanwhile()


class PatientLink:
    """A socket whose every wait is cut into short ones. OSError ETIMEDOUT after `timeout` seconds of silence."""

    def __init__(self, link, address, timeout: int, meanwhile) -> None:
        self._link = link
        self._steps = timeout * 1000 // _STEP_MS
        self._meanwhile = meanwhile
        self._poll = select.poll()
        link.setblocking(False)
        try:
            link.connect(address)
        except OSError as error:
            if error.errno not in _UNDER_WAY:
                link.close()
                raise
        try:
            self._wait(select.POLLOUT)
        except OSError:
            link.close()
            raise

    def recv(self, most: int) -> bytes:
        """See `socket.recv`."""
        self._wait(select.POLLIN)
        return self._link.recv(most)

    def send(self, data: bytes) -> int:
        """See `socket.send`."""
        self._wait(select.POLLOUT)
        return self._link.send(data)

    def close(self) -> None:
        """Let go."""
        self._link.close()

    def _wait(self, event: int) -> None:
        self._poll.register(self._link, event)
        for _ in range(self._steps):
            self._meanwhile()
            if self._poll.poll(_STEP_MS):
                return
        raise OSError(_TIMED_OUT)
