# SPDX-License-Identifier: Apache-2.0
"""The schema of the household's document, and the check that names the place and the remedy.

A field is a tuple: its type; then for str the name of a check in `_TEXTS`, or the words that it may be; for int the
lowest and the highest; for list the field of an item and how many there may be; for dict its own schema (None: checked
elsewhere). A name that ends in "!" must be there.
"""

from ringwarden.settings import LANGUAGES, VERSION, WEEKDAYS, SettingsError, day, is_digits, minute

UNDROPPABLE = ("ring", "label", "silence", "challenge")
PROFILES = ("gentle", "default", "strict", "contacts_only")

_TEXT = (str, "short")
_TIME = (str, "time")
_DATE = (str, "date")
_SPAN = {"from!": _TIME, "until!": _TIME, "days": (list, (str, WEEKDAYS), 7)}
_NUMBERS = (list, (str, "some"), 100)
_ENTRY = {"number!": _TEXT, "note": _TEXT}

SCHEMA: "dict[str, tuple]" = {
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
                "evidence!": (dict, {"text": (str, "words"), "sha256": (str, "sha256")}),
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
_NAMES = {str: "str", int: "int", list: "list", dict: "dict"}


def check(document: dict) -> None:
    """Raises `SettingsError` for an unknown or missing field, a wrong type or a value out of range."""
    _value(document, (dict, SCHEMA), "")
    if document["version"] != VERSION:
        raise SettingsError("version", "version", VERSION)
    for index, consent in enumerate(document.get("consents", [])):
        check_item(consent, "consents", index)


def check_item(item, name: str, index: int) -> None:
    """One item of one of the lists of the document."""
    field = SCHEMA[name]
    if index >= field[2]:
        raise SettingsError(name, "too_many", index + 1, field[2])
    place = "{}[{}]".format(name, index)
    _value(item, field[1], place)
    if name == "consents" and not item["evidence"]:
        raise SettingsError(place + ".evidence", "evidence")


def type_name(field: tuple) -> str:
    """The code of what is said when a value has another type than the field."""
    return _NAMES[field[0]]


def _value(value, field: tuple, place: str) -> None:
    wanted = field[0]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise SettingsError(place, _NAMES[wanted])
    if wanted is list:
        if len(value) > field[2]:
            raise SettingsError(place, "too_many", len(value), field[2])
        for index, item in enumerate(value):
            _value(item, field[1], "{}[{}]".format(place, index))
    elif wanted is dict:
        if field[1] is not None:
            _table(value, field[1], place)
    elif wanted is int:
        if not field[1] <= value <= field[2]:
            raise SettingsError(place, "range", field[1], field[2])
    elif len(field) > 1:
        _text(value, field[1], place)


def _text(value: str, kind, place: str) -> None:
    if isinstance(kind, tuple):
        if value not in kind:
            code = "never_dropped" if value == "drop" and kind is UNDROPPABLE else "one_of"
            raise SettingsError(place, code, ", ".join(kind))
    elif not _TEXTS[kind](value):
        raise SettingsError(place, kind)


def _is_prefix(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    return digits == "+" or is_digits(digits[1:] if digits[:1] == "+" else digits)


# The kinds of text that a field may ask for; each is also the code of what is said when it is not.
_TEXTS = {
    "short": lambda text: len(text) <= 60,
    "some": lambda text: text.strip() != "" and len(text) <= 60,
    "words": lambda text: text.strip() != "" and len(text) <= 4000,
    "time": lambda text: minute(text) >= 0,
    "date": lambda text: day(text) >= 0,
    "sha256": lambda text: len(text) == 64 and not text.lower().strip("0123456789abcdef"),
    "prefix": _is_prefix,
    "pattern": lambda text: text.strip("* ") != "" and len(text) <= 60,
}


def _table(table: dict, schema: dict, place: str) -> None:
    dot = place + "." if place else ""
    names = sorted([name.rstrip("!") for name in schema])
    for name in table:
        field = schema.get(name) or schema.get(name + "!")
        if field is None:
            raise SettingsError(dot + str(name), "unknown", ", ".join(names))
        _value(table[name], field, dot + name)
    for name in schema:
        if name.endswith("!") and name[:-1] not in table:
            raise SettingsError(dot + name[:-1], "missing")
