# SPDX-License-Identifier: Apache-2.0
"""Metadata files of the four roles (TUF specification, section 4), read and checked; `trust` says whom to believe."""

from ringwarden import strict_json
from ringwarden.canonical import write_signed
from ringwarden.civil import civil, seconds
from ringwarden.update.errors import FormatError, TooBigError
from ringwarden.update.keys import Key, parse_key
from ringwarden.update.patterns import bin_name, matches, path_hash

TOP_LEVEL = ("root", "timestamp", "snapshot", "targets")


class Role:
    """Who may sign: `keys` maps key identifiers to `Key`, `threshold` of them must."""

    __slots__ = ("keys", "threshold")

    def __init__(self, keys: "dict[str, Key]", threshold: int) -> None:
        self.keys = keys
        self.threshold = threshold


class Delegation:
    """A delegated role of targets metadata: `name`, its `role`, whether the search ends with it."""

    __slots__ = ("name", "role", "terminating")

    def __init__(self, name: str, role: Role, terminating: bool) -> None:
        self.name = name
        self.role = role
        self.terminating = terminating


class FileInfo:
    """What timestamp and snapshot say about another metadata file; `length` is -1 and `hashes` {} when they do not."""

    __slots__ = ("version", "length", "hashes")

    def __init__(self, version: int, length: int, hashes: "dict[str, str]") -> None:
        self.version = version
        self.length = length
        self.hashes = hashes


class Target:
    """A file that signed metadata vouch for.

    `path` names it in the repository; `length` is in bytes; `hashes` maps "sha256" (and others) to lowercase hex;
    `custom` is the dict that the repository put beside it, {} when there is none.
    """

    __slots__ = ("path", "length", "hashes", "custom")

    def __init__(self, path: str, length: int, hashes: "dict[str, str]", custom: dict) -> None:
        self.path = path
        self.length = length
        self.hashes = hashes
        self.custom = custom


class Metadata:
    """One file: `signed` as it was read, `signatures` over it by key identifier."""

    def __init__(self, kind: str, signed: dict, signatures: "dict[str, str]") -> None:
        self.kind = kind
        self.signed = signed
        self.signatures = signatures
        self.version = _integer(signed.get("version"), "version", 1)
        self.expires = _moment(signed.get("expires"))

    def feed(self, write) -> None:
        """The message that the signatures are over, piece by piece: whole, it would fill a small memory."""
        write_signed(self.signed, write)

    def role(self, name: str) -> Role:
        """Root metadata: who may sign a top-level role."""
        roles = _object(self.signed.get("roles"), "roles")
        return _role(_object(roles.get(name), "role " + name), _object(self.signed.get("keys"), "keys"))

    @property
    def consistent(self) -> bool:
        """Root metadata: whether file names carry versions and hashes."""
        return self.signed.get("consistent_snapshot") is True

    def file(self, name: str) -> "FileInfo | None":
        """Timestamp and snapshot metadata: what they say about `name`."""
        meta = _object(self.signed.get("meta"), "meta")
        return _file_info(meta[name], name) if name in meta else None

    def files(self) -> "list[str]":
        """Timestamp and snapshot metadata: the names that they speak of."""
        return list(_object(self.signed.get("meta"), "meta"))

    def target(self, path: str) -> "Target | None":
        """Targets metadata: what they themselves say about `path`."""
        targets = _object(self.signed.get("targets"), "targets")
        if path not in targets:
            return None
        entry = _object(targets[path], "target " + path)
        hashes = _hashes(entry.get("hashes"), path)
        custom = entry.get("custom")
        return Target(
            path,
            _integer(entry.get("length"), "length of " + path, 0),
            hashes,
            custom if isinstance(custom, dict) else {},
        )

    def delegations(self, path: str) -> "list[Delegation]":
        """Targets metadata: the delegations that cover `path`, the most important one first."""
        if self.signed.get("delegations") is None:
            return []
        delegations = _object(self.signed.get("delegations"), "delegations")
        keys = _object(delegations.get("keys"), "keys")
        succinct = delegations.get("succinct_roles")
        if succinct is not None:
            if delegations.get("roles") is not None:
                raise FormatError("both roles and succinct_roles are delegated to")
            return [_succinct(_object(succinct, "succinct_roles"), keys, path)]
        roles = delegations.get("roles")
        if not isinstance(roles, list):
            raise FormatError("delegated roles are no list")
        return [_delegation(entry, keys) for entry in roles if _covers(entry, path)]


def parse(data: bytes, kind: str, most_signatures: int) -> Metadata:
    """Read the metadata of a role of this kind. Raises `FormatError`; `TooBigError` when memory does not suffice."""
    try:
        whole = _object(strict_json.loads(data), "the file")
        signed = _object(whole.get("signed"), "signed")
        metadata = Metadata(kind, signed, _signatures(whole.get("signatures"), most_signatures))
        _check(metadata)
    except ValueError as error:
        raise FormatError(str(error))
    except MemoryError:
        raise TooBigError("it does not fit into this machine's memory")
    return metadata


def _check(metadata: Metadata) -> None:
    """What every file of its kind must hold."""
    signed = metadata.signed
    if signed.get("_type") != metadata.kind:
        raise FormatError("its type is not " + metadata.kind)
    version = signed.get("spec_version")
    if not isinstance(version, str) or version.split(".")[0] != "1":
        raise FormatError("it follows another version of the specification than 1")
    if metadata.kind == "root":
        for name in TOP_LEVEL:
            metadata.role(name)
    elif metadata.kind == "timestamp":
        if metadata.files() != ["snapshot.json"]:
            raise FormatError("it speaks of other files than snapshot.json")
        metadata.file("snapshot.json")
    elif metadata.kind == "snapshot":
        for name in metadata.files():
            metadata.file(name)
    else:
        _object(signed.get("targets"), "targets")
        metadata.delegations("")


def _signatures(value, most: int) -> "dict[str, str]":
    if not isinstance(value, list) or len(value) > most:
        raise FormatError("signatures are no list of at most {}".format(most))
    found: "dict[str, str]" = {}
    for entry in value:
        entry = _object(entry, "signature")
        keyid = entry.get("keyid")
        signature = entry.get("sig")
        if not isinstance(keyid, str) or not isinstance(signature, str):
            raise FormatError("a signature lacks its key identifier or its value")
        if keyid in found:
            raise FormatError("two signatures have one key identifier")
        found[keyid] = signature
    return found


def _role(value: dict, keys: dict) -> Role:
    keyids = value.get("keyids")
    if not isinstance(keyids, list):
        raise FormatError("key identifiers are no list")
    held: "dict[str, Key]" = {}
    for keyid in keyids:
        if not isinstance(keyid, str) or keyid in held:
            raise FormatError("a key identifier is no text or comes twice")
        if keyid in keys:
            held[keyid] = parse_key(keys[keyid])
    return Role(held, _integer(value.get("threshold"), "threshold", 1))


def _delegation(value: dict, keys: dict) -> Delegation:
    name = value.get("name")
    if not isinstance(name, str) or not name or name in TOP_LEVEL:
        raise FormatError("a delegated role has no name of its own")
    terminating = value.get("terminating")
    if not isinstance(terminating, bool):
        raise FormatError("terminating is neither true nor false")
    return Delegation(name, _role(value, keys), terminating)


def _covers(value, path: str) -> bool:
    value = _object(value, "delegated role")
    paths = value.get("paths")
    prefixes = value.get("path_hash_prefixes")
    given = prefixes if paths is None else paths
    if (paths is None) == (prefixes is None) or not isinstance(given, list):
        raise FormatError("a delegated role needs either paths or path_hash_prefixes")
    for item in given:
        if not isinstance(item, str):
            raise FormatError("a delegated path is no text")
    if paths is None:
        digest = path_hash(path)
        return any(digest.startswith(item) for item in given)
    return any(matches(path, item) for item in given)


def _succinct(value: dict, keys: dict, path: str) -> Delegation:
    bits = _integer(value.get("bit_length"), "bit_length", 1)
    prefix = value.get("name_prefix")
    if bits > 32 or not isinstance(prefix, str):
        raise FormatError("succinct_roles have no name_prefix or more than 32 bits")
    return Delegation(bin_name(path, prefix, bits), _role(value, keys), True)


def _file_info(value, name: str) -> FileInfo:
    value = _object(value, name)
    length = value.get("length")
    hashes = value.get("hashes")
    return FileInfo(
        _integer(value.get("version"), "version of " + name, 1),
        -1 if length is None else _integer(length, "length of " + name, 1),
        {} if hashes is None else _hashes(hashes, name),
    )


def _hashes(value, name: str) -> "dict[str, str]":
    value = _object(value, "hashes of " + name)
    for algorithm in value:
        if not isinstance(value[algorithm], str):
            raise FormatError("a hash of {} is no text".format(name))
    if not value:
        raise FormatError("there is no hash of " + name)
    return value


def _object(value, what: str) -> dict:
    if not isinstance(value, dict):
        raise FormatError(what + " is no object")
    return value


def _integer(value, what: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise FormatError("{} is no whole number from {} up".format(what, least))
    return value


def _moment(value) -> int:
    """Seconds since 1970 of "2026-11-25T01:30:00Z"."""
    if isinstance(value, str) and len(value) == 20 and [value[i] for i in (4, 7, 10, 13, 16, 19)] == list("--T::Z"):
        fields = [value[0:4], value[5:7], value[8:10], value[11:13], value[14:16], value[17:19]]
        if all(char in "0123456789" for field in fields for char in field):
            numbers = [int(field) for field in fields]
            moment = seconds(*numbers)
            if list(civil(moment)) == numbers:
                return moment
    raise FormatError("its expiry is no date and time in UTC")
