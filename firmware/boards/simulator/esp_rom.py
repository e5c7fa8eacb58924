# SPDX-License-Identifier: Apache-2.0
"""The loader in an ESP32-C3's or C6's ROM, behind a pseudo terminal, with its flash in a file. CPython only.

    python -m ringwarden_simulator.esp_rom FLASH_FILE [--chip esp32c3] [--size 4]

esptool talks to it as to a chip that waits for a download: commands in SLIP frames, flash as NOR flash. A program
that is loaded into RAM is not run: whatever is started there answers as esptool's flasher stub does.
What can go wrong on a real port is told to `Faults`.
"""

import argparse
import functools
import hashlib
import operator
import os
import struct
import threading
import time
import tty
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from ringwarden_simulator.flash import FileFlash, PowerCut, Refused

CHIP_IDS = {"esp32c3": 5, "esp32c6": 13}
_MAGIC_REGISTER = 0x40001000  # a word of the ROM by which loaders that know no better command tell chips apart
_MAGIC = {"esp32c3": 0x1B31506F, "esp32c6": 0x2CE0806F}
SECTOR = 4096

# Errors as the ROM numbers them.
INVALID, FAILED, BAD_CHECKSUM = 0x05, 0x06, 0x07

_SPI_BASES = (0x60002000, 0x60003000)  # the C3's and the C6's controller of the flash
_SPI_USER = 1 << 18
_USR2, _W0 = 0x20, 0x58
_READ_ID = 0x9F


@dataclass
class Faults:
    """What happens on the line. Bytes are counted from the beginning of the connection; -1: never.

    `vanish`: the port disappears when so many bytes came from the host. `flip_in`: bytes from the host, `flip_out`:
    bytes to it, one bit of which arrives wrong. `silent`: nobody answers.
    """

    vanish: int = -1
    flip_in: set[int] = field(default_factory=set)
    flip_out: set[int] = field(default_factory=set)
    silent: bool = False


class _Bad(Exception):
    """A command that the chip refuses; its number is the code in the answer."""


class _Gone(Exception):
    """The port is no more."""


def slip(packet: bytes) -> bytes:
    """One frame around these bytes."""
    return b"\xc0" + packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


class Unslip:
    """Frames out of a stream: `feed` returns those that are whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The next bytes. What stands between two marks is a frame, unless an escape in it is wrong."""
        *whole, self._rest = (self._rest + data).split(b"\xc0")
        return [frame for frame in map(self._plain, whole) if frame]

    @staticmethod
    def _plain(frame: bytes) -> bytes:
        first, *others = frame.split(b"\xdb")
        plain = [first]
        for part in others:
            if part[:1] not in (b"\xdc", b"\xdd"):
                return b""
            plain.append((b"\xc0" if part[0] == 0xDC else b"\xdb") + part[1:])
        return b"".join(plain)


class Loader:
    """The commands, without any line: `run(operation, checksum, data)` gives (value, answer) or raises `_Bad`."""

    def __init__(self, flash: FileFlash, chip: str, mac: bytes = b"\x02\x00\x5e\x10\x00\x01") -> None:
        self.flash = flash
        self.chip = chip
        self.stub = False
        self._registers: dict[int, int] = {_MAGIC_REGISTER: _MAGIC[chip]}
        efuse = {"esp32c3": 0x60008844, "esp32c6": 0x600B0844}[chip]
        self._registers[efuse] = int.from_bytes(mac[2:], "big")
        self._registers[efuse + 4] = int.from_bytes(mac[:2], "big")
        self._at = self._end = 0
        self._erased = 0  # the sectors below were erased since the last "begin"
        self._inflate = zlib.decompressobj()
        self._commands: dict[int, Callable[[bytes], tuple[int, bytes]]] = {
            0x02: self._flash_begin,
            0x03: self._flash_data,
            0x04: self._nothing,
            0x05: self._nothing,
            0x06: self._nothing,
            0x07: self._nothing,
            0x09: self._write_register,
            0x0A: self._read_register,
            0x0B: self._nothing,
            0x0D: self._nothing,
            0x0F: self._nothing,
            0x10: self._deflated_begin,
            0x11: self._deflated_data,
            0x12: self._nothing,
            0x13: self._md5,
            0x14: self._security,
        }
        self._rom_commands = {0x0E: self._read_slowly}
        self._stub_commands = {0xD0: self._erase_all, 0xD1: self._erase_region, 0xD3: self._nothing}

    def run(self, operation: int, checksum: int, data: bytes) -> tuple[int, bytes]:
        """One command."""
        more = self._stub_commands if self.stub else self._rom_commands
        command = self._commands.get(operation) or more.get(operation)
        if command is None:
            raise _Bad(INVALID)
        if operation in (0x03, 0x07, 0x11):
            self._check(checksum, data)
        try:
            return command(data)
        except (struct.error, Refused, IndexError):
            raise _Bad(FAILED) from None

    @staticmethod
    def _check(checksum: int, data: bytes) -> None:
        if len(data) < 16 or struct.unpack_from("<I", data)[0] != len(data) - 16:
            raise _Bad(INVALID)
        if functools.reduce(operator.xor, data[16:], 0xEF) != checksum & 0xFF:
            raise _Bad(BAD_CHECKSUM)

    def _nothing(self, data: bytes) -> tuple[int, bytes]:
        return 0, b""

    # -- registers ----------------------------------------------------------------------------------------------------

    def _read_register(self, data: bytes) -> tuple[int, bytes]:
        return self._registers.get(struct.unpack("<I", data)[0], 0), b""

    def _write_register(self, data: bytes) -> tuple[int, bytes]:
        for at in range(0, len(data), 16):
            address, value, mask, _ = struct.unpack_from("<IIII", data, at)
            self._registers[address] = self._registers.get(address, 0) & ~mask | value & mask
            if address in _SPI_BASES and value & _SPI_USER:
                self._spi(address)
        return 0, b""

    def _spi(self, base: int) -> None:
        """One command to the flash chip: only its identity is asked for this way."""
        wanted = self._registers.get(base + _USR2, 0) & 0xFF
        identity = 0xEF | 0x40 << 8 | (self.flash.size.bit_length() - 1) << 16
        self._registers[base + _W0] = identity if wanted == _READ_ID else 0
        self._registers[base] = 0  # done

    def _security(self, data: bytes) -> tuple[int, bytes]:
        return 0, struct.pack("<IB7xII", 0, 0, CHIP_IDS[self.chip], 0)

    # -- flash --------------------------------------------------------------------------------------------------------

    def _begin(self, size: int, offset: int) -> None:
        if offset + size > self.flash.size:
            raise _Bad(FAILED)
        self._at, self._end = offset, offset + size
        self._erased = offset // SECTOR * SECTOR
        if not self.stub:  # the ROM erases everything first, the stub as it goes
            self._erase_to(self._end)

    def _erase_to(self, end: int) -> None:
        while self._erased < end:
            self.flash.erase(self._erased)
            self._erased += SECTOR

    def _write(self, data: bytes) -> None:
        if not data:
            return
        # A compressed transfer may not leave what was announced; a plain one pads its last block.
        if self._at + len(data) > max(self._end, (self._end + SECTOR - 1) // SECTOR * SECTOR):
            raise _Bad(FAILED)
        self._erase_to(self._at + len(data))
        self.flash.program(self._at, data)
        self._at += len(data)

    def _flash_begin(self, data: bytes) -> tuple[int, bytes]:
        size, _, _, offset = struct.unpack_from("<IIII", data)
        self._begin(size, offset)
        return 0, b""

    def _flash_data(self, data: bytes) -> tuple[int, bytes]:
        self._write(data[16:])
        return 0, b""

    def _deflated_begin(self, data: bytes) -> tuple[int, bytes]:
        size, _, _, offset = struct.unpack_from("<IIII", data)
        self._begin(size, offset)
        self._inflate = zlib.decompressobj()
        return 0, b""

    def _deflated_data(self, data: bytes) -> tuple[int, bytes]:
        try:
            self._write(self._inflate.decompress(data[16:]))
        except zlib.error:
            raise _Bad(FAILED) from None
        return 0, b""

    def _md5(self, data: bytes) -> tuple[int, bytes]:
        offset, size = struct.unpack_from("<II", data)
        digest = hashlib.md5(self.flash.read(offset, size))
        return 0, digest.digest() if self.stub else digest.hexdigest().encode()

    def _erase_all(self, data: bytes) -> tuple[int, bytes]:
        for offset in range(0, self.flash.size, SECTOR):
            self.flash.erase(offset)
        return 0, b""

    def _erase_region(self, data: bytes) -> tuple[int, bytes]:
        offset, size = struct.unpack("<II", data)
        if size % SECTOR:
            raise _Bad(FAILED)
        for at in range(offset, offset + size, SECTOR):
            self.flash.erase(at)
        return 0, b""

    def _read_slowly(self, data: bytes) -> tuple[int, bytes]:
        offset, size = struct.unpack("<II", data)
        return 0, self.flash.read(offset, min(size, 64)).ljust(64, b"\0")


class Chip:
    """A chip on a port: `port` is the pseudo terminal's path. A context manager; its flash is the file `path`.

    `received` and `sent` count bytes, for `Faults`.
    """

    def __init__(self, path: str, size: int, chip: str = "esp32c3", faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.flash = FileFlash(path, size)
        self.loader = Loader(self.flash, chip)
        self.received = self.sent = 0
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._unslip = Unslip()
        self._stop = threading.Event()
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="esp-rom", daemon=True)

    def __enter__(self) -> "Chip":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def alive(self) -> bool:
        """Whether the port is still there."""
        return not self._gone.is_set()

    def close(self) -> None:
        """Unplug it."""
        self._stop.set()
        if not self._gone.is_set():
            os.write(self._slave, b"\xc0")  # wakes the thread, which waits for a byte
        self._thread.join(5)
        self.flash.close()

    def _serve(self) -> None:
        try:
            while not self._stop.is_set():
                for frame in self._unslip.feed(self._receive()):
                    self._answer(frame)
        except (_Gone, OSError, PowerCut):
            pass
        self._gone.set()
        os.close(self._slave)
        os.close(self._master)

    def _receive(self) -> bytes:
        data = bytearray(os.read(self._master, 16384))
        at = self.received
        self.received += len(data)
        if 0 <= self.faults.vanish <= self.received:
            raise _Gone()
        for position in self.faults.flip_in:
            if at <= position < self.received:
                data[position - at] ^= 0x10
        return b"" if self.faults.silent else bytes(data)

    def _send(self, packet: bytes) -> None:
        data = bytearray(slip(packet))
        for position in self.faults.flip_out:
            if self.sent <= position < self.sent + len(data):
                data[position - self.sent] ^= 0x10
        self.sent += len(data)
        view = memoryview(data)
        while view:
            view = view[os.write(self._master, view) :]

    def _answer(self, frame: bytes) -> None:
        if len(frame) < 8 or frame[0] != 0:
            return
        _, operation, length, checksum = struct.unpack_from("<BBHI", frame)
        data = frame[8:]
        if length != len(data):
            self._reply(operation, 0, b"", INVALID)
        elif operation == 0x08:
            for _ in range(8):
                self._reply(operation, 0 if self.loader.stub else 0x20120707, b"")
        elif operation == 0xD2 and self.loader.stub:
            self._read_flash(data)
        else:
            try:
                value, answer = self.loader.run(operation, checksum, data)
            except _Bad as error:
                self._reply(operation, 0, b"", int(error.args[0]))
                return
            self._reply(operation, value, answer)
            if operation == 0x06 and not self.loader.stub and data[4:8] != b"\0\0\0\0":
                self.loader.stub = True
                self._send(b"OHAI")

    def _reply(self, operation: int, value: int, answer: bytes, error: int = 0) -> None:
        status = bytes([1 if error else 0, error]) + (b"" if self.loader.stub else b"\0\0")
        self._send(struct.pack("<BBHI", 1, operation, len(answer) + len(status), value) + answer + status)

    def _read_flash(self, data: bytes) -> None:
        """Blocks of the flash; the host acknowledges by the count of bytes that it has."""
        offset, size, block, ahead = struct.unpack("<IIII", data)
        if offset + size > self.flash.size:
            self._reply(0xD2, 0, b"", FAILED)
            return
        self._reply(0xD2, 0, b"")
        whole = self.flash.read(offset, size)
        sent = acknowledged = 0
        while acknowledged < size:
            while sent < size and sent - acknowledged < block * ahead:
                self._send(whole[sent : sent + block])
                sent = min(sent + block, size)
            for frame in self._unslip.feed(self._receive()):
                if len(frame) == 4:
                    acknowledged = struct.unpack("<I", frame)[0]
                else:  # no longer an acknowledgement: the host has given up
                    return
        self._send(hashlib.md5(whole).digest())


def main() -> None:
    """Offer a chip until it is interrupted."""
    parser = argparse.ArgumentParser(description="An ESP32 that waits for a download, on a pseudo terminal.")
    parser.add_argument("flash", help="the file that is its flash; made when there is none")
    parser.add_argument("--chip", choices=sorted(CHIP_IDS), default="esp32c3")
    parser.add_argument("--size", type=int, choices=(2, 4, 8, 16), default=4, help="megabytes")
    given = parser.parse_args()
    with Chip(given.flash, given.size << 20, given.chip) as chip:
        print(chip.port, flush=True)
        try:
            while chip.alive():
                time.sleep(0.2)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
