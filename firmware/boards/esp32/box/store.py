# SPDX-License-Identifier: Apache-2.0
"""The journal in the settings' file system: two files, so that the oldest half can be given up (portable)."""

import os

LIMIT = 16384  # bytes of a file


class JournalStore:
    """A `ringwarden.ports.Store`: `path` takes the lines until it is full, then becomes `path`.old."""

    def __init__(self, path: str, limit: int = LIMIT) -> None:
        self._path = path
        self._limit = limit

    def append(self, line: str) -> None:
        """Keep one line; OSError when the file system is full or gone."""
        try:
            if os.stat(self._path)[6] + len(line) > self._limit:
                os.rename(self._path, self._path + ".old")
        except OSError:
            pass  # no file yet
        with open(self._path, "a") as file:
            file.write(line + "\n")

    def lines(self):
        """Iterate over the lines, oldest first."""
        for path in (self._path + ".old", self._path):
            try:
                with open(path) as file:
                    for line in file:
                        yield line.rstrip("\n")
            except OSError:
                pass
