# SPDX-License-Identifier: Apache-2.0
"""Puts other people's C sources under .cache/ and prints where they lie: Monocypher, whose curve Ed25519 uses.

They come from the source package that host_tools/requirements-source.txt pins by hash, through pip; runs on the virtual
environment's Python. MONOCYPHER_DIR names a folder of your own with monocypher.c and monocypher.h instead.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "host_tools/requirements-source.txt"
PACKAGE = "pymonocypher-4.0.3.4"
FILES = {  # what is taken out of the package, and its SHA-256
    "monocypher.c": "57eb914fc88136119bd41655cccb8c250048bf54d470540625186f8ab16f64be",
    "monocypher.h": "c494da712122da7ff679fdcf318a5317e84972b6c950fe9d896212947797facd",
    "LICENSE.txt": "d3a6d889033e22c8ee30bb2891f0787a3288fc594994cd04c885761c4475e30f",
}


class SourceError(Exception):
    """Why the sources are not there, and what to do."""


def _right(folder: Path) -> bool:
    """Whether every file is there with its pinned contents."""
    return all(
        (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in FILES.items()
    )


def _fetch(folder: Path) -> None:
    """Download the package, take the files out of it beside `folder`, then rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
        command += ["--no-binary", ":all:", "--no-build-isolation", "--require-hashes"]
        command += ["-r", str(REQUIREMENTS), "-d", name]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        archive = Path(name, f"{PACKAGE}.tar.gz")
        if done.returncode or not archive.is_file():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise SourceError(f"pip could not download {PACKAGE} ({last})")
        fresh = Path(name, "fresh")
        fresh.mkdir()
        with tarfile.open(archive) as tar:
            for file in FILES:
                member = tar.extractfile(f"{PACKAGE}/{file}")
                if member is None:
                    raise SourceError(f"{archive.name} holds no {file}")
                (fresh / file).write_bytes(member.read())
        if not _right(fresh):
            raise SourceError(f"what {archive.name} holds is not what was pinned")
        if folder.is_dir():
            os.replace(folder, Path(name, "old"))
        os.replace(fresh, folder)


def monocypher() -> Path:
    """The folder with monocypher.c; SourceError when there is none and none can be fetched."""
    own = os.environ.get("MONOCYPHER_DIR")
    if own:
        if not Path(own, "monocypher.c").is_file():
            raise SourceError(f"MONOCYPHER_DIR={own} holds no monocypher.c")
        return Path(own).resolve()
    folder = ROOT / ".cache" / "monocypher"
    if not _right(folder):
        _fetch(folder)
    return folder


def main() -> int:
    """Print the folder, or say what is wrong and exit 2."""
    try:
        print(monocypher())
    except (SourceError, OSError, tarfile.TarError, KeyError) as error:
        remedy = "check the connection to the package index, or set MONOCYPHER_DIR to Monocypher's sources (4.0.3)"
        print(f"No Monocypher sources: {error}; {remedy}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
