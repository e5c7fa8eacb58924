# SPDX-License-Identifier: Apache-2.0
"""What the box remembers beside the metadata: the latest time it is sure of, and whose signatures it kept.

The remembered time moves only when a refresh has succeeded. Its metadata had not expired then, so whoever sets the
clock wrongly can move it no further than the repository's own signed dates reach.
"""

from ringwarden import strict_json
from ringwarden.canonical import encode
from ringwarden.civil import iso
from ringwarden.update.errors import ClockError

NAME = "state"
_ROLES = ("timestamp", "snapshot")


class State:
    """Kept in the store under `NAME`; what cannot be read counts as never written."""

    def __init__(self, store) -> None:
        self._store = store
        self.time = 0  # seconds since 1970
        self.keys: "dict[str, list[str]]" = {}  # role -> identifiers of the keys that were its own
        try:
            kept = strict_json.loads(store.load(NAME) or b"{}")
            self.time = int(kept.get("time", 0))
            for role in _ROLES:
                if role in kept:
                    self.keys[role] = [str(keyid) for keyid in kept[role]]
        except (ValueError, TypeError, AttributeError):
            pass

    def save(self) -> None:
        """Write it down when it is not what is there already."""
        whole = dict(self.keys)
        whole["time"] = self.time  # type: ignore[assignment]
        data = encode(whole).encode()
        if data != self._store.load(NAME):
            self._store.save(NAME, data)


def start_time(clock, remembered: int, slack: int) -> int:
    """When an update starts, never before the remembered time. `ClockError` when the clock cannot be right."""
    now = clock.epoch()
    if not now:
        raise ClockError("this box's clock was never set: connect it to a time server, then update again")
    if now + slack < remembered:
        text = "this box's clock says {}, but it was {} already: set the clock, then update again"
        raise ClockError(text.format(iso(now), iso(remembered)))
    return max(now, remembered)
