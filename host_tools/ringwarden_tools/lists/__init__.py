# SPDX-License-Identifier: Apache-2.0
"""Making lists: from text files to a `.rwl` (docs/FORMATS.md). The appliance's own reader is `ringwarden.blocklist`.

sources     text files to numbers, and what was refused
keys        one written number to its key, quickly
merge       many reports of a number to one entry
front       the Bloom front
body        blocks of Rice-coded gaps
index       nodes of separators above the blocks
prefix_code the code for categories
image       the whole file
"""
