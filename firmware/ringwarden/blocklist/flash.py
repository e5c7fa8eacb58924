# SPDX-License-Identifier: Apache-2.0
"""Flash as the lists see it: sectors that are erased whole, bits that a program only clears (NOR).

A board offers an object like `Flash`; `Region` cuts a part out of one, so that one chip carries two slots.
"""

SECTOR = 4096  # bytes that an erase sets to 0xFF


class FlashError(Exception):
    """The medium refused: `code` is "range", outside of it or not where a sector begins; a board may have others."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__("flash: " + code)


class Flash:
    """What a board offers. Duck-typed: nothing need inherit this. Offsets and lengths count bytes."""

    size = 0  # a multiple of `sector`
    sector = SECTOR

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes."""
        raise NotImplementedError

    def erase(self, offset: int) -> None:
        """Set one sector, which begins at `offset`, to 0xFF. When power fails on the way, any of it may be old."""
        raise NotImplementedError

    def program(self, offset: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`; a bit that is 0 already stays 0. Any length, any offset.

        Power may fail in the middle: then any part of it may be done. It is on the medium when this returns.
        """
        raise NotImplementedError


class Region:
    """`size` bytes of `flash` from `base` on, both multiples of its sector. Anything outside: `FlashError` "range"."""

    def __init__(self, flash, base: int, size: int) -> None:
        self.sector = flash.sector
        if base < 0 or size <= 0 or base % self.sector or size % self.sector or base + size > flash.size:
            raise FlashError("range")
        self._flash = flash
        self._base = base
        self.size = size

    def _at(self, offset: int, length: int) -> int:
        if offset < 0 or length < 0 or offset + length > self.size:
            raise FlashError("range")
        return self._base + offset

    def read(self, offset: int, length: int) -> bytes:
        """See `Flash.read`."""
        return self._flash.read(self._at(offset, length), length)

    def erase(self, offset: int) -> None:
        """See `Flash.erase`."""
        self._flash.erase(self._at(offset, self.sector))

    def program(self, offset: int, data: bytes) -> None:
        """See `Flash.program`."""
        self._flash.program(self._at(offset, len(data)), data)


def halves(flash) -> "tuple[Region, Region]":
    """A device cut into two slots of the same size. `FlashError` "range" when it has fewer than four sectors."""
    size = flash.size // 2 // flash.sector * flash.sector
    if size < 2 * flash.sector:
        raise FlashError("range")
    return Region(flash, 0, size), Region(flash, size, size)
