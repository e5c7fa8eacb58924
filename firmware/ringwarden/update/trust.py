# SPDX-License-Identifier: Apache-2.0
"""The checks by which a file is trusted: signatures, length, hashes."""

import binascii
import hashlib

from ringwarden import native
from ringwarden.update.errors import MismatchError, SignatureError

TYPE_CHECKING = False  # a type checker takes it for True; MicroPython has no typing
if TYPE_CHECKING:
    from ringwarden.update.metadata import FileInfo, Metadata, Role

ALGORITHMS = ("sha256", "sha512")  # of hashes in metadata; the first one that a target has names its file


def verify(name: str, metadata: "Metadata", role: "Role") -> None:
    """`SignatureError` unless as many different keys of the role signed as its threshold asks for.

    A key counts once, under however many identifiers it is listed; a signature that is wrong just does not count.
    """
    signed_by: "set[bytes]" = set()
    for keyid in role.keys:
        if len(signed_by) >= role.threshold:
            return
        key = role.keys[keyid]
        if keyid in metadata.signatures and key.public not in signed_by:
            if key.verifies(metadata.signatures[keyid], metadata.feed):
                signed_by.add(key.public)
    if len(signed_by) < role.threshold:
        text = "{} has {} valid signature(s) of the {} that it needs: it is not from this box's repository"
        raise SignatureError(text.format(name, len(signed_by), role.threshold))


class Hasher:
    """Takes a file's bytes as they come, then compares with what metadata say."""

    def __init__(self, hashes: "dict[str, str]") -> None:
        self._hashes = hashes
        self._running = [(name, _new(name)) for name in ALGORITHMS if name in hashes]
        self._digests: "list[tuple[str, str]] | None" = None  # of the whole: MicroPython's hashes end with `digest`
        self.length = 0

    def update(self, piece: bytes) -> None:
        """Take in the next bytes."""
        self.length += len(piece)
        for _, running in self._running:
            running.update(piece)

    def check(self, name: str, length: int) -> None:
        """`MismatchError` unless length (-1: not known) and hashes are right; hashes of which none is known fail.

        The end: nothing can be taken in after it.
        """
        if length >= 0 and self.length != length:
            raise MismatchError("{} has {} bytes instead of {}".format(name, self.length, length))
        if self._hashes and not self._running:
            raise MismatchError("{} has no hash of a kind that this box knows".format(name))
        if self._digests is None:
            self._digests = [(kind, binascii.hexlify(running.digest()).decode()) for kind, running in self._running]
        for algorithm, digest in self._digests:
            if digest != self._hashes[algorithm].lower():
                raise MismatchError("{} is not the file that was signed ({} differs)".format(name, algorithm))


def check_file(name: str, data: bytes, info: "FileInfo") -> None:
    """`MismatchError` unless a metadata file has the length and the hashes that another one says."""
    hasher = Hasher(info.hashes)
    hasher.update(data)
    hasher.check(name, info.length)


def _new(algorithm: str):
    return hashlib.sha256() if algorithm == "sha256" else native.Sha512()
