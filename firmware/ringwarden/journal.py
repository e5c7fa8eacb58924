# SPDX-License-Identifier: Apache-2.0
"""What happened and why: one line of canonical JSON for each call that has ended, the same on every interpreter."""

import json

from ringwarden.canonical import encode

LIVE_ONLY = ("state", "latency_us")  # how fast this very machine was belongs to no record


class Journal:
    """Lines in a `ringwarden.ports.Store`."""

    def __init__(self, store) -> None:
        self._store = store

    def record(self, entry: dict) -> None:
        """Keep an ended call."""
        self._store.append(encode({name: entry[name] for name in entry if name not in LIVE_ONLY}))

    def note(self, event: str, details: dict) -> None:
        """Keep something that is no call: `event` ("list") and what there is to say."""
        entry = {"event": event}
        entry.update(details)
        self._store.append(encode(entry))

    def entries(self):
        """The stored calls as dicts, oldest first. Notes, and a line torn by a power cut, are passed over."""
        for line in self._store.lines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "id" in entry:
                yield entry

    def last_id(self) -> int:
        """The number of the last stored call, or 0."""
        last = 0
        for entry in self.entries():
            last = max(last, entry.get("id", 0))
        return last
