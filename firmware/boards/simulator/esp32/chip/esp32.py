# SPDX-License-Identifier: Apache-2.0
"""The module `esp32` of the emulated chip: partitions from the table at 0x8000 of its flash."""

import struct

TABLE = 0x8000
BLOCK = 4096
_flash = None


def attach(flash):
    """The chip's flash."""
    global _flash
    _flash = flash


class Partition:
    """As `esp32.Partition`, for data partitions."""

    TYPE_APP, TYPE_DATA = 0, 1

    def __init__(self, kind, subtype, offset, size, label, block_size):
        self._offset = offset
        self._size = size
        self._block = block_size
        self._info = (kind, subtype, offset, size, label, False)

    @staticmethod
    def find(type=0, subtype=0xFF, label=None, block_size=BLOCK):
        """The partitions of this type, subtype (0xFF: any) and label (None: any)."""
        found = []
        for at in range(TABLE, TABLE + 0xC00, 32):
            magic, kind, sub, offset, size, name = struct.unpack("<2sBBII16s", _flash.read(at, 28))
            if magic != b"\xaa\x50":
                break
            text = name.rstrip(b"\0").decode()
            if kind == type and subtype in (0xFF, sub) and label in (None, text):
                found.append(Partition(kind, sub, offset, size, text, block_size))
        return found

    def info(self):
        """(type, subtype, offset, size, label, encrypted)."""
        return self._info

    def _at(self, block, offset, length):
        at = block * self._block + offset
        if at < 0 or at + length > self._size:
            raise OSError(-258)  # ESP_ERR_INVALID_ARG
        return self._offset + at

    def readblocks(self, block, buffer, offset=0):
        """Fill the buffer."""
        view = memoryview(buffer)
        view[:] = _flash.read(self._at(block, offset, len(view)), len(view))

    def writeblocks(self, block, buffer, offset=None):
        """Without an offset the blocks are erased first; with one only bits are cleared."""
        data = bytes(buffer)
        at = self._at(block, offset or 0, len(data))
        if offset is None:
            if self._block != BLOCK:
                raise OSError(22)  # the chip can; the box only reads through such blocks
            for start in range(at, at + len(data), BLOCK):
                _flash.erase(start)
        _flash.program(at, data)

    def ioctl(self, operation, argument):
        """4: number of blocks, 5: their size, 6: erase one."""
        if operation == 4:
            return self._size // self._block
        if operation == 5:
            return self._block
        if operation == 6:
            if self._block != BLOCK:
                return -22
            _flash.erase(self._at(argument, 0, BLOCK))
        return 0
