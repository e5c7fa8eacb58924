# SPDX-License-Identifier: Apache-2.0
"""A box at the other end of a cable."""
