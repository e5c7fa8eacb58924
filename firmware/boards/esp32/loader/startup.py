# SPDX-License-Identifier: Apache-2.0
"""From reset to the application: what boot.py and main.py do, and what the application asks of its loader."""

import sys

import vfs
from esp32 import Partition

from ringwarden_loader import choice
from ringwarden_loader.record import SAFE, SECTORS, BootRecord, State

APPS = ("rw_app0", "rw_app1")
SETTINGS = "rw_settings"
MOUNT = "/app"
APP_BLOCK = 512  # of its file system, which is only read: a hundred small files take no sector each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class PartitionFlash:
    """Sectors of a partition as `ringwarden.blocklist.flash.Flash`: what is not erased is only cleared further."""

    def __init__(self, partition, first: int = 0, sectors: int = -1) -> None:
        self._partition = partition
        self.sector = partition.ioctl(5, 0)
        self._first = first
        self.size = (partition.ioctl(4, 0) - first if sectors < 0 else sectors) * self.sector

    def _at(self, offset: int, length: int) -> "tuple[int, int]":
        if offset < 0 or length < 0 or offset + length > self.size:
            raise OSError(22)  # EINVAL
        return self._first + offset // self.sector, offset % self.sector

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes."""
        block, within = self._at(offset, length)
        data = bytearray(length)
        self._partition.readblocks(block, data, within)
        return bytes(data)

    def erase(self, offset: int) -> None:
        """Set one sector to 0xFF."""
        self._partition.ioctl(6, self._at(offset, self.sector)[0])

    def program(self, offset: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`."""
        block, within = self._at(offset, len(data))
        self._partition.writeblocks(block, data, within)


class Shortened:
    """A block device without the last blocks of `partition`, for a file system beside something raw."""

    def __init__(self, partition, without: int) -> None:
        self._partition = partition
        self._blocks = partition.ioctl(4, 0) - without
        self.readblocks = partition.readblocks
        self.writeblocks = partition.writeblocks

    def ioctl(self, operation: int, argument: int):
        """As MicroPython's block devices; operation 4 asks for the number of blocks."""
        return self._blocks if operation == 4 else self._partition.ioctl(operation, argument)


def partition(label: str, block: int = 4096) -> "Any":
    """The data partition with this label, in blocks of so many bytes. OSError ENODEV when the table has none."""
    found = Partition.find(Partition.TYPE_DATA, label=label, block_size=block)
    if not found:
        raise OSError(19)
    return found[0]


def record() -> BootRecord:
    """The box's own record of its boots: the last two sectors of the settings."""
    settings = partition(SETTINGS)
    return BootRecord(PartitionFlash(settings, settings.ioctl(4, 0) - SECTORS, SECTORS))


def settings_device() -> Shortened:
    """The block device of the settings' file system."""
    return Shortened(partition(SETTINGS), SECTORS)


def in_use() -> int:
    """The slot that this boot runs from."""
    return record().state.slot


def other_slot() -> "Any":
    """The partition that a new application is written to, and its number: (partition, slot)."""
    slot = 1 - in_use()
    return partition(APPS[slot]), slot


def try_slot(slot: int) -> None:
    """A new application stands whole in `slot` and was verified: it is on trial from the next boot on."""
    record().write(choice.chosen(slot))


def write(state: State) -> None:
    """Make this the state of the box."""
    record().write(state)


def _keep(boots: BootRecord, state: State) -> None:
    """Write the state down; a record that cannot be kept any more is no reason not to serve the line."""
    try:
        boots.write(state)
    except OSError:
        boots.state = state


def begin() -> None:
    """boot.py: note the boot, mount the application. Leaves `main` nothing to do when there is none."""
    boots = record()
    _keep(boots, choice.boot(boots.state))
    for _ in APPS:
        try:
            vfs.mount(partition(APPS[boots.state.slot], APP_BLOCK), MOUNT, readonly=True)
            break
        except OSError:
            _keep(boots, choice.missing(boots.state, "mount"))
    sys.path.append(MOUNT)


def run() -> None:
    """main.py: start the application; whatever it raises is noted, and the box starts anew.

    A box in safe mode that still fails stays at the prompt, where `ringwarden flash` and mpremote find it. Nothing
    here ever touches the relay: the line is a wire.
    """
    try:
        import ringwarden_box

        ringwarden_box.main()
        why = "ended"
    except KeyboardInterrupt:
        raise
    except Exception as error:
        sys.print_exception(error)
        why = "import" if isinstance(error, (ImportError, SyntaxError)) else type(error).__name__
    boots = record()
    state = boots.state
    _keep(boots, choice.missing(state, why) if why == "import" else choice.noted(state, why))
    if state.mode != SAFE:
        import machine

        machine.reset()
    print("Ringwarden: safe mode failed too ({}); update this box over the cable.".format(why))
