# SPDX-License-Identifier: Apache-2.0
"""Adding a list: its file, deltas from the lists before it, and what the role of its region says of both.

A list's target is `lists/REGION/NAME.rwl`; its custom metadata tells a box what it is:

    {"kind": "list", "region": "CN", "name": "main", "serial": 8, "numbers": 1000000,
     "deltas": [{"base": "<sha256>", "path": "lists/CN/main-7-8.rwd"}]}

and, when the list is meant for one box alone, "device": its name. A delta's is {"kind": "delta", "region", "name",
"serial", "base"}.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuf.api.metadata import TargetFile, Targets

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import files
from ringwarden_tools.repository.deltas import between
from ringwarden_tools.repository.folder import Folder, role_of

NAME = re.compile(r"[a-z0-9]([a-z0-9_]{0,30}[a-z0-9])?")
WORTH = 0.7  # a delta longer than this part of the list is not worth its line in the metadata


@dataclass
class Added:
    """What was added: `deltas` maps the serial of a base to the bytes of its delta."""

    path: str
    serial: int
    numbers: int
    size: int
    sha256: str
    deltas: dict[int, int] = field(default_factory=dict)


def add(folder: Folder, file: Path, region: str, name: str, device: str = "", deltas: int = 5) -> Added | None:
    """Sign a list as the newest of its name; a box sees it after `publish`. None when it is the newest already.

    `deltas`: from how many of the lists before it. Raises `UserError`.
    """
    numbers = _fit(folder, file, region, name)
    data = file.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    history = folder.settings["lists"].setdefault(f"{region}/{name}", [])
    path = f"lists/{region}/{name}.rwl"
    if history and _stands(folder, path, sha256, region, name, history[-1]["serial"], device):
        return None
    serial = history[-1]["serial"] + 1 if history else 1
    added = Added(path, serial, numbers, len(data), sha256)
    with folder.edit_targets(role_of(region)) as targets:
        for old in [old for old in targets.targets if old.startswith(f"lists/{region}/{name}-")]:
            del targets.targets[old]
        offered = _deltas(folder, targets, added, data, region, name, history[-deltas:] if deltas else [])
        info = folder.put_target(path, data)
        _say(info, kind="list", region=region, name=name, serial=serial, numbers=numbers, deltas=offered, device=device)
        targets.targets[path] = info
    history.append({"serial": serial, "sha256": sha256, "numbers": numbers, "bytes": len(data), "device": device})
    del history[: -max(folder.settings["keep"], deltas) - 1]
    folder.commit()
    return added


def _stands(folder: Folder, path: str, sha256: str, region: str, name: str, serial: int, device: str) -> bool:
    """Whether the region's role says just this already."""
    info = folder.targets(role_of(region)).targets.get(path)
    if info is None or info.hashes.get("sha256") != sha256:
        return False
    custom = info.unrecognized_fields.get("custom", {})
    said = (
        custom.get("kind"),
        custom.get("region"),
        custom.get("name"),
        custom.get("serial"),
        custom.get("device", ""),
    )
    return said == ("list", region, name, serial, device)


def _fit(folder: Folder, file: Path, region: str, name: str) -> int:
    """Refuse what no box would take; how many numbers the list holds."""
    if region not in folder.regions:
        known = ", ".join(folder.regions)
        raise UserError(f"the repository has no region {region}: it has {known}")
    if not NAME.fullmatch(name):
        raise UserError(f"{name} is no name for a list: use small letters, digits and _, at most 32")
    blocklist = files.open_list(file)
    try:
        if blocklist.country and blocklist.country != region[:2]:
            raise UserError(
                f"{file} was made for {blocklist.country} and not for {region}: "
                f"add it with --region {blocklist.country}, or build it with --country {region[:2]}"
            )
        return blocklist.count
    finally:
        blocklist.close()


def _deltas(
    folder: Folder, targets: Targets, added: Added, data: bytes, region: str, name: str, history: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Make the deltas that are worth it, newest base first."""
    offered = []
    for entry in reversed(history):
        if entry.get("device", "") or entry["sha256"] == added.sha256:
            continue
        base = folder.target_file(added.path, entry["sha256"])
        delta = between(base.read_bytes(), data) if base.is_file() else None
        if delta is None or len(delta) > WORTH * len(data):
            continue
        path = f"lists/{region}/{name}-{entry['serial']}-{added.serial}.rwd"
        info = folder.put_target(path, delta)
        _say(info, kind="delta", region=region, name=name, serial=added.serial, base=entry["sha256"])
        targets.targets[path] = info
        offered.append({"base": entry["sha256"], "path": path})
        added.deltas[entry["serial"]] = len(delta)
    return offered


def _say(info: TargetFile, **custom: Any) -> None:
    info.unrecognized_fields["custom"] = {key: value for key, value in custom.items() if value not in ("", [])}
