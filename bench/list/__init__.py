# SPDX-License-Identifier: Apache-2.0
"""`make bench-list`: sizes and speeds of lists, beside other ways to hold a set of numbers."""
