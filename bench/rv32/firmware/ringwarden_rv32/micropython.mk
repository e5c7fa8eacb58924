# SPDX-License-Identifier: Apache-2.0
# A module for MicroPython's firmware of QEMU's RISC-V machine: USER_C_MODULES=bench/rv32/firmware.
SRC_USERMOD_C += $(USERMOD_DIR)/support.c
