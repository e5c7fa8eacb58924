# SPDX-License-Identifier: Apache-2.0
"""Modules that are wanted for minutes in a day give their memory back."""

import sys


def forget(kept: set, prefixes: "tuple[str, ...]") -> None:
    """Let go of every module whose name begins so and is not among `kept`, the names loaded before."""
    for name in [name for name in sys.modules if name.startswith(prefixes) and name not in kept]:
        del sys.modules[name]
        parent, _, child = name.rpartition(".")
        if parent in sys.modules and hasattr(sys.modules[parent], child):
            delattr(sys.modules[parent], child)
