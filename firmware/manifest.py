# SPDX-License-Identifier: Apache-2.0
"""What is frozen into a MicroPython firmware of one's own: `make BOARD=… FROZEN_MANIFEST=…/firmware/manifest.py`.

The C library cannot be frozen: its native module `_ringwarden.mpy` (`make mpy ARCH=rv32imc`) goes onto the file system.
"""

package("ringwarden")  # noqa: F821
