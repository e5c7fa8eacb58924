# SPDX-License-Identifier: Apache-2.0
"""A telephone exchange, a line and a phone in software: the board on which an evening of calls can be played.

The appliance is handed what hardware would hand it, blocks of line samples and wire events, and nothing else.
`board.Board` is the way in on CPython; `pipe_main` and `pipe_exchange` carry the same line to an appliance in another
process. Modules import numpy, except the portable ones (`flash`, `pipe_line`, `pipe_main`, `store`, `update_main`),
which run on MicroPython too.
"""
