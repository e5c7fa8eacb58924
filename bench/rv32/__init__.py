# SPDX-License-Identifier: Apache-2.0
"""The library and the core on a 32-bit RISC-V machine: MicroPython's firmware under QEMU."""
