# SPDX-License-Identifier: Apache-2.0
"""How a delta writes what is not numbers (header, rules, unknown sections): by copying from the base."""

from ringwarden_tools.lists.delta_coder import Encoder, fresh

MATCH = 8  # bytes that must agree before the pointer jumps: a jump costs about five


class Plain:
    """Models of this part; they go on learning from one region of the file to the next."""

    def __init__(self, coder: Encoder, base: bytes, regions: list[tuple[int, int]]) -> None:
        self._coder = coder
        self._base = base
        self._same = fresh(4)
        self._jump = fresh(1)[0]
        self._literal = fresh(256)
        self._history = 0
        self._places: dict[bytes, int] = {}  # where each string of eight bytes in the base's regions stands first
        for start, length in regions:
            for at in range(start, start + length - MATCH + 1):
                self._places.setdefault(base[at : at + MATCH], at)

    def put(self, region: bytes, start: int) -> None:
        """A region of the target, which resembles the base from `start` on."""
        places = self._places
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

    def _mark(self, same: int) -> None:
        self._coder.bit(self._same[self._history], same)
        self._history = (self._history << 1 | same) & 3
