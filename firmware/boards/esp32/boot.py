# SPDX-License-Identifier: Apache-2.0
"""Runs first after every reset, from the partition `vfs`."""

from ringwarden_loader import startup

startup.begin()
