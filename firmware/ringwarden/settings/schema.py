# SPDX-License-Identifier: Apache-2.0
"""The schema of the household's document, and the check that names the place and the remedy.

A field is a tuple: its type; then for str the name of a check in `_TEXTS`, or the words that it may be; for int the
lowest and the highest; for list the field of an item and how many there may be; for dict its own schema (None: checked
elsewhere). A name that ends in "!" must be there.
"""

from ringwarden.settings import LANGUAGES, VERSION, WEEKDAYS, SettingsError, day, minute

UNDROPPABLE = ("ring", "label", "silence", "challenge")
PROFILES = ("gentle", "default", "strict", "contacts_only")

_TEXT = (str,)
_TIME = (str, "time")
_DATE = (str, "date")
_SPAN = {"from!": _TIME, "until!": _TIME, "days": (list, (str, WEEKDAYS), 7)}
_NUMBERS = (list, (str, "some"), 200)
_ENTRY = {"number!": _TEXT, "note": _TEXT}

SCHEMA = {
    "version!": (int, 0, 999),
    "home": (dict, {"country": _TEXT, "area_code": _TEXT, "timezone_minutes": (int, -840, 840)}),
    "language": (str, LANGUAGES),
    "profile": (str, PROFILES),
    "contacts": (list, (dict, {"name!": _TEXT, "numbers!": _NUMBERS}), 2000),
    "allowed": (list, (dict, _ENTRY), 2000),
    "refused": (list, (dict, _ENTRY), 5000),
    "dialled": (dict, {"days": (int, 0, 60)}),
    "consents": (
        list,
        (
            dict,
            {
                "company!": (str, "some"),
                "numbers!": _NUMBERS,
                "purpose!": (str, "some"),
                "evidence!": (dict, {"text": (str, "some"), "sha256": (str, "sha256")}),
                "hours!": (dict, _SPAN),
                "given": _DATE,
                "expires!": _DATE,
                "revoked": _DATE,
            },
        ),
        100,
    ),
    "prefixes": (
        list,
        (dict, {"prefix!": (str, "prefix"), "action!": (str, UNDROPPABLE), "until": _DATE, "note": _TEXT}),
        200,
    ),
    "names": (list, (dict, {"pattern!": (str, "pattern"), "action!": (str, UNDROPPABLE), "note": _TEXT}), 50),
    "quiet_hours": (dict, _SPAN),
    "repeat": (dict, {"calls": (int, 1, 60), "minutes": (int, 1, 1440)}),
    "actions": (dict, None),
}
_WORDS = {str: "text in quotes", int: "a whole number", list: "a list", dict: "a table"}


def check(document: dict) -> None:
    """Raises `SettingsError` for an unknown or missing field, a wrong type or a value out of range."""
    _value(document, (dict, SCHEMA), "")
    if document["version"] != VERSION:
        raise SettingsError("version", "this box reads version {}; update the box or the document".format(VERSION))
    for index, consent in enumerate(document.get("consents", [])):
        if not consent["evidence"]:
            place = "consents[{}].evidence".format(index)
            raise SettingsError(place, "add text (what was agreed) or sha256 (of the file); without it none was given")


def _value(value, field: tuple, place: str) -> None:
    wanted = field[0]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise SettingsError(place or "document", "must be " + _WORDS[wanted])
    if wanted is list:
        if len(value) > field[2]:
            raise SettingsError(place, "holds {}, and {} fit; remove some".format(len(value), field[2]))
        for index, item in enumerate(value):
            _value(item, field[1], "{}[{}]".format(place, index))
    elif wanted is dict:
        if field[1] is not None:
            _table(value, field[1], place)
    elif wanted is int:
        if not field[1] <= value <= field[2]:
            raise SettingsError(place, "a whole number from {} to {}".format(field[1], field[2]))
    elif len(field) > 1:
        _text(value, field[1], place)


def _text(value: str, kind, place: str) -> None:
    if isinstance(kind, tuple):
        if value not in kind:
            remedy = "use one of " + ", ".join(kind)
            if value == "drop":
                remedy = "such a caller cannot be known, so it is never dropped; " + remedy
            raise SettingsError(place, remedy)
        return
    is_right, remedy = _TEXTS[kind]
    if not is_right(value):
        raise SettingsError(place, remedy)


def _is_prefix(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    return digits == "+" or (digits[1:] if digits[:1] == "+" else digits).isdigit()


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and not text.lower().strip("0123456789abcdef")


_TEXTS = {
    "some": (lambda text: text.strip() != "", "must not be empty"),
    "time": (lambda text: minute(text) >= 0, 'write a time of day as "22:30"'),
    "date": (lambda text: day(text) >= 0, 'write a date as "2026-12-31"'),
    "sha256": (_is_sha256, "write the 64 hexadecimal digits that sha256sum prints"),
    "prefix": (
        _is_prefix,
        'write the digits that such numbers begin with, as "+8610" or "0755"; "+" is any from abroad',
    ),
    "pattern": (
        lambda text: text.strip("* ") != "" and len(text) <= 50,
        'write part of the name with * for the rest, as "*loan*", at most 50 characters',
    ),
}


def _table(table: dict, schema: dict, place: str) -> None:
    dot = place + "." if place else ""
    names = sorted([name.rstrip("!") for name in schema])
    for name in table:
        field = schema.get(name) or schema.get(name + "!")
        if field is None:
            raise SettingsError(dot + str(name), "no such setting; there are: " + ", ".join(names))
        _value(table[name], field, dot + name)
    for name in schema:
        if name.endswith("!") and name[:-1] not in table:
            raise SettingsError(dot + name[:-1], "is missing; add it")
