# SPDX-License-Identifier: Apache-2.0
"""`make bench-list`."""

from bench.list.command import main

main()
