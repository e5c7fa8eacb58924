# SPDX-License-Identifier: Apache-2.0
"""The box's own first password: made for each box, printed on its label, kept as a hash alone.

Twelve letters of an alphabet of 32 without 0, O, 1 and I: 60 bits, shown as "K7PM-2QXH-9TRB". No box has a default.
"""

import hashlib

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12
ROUNDS = 256  # makes a guess dearer, though 60 random bits do not need it; 20 ms on a small chip
FREE_TRIES = 5
WAIT_MAX_MS = 60000


def make(random) -> str:
    """A new password, from `random(n)` -> n unpredictable bytes."""
    return "".join([ALPHABET[byte & 31] for byte in random(LENGTH)])


def grouped(password: str) -> str:
    """The password as it is printed and read aloud, in groups of four."""
    return "-".join([password[at : at + 4] for at in range(0, len(password), 4)])


def plain(typed: str) -> str:
    """What a person typed, as `make` made it: in capitals, without hyphens and spaces."""
    return "".join([char for char in typed.upper() if char not in "- \t\u2013\u2014"])


def well_formed(password: str) -> bool:
    """Whether `make` could have made it."""
    return len(password) == LENGTH and all([char in ALPHABET for char in password])


def digest(password: str, salt: bytes) -> bytes:
    """What the box keeps in place of the password."""
    value = b"ringwarden first password\x00" + salt + password.encode()
    for _ in range(ROUNDS):
        value = hashlib.sha256(salt + value).digest()
    return value


def join_key(password: str) -> str:
    """The key of the box's own set-up network, printed beside the password, which it does not betray."""
    value = hashlib.sha256(b"ringwarden set-up network\x00" + password.encode()).digest()
    return "".join([ALPHABET[byte & 31] for byte in value[:LENGTH]])


def same(left: bytes, right: bytes) -> bool:
    """Whether both are equal, in a time that does not tell where they differ."""
    difference = len(left) ^ len(right)
    for one, other in zip(left, right):
        difference |= one ^ other
    return difference == 0


class Guard:
    """Counts wrong tries: after `FREE_TRIES` each one doubles a pause, up to a minute. Times in ms of any clock."""

    def __init__(self) -> None:
        self.wrong = 0
        self.since_ms = 0

    def wait_ms(self, now_ms: int) -> int:
        """How long until the next try is looked at; 0 when it may come now."""
        extra = self.wrong - FREE_TRIES
        if extra < 0:
            return 0
        pause = min(WAIT_MAX_MS, 1000 << min(extra, 6))
        return max(0, self.since_ms + pause - now_ms)

    def note(self, right: bool, now_ms: int) -> None:
        """Remember the outcome of a try."""
        self.wrong = 0 if right else self.wrong + 1
        self.since_ms = now_ms
