# SPDX-License-Identifier: Apache-2.0
"""The list of known nuisance numbers, asked where it lies: in a file or on flash. The bytes are in docs/FORMATS.md.

`open_file("numbers.rwl")` checks every checksum; `lookup(8613800138000)` then gives the index of a category, or None.
"""

from ringwarden.blocklist.errors import ListError
from ringwarden.blocklist.reader import Blocklist, open_file, stored_length

__all__ = ["Blocklist", "ListError", "open_file", "stored_length"]
