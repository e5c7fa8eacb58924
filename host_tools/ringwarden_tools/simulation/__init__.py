# SPDX-License-Identifier: Apache-2.0
"""Playing telephone scenarios: the files they are written in, and what becomes of them."""
