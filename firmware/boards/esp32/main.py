# SPDX-License-Identifier: Apache-2.0
"""Runs after boot.py."""

from ringwarden_loader import startup

startup.run()
