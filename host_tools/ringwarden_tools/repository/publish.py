# SPDX-License-Identifier: Apache-2.0
"""Make what was added visible: a new snapshot when anything changed, a new timestamp always."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tuf.api.metadata import Root, Snapshot

from ringwarden_tools.repository.check import check
from ringwarden_tools.repository.folder import Folder, role_of


@dataclass
class Published:
    """What became visible: versions of the two online roles, files written and removed, lists that were read back."""

    snapshot: int
    timestamp: int
    written: int
    removed: int
    lists: int
    renewed: list[str] = field(default_factory=list)


def publish(folder: Folder, renew: tuple[str, ...] = ()) -> Published:
    """Sign and write; then read everything as a client would. `renew`: roles that are signed anew, to expire later."""
    for role in renew:
        with folder.edit(role):
            pass
    expires = folder.open(Snapshot.type).signed
    half = timedelta(days=folder.settings["days"][Snapshot.type] / 2)
    ageing = bool(expires.version) and expires.expires - datetime.now(UTC) < half
    folder.do_snapshot(force=ageing)
    folder.do_timestamp(force=True)
    for history in folder.settings["lists"].values():
        for entry in history:
            entry["published"] = True
    written = len(folder.commit())
    removed = prune(folder)
    lists = check(folder)
    return Published(folder.snapshot().version, folder.timestamp().version, written, removed, lists, list(renew))


def prune(folder: Folder) -> int:
    """Remove targets that nobody asks for any more, and metadata that no box can be in the middle of."""
    keep = folder.settings["keep"]
    wanted = set()
    for name, history in folder.settings["lists"].items():
        region, _, list_name = name.partition("/")
        for entry in history[-keep:]:
            wanted.add(folder.target_file(f"lists/{region}/{list_name}.rwl", entry["sha256"]))
    for region in folder.regions:
        for path, info in folder.targets(role_of(region)).targets.items():
            wanted.add(folder.target_file(path, info.hashes["sha256"]))
    gone = [file for file in folder.targets_path.rglob("*.rw[ld]") if file not in wanted]
    for role in [Snapshot.type, "targets", *(role_of(region) for region in folder.regions)]:
        newest = folder.open(role).signed.version
        for file in folder.metadata_path.glob(f"*.{role}.json"):
            version, _, name = file.name.partition(".")
            if name == f"{role}.json" and version.isdigit() and int(version) <= newest - keep:
                gone.append(file)
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def renewable(folder: Folder) -> list[str]:
    """Roles whose signature may be renewed without any other change."""
    return [Root.type, "targets", *(role_of(region) for region in folder.regions)]
