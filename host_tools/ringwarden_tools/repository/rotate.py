# SPDX-License-Identifier: Apache-2.0
"""Changing a key: the new one in, the old one out, everything that it signed signed anew, all made visible at once."""

from dataclasses import dataclass
from pathlib import Path

from tuf.api.metadata import Root

from ringwarden_tools.errors import UserError
from ringwarden_tools.repository.create import new_key, remembered
from ringwarden_tools.repository.folder import TOP, Folder
from ringwarden_tools.repository.publish import Published, publish


@dataclass
class Rotated:
    """Key ids, and what `publish` did."""

    role: str
    old: str
    new: str
    published: Published


def rotate(
    folder: Folder, role: str, old: str = "", kind: str = "ed25519", signer: tuple[str, Path] | None = None
) -> Rotated:
    """Replace one key of `role`. `old` begins the id of the key that goes; needed when the role has several.

    Boxes that trusted the old key learn of the new one by the chain of roots. Raises `UserError`.
    """
    leaving = _leaving(folder, role, old)
    new = remembered(folder, *signer) if signer else new_key(folder, role, kind)
    if role in TOP:
        with folder.edit_root() as root:
            root.revoke_key(leaving, role)
            root.add_key(new.public_key, role)
    else:
        with folder.edit_targets() as targets:
            targets.revoke_key(leaving, role)
            targets.add_key(new.public_key, role)
    if role not in (Root.type, "snapshot", "timestamp"):
        with folder.edit_targets(role):
            pass
    return Rotated(role, leaving, new.public_key.keyid, publish(folder))


def _leaving(folder: Folder, role: str, old: str) -> str:
    keys, _ = folder.keys_of(role)
    found = [key.keyid for key in keys if key.keyid.startswith(old)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(key.keyid[:8] for key in keys)
    if not found:
        raise UserError(f"the role {role} has no key {old}: it has {ids}")
    raise UserError(f"the role {role} has several keys ({ids}): say which one goes with --old")
