# SPDX-License-Identifier: Apache-2.0
"""The household's document as `ringwarden flash` is told it: a file, or no more than a place and a language."""

from pathlib import Path
from typing import Any

from ringwarden.household import Household
from ringwarden.settings import SettingsError
from ringwarden_tools import settings_file
from ringwarden_tools.errors import UserError

_CHINESE = ("CN", "HK", "MO", "TW")


def document(path: Path | None, country: str, area_code: str, language: str) -> dict[str, Any] | None:
    """The document, None when nothing was said. `UserError` when it and the options contradict each other."""
    if not all(char in "0123456789" for char in area_code):
        raise UserError(f"--area-code {area_code} is none: write its digits, such as 010")
    if path is None:
        return _made(country, area_code, language)
    found = settings_file.load(path)
    home = found.get("home", {})
    for option, said, inside in (
        ("--country", country, home.get("country", "CN")),
        ("--area-code", area_code, home.get("area_code", "")),
        ("--language", language, found.get("language", "zh")),
    ):
        if said and said != inside:
            raise UserError(f"{option} {said} and {path}, which says {inside or 'none'}, differ: leave the option out")
    return found


def _made(country: str, area_code: str, language: str) -> dict[str, Any] | None:
    if not (country or area_code or language):
        return None
    home = {"country": country or "CN"} | ({"area_code": area_code} if area_code else {})
    language = language or ("zh" if home["country"] in _CHINESE else "en")
    found = {"version": 1, "home": home, "language": language}
    try:
        Household.from_document(found)
    except SettingsError as error:
        raise UserError(f"the household cannot be like this: {error}") from None
    return found
