# SPDX-License-Identifier: Apache-2.0
"""What runs on a host computer: the `ringwarden` command and the tools behind it."""

__version__ = "0.1.0"
