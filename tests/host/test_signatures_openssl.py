# SPDX-License-Identifier: Apache-2.0
"""Our verifiers beside OpenSSL's: over signatures that it made, and over the same ones bent."""

import hashlib
import random
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from ringwarden import native
from ringwarden.update.keys import parse_key

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED_ORDER = (1 << 252) + 27742317777372353535851937790883648493
ROUNDS = 120


def openssl_takes(verify: Any, *arguments: Any) -> bool:
    """Whether a verifier of cryptography's is content."""
    try:
        verify(*arguments)
    except InvalidSignature:
        return False
    return True


def bent(pick: random.Random, data: bytes) -> bytes:
    """`data` with a bit turned, a byte replaced, or a stretch zeroed or filled."""
    changed = bytearray(data)
    at = pick.randrange(len(changed))
    kind = pick.randrange(4)
    if kind == 0:
        changed[at] ^= 1 << pick.randrange(8)
    elif kind == 1:
        changed[at] = pick.randrange(256)
    else:
        changed[at:] = (b"\0" if kind == 2 else b"\xff") * (len(changed) - at)
    return bytes(changed)


def feed(message: bytes) -> Any:
    """A message as our verifiers take it."""
    return lambda write: write(message)


def p256_agrees(public: ec.EllipticCurvePublicKey, r: int, s: int, digest: bytes) -> bool:
    """Both verifiers' common answer."""
    numbers = public.public_numbers()
    raw = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    ours = native.p256_verify(raw, r.to_bytes(32, "big") + s.to_bytes(32, "big"), digest)
    der = utils.encode_dss_signature(r, s)
    theirs = openssl_takes(public.verify, der, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    assert ours == theirs, (numbers, r, s, digest)
    return ours


def test_p256() -> None:
    pick = random.Random(256)
    for _ in range(ROUNDS):
        # Small secrets make keys that are near the generator, where sums of points meet their rare cases.
        secret = pick.choice([pick.randrange(1, ORDER), pick.randrange(1, 9), ORDER - pick.randrange(1, 9)])
        key = ec.derive_private_key(secret, ec.SECP256R1())
        digest = pick.choice([pick.randbytes(32), bytes(32), b"\xff" * 32, pick.randbytes(16) + bytes(16)])
        der = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        r, s = utils.decode_dss_signature(der)
        assert p256_agrees(key.public_key(), r, s, digest)
        assert p256_agrees(key.public_key(), r, ORDER - s, digest)
        for _ in range(3):
            pair = bent(pick, r.to_bytes(32, "big") + s.to_bytes(32, "big"))
            p256_agrees(key.public_key(), int.from_bytes(pair[:32], "big"), int.from_bytes(pair[32:], "big"), digest)
            p256_agrees(key.public_key(), r, s, bent(pick, digest))
        for wrong_r in (0, 1, ORDER - 1, ORDER, r + ORDER if r + ORDER < 1 << 256 else r ^ 1):
            p256_agrees(key.public_key(), wrong_r, s, digest)
            p256_agrees(key.public_key(), r, wrong_r, digest)


def test_p256_points_off_the_curve() -> None:
    pick = random.Random(257)
    key = ec.generate_private_key(ec.SECP256R1())
    digest = bytes(32)
    r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256()))))
    numbers = key.public_key().public_numbers()
    raw = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    for _ in range(ROUNDS):
        wrong = bent(pick, raw)
        if wrong == raw:
            continue
        try:
            ec.EllipticCurvePublicNumbers(
                int.from_bytes(wrong[:32], "big"), int.from_bytes(wrong[32:], "big"), ec.SECP256R1()
            ).public_key()
        except ValueError:
            assert not native.p256_verify(wrong, r.to_bytes(32, "big") + s.to_bytes(32, "big"), digest)


def test_ed25519() -> None:
    pick = random.Random(25519)
    for _ in range(ROUNDS):
        key = ed25519.Ed25519PrivateKey.from_private_bytes(pick.randbytes(32))
        public = key.public_key()
        raw = public.public_bytes_raw()
        message = pick.randbytes(pick.choice([0, 1, 63, 64, 127, 128, 500]))
        signature = key.sign(message)
        assert native.ed25519_verify(raw, signature, feed(message))
        again = (int.from_bytes(signature[32:], "little") + ED_ORDER).to_bytes(32, "little")
        for wrong in (signature[:32] + again, *(bent(pick, signature) for _ in range(4))):
            theirs = openssl_takes(public.verify, wrong, message)
            assert native.ed25519_verify(raw, wrong, feed(message)) == theirs
        other = bent(pick, message) if message else b"x"
        assert native.ed25519_verify(raw, signature, feed(other)) == (other == message)


@pytest.mark.parametrize("length", [0, 1, 111, 112, 127, 128, 129, 255, 256, 5000])
def test_sha512(length: int) -> None:
    data = random.Random(length).randbytes(length)
    for cut in {0, length // 2, length}:
        running = native.Sha512()
        running.update(data[:cut])
        running.update(data[cut:])
        assert running.digest() == hashlib.sha512(data).digest()


def test_pem_and_der_as_openssl_writes_them() -> None:
    for _ in range(30):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        ours = parse_key({"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": pem.decode()}})
        signature = key.sign(b"message", ec.ECDSA(hashes.SHA256()))
        assert ours.verifies(signature.hex(), feed(b"message"))
        # What comes behind the signature, or a length in the long form, is another encoding of it: refused.
        assert not ours.verifies((signature + b"\0").hex(), feed(b"message"))
        assert not ours.verifies((b"\x30\x81" + signature[1:]).hex(), feed(b"message"))
