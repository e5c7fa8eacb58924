# SPDX-License-Identifier: Apache-2.0
"""Stands on the partition `vfs`, chooses the application's slot and starts it. Changed only over the cable."""
