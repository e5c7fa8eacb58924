# SPDX-License-Identifier: Apache-2.0
"""An ES8311 that listens: its microphone input at 16,000 samples a second in slots of 32 bits.

MicroPython's I2S drives no master clock, so the codec takes the bit clock (1.024 MHz) for it, times four: 256 clocks a
sample. The values are those of the chip's register table; they were not tried on a chip yet.
"""

import time

ADDRESS = 0x18
CHIP_ID = b"\x83\x11"  # registers 0xFD and 0xFE
GAIN = 0x04  # register 0x16: 24 dB, in steps of 6 dB; the line's caller-ID is 12 to 476 mV

START = (
    (0x00, 0x1F),  # reset everything
    (0x00, 0x00),
    (0x01, 0xBF),  # clocks on, the master clock is the bit clock
    (0x02, 0x10),  # divided by 1, times 4
    (0x03, 0x10),  # oversampling of the converter
    (0x05, 0x00),  # its clock, divided by 1
    (0x07, 0x00),  # a frame has 64 bits: divider 0x003F + 1
    (0x08, 0x3F),
    (0x0A, 0x10),  # out: I2S format, 32 bits
    (0x0D, 0x01),  # analogue supplies on
    (0x0E, 0x02),  # amplifier and converter on
    (0x12, 0x02),  # what plays stays off
    (0x14, 0x1A),  # input 1, balanced
    (0x16, GAIN),
    (0x17, 0xBF),  # 0 dB of digital gain
    (0x1C, 0x6A),  # no equaliser, offset removed
    (0x00, 0x80),  # run, as the slave of our clocks
)


class CodecError(OSError):
    """No codec, or another chip, answers on the bus."""


def start(i2c) -> None:
    """Bring the codec up over `i2c`, twice if need be. Raises `CodecError`."""
    for attempt in (1, 2):
        try:
            found = bytes([i2c.readfrom_mem(ADDRESS, 0xFD, 1)[0], i2c.readfrom_mem(ADDRESS, 0xFE, 1)[0]])
            if found != CHIP_ID:
                raise CodecError(19)
            for register, value in START:
                i2c.writeto_mem(ADDRESS, register, bytes([value]))
                if register == 0:
                    time.sleep_ms(20)
            return
        except OSError:
            if attempt == 2:
                raise CodecError(19)
