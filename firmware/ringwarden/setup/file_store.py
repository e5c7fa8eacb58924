# SPDX-License-Identifier: Apache-2.0
"""Keeps set-up's document in a file: written beside it, then renamed, which littlefs and POSIX do in one step."""

import json
import os

from ringwarden import strict_json


class FileStore:
    """The document at `path`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def load(self) -> "dict | None":
        """The document, None when there is none or it is no JSON."""
        try:
            with open(self.path, "rb") as file:
                return strict_json.loads(file.read(4096))
        except (OSError, ValueError):
            return None

    def save(self, document: dict) -> None:
        """Replace the document. OSError when the file system refuses; the old one stays then."""
        beside = self.path + ".new"
        with open(beside, "wb") as file:
            file.write(json.dumps(document).encode())
            file.flush()
            if hasattr(os, "fsync"):
                os.fsync(file.fileno())
        if hasattr(os, "sync"):
            os.sync()
        os.rename(beside, self.path)
