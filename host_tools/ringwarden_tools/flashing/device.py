# SPDX-License-Identifier: Apache-2.0
"""A chip on a port, through esptool: what it is, and writing so that it can be interrupted and taken up again.

Parts are written in pieces of 64 KiB. Before a piece is written the chip is asked for the MD5 of what stands there:
what is in place already is left alone, so the same command, given again, goes on where it stopped.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import TypeVar

import serial
from esptool import cmds
from esptool.loader import ESPLoader
from esptool.logger import log
from esptool.util import FatalError
from serial.tools import list_ports

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import partitions
from ringwarden_tools.flashing.contents import Part
from ringwarden_tools.flashing.official import NAMES

T = TypeVar("T")

PIECE = 0x10000
BAUD = 460800
_TIMEOUT = 10.0  # seconds for a block: a piece that compresses well is erased and written within one
_TRIES = 3
_USB_VENDORS = {0x303A, 0x10C4, 0x1A86, 0x0403}  # Espressif; and the bridges that boards carry: CP210x, CH34x, FTDI

try:
    from termios import error as _TerminalError
except ImportError:  # Windows
    _TerminalError = OSError  # type: ignore[misc,assignment]

VANISHED = (serial.SerialException, OSError, _TerminalError)
FAILURES = (FatalError, *VANISHED)


class LineError(Exception):
    """The chip is gone or does not answer sense; the text says which, without a full stop."""


def find_port() -> str:
    """The one port that a board may be on. `UserError` when there is none or more."""
    found = [port.device for port in list_ports.comports() if port.vid in _USB_VENDORS]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"there are boards on {', '.join(found)}: name one with --port")
    raise UserError("no board is plugged in: plug it in with a USB cable that carries data, or name it with --port")


def reason(error: BaseException) -> str:
    """What esptool or pyserial say, as the part of a sentence."""
    if isinstance(error, VANISHED):
        return "the port has vanished"
    text = str(error).strip().splitlines()
    first = text[0].rstrip(".: ") if text else type(error).__name__
    return first[0].lower() + first[1:] if first else "no reason given"


class Device:
    """An open connection. `chip` is "esp32c3" or "esp32c6", `flash_size` the table's size in bytes that it has,
    `mac` its address."""

    def __init__(self, port: str, baud: int = BAUD, attempts: int = 7) -> None:
        log.set_verbosity("silent")
        self.port = port
        self.timeout = _TIMEOUT
        try:
            self._esp: ESPLoader = cmds.detect_chip(port, connect_attempts=attempts)
        except FAILURES as error:
            raise UserError(_no_connection(port, error)) from None
        try:
            self._begin(baud)
        except FAILURES as error:
            self.close()
            raise UserError(
                f"the chip on {port} stopped answering ({reason(error)}), nothing was changed: check the cable, plug "
                "it in again and repeat the command"
            ) from None
        except BaseException:
            self.close()
            raise

    def _begin(self, baud: int) -> None:
        self.chip = self._esp.CHIP_NAME.lower().replace("-", "")
        if self.chip not in NAMES:
            raise UserError(f"the chip on {self.port} is an {self._esp.CHIP_NAME}: a box has an ESP32-C3 or ESP32-C6")
        locked = self._esp.secure_download_mode or self._esp.get_secure_boot_enabled()
        if locked or self._esp.get_flash_encryption_enabled():
            raise UserError(f"the chip on {self.port} is locked for its maker's programs: use another board")
        self.mac = bytes(self._esp.read_mac("BASE_MAC"))
        self._esp = cmds.run_stub(self._esp)
        if baud != self._esp.get_baud():
            self._esp.change_baud(baud)
        cmds.attach_flash(self._esp)
        size = cmds.detect_flash_size(self._esp) or "0MB"
        megabytes = int(size[:-2]) if size.endswith("MB") else 0
        fitting = [known for known in partitions.BOARDS.values() if known <= megabytes * partitions.MIB]
        if not fitting:
            had = f"{size[:-2]} {size[-2:]}" if megabytes else "too little"
            raise UserError(f"the board on {self.port} has {had} of flash, a box needs 4 MB: use another board")
        self.flash_size = max(fitting)
        self._esp.flash_set_parameters(megabytes * partitions.MIB)

    def close(self) -> None:
        """Let go of the port; the chip stays as it is."""
        self._esp._port.close()

    def reset(self) -> None:
        """Start what is on flash. Where the port has no lines for that nothing happens."""
        try:
            self._esp.hard_reset()
        except FAILURES:
            pass

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the flash. `LineError` when they cannot be had."""
        return self._patiently(lambda: self._esp.read_flash(offset, length))

    def holds(self, offset: int, data: bytes) -> bool:
        """Whether the chip, reading its flash back, has the MD5 of these bytes."""
        return self._patiently(lambda: self._esp.flash_md5sum(offset, len(data))) == hashlib.md5(data).hexdigest()

    def write(self, offset: int, data: bytes) -> None:
        """Erase and program whole sectors, then compare. `LineError` also when something else stands there after it."""
        for _ in range(_TRIES):
            self._patiently(lambda: self._send(offset, data))
            if self.holds(offset, data):
                return
        raise LineError(f"the flash at {offset:#x} does not keep what is written")

    def _patiently(self, action: Callable[[], T]) -> T:
        """What `action` returns; it is repeated when there was noise on the line, but not when the port is gone."""
        for attempt in range(_TRIES):
            try:
                return action()
            except VANISHED as error:
                raise LineError(reason(error)) from None
            except (FatalError, ValueError, struct.error) as error:
                if attempt == _TRIES - 1:
                    raise LineError(reason(error)) from None
                self._recover()
        raise AssertionError("the last try returned or raised")

    def _send(self, offset: int, data: bytes) -> None:
        packed = zlib.compress(data, 9)
        size = self._esp.FLASH_WRITE_SIZE
        self._esp.flash_defl_begin(len(data), len(packed), offset)
        for number, at in enumerate(range(0, len(packed), size)):
            self._esp.flash_defl_block(packed[at : at + size], number, timeout=self.timeout)

    def _recover(self) -> None:
        """Come back into step after a frame was lost."""
        try:
            self._esp.flush_input()
            self._esp.sync()
        except VANISHED as error:
            raise LineError(reason(error)) from None
        except (FatalError, ValueError, struct.error):
            pass  # the next command tells


def _no_connection(port: str, error: BaseException) -> str:
    text = str(error)
    if "Could not open" in text:
        why = "is used by another program" if "busy" in text and "No such file" not in text else "cannot be opened"
        if "Permission denied" in text:
            return f"{port} may not be opened by this user: become a member of its group (often dialout)"
        return f"{port} {why}: plug the board in, close other programs and check --port"
    return (
        f"no ESP32 answers on {port} ({reason(error)}), nothing was changed: hold the board's BOOT button while you "
        "plug it in, then repeat the command"
    )


UNTOUCHED, INCOMPLETE, WRITTEN = "untouched", "incomplete", "in place"


class Writer:
    """Writes parts and remembers how far it came: `states` tells it for each part, `skipped` counts bytes that were in
    place before."""

    def __init__(self, device: Device, parts: Iterable[Part]) -> None:
        self._device = device
        self.parts = [(part, _padded(part.data)) for part in parts]
        self.states = {part.what: UNTOUCHED for part, _ in self.parts}
        self.total = sum(len(data) for _, data in self.parts)
        self.skipped = 0

    def write(self, told: Callable[[str, int], None]) -> None:
        """All parts, in their order. `told(what, bytes)` after each piece. Raises `LineError`."""
        for part, data in self.parts:
            for at in range(0, len(data), PIECE):
                piece = data[at : at + PIECE]
                if self._device.holds(part.offset + at, piece):
                    self.skipped += len(piece)
                else:
                    self.states[part.what] = INCOMPLETE
                    self._device.write(part.offset + at, piece)
                told(part.what, len(piece))
            self.states[part.what] = WRITTEN

    def verify(self, told: Callable[[str, int], None]) -> None:
        """Compare every part as a whole once more."""
        for part, data in self.parts:
            if not self._device.holds(part.offset, data):
                self.states[part.what] = INCOMPLETE
                raise LineError(f"{part.what} does not read back as it was written")
            told(part.what, len(data))


def _padded(data: bytes) -> bytes:
    return data.ljust(-(-len(data) // partitions.SECTOR) * partitions.SECTOR, b"\xff")


_STARTS_FROM = ("MicroPython", "the partition table", "the bootloader")


def report(writer: Writer, error: LineError, fresh: bool) -> str:
    """One sentence for each thing that a person must know after a failed flash."""
    by_state: dict[str, list[str]] = {UNTOUCHED: [], INCOMPLETE: [], WRITTEN: []}
    for what, state in writer.states.items():
        by_state[state].append(what)
    lines = [f"flashing stopped: {error}."]
    for state, words in ((WRITTEN, "In place"), (INCOMPLETE, "Incomplete"), (UNTOUCHED, "As it was before")):
        if by_state[state]:
            lines.append(f"{words}: {', '.join(by_state[state])}.")
    touched = by_state[INCOMPLETE] + ([] if by_state[UNTOUCHED] else by_state[WRITTEN])
    if any(what in _STARTS_FROM for what in touched):
        lines.append("The box does not start like this, and nothing is broken for good: its loader is in ROM.")
    elif not any(state != UNTOUCHED for state in writer.states.values()):
        lines.append("The board is as it was.")
    elif fresh:
        lines.append("What was on the board before may no longer start.")
    else:
        lines.append("The box still starts, from the parts that are whole.")
    lines.append("Plug it in again and repeat the command: what is in place is not written again.")
    return " ".join(lines)
