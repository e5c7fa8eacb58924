# SPDX-License-Identifier: Apache-2.0
"""How large deltas between lists are, and what it takes to apply them."""
