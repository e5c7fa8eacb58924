# SPDX-License-Identifier: Apache-2.0
"""What stands on an ESP32 box's flash, and how it gets there."""
