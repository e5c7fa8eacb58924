# SPDX-License-Identifier: Apache-2.0
"""When a box looks for updates: once a night, each box at its own second, so that a million do not come at once."""

import hashlib

DAY = 86400
_FIRST_RETRY = 900  # seconds
_LAST_RETRY = 21600


class Schedule:
    """`box` is what tells this box from all others (a name, a key), `zone` how many seconds its clock is east of UTC.

    `first` and `last` bound the night, in seconds after local midnight. Every night has its second, drawn anew from a
    hash: the same whenever it is asked for, unknown to a server, and spread evenly over all boxes.
    """

    def __init__(self, box: bytes, zone: int = 0, first: int = 3600, last: int = 5 * 3600) -> None:
        self._box = box
        self._zone = zone
        self._first = first
        self._span = max(1, last - first)

    def next(self, now: int, failures: int = 0) -> int:
        """When to look next (seconds since 1970), `now` being the end of the last try, `failures` those in a row.

        After a failure: in a quarter of an hour, then half an hour, up to six hours, give or take a half; the night's
        own time comes first when it is nearer.
        """
        day = (now + self._zone) // DAY
        night = self._night(day)
        if night <= now:
            night = self._night(day + 1)
        if failures <= 0:
            return night
        wait = min(_FIRST_RETRY << min(failures - 1, 16), _LAST_RETRY)
        return min(night, now + wait // 2 + self._draw("{} {}".format(day, failures), wait))

    def _night(self, day: int) -> int:
        return day * DAY - self._zone + self._first + self._draw(str(day), self._span)

    def _draw(self, what: str, span: int) -> int:
        """0 to span - 1."""
        digest = hashlib.sha256(self._box + b"\x00" + what.encode()).digest()
        return int.from_bytes(digest[:6], "big") % span
