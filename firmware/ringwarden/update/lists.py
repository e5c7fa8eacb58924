# SPDX-License-Identifier: Apache-2.0
"""A new list for the box: found in signed metadata, fetched whole or as a delta, put in force or refused with a reason.

What the repository says of a list stands in docs/REPOSITORY.md. The TUF client answers for who signed what and how
fresh it is; here a list is held against the box itself: a genuine file for another region or another box is refused.
"""

import binascii

from ringwarden.blocklist.delta import DeltaError, apply
from ringwarden.blocklist.errors import ListError
from ringwarden.blocklist.flash import FlashError
from ringwarden.blocklist.slots import SlotError
from ringwarden.update.errors import UpdateError

UPDATED, CURRENT, KEPT = "updated", "current", "kept"


class Wanted:
    """What this box takes: the list `name` of `region` ("CN", "CN-31"). `device` is the box's own name, "" for none."""

    def __init__(self, region: str, name: str = "main", device: str = "") -> None:
        self.region = region
        self.name = name
        self.device = device

    @property
    def path(self) -> str:
        """The list's path in a repository."""
        return "lists/{}/{}.rwl".format(self.region, self.name)


class RefusedError(UpdateError):
    """A list that is genuine and not for this box; `code` says why: "absent", "kind", "region", "device", "size"."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Outcome:
    """What became of an update.

    `kind` is `UPDATED`, `CURRENT` (the list in force is the newest) or `KEPT` (the list in force stays, because of
    `code`, which `explanation` says in one English sentence). `serial` and `fetched` (bytes of lists and deltas) where
    known; `by_delta` when a delta was enough.
    """

    def __init__(self, kind: str, code: str = "", explanation: str = "") -> None:
        self.kind = kind
        self.code = code
        self.explanation = explanation
        self.serial = 0
        self.fetched = 0
        self.by_delta = False


class ListUpdate:
    """`updater` is a `ringwarden.update.Updater`, `slots` mounted `Slots`.

    `run` may take minutes and never disturbs the list in force: a box runs it beside its calls. It raises nothing that
    a network, a repository or a flash can cause.
    """

    def __init__(self, updater, slots, wanted: Wanted) -> None:
        self._updater = updater
        self._slots = slots
        self._wanted = wanted
        self._fetched = 0

    def run(self) -> Outcome:
        """Fetch and put in force what is newer. After a power cut: the same again."""
        self._fetched = 0
        try:
            outcome = self._run()
        except UpdateError as error:
            outcome = Outcome(KEPT, error.code, str(error))
        except ListError as error:
            outcome = Outcome(KEPT, "list", "the new list cannot be used: " + str(error))
        except SlotError as error:
            outcome = Outcome(KEPT, error.code, "the new list did not arrive whole on flash")
        except FlashError as error:
            outcome = Outcome(KEPT, "flash", str(error))
        except OSError as error:
            outcome = Outcome(KEPT, "store", "reading or writing failed: " + str(error))
        except MemoryError:
            outcome = Outcome(KEPT, "memory", "there was not enough memory for the update")
        outcome.fetched = self._fetched
        return outcome

    def _run(self) -> Outcome:
        self._updater.refresh()
        target = self._updater.target(self._wanted.path)
        if target is None:
            raise RefusedError("absent", "the repository has no list " + self._wanted.path)
        self._fits(target, "list")
        digest = _digest(target)
        active = self._slots.active
        if active is not None and active.digest == digest:
            outcome = Outcome(CURRENT)
            outcome.serial = _serial(target)
            return outcome
        if target.length > self._slots.capacity:
            text = "the list has {} bytes and this box room for {}: let it be built with a smaller --capacity"
            raise RefusedError("size", text.format(target.length, self._slots.capacity))
        outcome = Outcome(UPDATED)
        outcome.serial = _serial(target)
        outcome.by_delta = active is not None and self._by_delta(active, target, digest)
        if not outcome.by_delta:
            writer = self._slots.begin(target.length, digest, _serial(target))
            self._download(target, writer)
            writer.commit(self._suits)
        return outcome

    # -- what is taken ------------------------------------------------------------------------------------------------

    def _fits(self, target, kind: str) -> None:
        """Refuse what is meant for another purpose, region or box, whoever signed it."""
        custom = target.custom
        if custom.get("kind") != kind:
            raise RefusedError("kind", "{} is no {}".format(target.path, kind))
        if custom.get("region") != self._wanted.region or custom.get("name") != self._wanted.name:
            text = "{} is meant for the region {} and this box takes {}"
            raise RefusedError("region", text.format(target.path, custom.get("region"), self._wanted.region))
        if custom.get("device", "") not in ("", self._wanted.device):
            raise RefusedError("device", "{} is meant for another box".format(target.path))

    def _suits(self, blocklist) -> None:
        """Refuse a list that says itself that it is for another country."""
        if blocklist.country not in ("", self._wanted.region[:2]):
            text = "the list is for the country {} and this box takes {}"
            raise RefusedError("region", text.format(blocklist.country, self._wanted.region))

    # -- ways to get it -----------------------------------------------------------------------------------------------

    def _by_delta(self, active, target, digest: bytes) -> bool:
        """Make the list of the one in force and a delta. False: there is none that helps, and all of it is needed."""
        delta = self._delta_from(active, target)
        if delta is None:
            return False
        writer = self._slots.begin(target.length, digest, _serial(target))
        parked = writer.park(delta.length)
        if parked is None:
            return False
        # Whatever ails the delta, the whole list does without it.
        harmless = (UpdateError, ListError, SlotError, DeltaError, MemoryError)
        try:
            self._download(delta, parked)  # checked whole before its first byte is read as a delta
            read = _reader(parked)
            apply(active.flash.read, active.length, read, writer.write, writer.read, target.length, active.digest)
            writer.commit(self._suits)
        except RefusedError:
            raise
        except harmless:
            return False
        return True

    def _delta_from(self, active, target):
        """The delta that starts at the list in force, or None."""
        base = binascii.hexlify(active.digest).decode()
        offers = target.custom.get("deltas", [])
        for offer in offers if isinstance(offers, list) else []:
            if not isinstance(offer, dict) or offer.get("base") != base or not isinstance(offer.get("path"), str):
                continue
            delta = self._updater.target(offer["path"])
            if delta is not None and delta.custom.get("base") == base and delta.length < target.length:
                self._fits(delta, "delta")
                return delta
        return None

    def _download(self, target, sink) -> None:
        self._updater.download(target, _Counted(self, sink))


class _Counted:
    """A sink that counts what came."""

    def __init__(self, update: ListUpdate, sink) -> None:
        self._update = update
        self._sink = sink

    def write(self, offset: int, data: bytes) -> None:
        self._update._fetched += len(data)
        self._sink.write(offset, data)


def _reader(parked):
    """The parked delta as a stream: `read(n)` gives its next bytes, at most n."""
    at = 0

    def read(length: int) -> bytes:
        nonlocal at
        data = parked.read(at, min(length, parked.length - at))
        at += len(data)
        return data

    return read


def _serial(target) -> int:
    serial = target.custom.get("serial")
    return serial if isinstance(serial, int) and 0 < serial < 1 << 32 else 0


def _digest(target) -> bytes:
    """The list's SHA-256: what its slot is bound to."""
    try:
        digest = binascii.unhexlify(target.hashes.get("sha256", ""))
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise RefusedError("kind", target.path + " has no SHA-256")
    return digest
