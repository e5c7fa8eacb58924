# SPDX-License-Identifier: Apache-2.0
"""Where trusted metadata are kept: by name, whole or not at all."""

import os

from ringwarden.update.errors import StoreError

_ENOENT = 2


class MemoryStore:
    """Gone with the program."""

    def __init__(self) -> None:
        self._files: "dict[str, bytes]" = {}

    def load(self, name: str) -> "bytes | None":
        """The bytes kept under `name`, None when there are none."""
        return self._files.get(name)

    def save(self, name: str, data: bytes) -> None:
        """Keep `data` in place of what was there."""
        self._files[name] = bytes(data)

    def delete(self, name: str) -> None:
        """Forget `name`; no error when it is not there."""
        self._files.pop(name, None)


class FileStore:
    """Files in a folder. Each is written beside its place and renamed: a cut at any byte leaves the old or the new.

    The file system's rename must replace in one step, as POSIX's and littlefs's do (FAT's does not).
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def load(self, name: str) -> "bytes | None":
        """The bytes of the file, None when there is none. `StoreError` when it cannot be read."""
        try:
            with open(self._path(name), "rb") as file:
                return file.read()
        except OSError as error:
            if error.errno == _ENOENT:
                return None
            raise StoreError("{} cannot be read ({})".format(self._path(name), error))

    def save(self, name: str, data: bytes) -> None:
        """Replace the file. `StoreError` when it cannot be written; the old one is there then."""
        fresh = self._path(name) + ".new"
        try:
            self._write(fresh, data)
            os.rename(fresh, self._path(name))
            self._settle()
        except OSError as error:
            raise StoreError("{} cannot be written ({}): is there room left?".format(self._path(name), error))

    def delete(self, name: str) -> None:
        """Remove the file; no error when it is not there."""
        try:
            os.remove(self._path(name))
            self._settle()
        except OSError as error:
            if error.errno != _ENOENT:
                raise StoreError("{} cannot be removed ({})".format(self._path(name), error))

    def _path(self, name: str) -> str:
        return self._folder + "/" + name

    def _write(self, path: str, data: bytes) -> None:
        with open(path, "wb") as file:
            file.write(data)
            file.flush()
            if hasattr(os, "fsync"):  # littlefs has written when the file is closed
                os.fsync(file.fileno())

    def _settle(self) -> None:
        """The rename itself on the disk, where a folder can be synchronised."""
        if hasattr(os, "fsync"):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
