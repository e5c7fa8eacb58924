# SPDX-License-Identifier: Apache-2.0
"""How a delta writes what is not numbers (header, tables, rules, sections it does not know), by copying from the base."""

from ringwarden_tools.lists.delta_coder import Encoder, fresh

MATCH = 8  # bytes that must agree before the pointer jumps: a jump costs about five


class Plain:
    """Models of this part; they go on learning from one region of the file to the next."""

    def __init__(self, coder: Encoder, base: bytes) -> None:
        self._coder = coder
        self._base = base
        self._same = fresh(4)
        self._jump = fresh(1)[0]
        self._literal = fresh(256)
        self._history = 0

    def put(self, region: bytes, start: int, length: int) -> None:
        """A region of the target; `length` bytes of the base from `start` on are where it most likely came from."""
        places = self._places(start, length)
        at = start
        for done, byte in enumerate(region):
            if at < len(self._base) and self._base[at] == byte:
                self._mark(1)
                at += 1
                continue
            found = places.get(region[done : done + MATCH])
            if found is not None:
                self._mark(0)
                self._coder.bit(self._jump, 1)
                self._coder.plain(found, 32)
                self._mark(1)
                at = found + 1
                continue
            self._mark(0)
            self._coder.bit(self._jump, 0)
            self._coder.tree(self._literal, byte, 8)
            at += 1

    def _places(self, start: int, length: int) -> dict[bytes, int]:
        """Where each string of eight bytes stands first in a part of the base."""
        places: dict[bytes, int] = {}
        for at in range(start, start + length - MATCH + 1):
            places.setdefault(self._base[at : at + MATCH], at)
        return places

    def _mark(self, same: int) -> None:
        self._coder.bit(self._same[self._history], same)
        self._history = (self._history << 1 | same) & 3
