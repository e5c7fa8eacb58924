# SPDX-License-Identifier: Apache-2.0
"""How a box comes onto the household's Wi-Fi, and its first password: by cable (improv.py), by phone (portal.py)."""
