# SPDX-License-Identifier: Apache-2.0
"""A page over made-up calls, for both interpreters: `python page_kit.py WEB_ROOT PORT` or `micropython …`.

It serves until killed, begins a new call every 0.2 s, and has short time-outs so that tests of slow peers stay quick.
Exit status 2 when the port is in use.
"""

import asyncio
import sys

from ringwarden.faces import page, web_server

BLANK = {
    "id": 0,
    "at": "2026-03-05T19:02:00",
    "state": "ringing",
    "number": "",
    "shown": "",
    "who": "",
    "name": "",
    "absence": "",
    "action": "",
    "reason": "",
    "rule": "",
    "category": "",
    "details": {},
    "standard": "",
    "quality": 0,
    "rings": 0,
    "outcome": "",
    "duration_s": 0,
    "cid_end_ms": 0,
    "verdict_ms": 0,
    "latency_us": 0,
}

CONTACT = {
    "number": "+8613800138021",
    "shown": "13800138021",
    "who": "王芳",
    "action": "ring",
    "reason": "CONTACT",
    "rule": "must_ring",
    "details": {"name": "王芳"},
    "standard": "bell202",
    "quality": 97,
    "cid_end_ms": 2900,
    "verdict_ms": 2910,
    "latency_us": 7400,
}
LISTED = {
    "number": "+861055550101",
    "shown": "01055550101",
    "action": "drop",
    "reason": "LISTED",
    "rule": "listed",
    "category": "property",
    "standard": "dtmf",
    "quality": 80,
    "cid_end_ms": 900,
    "verdict_ms": 920,
    "latency_us": 12600,
}
WITHHELD = {
    "absence": "P",
    "action": "label",
    "reason": "WITHHELD",
    "rule": "anonymous",
    "cid_end_ms": 10,
    "verdict_ms": 20,
}
FLOOD = {
    "number": "+8617712345678",
    "shown": "17712345678",
    "action": "silence",
    "reason": "REPEATED",
    "rule": "flood",
    "details": {"times": 3, "minutes": 10},
    "cid_end_ms": 10,
    "verdict_ms": 20,
}
EVENING = (CONTACT, LISTED, WITHHELD, FLOOD)


class FakeAppliance:
    """What the page needs of an appliance, without a line."""

    def __init__(self) -> None:
        self.trouble = ""  # what ails the block list
        self.calls: list[dict] = []
        self._callbacks: list = []
        self._last = 0

    def on_change(self, callback) -> None:
        self._callbacks.append(callback)

    def list_trouble(self) -> str:
        return self.trouble

    def today(self) -> str:
        return "2026-03-05"

    def begin(self, **values) -> dict:
        """A call comes in."""
        self._last += 1
        entry = dict(BLANK)
        entry.update(values)
        entry["id"] = self._last
        self.calls.append(entry)
        del self.calls[:-200]
        self._tell(entry)
        return entry

    def decide(self, entry: dict, verdict: dict) -> None:
        entry.update(verdict)
        entry["state"] = "decided"
        self._tell(entry)

    def end(self, entry: dict, outcome: str, duration_s: int = 0) -> None:
        entry["state"] = "ended"
        entry["outcome"] = outcome
        entry["duration_s"] = duration_s
        self._tell(entry)

    def whole(self, verdict: dict, outcome: str = "missed", **values) -> dict:
        """A call from beginning to end."""
        entry = self.begin(**values)
        self.decide(entry, verdict)
        self.end(entry, outcome)
        return entry

    def _tell(self, entry: dict) -> None:
        for callback in self._callbacks:
            callback(entry)


async def main(web_root: str, port: int) -> None:
    """Serve and play."""
    web_server.HEAD_SECONDS = 2
    appliance = FakeAppliance()
    for verdict in EVENING:
        appliance.whole(verdict)
    app = page.create_page(appliance, web_root, "en")
    app.beat_seconds = 1
    try:
        await page.start(app, "127.0.0.1", port)
    except OSError:
        sys.exit(2)
    print("ready")
    while True:
        entry = appliance.begin()
        await asyncio.sleep(0.1)
        appliance.decide(entry, LISTED)
        appliance.end(entry, "dropped")
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
