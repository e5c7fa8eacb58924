# SPDX-License-Identifier: Apache-2.0
"""Why a list cannot be used."""

EXPLANATIONS = {
    "magic": "this is not a Ringwarden list",
    "version": "this list is in a newer format than this software reads",
    "length": "the list is not whole",
    "checksum": "the list is damaged",
    "format": "the list breaks the rules of its format",
}


class ListError(Exception):
    """`code` is one of the words in `EXPLANATIONS`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(EXPLANATIONS.get(code, code))
