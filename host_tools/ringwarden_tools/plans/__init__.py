# SPDX-License-Identifier: Apache-2.0
"""Makes the number tables of the firmware from the metadata in `phonenumbers` and the hand-written facts beside it."""
