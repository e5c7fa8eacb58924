# SPDX-License-Identifier: Apache-2.0
"""One file with a whole flash, for factories and for ESP Web Tools, and the latter's manifest."""

import json
from pathlib import Path
from typing import Any

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing.contents import Contents
from ringwarden_tools.flashing.official import NAMES


def image(contents: Contents) -> bytes:
    """Every byte of the flash; what no part covers is blank."""
    whole = bytearray(b"\xff" * contents.table.flash_size)
    for part in contents.parts:
        whole[part.offset : part.offset + len(part.data)] = part.data
    return bytes(whole)


def manifest(path: Path, contents: Contents, file: Path, version: str) -> bytes:
    """What ESP Web Tools reads: one build a chip. Builds for other chips that stand at `path` already stay.

    `UserError` when something else stands there.
    """
    build = {"chipFamily": NAMES[contents.chip], "parts": [{"path": file.name, "offset": 0}]}
    builds = [build]
    if path.exists():
        try:
            old: Any = json.loads(path.read_text(encoding="utf-8"))
            builds += [other for other in old["builds"] if other["chipFamily"] != build["chipFamily"]]
        except (OSError, ValueError, KeyError, TypeError):
            raise UserError(f"{path} is not a manifest that was written here: move it away") from None
    builds.sort(key=lambda each: str(each["chipFamily"]))
    told = {
        "name": "Ringwarden",
        "version": f"{version} on MicroPython {contents.micropython}",
        "new_install_prompt_erase": True,
        "builds": builds,
    }
    return (json.dumps(told, indent=2) + "\n").encode()
