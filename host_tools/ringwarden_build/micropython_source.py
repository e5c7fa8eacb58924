# SPDX-License-Identifier: Apache-2.0
"""Puts MicroPython's source tree under .cache/ and prints where it lies.

`tools/mpy_ld.py` and `py/dynruntime.mk` of that tree link native modules. It comes from Debian's source package of
trixie, through apt-get with its lists and cache in a folder of ours: the system's own sources stay as they are, an
ordinary user may do it, Debian 12 and 13 both. apt checks the signature; the SHA-256 below pins the contents.
MICROPYTHON_DIR names a tree of your own instead.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = "1.25.0"
ARCHIVE = f"micropython_{VERSION}+ds.orig.tar.xz"
SHA256 = "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MARKER = "py/dynruntime.mk"


class SourceError(Exception):
    """Why there is no source tree, and what to do."""


def _mirror() -> str:
    """The Debian mirror that this machine uses, from its apt configuration."""
    files = [Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")]
    files += sorted(Path("/etc/apt/sources.list.d").glob("*"))
    for path in files:
        if not path.is_file():
            continue
        for line in path.read_text(errors="replace").splitlines():
            found = re.match(r"URIs:\s*(\S+/debian/?)(?:\s|$)", line)
            found = found or re.match(r"deb(?:-src)?\s+(?:\[[^]]*]\s+)?(\S+/debian/?)\s", line)
            if found:
                return found.group(1)
    raise SourceError("no Debian mirror is configured in /etc/apt")


def _apt(folder: Path, *arguments: str) -> None:
    """apt-get with everything that it writes below `folder`."""
    options = {
        "Dir::Etc::sourcelist": str(folder / "ringwarden.sources"),
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": str(folder / "lists"),
        "Dir::Cache": str(folder / "cache"),
        "APT::Sandbox::User": "root",
        "Acquire::Retries": "3",
    }
    command = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in options.items()), *arguments]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SourceError(f"apt-get {arguments[0]} failed ({last})")


def _download(cache: Path) -> Path:
    """The archive in `cache`, fetched when it is not there yet."""
    archive = cache / ARCHIVE
    if archive.is_file():
        return archive
    if shutil.which("apt-get") is None or not KEYRING.is_file():
        raise SourceError("this machine has no apt-get with Debian's keys")
    with tempfile.TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        for part in ("lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True)
        (folder / "ringwarden.sources").write_text(
            f"Types: deb-src\nURIs: {_mirror()}\nSuites: {SUITE}\nComponents: main\nSigned-By: {KEYRING}\n"
        )
        _apt(folder, "update")
        _apt(folder, "source", "--download-only", "micropython")
        if not (folder / ARCHIVE).is_file():
            raise SourceError(f"Debian's {SUITE} no longer carries {ARCHIVE}")
        _verify(folder / ARCHIVE)
        os.replace(folder / ARCHIVE, archive)
    return archive


def _verify(archive: Path) -> None:
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise SourceError(f"{archive.name} is not the archive that was pinned (its SHA-256 differs)")


def _unpack(archive: Path, tree: Path) -> None:
    """Unpack beside `tree`, then rename: a tree that exists is whole."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as name:
        with tarfile.open(archive, "r:xz") as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(name, filter="data")
            else:
                tar.extractall(name)
        (top,) = Path(name).iterdir()
        os.replace(top, tree)


def source_tree() -> Path:
    """The folder with MicroPython's sources; SourceError when there is none and none can be fetched."""
    own = os.environ.get("MICROPYTHON_DIR")
    if own:
        if not Path(own, MARKER).is_file():
            raise SourceError(f"MICROPYTHON_DIR={own} holds no {MARKER}")
        return Path(own).resolve()
    cache = ROOT / ".cache"
    tree = cache / f"micropython-{VERSION}"
    if not (tree / MARKER).is_file():
        cache.mkdir(exist_ok=True)
        archive = _download(cache)
        _verify(archive)
        _unpack(archive, tree)
    return tree


def main() -> int:
    """Print the tree's path, or say what is wrong and exit 2."""
    try:
        print(source_tree())
    except (SourceError, OSError, tarfile.TarError) as error:
        remedy = f"set MICROPYTHON_DIR to an unpacked MicroPython {VERSION}"
        print(f"No MicroPython source tree: {error}; {remedy}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
