# SPDX-License-Identifier: Apache-2.0
"""The module `machine` of the emulated chip. Time on the line is counted in samples; it passes `speed` times as fast as
the clock on the wall, and no faster, so that what else the program does gets its turns.

A line is a JSON file: {"samples": "line.s16", "levels": [[millisecond, pin, level], ...], "end": "hang"}, or "reset",
"power", "quiet": the samples are 8 kHz, 16 bit. The codec's I2S gives each twice, as frames of two slots of 32 bits.
When they are used up the line stays quiet; or the program hangs, or the chip begins anew.
"""

import io
import json
import time
from array import array

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5
I2C_ADDRESS, I2C_ID = 0x18, {0xFD: 0x83, 0xFE: 0x11}
FRAMES = 16  # of I2S in a millisecond
FRAME = 8  # bytes
POLL = 3  # a stream's ioctl
BLOCK_MS = 10  # of the line, what a program reads at once
PUMP_MS = 20  # a pin that rests so long pumps nothing


class Reset(BaseException):
    """The program is over: the chip begins anew."""

    def __init__(self, cause):
        self.cause = cause


class _Chip:
    def __init__(self):
        self.cause = PWRON_RESET
        self.levels = {}
        self.changes = []
        self.samples = None
        self.end = "quiet"
        self.ms = 0  # line time that was read
        self.number = b""
        self.speed = 4
        self.due_ms = 0  # line time that has passed
        self.clock = time.ticks_us()
        self.timers = []
        self.out = None
        self.codec = {}
        self.pumping = {}  # pin: millisecond of its last change

    def pass_ms(self):
        """One more millisecond of the line: levels change, timers fire."""
        self.ms += 1
        while self.changes and self.changes[0][0] <= self.ms:
            _, pin, level = self.changes.pop(0)
            self.levels[pin] = level
        for pin in self.pumping:
            if self.pumping[pin] is not None and self.ms - self.pumping[pin] > PUMP_MS:
                self.pumping[pin] = None
                self.tell("pin", pin, "rests", self.ms)
        for timer in self.timers:
            timer.callback(timer)

    def due(self):
        """Milliseconds of line time that wait to be read."""
        now = time.ticks_us()
        passed = time.ticks_diff(now, self.clock) * self.speed // 1000
        if passed:
            self.clock = time.ticks_add(self.clock, passed * 1000 // self.speed)
            self.due_ms += passed
        return self.due_ms - self.ms

    def tell(self, *words):
        """To whoever watches the chip."""
        if self.out:
            self.out.write(" ".join([str(word) for word in words]) + "\n")
            self.out.flush()


_chip = _Chip()


def attach(setup):
    """Power: the cause of this reset, the line, the file that is told of watchdog and relay."""
    _chip.cause = setup.get("cause", PWRON_RESET)
    _chip.number = bytes.fromhex(setup.get("number", "025257000001"))
    _chip.speed = setup.get("speed", 4)
    if setup.get("tell"):
        _chip.out = open(setup["tell"], "a")
    if setup.get("line"):
        with open(setup["line"]) as file:
            line = json.loads(file.read())
        _chip.changes = line["levels"]
        _chip.end = line.get("end", "quiet")
        if line.get("samples"):
            _chip.samples = open(line["samples"], "rb")


def reset():
    """Begin anew."""
    raise Reset(HARD_RESET)


def soft_reset():
    """Begin anew."""
    raise Reset(SOFT_RESET)


def reset_cause():
    """Why the program runs."""
    return _chip.cause


def unique_id():
    """The address of this chip."""
    return _chip.number


def freq(_hertz=None):
    """Hertz."""
    return 160000000


class Pin:
    """An input has the level that the line's file gives it, 1 before; an output is told of as it begins to change and
    when it has come to rest."""

    IN, OUT, PULL_UP, PULL_DOWN, IRQ_FALLING, IRQ_RISING = 1, 3, 2, 1, 2, 1

    def __init__(self, number, mode=IN, pull=None, value=None):
        self._number = number
        self._out = mode == Pin.OUT
        self._level = value or 0

    def __call__(self, level=None):
        if level is None:
            return self._level if self._out else _chip.levels.get(self._number, 1)
        if level != self._level:
            self._level = level
            if _chip.pumping.get(self._number) is None:
                _chip.tell("pin", self._number, "changes", _chip.ms)
            _chip.pumping[self._number] = _chip.ms

    value = __call__


class WDT:
    """The watchdog: whoever watches the chip ends it when it is not fed in time."""

    def __init__(self, id=0, timeout=5000):
        self._timeout = timeout
        self.feed()

    def feed(self):
        """Not yet."""
        _chip.tell("feed", self._timeout)


class Timer:
    """Fires with the line's time."""

    ONE_SHOT, PERIODIC = 0, 1

    def __init__(self, id=0):
        self.callback = None

    def init(self, period=1, mode=PERIODIC, callback=None):
        """Every millisecond; a longer one belongs to the prompt, where this chip's life ends."""
        if period != 1:
            return
        self.callback = callback
        _chip.timers.append(self)

    def deinit(self):
        """No more."""
        if self in _chip.timers:
            _chip.timers.remove(self)


class I2C:
    """A bus with an ES8311."""

    def __init__(self, id=0, scl=None, sda=None, freq=100000):
        pass

    def readfrom_mem(self, address, register, length):
        """Its registers."""
        if address != I2C_ADDRESS:
            raise OSError(19)
        return bytes([I2C_ID.get(register + at, _chip.codec.get(register + at, 0)) for at in range(length)])

    def writeto_mem(self, address, register, data):
        """Its registers."""
        if address != I2C_ADDRESS:
            raise OSError(19)
        for at in range(len(data)):
            _chip.codec[register + at] = data[at]


class I2S(io.IOBase):
    """The codec's samples; `asyncio.StreamReader` waits for them as for those of the chip."""

    RX, TX, MONO, STEREO = 0, 1, 0, 1

    def __init__(self, id, sck, ws, sd, mode, bits, format, rate, ibuf):
        if (mode, bits, format, rate) != (I2S.RX, 32, I2S.STEREO, 16000):
            raise ValueError("the codec gives frames of two slots of 32 bits")

    def ioctl(self, request, argument):
        """Ready to be read (poll) when a block's time has passed."""
        if request != POLL:
            return -1  # no file descriptor above all: 0 would be one
        return argument & 1 if _chip.due() >= BLOCK_MS else 0

    def readinto(self, buffer):
        """Whole milliseconds, as many as fit."""
        view = memoryview(buffer)
        for at in range(0, len(view) - FRAMES * FRAME + 1, FRAMES * FRAME):
            _chip.pass_ms()
            view[at : at + FRAMES * FRAME] = _frames(_chip.samples.read(FRAMES) if _chip.samples else b"")
        return len(view) // (FRAMES * FRAME) * (FRAMES * FRAME)


def _frames(data):
    if len(data) < FRAMES:
        _line_ended()
        return bytes(FRAMES * FRAME)
    words = array("h", bytes(FRAMES * FRAME))
    for index, sample in enumerate(array("h", data)):
        for frame in (2 * index, 2 * index + 1):
            words[4 * frame + 1] = sample
    return bytes(words)


def _line_ended():
    if _chip.end == "reset":
        _chip.tell("ms", _chip.ms)
        raise Reset(HARD_RESET)
    if _chip.end == "power":
        _chip.tell("ms", _chip.ms)
        raise Reset(PWRON_RESET)
    if _chip.end == "hang":
        _chip.tell("hang", _chip.ms)
        while True:
            time.sleep(1)


class RTC:
    """The host's clock goes right already."""

    def datetime(self, _when=None):
        """Nothing to set."""
