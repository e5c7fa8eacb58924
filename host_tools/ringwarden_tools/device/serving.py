# SPDX-License-Identifier: Apache-2.0
"""A repository's files for a box that asks for them over the cable."""

import io
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from ringwarden.faces.serial.link import Link
from ringwarden.faces.serial.messages import ASK, END, FAILED, MISSING, PIECE, STOP, UNREADABLE, pack
from ringwarden_tools.errors import UserError

SIZE = 1024  # bytes of a file in one message
_PLACES = ("metadata", "targets")


class Source(Protocol):
    """Where files are."""

    def open(self, path: str) -> IO[bytes]:
        """FileNotFoundError when there is none, OSError when it cannot be had."""


class FolderSource:
    """The public part of a repository in a folder (or that folder itself)."""

    def __init__(self, folder: Path) -> None:
        self._folder = next((place for place in (folder / "public", folder) if (place / "metadata").is_dir()), None)
        if self._folder is None:
            raise UserError(f"{folder} holds no repository: name the folder that `ringwarden repo publish` filled")

    def open(self, path: str) -> IO[bytes]:
        """See `Source`. A box cannot ask for anything outside the folder."""
        assert self._folder is not None
        parts = path.split("/")
        if len(parts) < 2 or parts[0] not in _PLACES or any(part in ("", ".", "..") or "\0" in part for part in parts):
            raise FileNotFoundError(path)
        file = self._folder.joinpath(*parts)
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise FileNotFoundError(path)
        try:
            return file.open("rb")
        except (IsADirectoryError, NotADirectoryError):
            raise FileNotFoundError(path) from None


class UrlSource:
    """A repository on a web server: the computer fetches what the box asks for."""

    TIMEOUT = 20  # seconds
    MOST = 64 << 20  # bytes of a file

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._path = ""
        self._data = b""

    def open(self, path: str) -> IO[bytes]:
        """See `Source`. The last file is kept: a box may ask again for the rest of it."""
        if path != self._path:
            try:
                with urllib.request.urlopen(f"{self._url}/{path}", timeout=self.TIMEOUT) as answer:
                    data = answer.read(self.MOST + 1)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code in (403, 404, 410):
                    raise FileNotFoundError(path) from None
                raise OSError(f"status {error.code}") from None
            if len(data) > self.MOST:
                raise OSError(f"more than {self.MOST} bytes")
            self._path, self._data = path, data
        return io.BytesIO(self._data)


def source(place: str) -> Source:
    """A folder, or an http:// or https:// address."""
    if "://" in place:
        if not place.startswith(("http://", "https://")):
            raise UserError(f"{place} is no repository: name a folder or an http:// or https:// address")
        return UrlSource(place)
    return FolderSource(Path(place))


class FileServer:
    """Answers one file at a time: the next question ends the file before."""

    def __init__(self, files: Source, told: Callable[[str, int], None] = lambda path, sent: None) -> None:
        self._files = files
        self._told = told
        self._file: IO[bytes] | None = None
        self._path = ""
        self._number = 0
        self._offset = 0
        self.asked: list[str] = []
        self.problem = ""  # why a file could not be read

    def hear(self, link: Link, kind: int, number: int, offset: int, data: bytes) -> None:
        """A message from the box."""
        if kind == ASK:
            self.stop()
            self._number, self._offset = number, offset
            self._path = data.decode(errors="replace")
            self.asked.append(self._path)
            try:
                self._file = self._files.open(self._path)
                self._file.seek(offset)
            except FileNotFoundError:
                link.send(pack(FAILED, number, MISSING))
            except (OSError, ValueError) as error:
                self.problem = f"{self._path} cannot be read ({error})"
                link.send(pack(FAILED, number, UNREADABLE))
        elif kind == STOP and number == self._number:
            self.stop()

    def pump(self, link: Link) -> None:
        """Send as much of the file as there is room for."""
        while self._file is not None and link.room:
            try:
                piece = self._file.read(SIZE)
            except OSError as error:
                self.problem = f"{self._path} cannot be read ({error})"
                link.send(pack(FAILED, self._number, UNREADABLE))
                self.stop()
                return
            link.send(pack(PIECE if piece else END, self._number, self._offset, piece))
            self._offset += len(piece)
            self._told(self._path, self._offset)
            if not piece:
                self.stop()

    def stop(self) -> None:
        """Nothing more is wanted, or nobody is there any more."""
        if self._file is not None:
            self._file.close()
        self._file = None
