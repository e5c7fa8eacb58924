# SPDX-License-Identifier: Apache-2.0
"""The board: what `ringwarden.ports` asks for, on an ESP32-C3 or C6."""

import asyncio
import os
import time

import machine
import vfs

from ringwarden.blocklist.slots import Slots
from ringwarden.blocklist.standing import StandingList
from ringwarden.household import Household
from ringwarden.settings import SettingsError
from ringwarden_box import codec, pins
from ringwarden_box.line import EspLine
from ringwarden_box.store import JournalStore
from ringwarden_box.updating import attentive
from ringwarden_loader import startup

SETTINGS = "/settings"
_EPOCH_2000 = 946684800
_NEVER_SET = 757382400  # 2024 in seconds since 2000: an earlier time was never set
SAMPLE_RATE = 16000
DMA_BYTES = 20480  # 160 ms: as long as a sector's erase may hold the program up


class EspClock:
    """The chip's clock: seconds since 1970 once it was set, 0 before."""

    def __init__(self) -> None:
        self._ticks = 0
        self._last = time.ticks_us()

    def epoch(self) -> int:
        """Seconds since 1970 UTC."""
        now = time.time()
        if _since_2000():
            return int(now) + _EPOCH_2000 if now >= _NEVER_SET else 0
        return int(now) if now >= _NEVER_SET + _EPOCH_2000 else 0

    def ticks_us(self) -> int:
        """Microseconds, monotonic: the chip's counter, unrolled."""
        now = time.ticks_us()
        self._ticks += time.ticks_diff(now, self._last)
        self._last = now
        return self._ticks


def set_clock(epoch) -> None:
    """Take a host's word for the time (seconds since 1970) while the clock was never set."""
    if isinstance(epoch, int) and epoch > _NEVER_SET + _EPOCH_2000 and not EspClock().epoch():
        at = time.gmtime(epoch - (_EPOCH_2000 if _since_2000() else 0))
        machine.RTC().datetime((at[0], at[1], at[2], at[6], at[3], at[4], at[5], 0))


def _since_2000() -> bool:
    return time.gmtime(0)[0] == 2000


def mount_settings() -> bool:
    """The settings' file system, made when there is none yet. False when the flash takes none: the box still works."""
    device = startup.settings_device()
    try:
        try:
            vfs.mount(vfs.VfsLfs2(device), SETTINGS)
        except OSError:
            vfs.VfsLfs2.mkfs(device)
            vfs.mount(vfs.VfsLfs2(device), SETTINGS)
        return True
    except OSError:
        return False


def standing_list() -> "tuple[StandingList, tuple]":
    """The list of the two raw partitions, and the flashes below it, which let other tasks run during an update."""
    parts = [attentive(startup.PartitionFlash(startup.partition(label))) for label in ("rw_list0", "rw_list1")]
    return StandingList(Slots(*parts)), tuple(parts)


def household() -> "tuple[Household, str]":
    """The household's document, and what ails it: "" or the sentence of its error. A bad one blocks nobody."""
    try:
        with open(SETTINGS + "/household.json", "rb") as file:
            return Household.from_file(file), ""
    except SettingsError as error:
        return Household(), str(error)
    except ValueError:
        return Household(), "household.json is no JSON"
    except OSError:
        return Household(), ""


class Board:
    """Line, clock and store. Building it starts the codec and the timer that samples the wires."""

    name = "esp32"

    def __init__(self) -> None:
        codec.start(machine.I2C(0, scl=machine.Pin(pins.I2C_SCL), sda=machine.Pin(pins.I2C_SDA), freq=100000))
        audio = machine.I2S(
            0,
            sck=machine.Pin(pins.I2S_SCLK),
            ws=machine.Pin(pins.I2S_WS),
            sd=machine.Pin(pins.I2S_DATA),
            mode=machine.I2S.RX,
            bits=32,
            format=machine.I2S.STEREO,
            rate=SAMPLE_RATE,
            ibuf=DMA_BYTES,
        )
        out = machine.Pin.OUT
        self.clock = EspClock()
        self.store = JournalStore(SETTINGS + "/journal")
        self.line = EspLine(
            asyncio.StreamReader(audio),
            machine.Pin(pins.RING, machine.Pin.IN, machine.Pin.PULL_UP),
            machine.Pin(pins.HOOK, machine.Pin.IN, machine.Pin.PULL_UP),
            machine.Pin(pins.RELAY, out, value=0),
            machine.Pin(pins.SEIZE, out, value=0),
        )
        self._timer = machine.Timer(0)
        self._timer.init(period=1, mode=machine.Timer.PERIODIC, callback=self.line.sampler.tick)


def remove(path: str) -> None:
    """Take a file away if it is there."""
    try:
        os.remove(path)
    except OSError:
        pass
