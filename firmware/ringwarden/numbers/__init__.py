# SPDX-License-Identifier: Apache-2.0
"""Telephone numbers: one form for each number, whatever the display wrote.

home = Home("CN", "10", 8)
normalise("17951013812345678", home).e164 == normalise("+86 138-1234-5678", home).e164 == "+8613812345678"
"""

from ringwarden.numbers.number import Home, Number, from_key, key
from ringwarden.numbers.parse import normalise

__all__ = ["Home", "Number", "from_key", "key", "normalise"]
