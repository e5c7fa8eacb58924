# SPDX-License-Identifier: Apache-2.0
"""Metadata files of the four roles, read and checked."""


class Target:
    """A file that signed metadata vouch for.

    `path` names it in the repository; `length` is in bytes; `hashes` maps "sha256" (and others) to lowercase hex;
    `custom` is the dict that the repository put beside it, {} when there is none.
    """

    __slots__ = ("path", "length", "hashes", "custom")

    def __init__(self, path: str, length: int, hashes: "dict[str, str]", custom: dict) -> None:
        self.path = path
        self.length = length
        self.hashes = hashes
        self.custom = custom
