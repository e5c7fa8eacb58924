# SPDX-License-Identifier: Apache-2.0
"""Fixtures of more than one file of host tests."""

from box_kit import folder, quick, slot

__all__ = ["folder", "quick", "slot"]
