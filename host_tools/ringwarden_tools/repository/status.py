# SPDX-License-Identifier: Apache-2.0
"""How a repository stands: roles, keys, expiry, lists, and what needs somebody's attention."""

from datetime import UTC, datetime
from typing import Any

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Snapshot, Timestamp

from ringwarden_tools.repository.folder import OFFLINE, TOP, Folder, role_of

SOON = 0.25  # a role that has less than this part of its days left is worth a word


def status(folder: Folder) -> dict[str, Any]:
    """{"roles": [...], "lists": [...], "attention": [sentences]}, ready for JSON."""
    now = datetime.now(UTC)
    roles = [_role(folder, role, now) for role in (*TOP, *(role_of(region) for region in folder.regions))]
    lists = [_list(folder, name, history) for name, history in sorted(folder.settings["lists"].items()) if history]
    return {"roles": roles, "lists": lists, "attention": _attention(folder, roles, lists)}


def _role(folder: Folder, role: str, now: datetime) -> dict[str, Any]:
    md = folder.open(role)
    keys, threshold = folder.keys_of(role)
    signers = folder.settings["signers"]
    try:
        folder._delegator(role).verify_delegate(role, md.signed_bytes, md.signatures)
        signed = True
    except UnsignedMetadataError:
        signed = False
    return {
        "role": role,
        "version": md.signed.version,
        "expires": md.signed.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "days_left": (md.signed.expires - now).days,
        "threshold": threshold,
        "keys": [
            {
                "id": key.keyid,
                "type": key.keytype,
                "signer": signers.get(key.keyid, ""),
                "at_hand": _at_hand(folder, key.keyid),
            }
            for key in keys
        ],
        "offline": role in OFFLINE,
        "signed": signed,
    }


def _lies_in_folder(folder: Folder, uri: str) -> bool:
    return uri.startswith("key:") and (folder.path / "keys" / uri.removeprefix("key:")).is_file()


def _at_hand(folder: Folder, keyid: str) -> bool:
    uri = folder.settings["signers"].get(keyid, "")
    return bool(folder.keyring.file(uri)) if uri.startswith("key:") else bool(uri)


def _list(folder: Folder, name: str, history: list[dict[str, Any]]) -> dict[str, Any]:
    region, _, list_name = name.partition("/")
    newest = history[-1]
    targets = folder.targets(role_of(region)).targets
    deltas = {
        path: info.length for path, info in sorted(targets.items()) if path.startswith(f"lists/{region}/{list_name}-")
    }
    return {
        "path": f"lists/{region}/{list_name}.rwl",
        "serial": newest["serial"],
        "numbers": newest["numbers"],
        "bytes": newest["bytes"],
        "device": newest.get("device", ""),
        "published": bool(newest.get("published")),
        "deltas": deltas,
    }


def _attention(folder: Folder, roles: list[dict[str, Any]], lists: list[dict[str, Any]]) -> list[str]:
    out = []
    days = folder.settings["days"]
    for role in roles:
        name, left = role["role"], role["days_left"]
        command = f"ringwarden repo publish {folder.path}"
        if name not in (Snapshot.type, Timestamp.type):
            command += f" --renew {name}"
        if left < 0:
            out.append(f"{name} has expired, boxes take nothing new: run `{command}`")
        elif left < SOON * days.get(name, days["lists"]):
            out.append(f"{name} expires in {left} days: run `{command}`")
        if not role["signed"]:
            out.append(f"{name} has too few signatures: sign it anew with `{command}`")
        if role["offline"] and any(_lies_in_folder(folder, key["signer"]) for key in role["keys"]):
            out.append(f"keys of {name} lie in {folder.path / 'keys'}: move them to a medium that is not online")
    for entry in lists:
        if not entry["published"]:
            out.append(
                f"{entry['path']} {entry['serial']} is not visible yet: run `ringwarden repo publish {folder.path}`"
            )
    return out
