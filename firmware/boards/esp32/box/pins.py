# SPDX-License-Identifier: Apache-2.0
"""Which pin does what on the box's circuit. Pins that strap the chip at reset (2, 8, 9 on a C3) drive nothing."""

RING = 3  # in, low while current flows through the ring opto
HOOK = 1  # in, low while the household's phone draws current
RELAY = 10  # out, the charge pump: only its changes hold the relay
SEIZE = 0  # out, high: the box takes the line

I2S_SCLK = 5
I2S_WS = 6
I2S_DATA = 7  # from the codec
I2C_SCL = 4
I2C_SDA = 8
