# SPDX-License-Identifier: Apache-2.0
"""Public keys as TUF metadata hold them, and signatures by them: Ed25519 and ECDSA over P-256 with SHA-256.

Keys of other kinds are carried along and never verify anything.
"""

import binascii
import hashlib

from ringwarden import native
from ringwarden.update.errors import FormatError

ED25519 = "ed25519"
P256 = "ecdsa-sha2-nistp256"
_SCHEMES = {("ed25519", "ed25519"): ED25519, ("ecdsa", P256): P256, (P256, P256): P256}  # (keytype, scheme)

# SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480), up to the point's coordinates.
_SPKI = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"
_BEGIN = "-----BEGIN PUBLIC KEY-----"
_END = "-----END PUBLIC KEY-----"


class Key:
    """`scheme` is `ED25519`, `P256` or "" for a key that cannot be used here; `public` its 32 or 64 bytes."""

    __slots__ = ("scheme", "public")

    def __init__(self, scheme: str, public: bytes) -> None:
        self.scheme = scheme
        self.public = public

    def verifies(self, signature: str, feed) -> bool:
        """Whether `signature` (hex, as metadata hold it) is this key's over a message; False for what is none.

        `feed(write)` hands the message over in pieces, anew at each call.
        """
        try:
            raw = binascii.unhexlify(signature)
        except ValueError:
            return False
        if self.scheme == ED25519:
            return len(raw) == 64 and native.ed25519_verify(self.public, raw, feed)
        if self.scheme == P256:
            pair = _pair(raw)
            digest = hashlib.sha256()
            feed(digest.update)
            return pair is not None and native.p256_verify(self.public, pair, digest.digest())
        return False


def parse_key(value) -> Key:
    """A key object of metadata. Raises `FormatError` when it is none; an unknown kind is no error."""
    if not isinstance(value, dict):
        raise FormatError("a key is no object")
    kind = (value.get("keytype"), value.get("scheme"))
    held = value.get("keyval")
    if not isinstance(kind[0], str) or not isinstance(kind[1], str) or not isinstance(held, dict):
        raise FormatError("a key lacks its type, scheme or value")
    scheme = _SCHEMES.get((kind[0], kind[1]), "")
    public = held.get("public")
    if not scheme or not isinstance(public, str):
        return Key("", b"")
    raw = _raw_ed25519(public) if scheme == ED25519 else _raw_p256(public)
    return Key(scheme, raw) if raw else Key("", b"")


def _raw_ed25519(public: str) -> bytes:
    try:
        raw = binascii.unhexlify(public)
    except ValueError:
        return b""
    return raw if len(raw) == 32 else b""


def _raw_p256(public: str) -> bytes:
    """The coordinates x and y of a PEM key."""
    lines = public.strip().split("\n")
    if lines[0].strip() != _BEGIN or lines[-1].strip() != _END:
        return b""
    try:
        raw = binascii.a2b_base64("".join([line.strip() for line in lines[1:-1]]))
    except ValueError:
        return b""
    return raw[len(_SPKI) :] if len(raw) == len(_SPKI) + 64 and raw.startswith(_SPKI) else b""


def _pair(signature: bytes) -> "bytes | None":
    """r and s, 32 bytes each, of an ECDSA signature in DER; None when it is not exactly that."""
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        return None
    at = 2
    pair = b""
    for _ in range(2):
        if at + 2 > len(signature) or signature[at] != 0x02:
            return None
        number = signature[at + 2 : at + 2 + signature[at + 1]]
        at += 2 + signature[at + 1]
        if at > len(signature) or not number or number[0] >= 0x80:  # cut short, nothing, negative
            return None
        if number[0] == 0:
            if len(number) > 1 and number[1] < 0x80:  # a zero that is not needed
                return None
            number = number[1:]
        if len(number) > 32:
            return None
        pair += bytes(32 - len(number)) + number
    return pair if at == len(signature) else None
