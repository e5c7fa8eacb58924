# SPDX-License-Identifier: Apache-2.0
"""Many numbers, each with a few words: contacts, allowed, refused, prefixes. A mapping that takes little memory.

A dictionary spends some 120 bytes on a contact, this 12 and the name. What is new or gone stands in a small dictionary
and is merged into the packed table once there is enough of it.
"""

_RECORD = 12  # key: 8 bytes; offset of the words: 3; their length in bytes: 1
_LOOSE_MAX = 32


class Directory:
    """From a number key (0 to 2**63 - 1) to a text of at most 255 bytes of UTF-8. Keys come in ascending order."""

    def __init__(self) -> None:
        self._records = b""
        self._texts = b""
        self._loose: "dict[int, str | None]" = {}  # None: gone

    def get(self, key: int, default: "str | None" = None) -> "str | None":
        """The text for `key`, or `default`."""
        if key in self._loose:
            text = self._loose[key]
            return default if text is None else text
        at = self._find(key)
        return default if at < 0 else self._text(at)

    def __contains__(self, key: int) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: int) -> str:
        text = self.get(key)
        if text is None:
            raise KeyError(key)
        return text

    def __setitem__(self, key: int, text: str) -> None:
        self._loose[key] = text
        if len(self._loose) >= _LOOSE_MAX:
            self.pack()

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self._loose[key] = None

    def __len__(self) -> int:
        self.pack()
        return len(self._records) // _RECORD

    def __iter__(self):
        self.pack()
        for at in range(0, len(self._records), _RECORD):
            yield int.from_bytes(self._records[at : at + 8], "big")

    def values(self):
        """The texts, in the order of the keys."""
        self.pack()
        for at in range(0, len(self._records), _RECORD):
            yield self._text(at)

    def clear(self) -> None:
        """Forget everything."""
        self._records = self._texts = b""
        self._loose = {}

    def pack(self) -> None:
        """Merge what is loose into the table."""
        if not self._loose:
            return
        old, keys = self._records, sorted(self._loose)
        records, texts = bytearray(), bytearray(self._texts)
        at = 0
        for key in keys:
            place = self._place(key)
            records += old[at:place]
            at = place + _RECORD if self._key(place) == key else place
            text = self._loose[key]
            if text is not None:
                records += _record(key, text.encode("utf-8"), texts)
        records += old[at:]
        self._records, self._texts = bytes(records), bytes(texts)
        self._loose = {}

    def _key(self, at: int) -> int:
        return int.from_bytes(self._records[at : at + 8], "big") if at < len(self._records) else -1

    def _place(self, key: int) -> int:
        """Offset of the first record whose key is not below `key`."""
        wanted = key.to_bytes(8, "big")
        low, high = 0, len(self._records) // _RECORD
        while low < high:
            middle = (low + high) // 2
            at = middle * _RECORD
            if self._records[at : at + 8] < wanted:
                low = middle + 1
            else:
                high = middle
        return low * _RECORD

    def _find(self, key: int) -> int:
        place = self._place(key)
        return place if self._key(place) == key else -1

    def _text(self, at: int) -> str:
        offset = int.from_bytes(self._records[at + 8 : at + 11], "big")
        return self._texts[offset : offset + self._records[at + 11]].decode("utf-8")


def _record(key: int, text: bytes, texts: bytearray) -> bytes:
    """A record, its words put behind `texts` unless they are there already."""
    if len(text) > 255:
        raise ValueError("a text of more than 255 bytes")
    offset = bytes(texts).find(text)
    if offset < 0:
        offset = len(texts)
        texts += text
    return key.to_bytes(8, "big") + offset.to_bytes(3, "big") + bytes((len(text),))
