# SPDX-License-Identifier: Apache-2.0
"""Who called lately, for rules that count. Kept in memory only, bounded, forgotten at power-off."""

CALLS_MAX = 64


class History:
    """The last `CALLS_MAX` calls as (key, tick): `ringwarden.numbers.key`, and seconds on the line's clock."""

    def __init__(self) -> None:
        self._calls: "list[tuple[int, int]]" = []

    def note(self, key: int, tick: int) -> None:
        """A call from `key` was judged at `tick`."""
        self._calls.append((key, tick))
        if len(self._calls) > CALLS_MAX:
            self._calls.pop(0)

    def count(self, key: int, since: int) -> int:
        """How often `key` has called at or after `since`."""
        return sum([1 for caller, tick in self._calls if caller == key and tick >= since])
