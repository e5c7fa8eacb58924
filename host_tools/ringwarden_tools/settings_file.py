# SPDX-License-Identifier: Apache-2.0
"""A household's document in a text file: checked as the box checks it, with the line of what is wrong.

JSON is what a box keeps; TOML is easier to write by hand, and a scenario's [household] is TOML.
"""

import json
import re
import tomllib
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from ringwarden.household import Household
from ringwarden.settings import SettingsError
from ringwarden_tools.errors import UserError

SIZE_MAX = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}]+")
_CLOSERS = ("", "]", "}", "}]", '"', '"]', '"}', '"}]', '"]}', '"]}]', "]}", "]}]")


def load(path: Path, lang: str = "en") -> dict[str, Any]:
    """The document of a file whose name ends in .json or .toml. UserError names the file, the line and the remedy."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}); check the name") from None
    if len(raw) > SIZE_MAX:
        raise UserError(f"{path} is larger than 1 MiB; that is no household's document")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError(f"{path}, line {line}: is not UTF-8; save the file as UTF-8") from None
    is_toml = path.suffix == ".toml"
    document, root = _toml(path, text) if is_toml else (_json(path, text), "")
    try:
        Household.from_document(document)
    except SettingsError as error:
        line = toml_line(text, root + error.place) if is_toml else json_line(text, error.place)
        raise UserError(f"{path}, line {line}: {error.told(lang)}") from None
    return document


def _json(path: Path, text: str) -> Any:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(
            f"{path}, line {error.lineno}: is no JSON ({error.msg}); mend it there or just before"
        ) from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply; that is no household's document") from None
    seen: set[str] = set()
    for place, at in json_places(text):
        if place in seen:
            raise UserError(f"{path}, line {_line(text, at)}: {place} stands there twice; remove one")
        seen.add(place)
    return document


def _toml(path: Path, text: str) -> tuple[Any, str]:
    """The document, and where in the file it begins: "" or "household." in a scenario."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is no TOML: {error}") from None
    if "household" not in document:
        return document, ""
    inner = {"version": 1, **document["household"]} if isinstance(document["household"], dict) else {}
    return {**inner, **({"home": document["home"]} if "home" in document else {})}, "household."


def json_places(text: str) -> list[tuple[str, int]]:
    """Each key and each item of a valid JSON text as (place, offset), places as `SettingsError` writes them."""
    found: list[tuple[str, int]] = []
    _json_value(text, _skip(text, 0), "", found)
    return found


def _json_value(text: str, at: int, place: str, found: list[tuple[str, int]]) -> int:
    """Walk over the value at `at`; the offset behind it."""
    if text[at] == '"':
        return int(scanstring(text, at + 1, False)[1])
    if text[at] not in "[{":
        match = _SCALAR.match(text, at)
        assert match is not None
        return match.end()
    is_table, index = text[at] == "{", 0
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        if text[at] == ",":
            at = _skip(text, at + 1)
        start, inner = at, f"{place}[{index}]"
        if is_table:
            name, at = scanstring(text, at + 1, False)
            inner = f"{place}.{name}" if place else name
            at = _skip(text, _skip(text, at) + 1)
        found.append((inner, start))
        at = _skip(text, _json_value(text, at, inner, found))
        index += 1
    return at + 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _outwards(place: str) -> list[str]:
    """The place and what holds it, innermost first: contacts[0].name, contacts[0], contacts."""
    places = [place]
    while place:
        cut = max(place.rfind("."), place.rfind("["))
        place = place[:cut] if cut > 0 else ""
        places.append(place)
    return places


def json_line(text: str, place: str) -> int:
    """The line, from 1, on which the named value or the nearest thing that holds it begins."""
    places = dict(json_places(text))
    for outer in _outwards(place):
        if outer in places:
            return _line(text, places[outer])
    return 1


def toml_line(text: str, place: str) -> int:
    """The same for TOML. Its reader tells no lines: so the text is read in ever longer pieces until it is there."""
    lines = text.split("\n")
    grown = []
    for count in range(1, len(lines) + 1):
        piece = "\n".join(lines[:count]).rstrip().rstrip(",")
        grown.append([table for closer in _CLOSERS if (table := _try_toml(piece + closer)) is not None])
    for outer in _outwards(place):
        for count, tables in enumerate(grown, 1):
            if any(_is_there(table, outer) for table in tables):
                return count
    return 1


def _try_toml(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _is_there(table: Any, place: str) -> bool:
    """Whether a path such as contacts[0].name leads to a value. Keys may hold dots: the longest that fits is taken."""
    if not place:
        return True
    if isinstance(table, list):
        match = re.match(r"\[(\d+)\]\.?", place)
        return (
            match is not None and int(match[1]) < len(table) and _is_there(table[int(match[1])], place[match.end() :])
        )
    if not isinstance(table, dict):
        return False
    for name in sorted(table, key=len, reverse=True):
        rest = place[len(name) :]
        if place.startswith(name) and (not rest or rest[0] in ".["):
            return _is_there(table[name], rest.removeprefix("."))
    return False
