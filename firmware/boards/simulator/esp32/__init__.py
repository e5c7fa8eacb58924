# SPDX-License-Identifier: Apache-2.0
"""An emulated ESP32: MicroPython's unix port boots from a flash file, with the chip's modules in place of its own."""
