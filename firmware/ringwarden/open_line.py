# SPDX-License-Identifier: Apache-2.0
"""Whom the household has called lately, and whether it called for help: such people must be able to call back.

No number is kept. What is kept of one is 24 bits of a salted hash and a day, enough to know it again: thousands of
numbers share each value, so that the memory of a stolen box names nobody. In return about four strangers in a million
are taken for somebody who was called. Their call rings: the harmless side.
"""

from ringwarden.numbers import Home, key, normalise
from ringwarden.numbers.emergency import is_must_ring

DIALLED_MAX = 64  # numbers remembered; the oldest gives way
DAYS = 7  # for how long, unless the household says otherwise
OPEN_S = 7200  # how long every caller rings after a call for help
DAY = 86400
_MENU_KEYS = 24  # keys pressed behind a number, in the menu of whoever answered
_LONGEST = 32
_SHORTEST = 5  # of the numbers that are not an emergency line


class OpenLine:
    """`store` keeps a small document: `load() -> dict | None` and `save(dict)`, as `ringwarden.setup.file_store` does;
    without one everything is forgotten at power-off. `home` and `days` are the household's. `salt` is for tests.

    Moments are given as `epoch`, seconds since 1970 (0 while the clock is not set), and `tick`, seconds on the line's
    clock, which starts with the board.
    """

    def __init__(self, store=None, home: "Home | None" = None, days: int = DAYS, salt: bytes = b"") -> None:
        self._store = store
        self.home = home or Home()
        self.days = days
        self._salt = salt
        self._dialled: "list[tuple[int, int]]" = []  # (tag, day), oldest first; day 0: the clock was not set
        self._open_tick = -OPEN_S - 1
        self._help_epoch = 0
        self._load()

    def note_dialled(self, digits: str, epoch: int, tick: int) -> bool:
        """The household dialled `digits`, keys pressed later in the call may follow. True: it called for help."""
        digits = _leading_digits(digits[:_LONGEST])
        number = normalise(digits, self.home)
        if self._is_help(digits, number):
            self._open_tick = tick
            self._help_epoch = epoch or 1
            self._save()
            return True
        today = epoch // DAY
        tags = [self._tag(number_key) for number_key in self._dialled_keys(digits) if self.days]
        if tags:
            known = [(old, day or today) for old, day in self._dialled if old not in tags]
            known = [(old, day) for old, day in known if self._is_recent(day, today)]
            self._dialled = (known + [(tag, today) for tag in tags])[-DIALLED_MAX:]
            self._save()
        return False

    def is_open(self, tick: int, epoch: int = 0) -> bool:
        """Whether every caller has to ring now, because the household called for help within the last two hours."""
        if 0 <= tick - self._open_tick < OPEN_S:
            return True
        return epoch > 1 and self._help_epoch > 1 and abs(epoch - self._help_epoch) < OPEN_S

    def knows(self, number_key: int, epoch: int) -> bool:
        """Whether the household dialled this number (`ringwarden.numbers.key`) in the last days."""
        if not number_key or not self._dialled:
            return False
        tag, today = self._tag(number_key), epoch // DAY
        for old, day in self._dialled:
            if old == tag and self._is_recent(day, today):
                return True
        return False

    def forget(self, number_key: int) -> None:
        """Erase what is known of a number: the household refused it, or wants it erased."""
        if number_key and self._dialled:
            tag = self._tag(number_key)
            self._dialled = [(old, day) for old, day in self._dialled if old != tag]
            self._save()

    def _is_recent(self, day: int, today: int) -> bool:
        """Without a clock, then or now, nothing is too old; a clock that was set back makes nothing older."""
        return not day or not today or today - day < self.days

    def _is_help(self, digits: str, number) -> bool:
        """Whether an emergency line answers these digits: it does so at once, and takes what follows for keys."""
        if is_must_ring(number, self.home):
            return True
        if number.kind != "unknown":
            return False
        for length in range(3, min(len(digits), 6)):
            if is_must_ring(normalise(digits[:length], self.home), self.home):
                return True
        return False

    def _dialled_keys(self, digits: str) -> "list[int]":
        """The keys of the number at the beginning of `digits`, none when no plan knows one.

        Where a service number ends and the keys for its menu begin cannot be seen: any that fits may have been called.
        """
        whole = normalise(digits, self.home)
        if self.home.plan is None or whole.form == "international":  # no plan to say where the number ends
            return [key(whole)] if whole.e164 else []
        found: "list[int]" = []
        for length in range(len(digits), max(_SHORTEST, len(digits) - _MENU_KEYS) - 1, -1):
            number = normalise(digits[:length], self.home)
            if number.kind != "unknown" and (not found or number.kind == "short"):
                found.append(key(number))
        return found

    def _tag(self, number_key: int) -> int:
        import hashlib  # MicroPython: only a board that was called from needs it

        if not self._salt:
            import os

            self._salt = os.urandom(12)
        digest = hashlib.sha256(self._salt + str(number_key).encode()).digest()
        return digest[0] << 16 | digest[1] << 8 | digest[2]

    def _load(self) -> None:
        document = self._store.load() if self._store else None
        try:
            self._read(document or {})
        except (ValueError, TypeError, AttributeError, KeyError):  # written by a newer or a broken box: begin anew
            self._dialled = []

    def _read(self, document: dict) -> None:
        from binascii import unhexlify

        if not document:
            return
        self._help_epoch = int(document["help"])
        self._dialled = [(int(tag), int(day)) for tag, day in document["dialled"]][-DIALLED_MAX:]
        self._salt = unhexlify(document["salt"])
        if self._help_epoch == 1:
            # It called for help with no clock set and then lost its power: nobody knows how long ago that was. The line
            # is open for two hours from now, and once only.
            self._open_tick = 0
            self._help_epoch = 0
            self._save()

    def _save(self) -> None:
        if self._store is None:
            return
        from binascii import hexlify

        document = {
            "salt": hexlify(self._salt).decode(),
            "dialled": [list(pair) for pair in self._dialled],
            "help": self._help_epoch,
        }
        try:
            self._store.save(document)
        except OSError:  # a flash that takes nothing is no reason to leave the line unserved
            pass


def _leading_digits(text: str) -> str:
    """What was dialled before the first key that is no digit, with a + kept."""
    length = 1 if text[:1] == "+" else 0
    while length < len(text) and "0" <= text[length] <= "9":
        length += 1
    return text[:length]
