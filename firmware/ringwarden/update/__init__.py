# SPDX-License-Identifier: Apache-2.0
"""Signed updates: a client of The Update Framework (TUF specification 1.0), the same on CPython and on MicroPython.

`client.Updater` trusts a repository's metadata and downloads its targets; it reaches the world through what it is
handed: a store (`ringwarden.update.store`), a fetcher (`ringwarden.update.fetch`), a clock (`ringwarden.ports.Clock`),
`limits.Limits`.

Nothing is imported here: a box that only needs to know an error, or its hour of the night, spares the memory by day.
"""
