# SPDX-License-Identifier: Apache-2.0
"""Ed25519, ECDSA P-256 and SHA-512 by the C library, and keys and signatures as metadata write them."""

import binascii
import hashlib

from ringwarden import native
from ringwarden.update.errors import FormatError
from ringwarden.update.keys import parse_key

# RFC 8032, 7.1: public key, message, signature.
ED25519 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)

# RFC 6979, A.2.5 (SHA-256): the key, then message, r, s.
P256_X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
P256_Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
P256 = (
    (
        b"sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
    (
        b"test",
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ),
)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PRIME = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF

SHA512 = (
    (b"", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"),
    (b"abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"),
    (b"a" * 1000, "67ba5535a46e3f86dbfbed8cbbaf0125c76ed549ff8b0b9e03e0c88cf90fa634"),
)

PEM = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END PUBLIC KEY-----\n"
)


def unhex(text: str) -> bytes:
    return binascii.unhexlify(text)


def number(value: int) -> bytes:
    return unhex("{:064x}".format(value))


def flips(data: bytes) -> "list[bytes]":
    """`data` with each of some bits turned over."""
    return [
        data[: at // 8] + bytes([data[at // 8] ^ (1 << at % 8)]) + data[at // 8 + 1 :]
        for at in range(0, len(data) * 8, 37)
    ]


def der(r: bytes, s: bytes) -> bytes:
    """An ECDSA signature in DER from the contents of its two integers."""
    body = b"\x02" + bytes([len(r)]) + r + b"\x02" + bytes([len(s)]) + s
    return b"\x30" + bytes([len(body)]) + body


def whole(message: bytes):
    """A message as verifiers want it, in two pieces."""

    def feed(write) -> None:
        write(message[: len(message) // 2])
        write(message[len(message) // 2 :])

    return feed


def hexed(data: bytes) -> str:
    return binascii.hexlify(data).decode()


def test_ed25519() -> None:
    for key, message, signature in ED25519:
        public, text, right = unhex(key), unhex(message), unhex(signature)
        assert native.ed25519_verify(public, right, whole(text))
        assert not native.ed25519_verify(public, right, whole(text + b"x"))
        for wrong in flips(right):
            assert not native.ed25519_verify(public, wrong, whole(text))
        for wrong in flips(public):
            assert not native.ed25519_verify(wrong, right, whole(text))


def test_ed25519_takes_no_s_past_the_order() -> None:
    order = (1 << 252) + 27742317777372353535851937790883648493
    public, right = unhex(ED25519[0][0]), unhex(ED25519[0][2])
    value = 0
    for byte in reversed(right[32:]):
        value = value << 8 | byte
    moved = value + order
    wrong = right[:32] + bytes([moved >> 8 * at & 255 for at in range(32)])
    assert not native.ed25519_verify(public, wrong, whole(b""))


def test_p256() -> None:
    public = unhex(P256_X + P256_Y)
    for message, r, s in P256:
        digest = hashlib.sha256(message).digest()
        right = unhex(r + s)
        assert native.p256_verify(public, right, digest)
        assert native.p256_verify(public, unhex(r) + number(ORDER - int(s, 16)), digest), (
            "the other root is a signature too"
        )
        for wrong in flips(right):
            assert not native.p256_verify(public, wrong, digest)
        for wrong in flips(public):
            assert not native.p256_verify(wrong, right, digest), "not on the curve, or another key"
        for wrong in flips(digest):
            assert not native.p256_verify(public, right, wrong)


def test_p256_refuses_numbers_out_of_range() -> None:
    public, digest = unhex(P256_X + P256_Y), hashlib.sha256(b"sample").digest()
    r, s = unhex(P256[0][1]), unhex(P256[0][2])
    for edge in (0, ORDER, ORDER + 1, PRIME, (1 << 256) - 1):
        assert not native.p256_verify(public, number(edge) + s, digest)
        assert not native.p256_verify(public, r + number(edge), digest)
    for x, y in ((0, 0), (PRIME, 0), (int(P256_X, 16) + PRIME & (1 << 256) - 1, int(P256_Y, 16)), (1, 1)):
        assert not native.p256_verify(number(x) + number(y), r + s, digest)


def test_buffers_of_another_size_are_refused() -> None:
    for call, last, key_size in ((native.ed25519_verify, whole(b""), 32), (native.p256_verify, bytes(32), 64)):
        for key, signature in ((key_size - 1, 64), (key_size, 65)):
            try:
                call(bytes(key), bytes(signature), last)
            except ValueError:
                continue
            raise AssertionError("took a buffer of the wrong size")


def test_sha512() -> None:
    for data, half in SHA512:
        for cut in (0, len(data) // 3, len(data)):
            running = native.Sha512()
            running.update(data[:cut])
            running.digest()  # looking does not disturb
            running.update(data[cut:])
            assert hexed(running.digest())[:64] == half


def test_keys_of_metadata() -> None:
    ed = parse_key({"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": ED25519[1][0]}})
    assert ed.verifies(ED25519[1][2], whole(unhex(ED25519[1][1]))) and not ed.verifies(ED25519[1][2], whole(b""))
    for kind in ("ecdsa", "ecdsa-sha2-nistp256"):
        for pem in (PEM, PEM.strip(), PEM.replace("\n", "\r\n")):
            key = parse_key({"keytype": kind, "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": pem}})
            for message, r, s in P256:
                plain, top = unhex(s), unhex(r)
                s_bytes = plain.lstrip(b"\x00") if plain[0] == 0 else plain
                signature = der(b"\x00" + top, b"\x00" + s_bytes if s_bytes[0] >= 128 else s_bytes)
                assert key.verifies(hexed(signature), whole(message)) and not key.verifies(
                    hexed(signature), whole(message + b" ")
                )


def test_signatures_that_are_none() -> None:
    key = parse_key({"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": PEM}})
    ed = parse_key({"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": ED25519[0][0]}})
    r, s = unhex(P256[0][1]), unhex(P256[0][2])
    right = der(b"\x00" + r, b"\x00" + s)
    assert key.verifies(hexed(right), whole(b"sample"))
    wrong = [
        b"",
        b"\x30",
        r + s,
        der(r, s),  # negative numbers
        der(b"\x00\x00" + r, b"\x00" + s),  # a zero that is not needed
        der(b"", b"\x00" + s),
        der(b"\x00" + r, b"\x00" + s) + b"\x00",
        der(b"\x00" + r, b"\x00" + s)[:-1],
        b"\x30\x81" + right[1:],  # a length in the long form
        right[:2] + b"\x03" + right[3:],
        right[:3] + b"\x7f" + right[4:],
        b"\x30\x06\x02\x01\x00\x02\x01\x00",
        bytes(64),
        bytes(72),
    ]
    for signature in wrong:
        assert not key.verifies(hexed(signature), whole(b"sample")), signature
        assert not ed.verifies(hexed(signature), whole(b""))
    for text in ("zz", "abc", "\u4e2d", "0x00", " "):
        assert not key.verifies(text, whole(b"sample")) and not ed.verifies(text, whole(b""))


def test_keys_that_cannot_be_used() -> None:
    """Unknown kinds and broken values verify nothing; what is no key object at all is an error."""
    for value in (
        {"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": "-----BEGIN PUBLIC KEY-----"}},
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "00"}},
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "not hex"}},
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {}},
        {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp384", "keyval": {"public": PEM}},
        {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": PEM.replace("MFkw", "MFkx")}},
        {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": ""}},
    ):
        key = parse_key(value)
        assert not key.scheme and not key.verifies(ED25519[0][2], whole(b""))
    for broken in (
        None,
        [],
        {},
        {"keytype": "ed25519", "scheme": "ed25519"},
        {"keytype": 1, "scheme": 2, "keyval": {}},
    ):
        try:
            parse_key(broken)
        except FormatError:
            continue
        raise AssertionError("took {} for a key".format(broken))
