# SPDX-License-Identifier: Apache-2.0
"""The repository on disk: what is served, what is kept beside, and in which order it is written.

    FOLDER/public/metadata/   N.root.json, N.targets.json, N.lists-CN.json, N.snapshot.json, timestamp.json
    FOLDER/public/targets/    lists/CN/<sha256>.main.rwl ...
    FOLDER/keys/              encrypted key files; the offline ones may be moved away
    FOLDER/repository.json    regions, days until expiry, which signer has which key, what was published

Nothing is written before everything is signed. Then files are put in place so that whoever reads meanwhile sees the old
state or the new: files that no old metadata names first, `timestamp.json` last.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import (
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer
from tuf.repository import Repository

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import files
from ringwarden_tools.repository import keys
from ringwarden_tools.repository.keys import Keyring, Secrets

TOP = (Root.type, Targets.type, Snapshot.type, Timestamp.type)
OFFLINE = (Root.type, Targets.type)
DAYS = {Root.type: 400, Targets.type: 400, "lists": 100, Snapshot.type: 21, Timestamp.type: 8}
SETTINGS = "repository.json"
STAGE, READY = ".pending", "ready.json"
VERSION = 1
KEEP = 5  # lists of the past that stay: bases of deltas, and what a box that is slow is still fetching


def role_of(region: str) -> str:
    """The delegated role that signs the lists of a region."""
    return f"lists-{region}"


class Folder(Repository):
    """A repository in `path`. `key_folders` are further places of key files. Raises `UserError`."""

    def __init__(self, path: Path, secrets: Secrets, key_folders: tuple[Path, ...] = ()) -> None:
        self.path = path
        self.settings = self._load_settings()
        self.keyring = Keyring([*key_folders, path / "keys"], self.settings["signers"], secrets)
        self._metadata: dict[str, Metadata[Any]] = {}
        self.new_keys: list[tuple[CryptoSigner, str, str]] = []  # signer, URI, passphrase: files that `commit` writes
        self._pending: dict[Path, bytes] = {}
        self._pending_metadata: dict[str, bytes] = {}

    # -- settings and places ------------------------------------------------------------------------------------------

    @property
    def metadata_path(self) -> Path:
        """What is served as metadata."""
        return self.path / "public" / "metadata"

    @property
    def targets_path(self) -> Path:
        """What is served as targets."""
        return self.path / "public" / "targets"

    def _load_settings(self) -> dict[str, Any]:
        file = self.path / SETTINGS
        try:
            settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            version = settings["version"]
        except FileNotFoundError:
            raise UserError(f"{self.path} is no repository: make one with `ringwarden repo init {self.path}`") from None
        except OSError as error:
            raise UserError(f"{file} cannot be read ({error.strerror}): check the path") from None
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{file} is damaged ({error}): restore it from a copy") from None
        if version != VERSION:
            raise UserError(f"{file} was written by a newer Ringwarden: update Ringwarden")
        return settings

    @property
    def regions(self) -> list[str]:
        """The regions that have lists of their own."""
        regions: list[str] = self.settings["regions"]
        return regions

    # -- what python-tuf asks for -------------------------------------------------------------------------------------

    def open(self, role: str) -> Metadata[Any]:
        """A role's metadata as it stands, or a version 0 that was never written."""
        if role not in self._metadata:
            file = self._newest(role)
            self._metadata[role] = self._read(file) if file else _unwritten(role)
        return deepcopy(self._metadata[role])

    def close(self, role: str, md: Metadata[Any]) -> None:
        """Sign the next version of a role; it is written by `commit`."""
        md.signed.version += 1
        days = self.settings["days"]
        lasts = timedelta(days=days.get(role, days["lists"]))
        md.signed.expires = datetime.now(UTC).replace(microsecond=0) + lasts
        self._sign(role, md)
        self._metadata[role] = md
        name = "timestamp.json" if role == Timestamp.type else f"{md.signed.version}.{role}.json"
        self._pending_metadata[name] = md.to_bytes(JSONSerializer(compact=True))

    @property
    def targets_infos(self) -> dict[str, MetaFile]:
        """For `do_snapshot`: the targets roles as they stand."""
        return {f"{role}.json": self._info(role) for role in (Targets.type, *self._delegated())}

    @property
    def snapshot_info(self) -> MetaFile:
        """For `do_timestamp`."""
        return self._info(Snapshot.type)

    def _delegated(self) -> list[str]:
        delegations = self.targets().delegations
        roles = delegations.roles if delegations else None
        return [role for role in roles or {} if self.open(role).signed.version]

    def _info(self, role: str) -> MetaFile:
        """Version, length and hash, so that a client knows how much to read and gets no other version's bytes."""
        version = self.open(role).signed.version
        name = f"{version}.{role}.json"
        data = self._pending_metadata.get(name) or (self.metadata_path / name).read_bytes()
        return MetaFile.from_data(version, data, ["sha256"])

    # -- reading ------------------------------------------------------------------------------------------------------

    def _newest(self, role: str) -> Path | None:
        if role == Timestamp.type:
            file = self.metadata_path / "timestamp.json"
            return file if file.is_file() else None
        versions = [path for path in self.metadata_path.glob(f"*.{role}.json") if path.name.split(".", 1)[0].isdigit()]
        exact = [path for path in versions if path.name.split(".", 1)[1] == f"{role}.json"]
        return max(exact, key=lambda path: int(path.name.split(".", 1)[0]), default=None)

    @staticmethod
    def _read(file: Path) -> Metadata[Any]:
        try:
            return Metadata.from_file(str(file))
        except (OSError, DeserializationError, RepositoryError) as error:
            raise UserError(f"{file} cannot be read ({error}): restore it from a copy") from None

    # -- signing ------------------------------------------------------------------------------------------------------

    def keys_of(self, role: str) -> tuple[list[Key], int]:
        """The keys of a role and how many of them must sign."""
        signed = self._delegator(role)
        if isinstance(signed, Root):
            entry: Any = signed.roles[role]
            return [signed.keys[keyid] for keyid in entry.keyids], entry.threshold
        delegations = signed.delegations
        if delegations is None or not delegations.roles or role not in delegations.roles:
            raise UserError(f"the repository has no role {role}: see `ringwarden repo status {self.path}`")
        delegated = delegations.roles[role]
        return [delegations.keys[keyid] for keyid in delegated.keyids], delegated.threshold

    def _delegator(self, role: str) -> Root | Targets:
        return self.root() if role in TOP else self.targets()

    def _sign(self, role: str, md: Metadata[Any]) -> None:
        """Signatures of every key at hand; a root is signed by the keys of the root before, too (specification 6.1)."""
        md.signatures.clear()
        delegators: list[Root | Targets] = [self._delegator(role)]
        if role == Root.type:
            before = [self._metadata[Root.type].signed] if self._metadata[Root.type].signed.version else []
            delegators = [md.signed, *before]
        for delegator in delegators:
            for key in _keys(delegator, role):
                signer = self.keyring.signer(key)
                if signer is not None and key.keyid not in md.signatures:
                    md.sign(signer, append=True)
        for delegator in delegators:
            try:
                delegator.verify_delegate(role, md.signed_bytes, md.signatures)
            except UnsignedMetadataError:
                raise self._too_few(role, delegator, md) from None

    def _too_few(self, role: str, delegator: Root | Targets, md: Metadata[Any]) -> UserError:
        missing = [key for key in _keys(delegator, role) if key.keyid not in md.signatures]
        names = ", ".join(
            self.settings["signers"].get(key.keyid, key.keyid[:8]).removeprefix("key:") for key in missing
        )
        needed = delegator.get_delegated_role(role).threshold
        return UserError(
            f"the role {role} needs {needed} of its keys and these are not at hand: {names}; "
            "bring them and name their folder with --keys"
        )

    # -- writing ------------------------------------------------------------------------------------------------------

    def put_target(self, path: str, data: bytes) -> TargetFile:
        """A target's bytes, written by `commit` under the name that consistent snapshots give it."""
        info = TargetFile.from_data(path, data, ["sha256"])
        self._pending[self.target_file(path, info.hashes["sha256"])] = data
        return info

    def target_file(self, path: str, sha256: str) -> Path:
        """Where the bytes of a target stand."""
        folder, _, name = path.rpartition("/")
        return self.targets_path / folder / f"{sha256}.{name}"

    def commit(self) -> list[Path]:
        """Write what was signed; returns the files.

        All of it goes to a folder of its own first. From the moment when the list of what is in it is there, whatever
        stops the machine, the next command puts everything in its place.
        """
        for signer, uri, passphrase in self.new_keys:
            keys.save(signer, self.path / "keys", uri, passphrase)
        self.new_keys.clear()
        settings = json.dumps(self.settings, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        order = {"root": 2, "timestamp": 3, "snapshot": 1}
        metadata = sorted(self._pending_metadata, key=lambda name: (order.get(_role_in(name), 0), name))
        batch = [
            *self._pending.items(),
            *((self.metadata_path / name, self._pending_metadata[name]) for name in metadata),
            (self.path / SETTINGS, settings.encode()),
        ]
        stage = self.path / STAGE
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        for number, (_, content) in enumerate(batch):
            files.write_whole(stage / str(number), content)
        contents = [str(file.relative_to(self.path)) for file, _ in batch]
        files.write_whole(stage / READY, json.dumps(contents).encode())
        finish(self.path)
        self._pending.clear()
        self._pending_metadata.clear()
        return [file for file, _ in batch[:-1]]


@contextmanager
def opened(path: Path, secrets: Secrets, key_folders: tuple[Path, ...] = ()) -> Iterator[Folder]:
    """A repository for one command alone, after what an earlier one could not finish. Raises `UserError`."""
    if not (path / SETTINGS).is_file():
        Folder(path, secrets)  # says what is wrong
    with open(path / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(f"another command is at work in {path}: wait until it has finished") from None
        finish(path)
        yield Folder(path, secrets, key_folders)


def finish(path: Path) -> None:
    """Put in place what `commit` made ready."""
    stage = path / STAGE
    try:
        contents = json.loads((stage / READY).read_text())
    except FileNotFoundError:
        return
    for number, name in enumerate(contents):
        if (stage / str(number)).exists():
            move(stage / str(number), path / name)
    (stage / READY).unlink()
    shutil.rmtree(stage, ignore_errors=True)


def move(source: Path, target: Path) -> None:
    """In one step, over what is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)


def _role_in(name: str) -> str:
    """`3.lists-CN.json` is of lists-CN."""
    return name.removesuffix(".json").split(".", 1)[-1]


def _keys(delegator: Root | Targets, role: str) -> list[Key]:
    known = delegator.keys if isinstance(delegator, Root) else (delegator.delegations or Delegations({}, {})).keys
    return [known[keyid] for keyid in delegator.get_delegated_role(role).keyids]


def _unwritten(role: str) -> Metadata[Any]:
    signed: Signed
    if role == Root.type:
        signed = Root(consistent_snapshot=True)
    elif role == Snapshot.type:
        signed = Snapshot(meta={})
    elif role == Timestamp.type:
        signed = Timestamp()
        signed.snapshot_meta.version = 0
    else:
        signed = Targets()
    signed.version = 0
    return Metadata(signed)
