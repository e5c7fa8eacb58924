# SPDX-License-Identifier: Apache-2.0
"""Lays links from import names to folders, for tools that cannot follow setup.py's mapping.

build/packages/     every package, for mypy
build/micropython/  what MicroPython finds on MICROPYPATH beside firmware/: the boards' portable parts, and microdot
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "ringwarden": "firmware/ringwarden",
    "ringwarden_simulator": "firmware/boards/simulator",
    "ringwarden_loader": "firmware/boards/esp32/loader",
    "ringwarden_box": "firmware/boards/esp32/box",
    "ringwarden_tools": "host_tools/ringwarden_tools",
    "_ringwarden": "native/bindings/cffi/_ringwarden",
}
VIEWS = {
    "build/packages": list(FOLDERS),
    "build/micropython": ["ringwarden_simulator", "ringwarden_loader", "ringwarden_box"],
}


def lay(view: Path, name: str, folder: Path) -> None:
    """One link, relative, replaced when it points elsewhere."""
    target = os.path.relpath(folder, view)
    link = view / name
    if link.is_symlink() and os.readlink(link) == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target, target_is_directory=True)


def main() -> int:
    """Lay every link of every view."""
    for folder, names in VIEWS.items():
        view = ROOT / folder
        view.mkdir(parents=True, exist_ok=True)
        for name in names:
            lay(view, name, ROOT / FOLDERS[name])
    for package in ROOT.glob(".venv/lib/python*/site-packages/microdot"):
        lay(ROOT / "build/micropython", "microdot", package)
    return 0


if __name__ == "__main__":
    sys.exit(main())
