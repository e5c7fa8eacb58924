# SPDX-License-Identifier: Apache-2.0
"""Caller-ID messages from recordings and streams: `sound` opens them, `messages` decodes them, `show` prints them."""
