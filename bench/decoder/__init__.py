# SPDX-License-Identifier: Apache-2.0
"""Measures the caller-ID decoder beside other people's, on signals that are made here: `make bench-decoder`.

messages, waveform, channel, sounds   make signals; nothing in them is shared with the decoder or with its tests
condition, table                      one situation on a line, and the list of those that are measured
ours, peers                           who listens
limits                                what physics allows
measure, cost, recordings             who decoded what, and at what price
report, plot                          docs/bench/decoder.md and its pictures
falsing, speakers                     hours of everything that is not caller-ID: `make bench-decoder-falsing`
"""

import os

# Every process works on its own; threads inside of numpy would only be in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
