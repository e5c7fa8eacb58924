# SPDX-License-Identifier: Apache-2.0
"""Input files to entries, whatever their format. It is told from the content, never from the name.

| Format | Told by |
|---|---|
| XML: FRITZ!Box phonebook, PhoneBlock, others | a tag at the start |
| JSON: PhoneBlock, arrays of numbers, patterns or records, JSON Lines | a bracket at the start |
| CSV, also the FTC's complaints and Ringwarden's scored lists | a separator in the first line |
| plain list | the rest |
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from ringwarden import numbers
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import columns, json_source, text_source, xml_source
from ringwarden_tools.lists.entries import EXAMPLES, Entries
from ringwarden_tools.lists.fast_keys import FastKeys
from ringwarden_tools.lists.keys import KeyReader
from ringwarden_tools.lists.opening import Input, Progress
from ringwarden_tools.lists.taking import Readers, Taker

__all__ = ["EXAMPLES", "Entries", "add", "read", "readers"]
_HEAD = 4096


def readers(country: str) -> Readers:
    """What reads numbers from a country (ISO code, or "" for nowhere)."""
    home = numbers.Home(country)
    return Readers(KeyReader(home), FastKeys(home))


def read(
    path: Path,
    place: Readers,
    entries: Entries,
    skip_broken: bool = False,
    progress: Progress | None = None,
    may_be_empty: bool = False,
) -> None:
    """Add the entries of one file.

    Raises `UserError` when it cannot be read, is no list, breaks its format or holds no number; the sentence names the
    line. `skip_broken` counts lines that break the format instead. `may_be_empty`: a file of no bytes is fine.
    """
    file = Input(path, progress)
    blocks = file.blocks()
    first = next(blocks, b"")
    while first and len(first) < _HEAD:
        more = next(blocks, None)
        if more is None:
            break
        first += more
    if not first and may_be_empty:
        return
    if not first:
        raise UserError(f"{path} is empty: fetch it again, or leave it out")
    if first.startswith(b"\x89RWL"):
        raise UserError(f"{path} is not a text file but a finished Ringwarden list: give the reports it was made from")
    stream = itertools.chain([first], blocks)
    if _is_ftc(first):
        place = _united_states(path, place)
    taker = Taker(file, place, entries, skip_broken)
    take = _format(first)
    take(stream, taker)
    taker.finish(records=take is not text_source.read)


def add(number: str, category: str, place: Readers, entries: Entries) -> None:
    """Add one entry that comes from elsewhere than a file; `category` is a name or ""."""
    taker = Taker(Input(Path(number or "-")), place, entries)
    taker.record(1, number, category)
    taker.flush()


def _format(head: bytes) -> Callable[[Iterator[bytes], Taker], None]:
    if xml_source.looks_like(head):
        return xml_source.read
    if json_source.looks_like(head):
        return json_source.read
    return text_source.read


def _is_ftc(head: bytes) -> bool:
    return columns.FTC_NUMBER.encode() in head.split(b"\n", 1)[0].lower()


def _united_states(path: Path, place: Readers) -> Readers:
    """The FTC writes ten digits, which read elsewhere would be somebody else's number."""
    home = place.slow.home
    if not home.country or home.code == "1":
        return readers("US")
    raise UserError(
        f"{path} is a list for another country: the FTC's complaints name numbers of the United States, not of"
        f" {home.country}; leave --country out or give --country US"
    )
