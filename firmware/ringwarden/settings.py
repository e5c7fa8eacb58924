# SPDX-License-Identifier: Apache-2.0
"""The schema of the household's document, and the check that names the place and the remedy."""

VERSION = 1
LANGUAGES = ("en", "zh")


class SettingsError(ValueError):
    """`place` is the path inside the document (contacts[2].numbers), `remedy` what to write instead."""

    def __init__(self, place: str, remedy: str) -> None:
        self.place = place
        self.remedy = remedy
        super().__init__("{}: {}".format(place, remedy))


# A field is: its type, then for dict a schema, for list the schema of an item. A name ending in "!" must be there.
_ENTRY = {"number!": (str,), "note": (str,)}
SCHEMA = {
    "version!": (int,),
    "home": (dict, {"country": (str,), "area_code": (str,), "timezone_minutes": (int,)}),
    "language": (str,),
    "contacts": (list, (dict, {"name!": (str,), "numbers!": (list, (str,))})),
    "allowed": (list, (dict, _ENTRY)),
    "refused": (list, (dict, _ENTRY)),
    "quiet_hours": (dict, {"from!": (str,), "until!": (str,)}),
    "repeat": (dict, {"calls": (int,), "minutes": (int,)}),
    "actions": (dict, None),
}
_WORDS = {str: "text in quotes", int: "a whole number", list: "a list", dict: "a table"}


def check(document: dict) -> None:
    """Raises `SettingsError` for an unknown or missing field, a wrong type or a value out of range."""
    _value(document, (dict, SCHEMA), "")
    if document["version"] != VERSION:
        raise SettingsError("version", "this box reads version {}; update the box or the document".format(VERSION))
    if document.get("language", "zh") not in LANGUAGES:
        raise SettingsError("language", "use one of " + ", ".join(LANGUAGES))
    quiet = document.get("quiet_hours")
    for field in ("from", "until") if quiet else ():
        if minute(quiet[field]) < 0:  # type: ignore[index]
            raise SettingsError("quiet_hours." + field, 'write a time of day as "22:30"')
    if not -840 <= document.get("home", {}).get("timezone_minutes", 480) <= 840:
        raise SettingsError("home.timezone_minutes", "minutes east of Greenwich, from -840 to 840")
    for field, value in document.get("repeat", {}).items():
        if value < 1:
            raise SettingsError("repeat." + field, "at least 1")


def minute(text: str) -> int:
    """Minute of the day of "22:30", or -1."""
    hours, _, minutes = text.partition(":")
    if not (len(text) == 5 and hours.isdigit() and minutes.isdigit()):
        return -1
    value = int(hours) * 60 + int(minutes)
    return value if int(hours) < 24 and int(minutes) < 60 else -1


def _value(value, field: tuple, place: str) -> None:
    wanted = field[0]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise SettingsError(place or "document", "must be " + _WORDS[wanted])
    if wanted is list:
        for index, item in enumerate(value):
            _value(item, field[1], "{}[{}]".format(place, index))
    elif wanted is dict and field[1] is not None:
        _table(value, field[1], place)


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
