# SPDX-License-Identifier: Apache-2.0
"""What `update.apply` does in a box: the nightly update of the list, with the host's files."""


def list_update(make_updater, slots, wanted):
    """For `Face(update=…)`: `make_updater(fetcher)` is the box's TUF client, `slots` are mounted, `wanted` its list."""

    def apply(fetcher) -> dict:
        from ringwarden.update.lists import ListUpdate  # a box that updates once a night spares the memory by day

        return told(ListUpdate(make_updater(fetcher), slots, wanted).run())

    return apply


def told(outcome) -> dict:
    """An `Outcome` as the answer to a request."""
    return {
        "update": outcome.kind,
        "code": outcome.code,
        "explanation": outcome.explanation,
        "serial": outcome.serial,
        "fetched": outcome.fetched,
        "by_delta": outcome.by_delta,
    }


def _nothing():
    """Until somebody has something to do."""


class Attentive:
    """A flash that calls `meanwhile()` between its operations, every 20 ms at most.

    For a box without threads: an update that computes for a minute goes on answering its host, and whatever else
    `meanwhile` does.
    """

    EVERY_MS = 20

    def __init__(self, flash, ticks_ms) -> None:
        self._flash = flash
        self._ticks = ticks_ms
        self._last = ticks_ms()
        self.size = flash.size
        self.sector = flash.sector
        self.meanwhile = _nothing

    def _breathe(self) -> None:
        now = self._ticks()
        if now - self._last >= self.EVERY_MS:
            self._last = now
            self.meanwhile()

    def read(self, offset: int, length: int) -> bytes:
        """See `ringwarden.blocklist.flash.Flash`."""
        self._breathe()
        return self._flash.read(offset, length)

    def erase(self, offset: int) -> None:
        """See `ringwarden.blocklist.flash.Flash`."""
        self._breathe()
        self._flash.erase(offset)

    def program(self, offset: int, data: bytes) -> None:
        """See `ringwarden.blocklist.flash.Flash`."""
        self._breathe()
        self._flash.program(offset, data)
