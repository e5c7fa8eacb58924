# SPDX-License-Identifier: Apache-2.0
"""Flash in memory or in a file, and what happens to flash (portable: runs on MicroPython too).

Both kinds behave as NOR flash: an erase sets a sector to 0xFF, a program only clears bits. Power can be cut in any
operation, after any byte and in the middle of a byte, from either end; single bits can be flipped. A device without
power answers everything with `PowerCut` until `restore_power`.
"""

import os

SECTOR = 4096
ERASE, PROGRAM = "erase", "program"
_ERASED = b"\xff" * SECTOR


class PowerCut(BaseException):
    """The power is gone. No `except Exception` holds it up, as nothing would on a board."""


class Refused(Exception):
    """A call that a real device does not offer: outside of it, or an erase that begins within a sector."""


class SimulatedFlash:
    """What both kinds share; they keep the bytes by `_get` and `_put`.

    `operations` counts erases and programs that have begun. `trace`, when it is a list, gets (kind, offset, data)
    of each. `raised` counts bits that a program asked to set from 0 to 1, which NOR flash cannot: none is sound.
    """

    sector = SECTOR

    def __init__(self, size: int) -> None:
        if size <= 0 or size % SECTOR:
            raise Refused("the size of a flash is a multiple of {}".format(SECTOR))
        self.size = size
        self.operations = 0
        self.raised = 0
        self.trace: list[tuple[str, int, bytes]] | None = None
        self._cut_at = -1
        self._done = 0
        self._mask = 0
        self._from_end = False
        self._dead = False

    def _get(self, offset: int, length: int) -> bytes:
        raise NotImplementedError

    def _put(self, offset: int, data: bytes) -> None:
        raise NotImplementedError

    # -- the device ---------------------------------------------------------------------------------------------------

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes."""
        self._check(offset, length)
        return self._get(offset, length)

    def erase(self, offset: int) -> None:
        """Set the sector that begins at `offset` to 0xFF."""
        self._check(offset, SECTOR)
        if offset % SECTOR:
            raise Refused("an erase begins where a sector begins")
        self._change(ERASE, offset, _ERASED, b"")

    def program(self, offset: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`."""
        self._check(offset, len(data))
        old = int.from_bytes(self._get(offset, len(data)), "big")
        new = int.from_bytes(data, "big")
        left = old & new
        if left != new:
            self.raised += _ones(left ^ new)
        self._change(PROGRAM, offset, left.to_bytes(len(data), "big"), bytes(data))

    def _check(self, offset: int, length: int) -> None:
        if self._dead:
            raise PowerCut()
        if offset < 0 or length < 0 or offset + length > self.size:
            raise Refused("{} bytes at {} are outside of a flash of {}".format(length, offset, self.size))

    def _change(self, kind: str, offset: int, new: bytes, asked: bytes) -> None:
        if self.trace is not None:
            self.trace.append((kind, offset, asked))
        number = self.operations
        self.operations += 1
        if number == self._cut_at:
            self._dead = True
            self._put(offset, self._torn(self._get(offset, len(new)), new))
            raise PowerCut()
        self._put(offset, new)

    def _torn(self, old: bytes, new: bytes) -> bytes:
        """`done` bytes are new, the next one is new in the bits of the mask, the rest is old."""
        if self._from_end:
            cut = max(0, len(new) - self._done)
            torn = bytearray(old[:cut] + new[cut:])
            edge = cut - 1
        else:
            torn = bytearray(new[: self._done] + old[self._done :])
            edge = self._done
        if 0 <= edge < len(torn):
            torn[edge] = (old[edge] & ~self._mask | new[edge] & self._mask) & 0xFF
        return bytes(torn)

    # -- what happens to it -------------------------------------------------------------------------------------------

    def cut_power(self, operation: int, done: int = 0, mask: int = 0, from_end: bool = False) -> None:
        """The power will fail in operation number `operation` (as `operations` counts).

        By then `done` of its bytes are done and, of the byte after them, the bits of `mask`. `from_end`: the last bytes
        are done first.
        """
        self._cut_at = operation
        self._done = done
        self._mask = mask
        self._from_end = from_end

    def restore_power(self) -> None:
        """The power is back, and will not fail unless `cut_power` says so again."""
        self._dead = False
        self._cut_at = -1

    def flip(self, offset: int, bit: int) -> None:
        """Let one bit go bad."""
        self._put(offset, bytes([self._get(offset, 1)[0] ^ 1 << bit]))

    def image(self) -> bytes:
        """All bytes, whether there is power or not."""
        return self._get(0, self.size)

    def load(self, image: bytes) -> None:
        """Put all bytes back as `image` has them."""
        if len(image) != self.size:
            raise Refused("the image has {} bytes, the flash {}".format(len(image), self.size))
        self._put(0, image)


def _ones(value: int) -> int:
    count = 0
    while value:
        value &= value - 1
        count += 1
    return count


class RamFlash(SimulatedFlash):
    """`size` bytes in memory, all erased. An erased sector takes no room, so that a small heap holds a large flash."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._sectors: list[bytes | bytearray] = [_ERASED] * (size // SECTOR)

    def _get(self, offset: int, length: int) -> bytes:
        number, at = divmod(offset, SECTOR)
        if at + length <= SECTOR:
            return bytes(memoryview(self._sectors[number])[at : at + length]) if length else b""
        first = bytes(memoryview(self._sectors[number])[at:])
        return first + self._get(offset + len(first), length - len(first))

    def _put(self, offset: int, data: bytes) -> None:
        while data:
            number, at = divmod(offset, SECTOR)
            part = data[: SECTOR - at]
            if part == _ERASED:
                self._sectors[number] = _ERASED
            else:
                if self._sectors[number] is _ERASED:
                    self._sectors[number] = bytearray(_ERASED)
                self._sectors[number][at : at + len(part)] = part  # type: ignore[index]
            offset += len(part)
            data = data[len(part) :]


class FileFlash(SimulatedFlash):
    """The file `path`, which is made with `size` erased bytes when there is none. `Refused` when it has another size.

    Every operation is handed to the system before it returns.
    """

    def __init__(self, path: str, size: int) -> None:
        super().__init__(size)
        try:
            present = os.stat(path)[6]
        except OSError:
            present = -1
        if present < 0:
            with open(path, "wb") as file:
                for _ in range(0, size, SECTOR):
                    file.write(_ERASED)
        elif present != size:
            raise Refused("{} has {} bytes instead of {}".format(path, present, size))
        self._file = open(path, "r+b")

    def _get(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        data = self._file.read(length)
        if len(data) != length:
            raise Refused("the file has become shorter")
        return data

    def _put(self, offset: int, data: bytes) -> None:
        self._file.seek(offset)
        self._file.write(data)
        self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
