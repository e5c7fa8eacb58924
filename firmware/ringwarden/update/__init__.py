# SPDX-License-Identifier: Apache-2.0
"""Signed updates: a client of The Update Framework (TUF specification 1.0), the same on CPython and on MicroPython.

`Updater` trusts a repository's metadata and downloads its targets; it reaches the world through what it is handed: a
store (`ringwarden.update.store`), a fetcher (`ringwarden.update.fetch`), a clock (`ringwarden.ports.Clock`), `Limits`.
"""

from ringwarden.update.client import Updater
from ringwarden.update.errors import UpdateError
from ringwarden.update.limits import Limits
from ringwarden.update.metadata import Target

__all__ = ["Limits", "Target", "UpdateError", "Updater"]
