# SPDX-License-Identifier: Apache-2.0
"""From a document to a household. Imported while a document is read, and only then (`settings.reading`)."""

from ringwarden import settings
from ringwarden.call import Action
from ringwarden.numbers import Home, key, normalise
from ringwarden.profiles import ACTIONS, may_drop
from ringwarden.settings import SettingsError, schema


def from_document(household, document: dict) -> None:
    """Fill a new `ringwarden.household.Household`. Raises `SettingsError`."""
    schema.check(document)
    _set(household, document)
    for name in _ADD:
        for index, item in enumerate(document.get(name, [])):
            _ADD[name](household, item, name, index)
    _finish(household)


def from_pieces(household, pieces) -> None:
    """The same from `settings.pieces.Pieces`: a list's items are checked and taken one by one."""
    document: dict = {}
    seen: "dict[str, int]" = {}
    for name, index, value in pieces.each(False):
        field = schema.SCHEMA.get(name) or schema.SCHEMA.get(name + "!")
        if field is None:
            raise SettingsError(name, "unknown", ", ".join(sorted([one.rstrip("!") for one in schema.SCHEMA])))
        if name in seen:
            raise SettingsError(name, "twice")
        seen[name] = 0
        if index is None:
            document[name] = value
        elif field[0] is not list:
            raise SettingsError(name, schema.type_name(field))
    schema.check(document)
    _set(household, document)
    for name, index, item in pieces.each(True):
        schema.check_item(item, name, index)
        _ADD[name](household, item, name, index)
    _finish(household)


def _set(household, document: dict) -> None:
    """Everything but the lists. The place comes first: numbers are read from there."""
    home = document.get("home", {})
    household.home = Home(home.get("country", "CN"), home.get("area_code", "").lstrip("0"))
    if not household.home.code:
        raise SettingsError("home.country", "country")
    household.timezone_minutes = home.get("timezone_minutes", 480)
    household.open_line.home = household.home
    household.open_line.days = document.get("dialled", {}).get("days", household.open_line.days)
    household.language = document.get("language", "zh")
    household.profile = document.get("profile", "default")
    quiet = document.get("quiet_hours")
    if quiet:
        days = settings.weekday_mask(quiet.get("days", []))
        household.quiet = (settings.minute(quiet["from"]), settings.minute(quiet["until"]), days)
    repeat = document.get("repeat", {})
    household.repeat_calls = repeat.get("calls", 3)
    household.repeat_minutes = repeat.get("minutes", 10)
    for setting, action in document.get("actions", {}).items():
        _check_action(setting, action, household.profile)
        household.actions[setting] = action


def _check_action(setting: str, action: str, profile: str) -> None:
    place = "actions." + setting
    if setting not in ACTIONS and not _is_finding(setting):
        raise SettingsError(place, "unknown", ", ".join(sorted(ACTIONS)) + ", referee.<CODE>")
    if action not in Action.ALL:
        raise SettingsError(place, "one_of", ", ".join(Action.ALL))
    if action == "drop" and not may_drop(setting, profile):
        raise SettingsError(place, "never_dropped", ", ".join(Action.ALL[:-1]))


def _is_finding(setting: str) -> bool:
    from ringwarden.words import numbers_en

    return setting.startswith("referee.") and setting[8:] in numbers_en.TEXTS


def _key(household, text: str, field: str, index: int) -> int:
    number_key = key(normalise(text, household.home))
    if not number_key:
        raise SettingsError("{}[{}]".format(field, index), "number", repr(text))
    return number_key


def _add_contact(household, item: dict, field: str, index: int) -> None:
    for text in item["numbers"]:
        household.contacts[_key(household, text, field, index)] = item["name"]


def _add_number(household, item: dict, field: str, index: int) -> None:
    getattr(household, field)[_key(household, item["number"], field, index)] = item.get("note", "")


def _add_consent(household, item: dict, field: str, index: int) -> None:
    from ringwarden.consent import read

    consent = read(item)
    for text in item["numbers"]:
        household.consents.setdefault(_key(household, text, field, index), []).append(consent)


def _add_prefix(household, item: dict, field: str, index: int) -> None:
    from ringwarden.rules.prefix import read

    digits, rule = read(item, household.home, "{}[{}].prefix".format(field, index))
    household.prefixes[digits] = rule


def _add_name(household, item: dict, field: str, index: int) -> None:
    household.names.append((item["pattern"], item["action"], item.get("note", "")))


def _finish(household) -> None:
    for directory in (household.contacts, household.allowed, household.refused, household.prefixes):
        directory.pack()


_ADD = {
    "contacts": _add_contact,
    "allowed": _add_number,
    "refused": _add_number,
    "consents": _add_consent,
    "prefixes": _add_prefix,
    "names": _add_name,
}
