# SPDX-License-Identifier: Apache-2.0
"""The client workflow of the TUF specification (1.0.x, section 5; numbers in comments are its own)."""

from ringwarden.civil import iso
from ringwarden.update.clock import State, start_time
from ringwarden.update.errors import (
    ClockError,
    ExpiredError,
    FormatError,
    MismatchError,
    NotFound,
    RollbackError,
    TooBigError,
    UpdateError,
)
from ringwarden.update.limits import Limits
from ringwarden.update.metadata import Delegation, FileInfo, Metadata, Role, Target, parse
from ringwarden.update.names import metadata_file, target_file
from ringwarden.update.transfer import Pace, pieces, whole
from ringwarden.update.trust import ALGORITHMS, Hasher, check_file, verify

_DAY = 86400


class Updater:
    """Trusts what the trusted root vouches for, and nothing else.

    `store`    keeps trusted metadata: `load(name) -> bytes | None`, `save(name, bytes)` atomic, `delete(name)`.
    `fetcher`  `open(path) -> stream` with `read(n) -> bytes` (b"" at the end) and `close()`; paths are
               "metadata/<file>" and "targets/<file>". Raises `FetchError`, `NotFound` when there is no such file.
    `clock`    a `ringwarden.ports.Clock`.
    `root`     the root metadata that the box was shipped with: used when the store holds none that is sound.

    Every method raises a subclass of `UpdateError`; what was trusted before stays in force then.
    """

    def __init__(self, store, fetcher, clock, limits=None, root: "bytes | None" = None) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._limits = limits or Limits()
        self._shipped = root
        self._now = 0
        self._root: "Metadata | None" = None
        self._snapshot: "Metadata | None" = None
        self._top: "Metadata | None" = None

    def refresh(self) -> None:
        """Bring root, timestamp, snapshot and top-level targets up to date (5.3 to 5.6), each stored once trusted."""
        self._root = self._snapshot = self._top = None
        state = State(self._store)
        self._now = start_time(self._clock, state.time, self._limits.clock_slack)  # 5.1
        root = self._newest_root(self._trusted_root())
        self._settle_rotation(root, state)
        self._check_fresh("root.json", root)  # 5.3.10
        timestamp = self._newest_timestamp(root)
        snapshot = self._newest_snapshot(root, timestamp)
        self._root, self._snapshot = root, snapshot
        self._top = self._targets(Delegation("targets", root.role("targets"), False))
        state.time = max(state.time, self._now)
        state.save()

    def target(self, path: str) -> "Target | None":
        """What signed metadata say about `path`, searched through the delegations (5.6.7); None when nothing does.

        Refreshes first when `refresh` was not called yet.
        """
        if self._top is None:
            self.refresh()
        assert self._root is not None
        visited: "set[str]" = set()
        waiting = [Delegation("targets", self._root.role("targets"), False)]
        while waiting and len(visited) < self._limits.delegations:
            delegation = waiting.pop()
            if delegation.name in visited:
                continue
            visited.add(delegation.name)
            # A delegated role is verified anew by each delegator that leads to it: nothing of it is kept from before.
            metadata = self._top if delegation.name == "targets" else self._targets(delegation)
            assert metadata is not None
            try:
                found = metadata.target(path)
                children = [] if found else metadata.delegations(path)
            except FormatError as error:
                raise FormatError("{}: {}".format(metadata_file(delegation.name), error))
            if found:
                return found
            for number, child in enumerate(children):
                if child.terminating:
                    children = children[: number + 1]
                    waiting = []
                    break
            waiting += reversed(children)
        return None

    def download(self, target: "Target", sink) -> None:
        """Stream the target's bytes into `sink.write(offset, bytes)`, at most 1 KiB a piece, in ascending order.

        Length and every known hash are checked at the end: when this raises, what was written must not be used.
        """
        if self._root is None:
            self.refresh()
        assert self._root is not None
        digest = ""
        if self._root.consistent:
            known = [target.hashes[name] for name in ALGORITHMS if name in target.hashes]
            digest = (known or list(target.hashes.values()))[0]
        path = "targets/" + target_file(target.path, digest)
        hasher = Hasher(target.hashes)
        for piece in pieces(self._fetcher, path, target.length, self._pace()):
            sink.write(hasher.length, piece)
            hasher.update(piece)
        hasher.check(target.path, target.length)

    # --- root: 5.2, 5.3 ---------------------------------------------------------------------------------------------

    def _trusted_root(self) -> Metadata:
        """The root that is kept, or the one that was shipped when nothing sound is kept."""
        problem: "UpdateError" = FormatError("root.json is missing: this box was never told whom to trust")
        for data in (self._store.load("root.json"), self._shipped):
            if data is None:
                continue
            try:
                root = self._parse("root.json", data, "root")
                verify("root.json", root, root.role("root"))
                return root
            except UpdateError as error:
                problem = error
        raise problem

    def _newest_root(self, root: Metadata) -> Metadata:
        for _ in range(self._limits.rotations):
            name = "{}.root.json".format(root.version + 1)
            try:
                data = self._fetch(name, self._limits.root)
            except NotFound:
                break
            newer = self._parse(name, data, "root")
            verify(name, newer, root.role("root"))  # 5.3.4
            verify(name, newer, newer.role("root"))
            _check_version(name, newer, root.version + 1)  # 5.3.5
            self._store.save("root.json", data)
            root = newer
        return root

    def _settle_rotation(self, root: Metadata, state: State) -> None:
        """Forget what keys signed that are no longer trusted (5.3.11): the way back from versions set too high.

        Decided by what was remembered, not by what was just fetched, so that a cut between the two changes nothing.
        """
        current = {name: list(root.role(name).keys) for name in ("timestamp", "snapshot")}
        for name in current:
            if any(keyid not in current[name] for keyid in state.keys.get(name, ())):
                self._store.delete("timestamp.json")
                self._store.delete("snapshot.json")
        state.keys = current
        state.save()

    # --- timestamp and snapshot: 5.4, 5.5 ---------------------------------------------------------------------------

    def _newest_timestamp(self, root: Metadata) -> Metadata:
        name = "timestamp.json"
        role = root.role("timestamp")
        kept = self._kept(name, "timestamp", role)
        data = self._fetch(name, self._limits.timestamp)
        fresh = self._parse(name, data, "timestamp")
        verify(name, fresh, role)
        if kept is not None:
            if fresh.version < kept.version:
                raise _rollback(name, fresh.version, kept.version)
            if fresh.version == kept.version:  # nothing new; what is kept counts, whatever else came under its number
                self._check_fresh(name, kept)
                return kept
            new, old = fresh.file("snapshot.json"), kept.file("snapshot.json")
            if new and old and new.version < old.version:
                raise _rollback("snapshot.json in timestamp.json", new.version, old.version)
        self._check_fresh(name, fresh)
        if fresh.expires - self._now > self._limits.timestamp_days * _DAY:
            text = "timestamp.json is valid until {}, too far ahead of this box's clock ({}): set the clock"
            raise ClockError(text.format(iso(fresh.expires), iso(self._now)))
        self._store.save(name, data)
        return fresh

    def _newest_snapshot(self, root: Metadata, timestamp: Metadata) -> Metadata:
        name = "snapshot.json"
        role = root.role("snapshot")
        info = timestamp.file(name)
        assert info is not None  # parse saw to it
        kept = self._kept(name, "snapshot", role)
        if kept is not None and kept.version == info.version and self._is_current(name, kept, info):
            return kept
        data = self._fetch(_versioned(root, name, info), self._bound(name, info, self._limits.snapshot))
        check_file(name, data, info)
        fresh = self._parse(name, data, "snapshot")
        verify(name, fresh, role)
        _check_version(name, fresh, info.version)
        if kept is not None:
            _check_no_rollback(kept, fresh)  # 5.5.5
        self._check_fresh(name, fresh)
        self._store.save(name, data)
        return fresh

    # --- targets: 5.6 -----------------------------------------------------------------------------------------------

    def _targets(self, delegation: Delegation) -> Metadata:
        """Metadata of top-level or delegated targets, as the snapshot and this delegator want them."""
        assert self._root is not None and self._snapshot is not None
        name = metadata_file(delegation.name)
        info = self._snapshot.file(delegation.name + ".json")
        if info is None:
            raise MismatchError("snapshot.json does not speak of {}".format(name))
        kept = self._kept(name, "targets", delegation.role)
        if kept is not None and kept.version == info.version and self._is_current(name, kept, info):
            return kept
        data = self._fetch(_versioned(self._root, name, info), self._bound(name, info, self._limits.targets))
        check_file(name, data, info)
        fresh = self._parse(name, data, "targets")
        verify(name, fresh, delegation.role)
        _check_version(name, fresh, info.version)
        self._check_fresh(name, fresh)
        self._store.save(name, data)
        return fresh

    # --- what all roles share ---------------------------------------------------------------------------------------

    def _fetch(self, file: str, most: int) -> bytes:
        return whole(self._fetcher, "metadata/" + file, most, self._pace())

    def _pace(self) -> Pace:
        return Pace(self._clock, self._limits.grace, self._limits.rate)

    def _parse(self, name: str, data: bytes, kind: str) -> Metadata:
        try:
            return parse(data, kind, self._limits.signatures)
        except (FormatError, TooBigError) as error:
            raise type(error)("{}: {}".format(name, error))

    def _kept(self, name: str, kind: str, role: Role) -> "Metadata | None":
        """What the store holds, when these keys signed it; rubbish is as good as nothing."""
        data = self._store.load(name)
        if data is None:
            return None
        try:
            kept = self._parse(name, data, kind)
            verify(name, kept, role)
        except UpdateError:
            return None
        return kept

    def _is_current(self, name: str, kept: Metadata, info: FileInfo) -> bool:
        """Whether kept metadata are the very file that `info` means, and not expired."""
        try:
            check_file(name, self._store.load(name), info)
        except MismatchError:
            return False
        return kept.expires > self._now

    def _check_fresh(self, name: str, metadata: Metadata) -> None:
        if metadata.expires <= self._now:
            text = "{} expired at {} UTC (now {}): its keeper must publish again, or this box's clock is wrong"
            raise ExpiredError(text.format(name, iso(metadata.expires), iso(self._now)))

    def _bound(self, name: str, info: FileInfo, most: int) -> int:
        """How many bytes a file may have."""
        if info.length > most:
            raise TooBigError("{} has {} bytes, more than the {} that this box takes".format(name, info.length, most))
        return info.length if info.length >= 0 else most


def _versioned(root: Metadata, name: str, info: FileInfo) -> str:
    return "{}.{}".format(info.version, name) if root.consistent else name


def _check_version(name: str, metadata: Metadata, wanted: int) -> None:
    if metadata.version != wanted:
        raise MismatchError("{} is version {} instead of {}".format(name, metadata.version, wanted))


def _check_no_rollback(kept: Metadata, fresh: Metadata) -> None:
    """What one snapshot speaks of, the next must too, at the same version or a newer one."""
    for file in kept.files():
        old, new = kept.file(file), fresh.file(file)
        if old is None or new is None:
            raise RollbackError("snapshot.json speaks of {} no longer".format(file))
        if new.version < old.version:
            raise _rollback(file + " in snapshot.json", new.version, old.version)


def _rollback(name: str, offered: int, known: int) -> RollbackError:
    text = "{} is version {}, but version {} was seen before: somebody offers an old repository"
    return RollbackError(text.format(name, offered, known))
