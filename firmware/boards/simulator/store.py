# SPDX-License-Identifier: Apache-2.0
"""Where the journal's lines go: memory, or a file (portable: runs on MicroPython too)."""

import os

TYPE_CHECKING = False  # a type checker takes it for True; MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryStore:
    """Lines that vanish with the program."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def append(self, line: str) -> None:
        """Keep one line."""
        self._lines.append(line)

    def lines(self) -> "Iterator[str]":
        """Iterate over the lines, oldest first."""
        return iter(self._lines)


class FileStore:
    """A text file, one line each, flushed to the disk line by line."""

    def __init__(self, path: str) -> None:
        self._path = path

    def append(self, line: str) -> None:
        """Keep one line; OSError when the file cannot be written."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            if hasattr(os, "fsync"):  # MicroPython's unix port writes through
                os.fsync(file.fileno())

    def lines(self) -> "Iterator[str]":
        """Iterate over the lines, oldest first; none when there is no file yet."""
        try:
            with open(self._path, encoding="utf-8") as file:
                for line in file:
                    yield line.rstrip("\n")
        except OSError:
            return
