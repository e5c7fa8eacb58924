# SPDX-License-Identifier: Apache-2.0
"""How long updates take over a serial line."""
