# SPDX-License-Identifier: Apache-2.0
"""Puts the public Improv kit for browsers under .cache/ and prints where it lies: tests drive the box with it.

Fetched by npm, pinned by its SHA-512; nothing of it ships.
IMPROV_SDK_DIR names an unpacked package of your own instead.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME, VERSION = "improv-wifi-serial-sdk", "2.8.1"
SHA512 = (
    "294d83edb35b7540d45f424ada74064c64eec49347fa5a17c8c47a0d7048cc08"
    "78ff6770891d9cc4ad2282f97e74b5a37f8c11bf8de2527fde42e502970e55de"
)


class SdkError(Exception):
    """Why the kit is not there."""


def _fetch(folder: Path) -> None:
    """Download, check, unpack beside `folder`, then rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        command = ["npm", "pack", "--silent", "--pack-destination", place, f"{NAME}@{VERSION}"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=place, check=False)
        archive = Path(place, f"{NAME}-{VERSION}.tgz")
        if done.returncode or not archive.is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise SdkError(f"npm could not download {NAME} {VERSION} ({last})")
        if hashlib.sha512(archive.read_bytes()).hexdigest() != SHA512:
            raise SdkError(f"{archive.name} is not what was pinned")
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="data")
        os.replace(Path(place, "package"), folder)


def improv_sdk() -> Path:
    """The folder of the unpacked package; SdkError when there is none and none can be fetched."""
    own = os.environ.get("IMPROV_SDK_DIR")
    folder = Path(own).resolve() if own else ROOT / f".cache/{NAME}-{VERSION}" / NAME
    if not own and not folder.is_dir():
        _fetch(folder)
    if not (folder / "dist/serial.js").is_file():
        raise SdkError(f"{folder} holds no dist/serial.js")
    return folder


def main() -> int:
    """Print the folder, or say what is wrong and exit 2."""
    try:
        print(improv_sdk())
    except (SdkError, OSError, tarfile.TarError) as error:
        remedy = f"check the connection to the package registry, or set IMPROV_SDK_DIR to {NAME} {VERSION}"
        print(f"No Improv kit: {error}; {remedy}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
