# SPDX-License-Identifier: Apache-2.0
"""Reading the tables of a TOML file so that every mistake is told with its file, its key and its remedy."""

from __future__ import annotations

import datetime
import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ringwarden_tools.errors import UserError

_WORDS = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "a list",
}


class Table:
    """One table. Reading a key takes it; `done` complains about the keys that nobody took."""

    def __init__(self, file: str, where: str, values: dict[str, Any]) -> None:
        self.file = file
        self.where = where
        self._values = dict(values)
        self._asked: list[str] = []

    def fail(self, key: str, remedy: str) -> NoReturn:
        """Raises the `UserError` that names file, key and remedy."""
        place = f"{self.where} {key}".strip()
        raise UserError(f"{self.file}: {place}: {remedy}")

    def take(self, key: str, default: Any = None) -> Any:
        """The value as it stands."""
        self._asked.append(key)
        return self._values.pop(key, default)

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        return self._typed(key, default, str)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return self._typed(key, default, bool)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        return self._within(key, self._typed(key, default, int), low, high)

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return float(self._within(key, self._typed(key, default, float), low, high))

    def choice(self, key: str, default: str, options: Sequence[str]) -> str:
        """One of `options`."""
        value = self.text(key, default)
        if value not in options:
            self.fail(key, f"{value!r} is not known; use one of {', '.join(repr(option) for option in options)}")
        return value

    def table(self, key: str) -> Table:
        """A table inside, empty when it is not there."""
        return Table(self.file, f"{self.where}[{key}]", self._typed(key, {}, dict))

    def tables(self, key: str) -> list[Table]:
        """A list of tables; each is named by its place in the list, counted from 1."""
        values = self._typed(key, [], list)
        for value in values:
            if not isinstance(value, dict):
                self.fail(key, f"must be a list of tables; write each as [[{key}]] or in braces")
        return [Table(self.file, f"{self.where}[[{key}]] {i}:", value) for i, value in enumerate(values, 1)]

    def rest(self) -> dict[str, Any]:
        """All that is left, taken: for whoever checks it elsewhere."""
        values, self._values = self._values, {}
        return values

    def done(self) -> None:
        """Raises `UserError` when a key is left that nobody asked for."""
        for key in self._values:
            near = difflib.get_close_matches(key, self._asked, 1)
            known = ", ".join(sorted(self._asked))
            self.fail(key, "there is no such key; " + (f"did you mean {near[0]}?" if near else f"there are {known}"))

    def _typed(self, key: str, default: Any, kind: type) -> Any:
        value = self.take(key, default)
        kinds = (int, float) if kind is float else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and kind is not bool):
            self.fail(key, f"must be {_WORDS[kind]}, not {_shown(value)}")
        return value

    def _within(self, key: str, value: float, low: float, high: float) -> Any:
        if not low <= value <= high:  # also catches a NaN
            self.fail(key, f"must lie between {low} and {high}, not {value}")
        return value


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. Raises `UserError` when it is not there, is not text, or is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path of the scenario") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not a scenario; save it as UTF-8 text") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: is not valid TOML: {error}; correct that place") from None


def _shown(value: Any) -> str:
    if isinstance(value, datetime.date | datetime.time):
        return str(value)
    return repr(value)
