# SPDX-License-Identifier: Apache-2.0
"""The household: who its people are and how it wants to be called. One versioned document with a schema.

    {"version": 1,
     "home": {"country": "CN", "area_code": "010", "timezone_minutes": 480},
     "language": "zh",
     "contacts": [{"name": "Wang Fang", "numbers": ["138 0013 8000"]}],
     "allowed": [{"number": "010 6275 0001", "note": "school"}],
     "refused": [{"number": "021 5555 0199", "note": "asked not to call again"}],
     "quiet_hours": {"from": "22:30", "until": "07:00"},
     "repeat": {"calls": 3, "minutes": 10},
     "actions": {"listed.property": "silence"}}

Everything but `version` may be left out. Numbers may be written in any of their forms.
"""

from ringwarden import categories, settings
from ringwarden.history import History
from ringwarden.numbers import Home, key, normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What the box does when a rule speaks, unless the household says otherwise. Must-ring rules have no setting.
ACTIONS = {
    "refused": "drop",
    "repeated": "silence",
    "referee.impossible": "silence",
    "referee.suspect": "label",
    "quiet_hours": "silence",
    "anonymous.withheld": "label",
    "anonymous.unavailable": "label",
    "anonymous.none": "label",
    "anonymous.broken": "label",
    "stranger": "ring",
}
for _category in categories.NAMES:
    ACTIONS["listed." + _category] = "drop"

# Only what is exact or was said by the household itself may drop a call; the rest cannot be known (docs/DESIGN.md, 3).
MAY_DROP = ("refused", "listed.")


class Household:
    """Settings and the maps the rules look into: contacts, allowed and refused, each from number key to name or note.

    `blocklist` is None or has `lookup(key) -> category index | None`.
    """

    def __init__(self) -> None:
        self.home = Home()
        self.timezone_minutes = 480
        self.language = "zh"
        self.contacts: "dict[int, str]" = {}
        self.allowed: "dict[int, str]" = {}
        self.refused: "dict[int, str]" = {}
        self.quiet: "tuple[int, int] | None" = None
        self.repeat_calls = 3
        self.repeat_minutes = 10
        self.blocklist: "Any" = None
        self.history = History()
        self._actions: "dict[str, str]" = {}

    @classmethod
    def from_document(cls, document: dict) -> "Household":
        """Raises `settings.SettingsError`, which names the place and the remedy."""
        household = cls()
        settings.check(document)
        home = document.get("home", {})
        household.home = Home(home.get("country", "CN"), home.get("area_code", "").lstrip("0"))
        if not household.home.code:
            raise settings.SettingsError("home.country", "is no country; write its two letters, such as CN, US or DE")
        household.timezone_minutes = home.get("timezone_minutes", 480)
        household.language = document.get("language", "zh")
        for index, contact in enumerate(document.get("contacts", [])):
            for text in contact["numbers"]:
                household.contacts[household._key(text, "contacts", index)] = contact["name"]
        for field in ("allowed", "refused"):
            for index, entry in enumerate(document.get(field, [])):
                getattr(household, field)[household._key(entry["number"], field, index)] = entry.get("note", "")
        quiet = document.get("quiet_hours")
        if quiet:
            household.quiet = (settings.minute(quiet["from"]), settings.minute(quiet["until"]))
        repeat = document.get("repeat", {})
        household.repeat_calls = repeat.get("calls", 3)
        household.repeat_minutes = repeat.get("minutes", 10)
        household._set_actions(document.get("actions", {}))
        return household

    def action(self, setting: str) -> str:
        """What to do when the rule behind `setting` (a key of `ACTIONS`) speaks."""
        return self._actions.get(setting) or ACTIONS[setting]

    def local(self, epoch: int) -> int:
        """Local seconds from UTC seconds; 0 stays 0, a clock that was never set."""
        return epoch + self.timezone_minutes * 60 if epoch else 0

    def who(self, number_key: int) -> str:
        """The name the household knows this number by, or ""."""
        return self.contacts.get(number_key) or self.allowed.get(number_key) or ""

    def _key(self, text: str, field: str, index: int) -> int:
        number_key = key(normalise(text, self.home))
        if not number_key:
            raise settings.SettingsError(
                "{}[{}]".format(field, index),
                "{} is not a phone number here; write it with its area code or as +country number".format(repr(text)),
            )
        return number_key

    def _set_actions(self, actions: "dict[str, str]") -> None:
        for setting, action in actions.items():
            place = "actions." + setting
            if setting not in ACTIONS:
                raise settings.SettingsError(
                    place, "there is no such setting; there are: " + ", ".join(sorted(ACTIONS))
                )
            if action not in ("ring", "label", "silence", "drop"):
                raise settings.SettingsError(place, "use one of ring, label, silence, drop")
            if action == "drop" and not setting.startswith(MAY_DROP):
                raise settings.SettingsError(
                    place, "such a caller cannot be known, so it is never dropped; use silence"
                )
            self._actions[setting] = action
