# SPDX-License-Identifier: Apache-2.0
"""A package for browsers that tests drive: fetched by npm, pinned by its SHA-512, unpacked under .cache/."""

import hashlib
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAILURES = (OSError, tarfile.TarError)


class PackageError(Exception):
    """Why a package is not there."""


@dataclass(frozen=True)
class Package:
    """`proof` is a file that it must have, `variable` the one that names a folder with an unpacked one instead."""

    name: str
    version: str
    sha512: str
    proof: str
    variable: str

    def folder(self) -> Path:
        """Where it lies unpacked; `PackageError` when it is not there and cannot be fetched."""
        own = os.environ.get(self.variable)
        folder = Path(own).resolve() if own else ROOT / f".cache/{self.name}-{self.version}" / self.name
        if not own and not folder.is_dir():
            self._fetch(folder)
        if not (folder / self.proof).is_file():
            raise PackageError(f"{folder} holds no {self.proof}")
        return folder

    def _fetch(self, folder: Path) -> None:
        """Download, check, unpack beside `folder`, then rename."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:
            command = ["npm", "pack", "--silent", "--pack-destination", place, f"{self.name}@{self.version}"]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=place, check=False
            )
            archive = Path(place, f"{self.name}-{self.version}.tgz")
            if done.returncode or not archive.is_file():
                last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                raise PackageError(f"npm could not download {self.name} {self.version} ({last})")
            if hashlib.sha512(archive.read_bytes()).hexdigest() != self.sha512:
                raise PackageError(f"{archive.name} is not what was pinned")
            with tarfile.open(archive) as tar:
                tar.extractall(place, filter="data")
            os.replace(Path(place, "package"), folder)
